//! What scontrol and scancel do differently from release to release.

/// How the release's scontrol and scancel do things that others do otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ControlHabits {
    /// `scontrol show job` says on standard error, not on standard output, that there is no such job.
    pub tells_absent_jobs_on_stderr: bool,
    /// `scontrol update` says `slurm_update error: No error` of a step's word that has no value.
    pub tells_of_no_error: bool,
    /// `scontrol show hostlist -` reads standard input.
    pub reads_hosts_from_stdin: bool,
    /// `invalid entity:x for keyword:show ` ends with a blank.
    pub ends_entity_error_with_blank: bool,
    /// `scontrol update` knows StdErr, StdIn and Extra.
    pub updates_files_and_extra: bool,
    /// `scontrol update` knows MCSLabel.
    pub updates_mcs_label: bool,
    /// `scontrol update` knows Prefer.
    pub updates_prefer: bool,
    /// `scontrol update AdminComment+=x` adds to the comment.
    pub appends_admin_comments: bool,
    /// `scontrol update TimeLimit+=x` refuses a job without a limit, and an array of one record is no array to it.
    pub keeps_unlimited_time: bool,
    /// `scontrol update NumNodes=` takes lists and steps of node counts.
    pub takes_lists_of_sizes: bool,
    /// `scontrol update` tells slurmctld's messages about each job, and only what is wrong or has one.
    pub tells_messages_of_updates: bool,
    /// Jobs may be named by their SLUID.
    pub knows_sluids: bool,
    /// `scontrol --json` and `--yaml`.
    pub knows_data_parser: bool,
    /// `scontrol show node` goes on with a list that could not be read, and the library complains of it.
    pub goes_on_without_hosts: bool,
    /// scontrol puts the last error behind what it says of a command, `what:why`.
    pub joins_reasons: bool,
    /// `scancel --cron`.
    pub shows_cron_option: bool,
    /// `scancel --admin-comment`.
    pub shows_admin_comment_option: bool,
    /// `scancel --me`.
    pub has_scancel_me: bool,
    /// `scancel --ctld` lets slurmctld find the jobs.
    pub finds_jobs_in_controller: bool,
    /// scancel names the task that was asked for, not the tasks that share its record.
    pub names_tasks_one_by_one: bool,
    /// scancel reads a file of nodes among its options, not for each job that it might cancel.
    pub reads_nodes_at_once: bool,
    /// `scancel -u` takes the number of a user whom the host does not know.
    pub takes_unknown_users: bool,
    /// scancel with filters leaves the components of a heterogeneous job to their leader.
    pub skips_het_components: bool,
    /// `scontrol show step` takes whole ids of jobs and steps and says what is wrong with them.
    pub checks_step_ids: bool,
    /// `scontrol write batch_script` ends with what is no whole id; before, it takes what number there is.
    pub reads_whole_ids_for_scripts: bool,
    /// `scontrol update` calls a step `StepId=1.0` in its messages.
    pub writes_step_ids: bool,
    /// A step that has a SLUID is told without its heterogeneous component.
    pub sluids_hide_components: bool,
    /// How it prints a job.
    pub job_text: JobTextHabits,
}

/// How scontrol prints a job, from 24.11; before, the library does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobTextHabits {
    /// `LicensesAlloc=` behind `Licenses=`, and `SegmentSize=`.
    pub licenses_alloc: bool,
    /// `Exclusive=` behind `OverSubscribe=`, `MemUpdate=`, `ContainerType=`.
    pub exclusive: bool,
    /// `SubmitLine=` and `SLUID=`; lines end without blanks, flags are parted by blanks.
    pub submit_line: bool,
    /// `CPU_IDs=` is cut after 127 characters.
    pub cuts_cpu_ids: bool,
}
