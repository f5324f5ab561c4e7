use super::*;
use proptest::prelude::*;

/// What is given, in order, and what is refused or said.
fn given(script: &str, dialect: &Dialect) -> String {
    let mut options = Options { verbose: 1, ..Options::default() };
    let mut notices = Notices::default();
    let mut said = Vec::new();
    let mut give = |options: &mut Options, long: &'static str, value: Option<&OsStr>| {
        let owned = value.map(OsStr::to_owned);
        let number = || value.and_then(|value| value.to_str()?.parse().ok());
        match long {
            "export" => options.export = owned,
            "constraint" => options.constraint = owned,
            "gres" => options.gres = owned,
            "mincpus" => options.mincpus = number(),
            "ntasks-per-node" => options.ntasks_per_node = number(),
            "time" if value == Some(OsStr::new("bad")) => {
                return Err(Refused::option("Invalid --time specification"));
            }
            _ => {}
        }
        said.push(value.map_or(long.to_owned(), |value| format!("{long}={}", value.display())));
        Ok(())
    };
    let read = read(script.as_bytes(), "job.sh", &mut options, &mut give, dialect, &mut notices);
    said.extend(options.umask.map(|mask| format!("umask {mask:o}")));
    said.extend(notices.lines);
    if let Err(refused) = read {
        said.extend(refused.lines);
        said.push(format!("{:?}", refused.code));
    }
    said.join(" | ")
}

fn lines(lines: &str) -> String {
    given(&format!("#!/bin/sh\n{lines}\ntrue\n"), &Dialect::default())
}

#[test]
fn bsub_lines() {
    assert_eq!(
        lines("#BSUB -J b -o out -e err -q night\n#BSUB -W 1:30 -x"),
        "job-name=b | output=out | error=err | partition=night | time=1:30 | exclusive"
    );
    assert_eq!(lines("#BSUB -M 2048 --memory_limit=1G"), "mem-per-cpu=2048K | mem-per-cpu=1G");
    assert_eq!(lines("#BSUB -m 'c1 c2' -n 2,4 -n 3"), "nodelist=c1,c2 | ntasks=4 | ntasks=3");
    assert_eq!(lines("#BSUB -n 3,"), "error: #BSUB -n format not correct given: '3,' | Error");
    assert_eq!(lines("#BSUB -cwd /tmp -J b"), "chdir=/tmp | job-name=b");
    // Where it does not stand on an odd place, it is -c with a value.
    assert_eq!(lines("#BSUB -x -cwd /tmp"), "exclusive | chdir=wd | error: Invalid argument: /tmp | Error");
    assert_eq!(
        lines("#BSUB -J b -Z"),
        "job-name=b | invalid option -- 'Z' | error: Unrecognized command line parameter ? | Error"
    );
}

#[test]
fn pbs_lines() {
    assert_eq!(
        lines("#PBS -N p -A acc -q debug -a 1200 -h -t 1-3 -M me -m abe -p 5"),
        "job-name=p | account=acc | partition=debug | begin=1200 | hold | array=1-3 | mail-user=me | \
         mail-type=BEGIN,END,FAIL | nice=5"
    );
    assert_eq!(lines("#PBS -m an"), "mail-type=NONE");
    assert_eq!(lines("#PBS -m x"), "error: Invalid --mail-type specification | Option");
    assert_eq!(lines("#PBS -v A=1 --variable_list=B"), "export=A=1 | export=A=1,B");
    assert_eq!(lines("#PBS -V -j oe --join=oe --join -k n -r y -S /bin/sh -u me -z -I -c n -C x"), "");
    assert_eq!(lines("#PBS -d /tmp -w /var"), "chdir=/tmp | chdir=/var");
    let before = Dialect { pbs_working_folder: false, ..Dialect::default() };
    assert!(given("#PBS -d /tmp", &before).starts_with("invalid option -- 'd' | error: Unrecognized"));
    assert_eq!(lines("#PBS -N p job"), "job-name=p | error: Invalid argument: job | Error");
    assert_eq!(lines("#PBS -N 'a"), "fatal: job.sh: line 2: Unmatched `'` in [ 'a] | One");
    assert_eq!(lines("#PBS -l walltime=bad"), "error: Invalid --time specification | Option");
}

#[test]
fn pbs_attributes() {
    assert_eq!(lines("#PBS -W depend=afterok:1"), "dependency=afterok:1");
    assert_eq!(lines("#PBS -W block=true"), "Ignored PBS attributes: block=true");
    assert_eq!(lines("#PBS -W umask=022"), "umask 22");
    assert_eq!(lines("#PBS -W UMASK=18"), "umask 22");
    assert_eq!(lines("#PBS -W umask=yes"), "umask 0");
    assert_eq!(lines("#PBS -W umask=022 -W umask=0"), "");
    for wrong in ["99999", "-5", "-022"] {
        let said = lines(&format!("#PBS -W umask={wrong}"));
        assert_eq!(said, "error: Invalid -W umask= specification | Option", "{wrong}");
    }
}

#[test]
fn pbs_resources() {
    assert_eq!(
        lines("#PBS -l nodes=2:ppn=4:gpus=1,walltime=10:00,mem=2gb"),
        "gpus-per-node=1 | nodes=2 | ntasks=8 | time=10:00 | mem=2g"
    );
    assert_eq!(lines("#PBS -l nodes=c1+c2:ppn=4"), "ntasks=4 | nodelist=c[1-2]");
    assert_eq!(
        lines("#PBS -l select=2:ncpus=4:mpiprocs=2"),
        "nodes=2 | mincpus=4 | ntasks-per-node=2 | cpus-per-task=2"
    );
    assert_eq!(lines("#PBS -l select=2:ncpus=2:mpiprocs=2"), "nodes=2 | mincpus=2 | ntasks-per-node=2");
    assert_eq!(lines("#PBS -l ACCELERATOR=True -l naccelerators=2"), "gres=gpu:1 | gres=gpu:1,gpu:2");
    assert_eq!(
        lines("#PBS -l naccelerators=x"),
        "error: Invalid numeric value \"x\" for naccelerators. | One"
    );
    assert_eq!(
        lines("#PBS -l proc=fast,walltime=3,nice=5 -l proc=ib"),
        "constraint=fast | nice=5 | constraint=ib,fast"
    );
    assert_eq!(lines("#PBS -l file=1Gb,pmem=4,pvmem=5,vmem=6,host=a,other=x,xcput=7"), "tmp=1G | time=7");
    assert_eq!(lines("#PBS -l mem="), "mem=");
}

#[test]
fn where_the_lines_may_stand() {
    assert_eq!(lines("#BSUB -J b\n#PBS -N p"), "job-name=b");
    assert_eq!(lines("#PBS -N p\n#BSUB"), "");
    assert_eq!(lines(&format!("{}#PBS -N p", "true\n".repeat(100))), "job-name=p");
    assert_eq!(lines(&format!("{}#PBS -N p", "true\n".repeat(101))), "");
    assert_eq!(lines(&format!("{}#PBS -N p", "# true\n".repeat(101))), "job-name=p");
    assert_eq!(lines(" #PBS -N p\n#pbs -N q"), "");
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(
        mark in "#(PBS|BSUB)",
        words in "( -[a-zA-Z]|nodes=|ppn=|select=|ncpus=|mpiprocs=|umask=|accelerators=|proc=|mem=|[ '\"#:+,0-9a-z\\\\-]){0,12}",
        newest: bool,
    ) {
        let dialect = Dialect { pbs_working_folder: newest, ..Dialect::default() };
        given(&format!("{mark}{words}\n"), &dialect);
    }
}
