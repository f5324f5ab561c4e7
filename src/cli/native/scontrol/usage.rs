//! What `scontrol --help` and the command `help` print.

pub const USAGE: &str = "\
scontrol [<OPTION>] [<COMMAND>]
    <OPTION> is one of
     -a, --all      The same as the command \"all\"
     -d, --details  The same as the command \"details\"
     --federation   Ask all clusters of the federation
     -h, --help     The same as the command \"help\"
     --hide         The same as the command \"hide\"
     --local        Ask this cluster only, whatever --federation says
     -M, --cluster  The cluster to ask; this host's own
     -o, --oneliner The same as the command \"oneliner\"
     -Q, --quiet    The same as the command \"quiet\"
     --sibling      As --federation
     -u, --uid      Change jobs as that user
     -v, --verbose  The same as the command \"verbose\"
     -V, --version  The same as the command \"version\"

  Without a <COMMAND>, commands are read from standard input, one a line,
  until it ends or one of them is \"exit\".

    <COMMAND> is one of
     all                      show jobs of hidden partitions too
     details                  show more of each job
     errnumstr <ERRNO>        Slurm's text for an error number
     exit                     end
     help                     print this
     hide                     undo \"all\" and \"details\"
     hold <job_list>          keep jobs from starting; job ids, or Name=<name>
     holdu <job_list>         the same, and their users may release them
     notify <job_id> <msg>    write a message into a job's output
     oneliner                 print each job in one line
     ping                     tell whether the slurmctlds answer
     quiet                    say nothing but the worst
     quit                     end
     release <job_list>       let held jobs start
     requeue [Incomplete] <job_list>
                              queue batch jobs again
     requeuehold [State=SpecialExit] <job_list>
                              queue batch jobs again and hold them
     resume <job_list>        let suspended jobs go on
     show <ENTITY> [<ID>]     print what an entity is, or all of them
     suspend <job_list>       suspend running jobs
     top <job_list>           put jobs before their user's others
     uhold <job_list>         the same as holdu
     update <SPECIFICATIONS>  change a job or a step
     verbose                  say more
     version                  print the version
     wait_job <job_id>        wait until a job's nodes can be used
     write batch_script <job_id> [<file>]
                              write a job's script to slurm-<job_id>.sh, to
                              another file, or for \"-\" to standard output
     !!                       repeat the last command

  <ENTITY> is \"hostlist\", \"hostlistsorted\", \"hostnames\" or \"job\"

  <ID> is a job id, 12, 12_3 or 12+1, or a list of hosts, or the path of a
       file with hosts

  <SPECIFICATIONS> are as \"show job\" prints them: JobId=12 TimeLimit=30

  Capital and small letters are the same in commands and options.

";
