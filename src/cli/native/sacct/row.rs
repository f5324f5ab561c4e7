//! What stands in each field of a job's row and of a step's.

mod job;
mod step;

use super::columns::Value;
use super::fields::{Kind, Stat, Way};
use super::tasks;
use crate::cli::native::tres::Names;
use crate::cli::native::units::{self, Convert, Power};
use crate::cli::native::users::Users;
use crate::job::state_words::state_word;
use crate::slurm::accounting::{
    AccountJob, AccountStep, AccountingHabits, Figures, INFINITE, NO_VAL, NO_VAL64, Qos,
};
use crate::slurm::{Client, Text};
use std::cell::OnceCell;

/// What rows are made with.
pub struct Rows<'a> {
    pub client: &'a Client,
    pub habits: AccountingHabits,
    pub users: Users,
    pub without_units: bool,
    pub units: Option<Power>,
    pub local_uid: bool,
    pub expand_patterns: bool,
    /// Seconds since 1970.
    pub now: i64,
    /// `SLURM_BITSTR_LEN`
    pub task_list: Option<i64>,
    /// Asked for when the first name is to be shown.
    pub tres: OnceCell<Option<Names>>,
    pub qos: OnceCell<Option<Vec<Qos>>>,
    pub ask: Ask<'a>,
}

/// How names are asked for; none where slurmdbd does not tell.
pub struct Ask<'a> {
    pub tres: Box<dyn Fn() -> Option<Names> + 'a>,
    pub qos: Box<dyn Fn() -> Option<Vec<Qos>> + 'a>,
}

/// A job with its steps.
pub struct Entry<'a> {
    pub job: AccountJob<'a>,
    pub steps: Vec<AccountStep<'a>>,
    /// One task of a pending array that is shown task by task.
    pub task: Option<u32>,
}

/// A base state from which on a step is over.
const OVER: u32 = 3;

impl<'a> Entry<'a> {
    /// A job's own CPU time and that of its steps that are over: seconds, microseconds.
    pub fn with_steps(&self, own: (u64, u64), of: impl Fn(&AccountStep<'a>) -> (u64, u64)) -> (u64, u64) {
        let over = self.steps.iter().filter(|step| step.state >= OVER);
        over.map(of).fold(own, |sum, time| (sum.0.saturating_add(time.0), sum.1.saturating_add(time.1)))
    }
}

impl Rows<'_> {
    /// How far amounts are converted.
    fn convert(&self) -> Convert {
        match (self.units, self.without_units) {
            (Some(power), _) => Convert::To(power),
            (None, true) => Convert::Not,
            (None, false) => Convert::Exactly,
        }
    }

    fn amount(&self, number: f64, power: Power) -> String {
        units::text(number, power, 1024, self.convert())
    }

    /// Of frequencies and energy, whose units are thousands: not only as far as nothing is lost.
    fn thousands(&self, number: f64, power: Power) -> String {
        let convert = match self.convert() {
            Convert::Exactly => Convert::Far,
            convert => convert,
        };
        units::text(number, power, 1000, convert)
    }

    /// Joules; nothing where nobody measured them.
    fn energy(&self, joules: u64) -> String {
        match joules {
            NO_VAL64 => String::new(),
            joules => self.thousands(joules as f64, units::NONE),
        }
    }

    fn names(&self) -> Option<&Names> {
        self.tres.get_or_init(|| (self.ask.tres)()).as_ref()
    }

    /// The name of a QOS; none for none, and where slurmdbd does not tell.
    pub fn qos_name(&self, id: u32) -> Option<String> {
        let all = self.qos.get_or_init(|| (self.ask.qos)()).as_ref()?;
        if id == NO_VAL {
            return None;
        }
        let found = all.iter().find(|qos| qos.id == id);
        Some(found.map_or_else(|| "Unknown".into(), |qos| qos.name.to_string_lossy().into_owned()))
    }

    /// A job's id as it is shown.
    pub fn id(&self, job: &AccountJob<'_>, task: Option<u32>) -> String {
        id_text(job, task, self.task_list)
    }

    /// `1:0`, code and signal of a wait status.
    fn exit_code(&self, status: u32, derived: bool) -> String {
        if status == NO_VAL {
            return if derived { "0:0".into() } else { String::new() };
        }
        let signal = status & 0x7f;
        let (mut code, signal) = match signal {
            0 => (status >> 8 & 0xff, 0),
            0x7f => (0, 0),
            signal => (0, signal),
        };
        if code >= 128 && self.habits.small_exit_codes && !derived {
            code -= 128;
        }
        format!("{code}:{signal}")
    }
}

