//! What each fuzz target does with its bytes. All of it must end without a panic; what is read must be printed so that it
//! reads back as the same value.

use jiff::Zoned;
use jiff::tz::TimeZone;
use srunx::job::Dialect;
use srunx::job::value::cpu_frequency::Governors;
use srunx::job::value::identity::Names;
use srunx::job::value::number::{self, Range};
use srunx::job::value::{
    ArrayTasks, CpuFrequency, Delay, Dependency, Distribution, GresFlags, Limits, MailTypes, Memory,
    MemoryBinding, MemoryUpdate, Moment, Nice, NodeShape, Nodes, OpenMode, Priority, Profile, Sharing,
    Switches, TimeLimit, UserEnvironment, Warning, choice, gpu, gres, profile, topology,
};
use srunx::sbatch::{Context, Notices, Options, Reader, directives as directive_lines};
use std::fmt::{Debug, Display};
use std::path::Path;

/// The newest release's way to read, and one that differs from it wherever a yes or no does.
fn dialects() -> [Dialect; 2] {
    let newest = Dialect::default();
    let other = Dialect {
        node_count_list_limit: None,
        integers_must_fit: false,
        says_too_large: false,
        elevenses: false,
        chld_and_pipe: false,
        plane_needs_size: false,
        blank_can_be_escaped: false,
        cpu_range_needs_governor: false,
        memory_sorting: true,
        empty_binding_list_refused: false,
        bindings_name_gres: false,
        binding_words_whole: false,
        binding_lists_checked: false,
        short_binding_lists_whole: false,
        gres_flag_lists: false,
        ..newest
    };
    [newest, other]
}

fn now() -> Zoned {
    jiff::civil::date(2026, 2, 28).at(18, 30, 45, 0).to_zoned(TimeZone::UTC).expect("a moment in UTC")
}

/// What was read, printed and read again, must be the same.
fn reads_back<T: Display + Debug + PartialEq, E: Debug + PartialEq>(
    value: Result<T, E>,
    read: impl Fn(&str) -> Result<T, E>,
) {
    if let Ok(value) = value {
        let text = value.to_string();
        assert_eq!(read(&text), Ok(value), "printed as {text:?}");
    }
}

fn both<T: Display + Debug + PartialEq, E: Debug + PartialEq>(
    text: &str,
    read: impl Fn(&str) -> Result<T, E>,
) {
    reads_back(read(text), &read);
}

struct Nobody;

impl Names for Nobody {
    fn id_of(&self, name: &str) -> Option<u32> {
        (name == "root").then_some(0)
    }

    fn has(&self, id: u32) -> bool {
        id == 0
    }
}

/// A script: the directives of its components, and the options that they give.
pub fn directives(data: &[u8]) {
    for dialect in dialects() {
        let context = Context {
            dialect: &dialect,
            now,
            cwd: Path::new("/work"),
            root: true,
            users: &Nobody,
            groups: &Nobody,
            plane_size: None,
        };
        let reader = Reader::new(context);
        let (mut options, mut notices) = (Options::default(), Notices::default());
        for component in 0..4 {
            let Ok(found) = directive_lines::read(data, component, "job.sh", &dialect) else { break };
            let lines = data.split(|byte| *byte == b'\n').count();
            assert!(found.words.iter().all(|word| (1..=lines).contains(&word.line)));
            assert!(found.words.windows(2).all(|pair| pair[0].line <= pair[1].line));
            let _ = reader.directives(&mut options, &found, &mut notices, "job.sh");
            reader.next_component(&mut options);
            if !found.more {
                break;
            }
        }
    }
}

