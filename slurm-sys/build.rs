//! Finds Slurm's headers, of one release or of several, and writes one module of raw bindings for each.
//!
//! Only `slurm/slurm.h`, `slurm/slurm_errno.h` and `slurm/slurmdb.h` (and what they include) are read; no library is
//! needed, and nothing links to one.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::exit;

/// The functions that the project calls. A release that lacks one has a missing symbol at run time, which `moved.rs`
/// knows of.
const FUNCTIONS: &[&str] = &[
    "slurm_api_version",
    "slurm_init",
    "slurm_fini",
    "slurm_strerror",
    "slurm_load_ctl_conf",
    "slurm_free_ctl_conf",
    "slurm_free_conf",
    "slurm_ping",
    "slurm_get_statistics",
    "slurm_init_job_desc_msg",
    "slurm_submit_batch_job",
    "slurm_submit_batch_het_job",
    "slurm_job_will_run",
    "slurm_het_job_will_run",
    "slurm_free_submit_response_response_msg",
    "slurm_load_job",
    "slurm_load_jobs",
    "slurm_load_job_user",
    "slurm_load_job_state",
    "slurm_free_job_info_msg",
    "slurm_free_job_state_response_msg",
    "slurm_get_job_steps",
    "slurm_free_job_step_info_response_msg",
    "slurm_kill_job2",
    "slurm_kill_jobs",
    "slurm_free_kill_jobs_response_msg",
    "slurm_suspend2",
    "slurm_resume2",
    "slurm_requeue2",
    "slurm_update_job",
    "slurm_update_job2",
    "slurm_top_job",
    "slurm_free_job_array_resp",
    "slurm_job_batch_script",
    "slurm_kill_job_step",
    "slurm_signal_job_step",
    "slurm_terminate_job_step",
    "slurm_notify_job",
    "slurm_job_node_ready",
    "slurm_update_step",
    "slurm_get_job_stderr",
    "slurm_get_job_stdin",
    "slurm_get_job_stdout",
    "slurm_sprint_job_info",
    "slurm_sprint_job_step_info",
    "slurm_hostlist_create",
    "slurm_hostlist_destroy",
    "slurm_hostlist_shift",
    "slurm_hostlist_ranged_string_xmalloc",
    "slurm_load_partitions",
    "slurm_free_partition_info_msg",
    "slurm_load_node",
    "slurm_load_node_single",
    "slurm_free_node_info_msg",
    "slurm_populate_node_partitions",
    "slurm_get_select_nodeinfo",
    "slurm_load_reservations",
    "slurm_free_reservation_info_msg",
    "slurm_sprint_node_table",
    "slurm_sprint_partition_info",
    "slurm_sprint_reservation_info",
    "slurm_allocation_msg_thr_create",
    "slurm_allocation_msg_thr_destroy",
    "slurm_list_create",
    "slurm_list_append",
    "slurm_list_count",
    "slurm_list_destroy",
    "slurm_list_iterator_create",
    "slurm_list_iterator_destroy",
    "slurm_list_next",
    "slurmdb_connection_get",
    "slurmdb_connection_close",
    "slurmdb_jobs_get",
    "slurmdb_qos_get",
    "slurmdb_tres_get",
    "slurmdb_federations_get",
    "slurmdb_get_first_avail_cluster",
    "slurmdb_get_first_het_job_cluster",
    "slurmdb_get_info_cluster",
    // Exported by the library in every release, declared in none of its installed headers: see `EXTRA`.
    "slurm_free_stats_response_msg",
    "slurm_bit_test",
    "slurm_bit_size",
    "slurm_job_reason_string",
    "slurm_job_state_reason_string",
    "slurm_xfree_ptr",
    "slurm_node_state_string",
    "slurm_node_state_string_compact",
    "slurm_node_state_string_complete",
    "slurm_node_state_flag_string_single",
    "slurm_preempt_mode_string",
    "slurm_hostlist_push_host",
    "slurm_hostlist_find",
    "slurm_hostlist_count",
    "slurm_hostlist_sort",
    "slurm_hostlist_cmp_first",
    "slurm_hostlist_iterator_create",
    "slurm_hostlist_next",
    "slurm_hostlist_iterator_destroy",
    "slurm_hostlist_ranged_string_xmalloc",
    "slurm_hostlist_deranged_string_xmalloc",
    "slurm_get_track_wckey",
    "slurm_expand_step_stdio_fields",
    "slurm_step_layout_type_name",
    "slurm_xsize",
];

