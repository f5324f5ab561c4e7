//! How a release of Slurm's commands reads what is asked of them, where releases differ: one plainly named answer for
//! each difference. Who talks to a cluster fills it in for the release in use; the parsers here only ask.

/// What differs between releases in reading the values of options. The default is the newest release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// `--nodes` may be a list of counts, `1,3` or `1-4:2`, each of them below this.
    pub node_count_list_limit: Option<i64>,
    /// A whole number must be less than 2147483647. Otherwise only what does not fit 64 bits is refused, and the rest is
    /// cut to 32 bits.
    pub integers_must_fit: bool,
    /// A number that is too large is said to be "too large", not "to big".
    pub says_too_large: bool,
    /// `elevenses` is a time of day: 11 AM.
    pub elevenses: bool,
    /// Signals can be called CHLD and PIPE.
    pub chld_and_pipe: bool,
    /// `--distribution=plane` without a good size is refused. Otherwise it means no distribution at all.
    pub plane_needs_size: bool,
    /// What every entry of `--gres` begins with in the request.
    pub gres_prefix: &'static str,
    /// The name of GPUs in the request's TRES strings.
    pub gpu_tres: &'static str,
    /// Long names of options that sbatch does not have.
    pub lacks_options: &'static [&'static [&'static str]],
    /// Variables that sbatch does not look at, though it has their options.
    pub lacks_variables: &'static [&'static [&'static str]],
    /// `--get-user-env` takes a value, which is looked at.
    pub get_user_env_takes_a_value: bool,
    /// `--requeue` takes `expedite`.
    pub requeue_can_be_expedited: bool,
    /// `--exclusive` takes `topo`.
    pub exclusive_topo: bool,
    /// `--exclusive` takes `allocation`.
    pub exclusive_allocation: bool,
    /// In a directive, a backslash keeps a blank in its word.
    pub blank_can_be_escaped: bool,
    /// `--export=NIL` has a meaning of its own.
    pub export_nil: bool,
    /// What is said of `packjob` and of too few tasks begins with `warning: `; before, with `Warning: `.
    pub warns: bool,
    /// `--nodelist` sets the number of nodes only where `--nodes` did not, the number of tasks that `--ntasks-per-node`
    /// comes to is left to slurmctld, and `--ntasks` with `--ntasks-per-node` sets the number of nodes.
    pub sizes_left_to_slurmctld: bool,
    /// `--ntasks-per-core` above `--threads-per-core` is refused.
    pub tasks_per_core_checked: bool,
    /// `--exclusive` with `--oversubscribe` is refused.
    pub shared_checked: bool,
    /// `--nodes` with `--distribution=arbitrary` is refused, and a list of nodes for it keeps its repeats.
    pub arbitrary_checked: bool,
    /// `--gres` with `--gpus-per-node` is refused where both ask for GPUs.
    pub gres_or_gpus_per_node: bool,
    /// A number of nodes that `--segment` does not divide is refused.
    pub segment_checked: bool,
    /// What tasks need is one list of TRES, `tres_per_task`, which `--cpus-per-task` and `--gpus-per-task` are part of.
    pub tres_per_task: bool,
    /// Between a TRES and its count in `tres_per_task` stands `=`; before, `:`.
    pub tres_per_task_equals: bool,
    /// A count may stand behind `=` in a list of TRES, and a list names kinds of TRES with `/`: `gres/gpu:a100=2`. Before,
    /// `gres:gpu:a100:2`.
    pub counts_behind_equals: bool,
    /// Each model of `--gpus-per-task=a100:1,v100:1` becomes part of `tres_per_task`; before, only the first does.
    pub gpu_models_per_task: bool,
    /// `--ntasks-per-gpu` and `--ntasks-per-tres` may be given together if they agree.
    pub tasks_per_gpu_and_tres_may_agree: bool,
    /// `--ntasks-per-gpu` goes together with `SBATCH_TRES_PER_TASK` as long as that names no GPUs.
    pub tasks_per_gpu_minds_only_gpus: bool,
    /// sbatch itself checks what is asked of GRES before it submits.
    pub gres_checked: bool,
    /// In that check, all but GRES of nodes need `select/cons_tres`.
    pub gres_needs_cons_tres: bool,
    /// In that check, GRES that jobs share are for nodes only.
    pub shared_gres_per_node_only: bool,
    /// In that check, CPUs for GPUs need GPUs; before, only memory for them does.
    pub cpus_per_gpu_needs_gpus: bool,
    /// In that check, GRES of sockets are counted for one node where no number is said.
    pub sockets_of_one_node: bool,
    /// In that check, the least number of CPUs is that of all GPUs at least.
    pub gpus_set_min_cpus: bool,
    /// In that check, the least number of CPUs is that of all tasks at least.
    pub tasks_set_min_cpus: bool,
    /// GRES of tasks without tasks are said to be from `--tres-per-task` as well.
    pub says_tres_per_task: bool,
    /// `#PBS -d` and `-w` name the working folder.
    pub pbs_working_folder: bool,
    /// Node lists may be asked for by file or variable with braces, which are left to slurmctld.
    pub braces_in_node_lists: bool,
    /// `--hint` minds `--cores-per-socket` and `--sockets-per-node`.
    pub hint_minds_sockets: bool,
    /// slurmctld itself tells the job its name, open mode, profile, accounting frequency and CPU frequency.
    pub slurmctld_tells_settings: bool,
    /// `SLURM_MEM_BIND_SORT` is set.
    pub tells_mem_bind_sort: bool,
    /// `SLURM_JWT` is kept out of the job's environment.
    pub keeps_jwt: bool,
    /// `SLURM_STEPMGR` of a job around is kept out.
    pub keeps_stepmgr: bool,
    /// Scripts above 512 MiB are refused unread.
    pub script_size_checked: bool,
    /// `ESLURM_PORTS_BUSY` is waited for.
    pub waits_for_ports: bool,
    /// `SBATCH_DEBUG` counts before the command line is read.
    pub debug_is_early: bool,
    /// A range of CPU frequencies needs a governor, and a single frequency means UserSpace. Otherwise neither is so,
    /// a governor stands only behind a range, and of a frequency only the number at its start is looked at.
    pub cpu_range_needs_governor: bool,
    /// `--mem-bind` knows `sort` and `nosort`.
    pub memory_sorting: bool,
    /// A list of `--mem-bind` that comes to nothing is refused.
    pub empty_binding_list_refused: bool,
    /// `--gpu-bind` is checked and asked for as a binding of `gres/gpu`, not `gpu`; several are joined by `+`, not `;`; and
    /// `map:` and `mask:` are ways to bind.
    pub bindings_name_gres: bool,
    /// `closest` and `none` of `--gpu-bind` are read to their ends, not only their first letters.
    pub binding_words_whole: bool,
    /// Lists of `--gpu-bind` must hold decimal numbers or hexadecimal masks, not whatever C calls a number.
    pub binding_lists_checked: bool,
    /// A list behind `map:` or `mask:` of `--gpu-bind` is checked from its start, not four places further on.
    pub short_binding_lists_whole: bool,
    /// `--gres-flags` is a list of flags, and there are flags about sharing.
    pub gres_flag_lists: bool,
    /// Another value of `--requeue` is refused, that of SBATCH_REQUEUE among them.
    pub requeue_words_refused: bool,
    /// A second `--mail-type` adds to the first. Otherwise it replaces it.
    pub mail_types_add_up: bool,
    /// `--uid` and `--gid` refuse Slurm's own nobody, which is 99.
    pub nobody_refused: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            node_count_list_limit: Some(16384),
            integers_must_fit: true,
            says_too_large: true,
            elevenses: true,
            chld_and_pipe: true,
            plane_needs_size: true,
            gres_prefix: "gres/",
            gpu_tres: "gres/gpu",
            lacks_options: &[&["power"]],
            lacks_variables: &[],
            get_user_env_takes_a_value: false,
            requeue_can_be_expedited: true,
            exclusive_topo: true,
            exclusive_allocation: true,
            blank_can_be_escaped: true,
            export_nil: true,
            warns: true,
            sizes_left_to_slurmctld: true,
            tasks_per_core_checked: true,
            shared_checked: true,
            arbitrary_checked: true,
            gres_or_gpus_per_node: true,
            segment_checked: true,
            tres_per_task: true,
            tres_per_task_equals: true,
            counts_behind_equals: true,
            gpu_models_per_task: true,
            tasks_per_gpu_and_tres_may_agree: true,
            tasks_per_gpu_minds_only_gpus: true,
            gres_checked: true,
            gres_needs_cons_tres: false,
            shared_gres_per_node_only: false,
            cpus_per_gpu_needs_gpus: true,
            sockets_of_one_node: true,
            gpus_set_min_cpus: true,
            tasks_set_min_cpus: true,
            says_tres_per_task: true,
            pbs_working_folder: true,
            braces_in_node_lists: true,
            hint_minds_sockets: true,
            slurmctld_tells_settings: true,
            tells_mem_bind_sort: false,
            keeps_jwt: true,
            keeps_stepmgr: true,
            script_size_checked: true,
            waits_for_ports: true,
            debug_is_early: true,
            cpu_range_needs_governor: true,
            memory_sorting: false,
            empty_binding_list_refused: true,
            bindings_name_gres: true,
            binding_words_whole: true,
            binding_lists_checked: true,
            short_binding_lists_whole: true,
            gres_flag_lists: true,
            requeue_words_refused: true,
            mail_types_add_up: false,
            nobody_refused: true,
        }
    }
}

impl Dialect {
    /// Whether sbatch has the option of that long name.
    #[must_use]
    pub fn has_option(&self, long: &str) -> bool {
        !self.lacks_options.iter().any(|names| names.contains(&long))
    }

    /// Whether sbatch looks at the variable of that name.
    #[must_use]
    pub fn has_variable(&self, name: &str) -> bool {
        !self.lacks_variables.iter().any(|names| names.contains(&name))
    }
}