/// Times: limits, delays, moments, and how long to wait for switches.
pub fn time(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    both(text, str::parse::<TimeLimit>);
    both(text, |text| Delay::parse(text, "--delay-boot"));
    if let Ok(limit) = TimeLimit::parse(text, "--time") {
        // 32 bits of seconds are more than any limit that is meant.
        if limit.minutes() < i32::MAX as u32 / 60 {
            reads_back(Ok(limit), |text| TimeLimit::parse(text, "--time"));
        }
    }
    let now = now();
    for dialect in dialects() {
        if let Ok(moment) = Moment::parse(text, &now, &dialect) {
            // Sbatch cannot be told every moment before 1900, nor one after the year 9999.
            if (-2_208_988_800..253_402_300_800).contains(&moment.seconds) {
                reads_back(Ok(moment), |text| Moment::parse(text, &now, &dialect));
            }
        }
        if let Ok(switches) = Switches::parse(text, &dialect)
            && switches.count > 0
        {
            reads_back(Ok(switches), |text| Switches::parse(text, &dialect));
        }
    }
}

/// Memory.
pub fn memory(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    both(text, str::parse::<Memory>);
    if let Ok(memory) = Memory::parse(text, "--mem") {
        // What overflowed has no text that overflows in the same way.
        if i64::try_from(memory.mib).is_ok() {
            reads_back(Ok(memory), |text| Memory::parse(text, "--mem"));
        }
    }
}

/// Arrays.
pub fn array(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    both(text, ArrayTasks::parse);
    if let Ok(tasks) = ArrayTasks::parse(text)
        && tasks.count() < 10_000
    {
        let listed: Vec<u32> = tasks.iter().collect();
        assert_eq!(listed.len(), tasks.count() as usize);
        assert!(listed.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(listed.iter().all(|task| tasks.contains(*task)));
        let again = ArrayTasks::of(listed.iter().copied()).expect("an array of tasks that an array has");
        assert_eq!(again.iter().collect::<Vec<_>>(), listed);
        both(&again.to_string(), ArrayTasks::parse);
    }
}

/// Dependencies.
pub fn dependency(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    both(text, Dependency::parse);
}

/// The values of all other options.
pub fn values(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for dialect in dialects() {
        both(text, |text| Nodes::parse(text, &dialect));
        both(text, |text| Warning::parse(text, &dialect));
        both(text, |text| Sharing::parse(Some(text), &dialect));
        both(text, |text| MemoryBinding::parse(text, &dialect));
        let frequency = |text: &str| CpuFrequency::parse(text, &Governors::default(), &dialect);
        reads_back(frequency(text).and_then(written_whole(&dialect)), frequency);
        both(text, |text| GresFlags::parse(text, true, &dialect));
        both(text, |text| NodeShape::parse(text, &dialect));
        reads_back(read_distribution(text, &dialect), |text| Distribution::parse(text, None, &dialect));
        let _ = gpu::binding(text, &dialect);
        let _ = choice::requeue(Some(text), &dialect);
        let _ = choice::wait_all_nodes(text, &dialect);
        for range in [Range::Positive, Range::NotNegative] {
            let _ = number::integer(text, "--ntasks", range, &dialect);
        }
        if let Some(once) = gres::per_node(text, &dialect) {
            assert!(once.starts_with(dialect.gres_prefix));
        }
        let _ = gres::gpus(text, &dialect);
    }
    both(text, MailTypes::parse);
    both(text, OpenMode::parse);
    both(text, Profile::parse);
    both(text, Priority::parse);
    both(text, Limits::parse);
    both(text, MemoryUpdate::parse);
    both(text, |text| Nice::parse(Some(text)));
    both(text, |text| UserEnvironment::parse(Some(text)));
    let _ = gpu::frequency(text);
    let _ = profile::check_sampling(text);
    let _ = topology::Hint::parse(text);
    let _ = choice::power(text);
    let _ = choice::no_kill(Some(text));
    let _ = choice::oom_kill_step(Some(text));
}

/// Without one of which sbatch's own text leaves something out.
fn written_whole(dialect: &Dialect) -> impl Fn(CpuFrequency) -> Result<CpuFrequency, String> {
    |frequency| frequency.is_written_whole(dialect).then_some(frequency).ok_or_else(String::new)
}

/// Without one for which nothing at all was said: nothing to print stands for it.
fn read_distribution(text: &str, dialect: &Dialect) -> Result<Distribution, String> {
    let distribution = Distribution::parse(text, None, dialect)?;
    if distribution.states == srunx::job::value::distribution::UNKNOWN {
        return Err("nothing was said".to_owned());
    }
    Ok(distribution)
}