/// Prototypes of the exported functions that the installed headers leave out.
const EXTRA: &str = "
extern void slurm_free_stats_response_msg(stats_info_response_msg_t *msg);
/* int in old releases and bool in new ones: only the low byte holds in both */
extern unsigned char slurm_bit_test(const void *bits, int64_t position);
extern int64_t slurm_bit_size(const void *bits);
/* up to 23.02 */
extern const char *slurm_job_reason_string(unsigned int reason);
/* from 23.11 */
extern const char *slurm_job_state_reason_string(unsigned int reason);
/* from 25.05; allocated */
extern char *slurm_expand_step_stdio_fields(char *path, job_step_info_t *step);
/* allocated */
extern char *slurm_step_layout_type_name(uint32_t distribution);
/* int or uint16_t: only whether it is 0 counts */
extern uint16_t slurm_get_track_wckey(void);
/* from 23.11, of what slurm_kill_jobs gives */
extern void slurm_free_kill_jobs_response_msg(void *message);
/* how large a block is that the library allocated */
extern size_t slurm_xsize(void *memory);
/* frees what the library allocated and handed over */
extern void slurm_xfree_ptr(void *memory);
/* static strings */
extern const char *slurm_node_state_string(uint32_t state);
extern const char *slurm_node_state_string_compact(uint32_t state);
/* from 21.08; allocated */
extern char *slurm_node_state_string_complete(uint32_t state);
/* from 21.08; a static string, whose flag is taken from the state */
extern const char *slurm_node_state_flag_string_single(uint32_t *state);
extern const char *slurm_preempt_mode_string(uint16_t mode);
extern void slurm_hostlist_sort(void *hosts);
extern void *slurm_hostlist_iterator_create(void *hosts);
extern char *slurm_hostlist_next(void *iterator);
extern void slurm_hostlist_iterator_destroy(void *iterator);
extern int slurm_hostlist_cmp_first(void *one, void *other);
extern char *slurm_hostlist_deranged_string_xmalloc(void *hosts);
";

const TYPES: &[&str] = &[
    "slurmdb_job_cond_t",
    "slurmdb_job_rec_t",
    "slurmdb_step_rec_t",
    "slurmdb_qos_rec_t",
    "slurmdb_tres_rec_t",
    "slurmdb_federation_rec_t",
    "slurmdb_cluster_rec_t",
    "slurmdb_cluster_rec_t",
    "slurmdb_selected_step_t",
    "slurm_selected_step_t",
    "job_states",
    "job_state_reason",
    "node_states",
    "select_nodedata_type",
    "job_defaults_t",
    "slurm_err_t",
    "task_dist_states",
];

const CONSTANTS: &[&str] = &[
    "SLURM_VERSION_NUMBER",
    "SLURM_SUCCESS",
    "SLURM_ERROR",
    "ESLURM_.*",
    "SLURM_(COMMUNICATIONS|PROTOCOL)_.*",
    "SLURMCTLD_COMMUNICATIONS_.*",
    "SLURM_NO_CHANGE_IN_DATA",
    "SLURMDB_JOB_FLAG_.*",
    "SLURM_DIST_.*",
    "NO_VAL.*",
    "INFINITE.*",
    "SHOW_.*",
    "KILL_.*",
    "JOB_.*",
    "RESET_ACCRUE_TIME",
    "MAIL_.*",
    "MEM_PER_CPU",
    "NICE_OFFSET",
    "OPEN_MODE_.*",
    "JOBCOND_FLAG_.*",
    "QOS_COND_FLAG_.*",
    "NO_KILL_INV_DEP",
    "CTL_CONF_ASRU",
    "CONF_FLAG_ASRU",
    "SPREAD_.*",
    "CONSOLIDATE_SEGMENTS",
    "USE_MIN_NODES",
    "GRES_.*",
    "STEPMGR_ENABLED",
    "EXPEDITED_REQUEUE",
    "EXTERNAL_JOB",
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=SLURM_INCLUDE_DIRS");
    let folders = header_folders();
    let mut releases: BTreeMap<Release, PathBuf> = BTreeMap::new();
    for folder in folders.given.iter().chain(&folders.usual) {
        match release_of(folder) {
            Some(release) => {
                releases.entry(release).or_insert_with(|| folder.clone());
            }
            None if folders.given.contains(folder) => fail(&format!(
                "SLURM_INCLUDE_DIRS names {}, which has no slurm/slurm.h of a release that states its version",
                folder.display()
            )),
            None => {}
        }
    }
    if releases.is_empty() {
        fail(NO_HEADERS);
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_else(|| fail("cargo gave no OUT_DIR")));
    for (release, folder) in &releases {
        generate(*release, folder, &out);
    }
    write(&out.join("releases.rs"), &modules(releases.keys()));
}

const NO_HEADERS: &str = "Slurm's headers (slurm/slurm.h) were not found. Install them:
  Debian, Ubuntu      apt install libslurm-dev
  RHEL, Rocky, Alma   dnf install slurm-devel
  SUSE                zypper install slurm-devel
or name the folder that holds slurm/slurm.h in SLURM_INCLUDE_DIRS (several, of several releases: a:b:c),
or build without Slurm, for local runs only: cargo build --no-default-features";

/// Where headers may be: those that were named, which must hold, and those where they usually are, which may.
struct Folders {
    given: Vec<PathBuf>,
    usual: Vec<PathBuf>,
}

