//! The CPU frequencies that a job or a step asked for.

const NO_VAL: u32 = u32::MAX - 1;

/// Names for frequencies and governors (`CPU_FREQ_*` of slurm.h).
const NAMES: [(u32, &str); 10] = [
    (0x8000_0001, "Low"),
    (0x8000_0002, "Medium"),
    (0x8000_0004, "Highm1"),
    (0x8000_0003, "High"),
    (0x8800_0000, "Conservative"),
    (0x8200_0000, "Performance"),
    (0x8100_0000, "PowerSave"),
    (0x8080_0000, "UserSpace"),
    (0x8400_0000, "OnDemand"),
    (0x8040_0000, "SchedUtil"),
];
/// `CPU_FREQ_RANGE_FLAG`: a name and no number.
const NAMED: u32 = 0x8000_0000;

/// `CPU_min_freq=Low CPU_max_freq=2400000 Governor=OnDemand`; none where nothing was asked for.
pub fn text(low: u32, high: u32, governor: u32) -> Option<String> {
    let given = |frequency: u32| frequency != 0 && frequency != NO_VAL;
    let limit = |name: &str, frequency: u32| match frequency {
        frequency if !given(frequency) => String::new(),
        frequency => format!("{name}={} ", named(frequency)),
    };
    let limits = limit("CPU_min_freq", low) + &limit("CPU_max_freq", high);
    if given(governor) {
        return Some(format!("{limits}Governor={}", named(governor)));
    }
    (!limits.is_empty()).then_some(limits)
}

fn named(frequency: u32) -> String {
    match NAMES.iter().find(|(number, _)| *number == frequency) {
        Some((_, name)) => (*name).into(),
        None if frequency & NAMED != 0 => "Unknown".into(),
        None => frequency.to_string(),
    }
}
