//! One job's figures: what it had, and what it used of it.

use crate::job::StateFlags;
use crate::job::state_words::state_word;

/// Where figures come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// slurmdbd, which is told what steps used.
    Accounting,
    /// slurmctld, which does not know.
    Controller,
}

/// One job, one task of an array, one component of a heterogeneous job, or the tasks of an array that wait together.
#[derive(Clone, Debug)]
pub struct Figures {
    /// `12`, `12_3`, `12+1`, `12_[4-9]`
    pub id: String,
    pub job: u32,
    /// The array and the number in it.
    pub task: Option<(u32, u32)>,
    /// How many tasks wait together in this record; none where it is of one job.
    pub tasks: Option<u64>,
    pub name: String,
    pub cluster: String,
    pub user: String,
    pub group: String,
    /// `job_state` of the record
    pub state: u32,
    /// A wait status.
    pub exit: u32,
    pub nodes: u64,
    pub cores: u64,
    /// Seconds.
    pub elapsed: u64,
    /// Microseconds of CPU time of all its steps; none where nobody knows.
    pub cpu: Option<u128>,
    pub memory: Memory,
    pub source: Source,
}

/// What is known of a job's memory. Bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Memory {
    /// What all nodes gave it together; 0 where memory is not given out.
    pub had: u64,
    /// Whether it was asked for by the CPU, else by the node.
    pub per_cpu: bool,
    /// The sum of its tasks' peaks, in the step where that was most; none where no step was measured.
    pub used: Option<u64>,
    /// In that step the task with the most, and the average of them.
    pub of_tasks: Option<(u64, u64)>,
}

const PENDING: u32 = 0;
const LAST_UNFINISHED: u32 = 2;

impl Figures {
    /// The state's word.
    pub fn state(&self) -> &'static str {
        state_word(self.state)
    }

    /// Whether it has not begun.
    pub fn is_pending(&self) -> bool {
        self.state & 0xff == PENDING
    }

    /// Whether it may still run, or run again.
    pub fn is_finished(&self) -> bool {
        const AGAIN: u32 = StateFlags::REQUEUE | StateFlags::REQUEUE_HOLD | StateFlags::SPECIAL_EXIT;
        self.state & 0xff > LAST_UNFINISHED && self.state & AGAIN == 0
    }

    /// The exit code.
    pub fn code(&self) -> u32 {
        self.exit >> 8 & 0xff
    }

    /// The signal that ended it; 0 for none.
    pub fn signal(&self) -> u32 {
        match self.exit & 0x7f {
            0x7f => 0,
            signal => signal,
        }
    }

    /// Seconds that its cores were its own.
    pub fn core_seconds(&self) -> u64 {
        self.elapsed.saturating_mul(self.cores)
    }

    /// CPU time to the nearest second.
    pub fn cpu_seconds(&self) -> Option<u64> {
        self.cpu.map(|micros| u64::try_from((micros + 500_000) / 1_000_000).unwrap_or(u64::MAX))
    }

    /// CPU time of the cores' time, 1 for all; none where it is not known or there was none.
    pub fn cpu_efficiency(&self) -> Option<f64> {
        let had = self.core_seconds();
        (had > 0).then_some(())?;
        Some(self.cpu_seconds()? as f64 / had as f64)
    }

    /// Memory used of what it had, 1 for all.
    pub fn memory_efficiency(&self) -> Option<f64> {
        (self.memory.had > 0).then_some(())?;
        Some(self.memory.used? as f64 / self.memory.had as f64)
    }
}

/// `02:03:04` or `1-02:03:04`
pub fn duration(seconds: u64) -> String {
    super::super::time_text::seconds_text(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// `1.50 GB`, of 1024 to the step, in the unit that leaves something before the point.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KB", "MB", "GB", "TB", "PB", "EB"];
    if bytes == 0 {
        return "0.00 MB".into();
    }
    let mut number = bytes as f64 / 1024.0;
    let mut units = UNITS.iter();
    let mut unit = units.next().copied().unwrap_or_default();
    for larger in units {
        if number < 1024.0 {
            break;
        }
        number /= 1024.0;
        unit = larger;
    }
    format!("{number:.2} {unit}")
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A job that used half of its CPUs and a quarter of its memory.
    pub fn half() -> Figures {
        Figures {
            id: "7".into(),
            job: 7,
            task: None,
            tasks: None,
            name: "train".into(),
            cluster: "blue".into(),
            user: "ada".into(),
            group: "math".into(),
            state: 3,
            exit: 0,
            nodes: 2,
            cores: 8,
            elapsed: 3600,
            cpu: Some(4 * 3600 * 1_000_000 + 499_999),
            memory: Memory {
                had: 8 << 30,
                per_cpu: true,
                used: Some(2 << 30),
                of_tasks: Some((3 << 28, 1 << 29)),
            },
            source: Source::Accounting,
        }
    }

    #[test]
    fn shares() {
        let job = half();
        assert_eq!(job.cpu_efficiency(), Some(0.5));
        assert_eq!(job.memory_efficiency(), Some(0.25));
        let idle = Figures { elapsed: 0, memory: Memory::default(), ..half() };
        assert_eq!((idle.cpu_efficiency(), idle.memory_efficiency()), (None, None));
        assert!(job.is_finished() && !Figures { state: 1, ..half() }.is_finished());
        assert!(!Figures { state: 5 | StateFlags::REQUEUE, ..half() }.is_finished());
        assert_eq!(
            (Figures { exit: 0x700, ..half() }.code(), Figures { exit: 9, ..half() }.signal()),
            (7, 9)
        );
    }

    #[test]
    fn sizes() {
        assert_eq!(size(0), "0.00 MB");
        assert_eq!(size(512), "0.50 KB");
        assert_eq!(size(100 << 20), "100.00 MB");
        assert_eq!(size(1 << 30), "1.00 GB");
        assert_eq!(size(u64::MAX), "16.00 EB");
    }
}
