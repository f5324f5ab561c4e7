//! What a job's record says was asked for, as the options of sbatch that ask for it.

use crate::slurm::JobInfo;
use std::ffi::{CStr, OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

const NO_VAL16: u16 = u16::MAX - 1;
const NO_VAL: u32 = u32::MAX - 1;
const INFINITE: u32 = u32::MAX;
/// `MEM_PER_CPU`
const MEM_PER_CPU: u64 = 1 << 63;
/// `NICE_OFFSET`
const NICE_OFFSET: u32 = 0x8000_0000;

/// Options, each a word: `--partition=debug`.
#[derive(Default)]
struct Words(Vec<OsString>);

impl Words {
    fn flag(&mut self, option: &str) {
        self.0.push(format!("--{option}").into());
    }

    fn add(&mut self, option: &str, value: impl AsRef<OsStr>) {
        let mut word = OsString::from(format!("--{option}="));
        word.push(value);
        self.0.push(word);
    }

    /// A text that is there and not empty.
    fn text(&mut self, option: &str, text: Option<&CStr>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.add(option, OsStr::from_bytes(text.to_bytes()));
        }
    }

    /// A number that was asked for.
    fn number(&mut self, option: &str, number: u16) {
        if number > 0 && number < NO_VAL16 {
            self.add(option, number.to_string());
        }
    }

    /// GPUs and other GRES: records have their kind in front, as the release writes it.
    fn gres(&mut self, option: &str, list: Option<&CStr>, only_gpus: bool) {
        let Some(list) = list.map(CStr::to_string_lossy).filter(|list| !list.is_empty()) else { return };
        let bare = |item: &str| {
            let item = item.strip_prefix("gres:").or_else(|| item.strip_prefix("gres/")).unwrap_or(item);
            match item.strip_prefix("gpu:").filter(|_| only_gpus) {
                Some(count) => count.to_owned(),
                None => item.to_owned(),
            }
        };
        self.add(option, list.split(',').map(bare).collect::<Vec<_>>().join(","));
    }
}

/// The options of sbatch that a record's job was submitted with, as far as the record tells: what is asked for by each, not how.
pub fn options(job: &JobInfo<'_>) -> Vec<OsString> {
    let mut words = Words::default();
    words.text("job-name", job.name);
    words.text("chdir", job.work_dir);
    words.text("output", job.std_out);
    words.text("error", job.std_err.filter(|error| Some(*error) != job.std_out));
    words.text("input", job.std_in.filter(|input| input.to_bytes() != b"/dev/null"));
    for (option, text) in [
        ("partition", job.partition),
        ("account", job.account),
        ("qos", job.qos),
        ("reservation", job.resv_name),
        ("wckey", job.wckey.filter(|key| !key.to_bytes().starts_with(b"*"))),
        ("constraint", job.features),
        ("prefer", job.prefer),
        ("nodelist", job.req_nodes),
        ("exclude", job.exc_nodes),
        ("licenses", job.licenses),
        ("network", job.network),
        ("mcs-label", job.mcs_label),
        ("extra", job.extra),
        ("container", job.container),
    ] {
        words.text(option, text);
    }
    sizes(&mut words, job);
    words.gres("gres", job.tres_per_node, false);
    words.gres("gpus", job.tres_per_job, true);
    words.gres("gpus-per-socket", job.tres_per_socket, true);
    words.gres("cpus-per-gpu", job.cpus_per_tres, true);
    words.gres("mem-per-gpu", job.mem_per_tres, true);
    match job.time_limit {
        NO_VAL => {}
        INFINITE => words.add("time", "UNLIMITED"),
        minutes => words.add("time", minutes.to_string()),
    }
    if job.time_min > 0 && job.time_min < NO_VAL {
        words.add("time-min", job.time_min.to_string());
    }
    let nice = i64::from(job.nice) - i64::from(NICE_OFFSET);
    if nice != 0 && job.nice < NO_VAL {
        words.add("nice", nice.to_string());
    }
    match job.requeue {
        0 => words.flag("no-requeue"),
        1 => words.flag("requeue"),
        _ => {}
    }
    match job.shared {
        0 => words.flag("exclusive"),
        1 => words.flag("oversubscribe"),
        2 => words.add("exclusive", "user"),
        3 => words.add("exclusive", "mcs"),
        _ => {}
    }
    mail(&mut words, job);
    words.0
}