fn header_folders() -> Folders {
    if let Some(given) = env::var_os("SLURM_INCLUDE_DIRS").filter(|given| !given.is_empty()) {
        let given = env::split_paths(&given).filter(|folder| !folder.as_os_str().is_empty()).collect();
        return Folders { given, usual: Vec::new() };
    }
    let mut usual = Vec::new();
    // slurm.pc exists from 24.05.
    let found = pkg_config::Config::new().cargo_metadata(false).env_metadata(true).probe("slurm");
    if let Ok(library) = found {
        usual.extend(library.include_paths);
    }
    usual.extend(
        ["/usr/include", "/usr/local/include", "/opt/slurm/include", "/opt/slurm/current/include"]
            .map(PathBuf::from),
    );
    // Only the first that has headers counts: two releases at once must be asked for.
    let first = usual.into_iter().find(|folder| release_of(folder).is_some());
    Folders { given: Vec::new(), usual: first.into_iter().collect() }
}

/// A Slurm release, `(22, 5)` for 22.05.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Release(u32, u32);

impl Release {
    fn module(self) -> String {
        format!("v{:02}_{:02}", self.0, self.1)
    }
}

/// Reads the release that the headers in `folder` state about themselves. Up to 20.11 it stands in slurm.h, later in
/// slurm_version.h.
fn release_of(folder: &Path) -> Option<Release> {
    fs::metadata(folder.join("slurm/slurm.h")).ok()?;
    let stated = |file: &str| {
        let path = folder.join("slurm").join(file);
        let text = String::from_utf8_lossy(&fs::read(&path).ok()?).into_owned();
        let line = text.lines().find_map(|line| line.strip_prefix("#define SLURM_VERSION_NUMBER"))?;
        println!("cargo::rerun-if-changed={}", path.display());
        u32::from_str_radix(line.split_whitespace().next()?.strip_prefix("0x")?, 16).ok()
    };
    let number = stated("slurm_version.h").or_else(|| stated("slurm.h"))?;
    Some(Release(number >> 16 & 0xff, number >> 8 & 0xff))
}

fn generate(release: Release, folder: &Path, out: &Path) {
    let module = release.module();
    // A file on disk: bindgen's macro fallback, which SLURM_BIT() needs, does not work on header contents.
    let wrapper = out.join(format!("{module}.h"));
    write(
        &wrapper,
        &format!(
            "#include <slurm/slurm.h>\n#include <slurm/slurm_errno.h>\n#include <slurm/slurmdb.h>\n{EXTRA}"
        ),
    );
    let mut builder = bindgen::Builder::default()
        .header(wrapper.to_string_lossy())
        .clang_arg(format!("-I{}", folder.display()))
        .clang_macro_fallback()
        .clang_macro_fallback_build_dir(out)
        .dynamic_library_name("Library")
        .dynamic_link_require_all(false)
        .default_macro_constant_type(bindgen::MacroTypeVariation::Unsigned)
        .default_enum_style(bindgen::EnumVariation::Consts)
        .prepend_enum_name(false)
        .derive_debug(false)
        .generate_comments(false)
        .layout_tests(true);
    for function in FUNCTIONS {
        builder = builder.allowlist_function(function);
    }
    for name in TYPES {
        builder = builder.allowlist_type(name);
    }
    for name in CONSTANTS {
        builder = builder.allowlist_var(name);
    }
    let bindings = builder.generate().unwrap_or_else(|error| {
        fail(&format!("the headers of Slurm in {} could not be read: {error}", folder.display()))
    });
    let target = out.join(format!("{module}.rs"));
    if let Err(error) = bindings.write_to_file(&target) {
        fail(&format!("{} could not be written: {error}", target.display()));
    }
}

/// The modules, and the macro that hands their names to whoever compiles something once for each.
fn modules<'a>(releases: impl Iterator<Item = &'a Release> + Clone) -> String {
    let mut text = String::new();
    let mut list = String::new();
    for release in releases {
        let module = release.module();
        let _ = writeln!(
            text,
            "/// Slurm {:02}.{:02}, as its headers have it.\npub mod {module} {{\n    include!(concat!(env!(\"OUT_DIR\"), \"/{module}.rs\"));\n}}",
            release.0, release.1
        );
        let _ = write!(list, " {module}");
    }
    let _ = writeln!(
        text,
        "/// Calls the macro `$with` with the module names of all releases that were built in: `$with! {{ v22_05 v24_11 }}`.\n\
         #[macro_export]\nmacro_rules! for_each_release {{\n    ($with:ident) => {{ $with! {{{list} }} }};\n}}"
    );
    text
}

fn write(path: &Path, text: &str) {
    if let Err(error) = fs::write(path, text) {
        fail(&format!("{} could not be written: {error}", path.display()));
    }
}

fn fail(message: &str) -> ! {
    for line in message.lines() {
        println!("cargo::error={line}");
    }
    exit(1)
}