/// A job's id as it is shown: `12`, `12_3`, `12_[4-9]`, `12+1`. `task` is one of a pending array's, `shown` how much of a
/// list of tasks is shown.
pub fn id_text(job: &AccountJob<'_>, task: Option<u32>, shown: Option<i64>) -> String {
    let one = task.or(Some(job.array_task_id).filter(|task| *task != NO_VAL));
    match (job.array_task_str, one) {
        (Some(mask), _) if task.is_none() => {
            let list = tasks::list(mask.to_bytes(), job.array_max_tasks, shown);
            format!("{}_[{list}]", job.array_job_id)
        }
        (_, Some(task)) => format!("{}_{task}", job.array_job_id),
        _ if job.het_job_id != 0 => format!("{}+{}", job.het_job_id, job.het_job_offset),
        _ => job.jobid.to_string(),
    }
}

/// A state, and of a cancelled job who did that.
fn state(bits: u32, by: u32) -> String {
    const CANCELLED: u32 = 4;
    match bits & 0xff {
        CANCELLED if by != INFINITE => format!("{} by {by}", state_word(bits)),
        _ => state_word(bits).into(),
    }
}

/// CPU time: `01:02.345`, or without the fraction from an hour on.
fn cpu_time((mut seconds, micros): (u64, u64)) -> String {
    seconds = seconds.saturating_add(micros / 1_000_000);
    let millis = micros % 1_000_000 / 1000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let seconds = seconds % 60;
    match (days, hours, millis) {
        (0, 0, 0) => format!("00:{minutes:02}:{seconds:02}"),
        (0, 0, millis) => format!("{minutes:02}:{seconds:02}.{millis:03}"),
        (0, hours, _) => format!("{hours:02}:{minutes:02}:{seconds:02}"),
        (days, hours, _) => format!("{days}-{hours:02}:{minutes:02}:{seconds:02}"),
    }
}

/// A CPU frequency that was asked for, kHz or a word.
pub fn cpu_frequency(number: u32) -> String {
    const WORDS: [(u32, &str); 10] = [
        (0x8000_0001, "Low"),
        (0x8000_0002, "Medium"),
        (0x8000_0003, "High"),
        (0x8000_0004, "Highm1"),
        (0x8800_0000, "Conservative"),
        (0x8400_0000, "OnDemand"),
        (0x8200_0000, "Performance"),
        (0x8100_0000, "PowerSave"),
        (0x8080_0000, "UserSpace"),
        (0x8040_0000, "SchedUtil"),
    ];
    match WORDS.iter().find(|(known, _)| *known == number) {
        Some((_, word)) => (*word).into(),
        None if number & 0x8000_0000 != 0 => "Unknown".into(),
        None => units::text(f64::from(number), units::KILO, 1000, Convert::Far),
    }
}

fn bytes(text: Text<'_>) -> Option<&[u8]> {
    text.map(std::ffi::CStr::to_bytes)
}

/// The record of those figures.
fn record<'a>(figures: &Figures<'a>, stat: Stat) -> Text<'a> {
    match stat {
        Stat::Average => figures.ave,
        Stat::Most => figures.max,
        Stat::Least => figures.min,
        Stat::Total => figures.tot,
    }
}

/// Whether a value of that kind is a number, where there is none.
fn absent(kind: Kind) -> Value<'static> {
    match kind {
        Kind::AllocCpus
        | Kind::AssocId
        | Kind::CpuTime
        | Kind::CpuTimeRaw
        | Kind::ConsumedEnergyRaw
        | Kind::DbIndex
        | Kind::Elapsed
        | Kind::ElapsedRaw
        | Kind::Gid
        | Kind::TaskOf(..)
        | Kind::NNodes
        | Kind::NTasks
        | Kind::Planned
        | Kind::PlannedCpu
        | Kind::PlannedCpuRaw
        | Kind::Priority
        | Kind::QosRaw
        | Kind::ReqCpus
        | Kind::ReservationId
        | Kind::Restarts
        | Kind::SegmentSize
        | Kind::Suspended
        | Kind::Uid
        | Kind::WcKeyId => Value::BLANK,
        _ => Value::NONE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_and_times() {
        assert_eq!(state(4, 1000), "CANCELLED by 1000");
        assert_eq!(state(4, INFINITE), "CANCELLED");
        assert_eq!(state(5, 1000), "FAILED");
        assert_eq!(cpu_time((61, 2_500_000)), "01:03.500");
        assert_eq!(cpu_time((61, 999)), "00:01:01");
        assert_eq!(cpu_time((3661, 5000)), "01:01:01");
        assert_eq!(cpu_time((90_061, 0)), "1-01:01:01");
        assert_eq!(cpu_frequency(NO_VAL), "Unknown");
        assert_eq!(cpu_frequency(0), "0");
        assert_eq!(cpu_frequency(2_400_000), "2.40G");
        assert_eq!(cpu_frequency(0x8100_0000), "PowerSave");
    }
}