fn sizes(words: &mut Words, job: &JobInfo<'_>) {
    let asked = job.max_nodes > 0 && job.max_nodes < NO_VAL;
    if asked {
        match job.num_nodes == job.max_nodes {
            true => words.add("nodes", job.max_nodes.to_string()),
            false => words.add("nodes", format!("{}-{}", job.num_nodes.max(1), job.max_nodes)),
        }
    }
    words.number("ntasks-per-node", job.ntasks_per_node);
    let of_itself = if asked { job.max_nodes } else { 1 };
    let per_node = job.ntasks_per_node > 0 && job.ntasks_per_node < NO_VAL16;
    if !per_node && job.num_tasks > 0 && job.num_tasks < NO_VAL && job.num_tasks != of_itself {
        words.add("ntasks", job.num_tasks.to_string());
    }
    if job.cpus_per_task > 1 {
        words.number("cpus-per-task", job.cpus_per_task);
    }
    words.number("ntasks-per-core", job.ntasks_per_core);
    words.number("ntasks-per-socket", job.ntasks_per_socket);
    words.number("sockets-per-node", job.sockets_per_node);
    words.number("cores-per-socket", job.cores_per_socket);
    words.number("threads-per-core", job.threads_per_core);
    if job.contiguous == 1 {
        words.flag("contiguous");
    }
    let memory = job.pn_min_memory & !MEM_PER_CPU;
    // Above the highest is "not asked for".
    if memory > 0 && memory < u64::from(u32::MAX) {
        let option = if job.pn_min_memory & MEM_PER_CPU == 0 { "mem" } else { "mem-per-cpu" };
        words.add(option, format!("{memory}M"));
    }
    if job.pn_min_tmp_disk > 0 && job.pn_min_tmp_disk < NO_VAL {
        words.add("tmp", format!("{}M", job.pn_min_tmp_disk));
    }
}

/// `--mail-type` and `--mail-user`, where any mail is sent.
fn mail(words: &mut Words, job: &JobInfo<'_>) {
    const EVENTS: [(u16, &str); 11] = [
        (0x1, "BEGIN"),
        (0x2, "END"),
        (0x4, "FAIL"),
        (0x8, "REQUEUE"),
        (0x10, "TIME_LIMIT"),
        (0x20, "TIME_LIMIT_90"),
        (0x40, "TIME_LIMIT_80"),
        (0x80, "TIME_LIMIT_50"),
        (0x100, "STAGE_OUT"),
        (0x200, "ARRAY_TASKS"),
        (0x400, "INVALID_DEPEND"),
    ];
    let events: Vec<&str> =
        EVENTS.iter().filter(|(bit, _)| job.mail_type & bit != 0).map(|(_, word)| *word).collect();
    if events.is_empty() || events == ["ARRAY_TASKS"] {
        return;
    }
    words.add("mail-type", events.join(","));
    words.text("mail-user", job.mail_user);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(job: &JobInfo<'_>) -> String {
        options(job).iter().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
    }

    fn plain<'a>() -> JobInfo<'a> {
        JobInfo {
            name: Some(c"a b"),
            nice: NICE_OFFSET,
            time_limit: NO_VAL,
            requeue: NO_VAL16,
            shared: NO_VAL16,
            num_nodes: 1,
            num_tasks: 1,
            ..JobInfo::default()
        }
    }

    #[test]
    fn what_was_not_asked_for_is_not() {
        assert_eq!(shown(&plain()), "--job-name=a b");
    }

    #[test]
    fn sizes_and_names() {
        let job = JobInfo {
            partition: Some(c"debug"),
            std_out: Some(c"/w/%A_%a.out"),
            std_err: Some(c"/w/%A_%a.out"),
            std_in: Some(c"/dev/null"),
            num_nodes: 2,
            max_nodes: 2,
            num_tasks: 8,
            cpus_per_task: 4,
            pn_min_memory: MEM_PER_CPU | 512,
            tres_per_node: Some(c"gres:gpu:a100:2"),
            tres_per_job: Some(c"gres/gpu:4"),
            time_limit: 90,
            nice: NICE_OFFSET + 7,
            requeue: 1,
            shared: 0,
            mail_type: 0x206,
            mail_user: Some(c"me"),
            ..plain()
        };
        assert_eq!(
            shown(&job),
            "--job-name=a b --output=/w/%A_%a.out --partition=debug --nodes=2 --ntasks=8 --cpus-per-task=4 \
             --mem-per-cpu=512M --gres=gpu:a100:2 --gpus=4 --time=90 --nice=7 --requeue --exclusive \
             --mail-type=END,FAIL,ARRAY_TASKS --mail-user=me"
        );
    }
}
