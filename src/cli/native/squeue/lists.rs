//! The lists that options take: jobs, steps, states, users, names.

use super::super::sluid;
use super::field::NO_VAL;
use crate::job::StateFlags;
use crate::job::state_words::{BASE_STATES, state_named, state_word};

/// A job, an array or one of its tasks, a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub job_id: u32,
    /// The id that no other job of any cluster has; 0 for none.
    pub sluid: u64,
    /// `NO_VAL` for none.
    pub array_task: u32,
    /// Of a step.
    pub step_id: u32,
}

/// Parts between commas; empty ones do not count.
pub fn parts(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b',').filter(|part| !part.is_empty())
}

/// Job ids: `12`, `12_3`. What follows the number is ignored. Err is the part that is none.
pub fn jobs(text: &[u8]) -> Result<Vec<Wanted>, &[u8]> {
    parts(text)
        .map(|part| {
            let (job_id, array_task, _) = job_and_task(part);
            match u32::try_from(job_id) {
                Ok(job_id @ 1..) => Ok(Wanted { job_id, sluid: 0, array_task, step_id: NO_VAL }),
                _ => Err(part),
            }
        })
        .collect()
}

/// `12_3`: the numbers and the rest.
fn job_and_task(part: &[u8]) -> (i32, u32, &[u8]) {
    let (job_id, rest) = number(part);
    match rest {
        [b'_', task @ ..] => {
            let (task, rest) = number(task);
            (to_int(job_id), to_int(task).cast_unsigned(), rest)
        }
        rest => (to_int(job_id), NO_VAL, rest),
    }
}

/// Job ids that are read to their end: `12`, `12_3`, `12+1`, `12.0`, `12.batch`, `s0DY4XRTCZ7J00`.
pub fn checked_jobs(text: &[u8]) -> Result<Vec<Wanted>, &[u8]> {
    parts(text).map(|part| checked_job(part).ok_or(part)).collect()
}

fn checked_job(part: &[u8]) -> Option<Wanted> {
    /// `SLUID_STR_BYTES` without its NUL.
    const SLUID: usize = 14;
    /// `MAX_FED_JOB_ID`
    const MOST: i64 = 0xffff_0000;
    /// `MAX_HET_JOB_COMPONENTS`
    const COMPONENTS: i64 = 128;
    let mut wanted = Wanted { job_id: NO_VAL, sluid: 0, array_task: NO_VAL, step_id: NO_VAL };
    if part.first() == Some(&b's') {
        let (id, rest) = part.split_at(part.len().min(SLUID));
        wanted.sluid = sluid::number(id)?;
        return match rest {
            [] => Some(wanted),
            [b'.', step @ ..] => step_number(step)?.1.is_empty().then_some(wanted),
            _ => None,
        };
    }
    let (job_id, rest) = number(part);
    wanted.job_id = u32::try_from(job_id).ok().filter(|_| (1..MOST).contains(&job_id))?;
    let rest = match rest {
        [b'_', task @ ..] => {
            let (number, rest) = number(task);
            if rest.len() == task.len() || number < 0 || number == i64::MAX {
                return None;
            }
            wanted.array_task = u32::try_from(number & 0xffff_ffff).ok()?;
            rest
        }
        rest => rest,
    };
    let rest = match rest {
        [b'+', component @ ..] if wanted.array_task == NO_VAL => {
            let (number, rest) = number(component);
            if rest.len() == component.len()
                || !(0..=COMPONENTS).contains(&number)
                || rest.first() == Some(&b'_')
            {
                return None;
            }
            rest
        }
        rest => rest,
    };
    match rest {
        [] => return Some(wanted),
        [b'.', step @ ..] => {
            let (_, rest) = step_number(step)?;
            match rest {
                [] | [b'+'] => {}
                [b'+', component @ ..] => {
                    let (number, rest) = number(component);
                    if !rest.is_empty() || !(1..COMPONENTS).contains(&number) {
                        return None;
                    }
                }
                _ => return None,
            }
        }
        _ => return None,
    }
    Some(wanted)
}

/// A step's number or name, and the rest.
fn step_number(text: &[u8]) -> Option<(i64, &[u8])> {
    for name in ["batch", "extern", "interactive", "TBD"] {
        let begins = text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()));
        if begins {
            return Some((0, &text[name.len()..]));
        }
    }
    let (step, rest) = number(text);
    (rest.len() < text.len() && step >= 0).then_some((step, rest))
}

/// Step ids: `12.0`, `12_3.0`. Err is squeue's complaint.
pub fn steps(text: &[u8]) -> Result<Vec<Wanted>, String> {
    let mut wanted = Vec::new();
    for part in parts(text) {
        let mut words = part.split(|byte| *byte == b'.').filter(|word| !word.is_empty());
        let Some(job) = words.next() else { break };
        let shown = String::from_utf8_lossy(job);
        let (job_id, array_task, _) = job_and_task(job);
        let Some(step) = words.next() else { return Err(format!("Invalid job_step id: {shown}.??")) };
        let step_id = to_int(number(step).0);
        match (u32::try_from(job_id), u32::try_from(step_id)) {
            (Ok(job_id @ 1..), Ok(step_id)) => wanted.push(Wanted { job_id, sluid: 0, array_task, step_id }),
            _ => return Err(format!("Invalid job_step id: {shown}.{}", String::from_utf8_lossy(step))),
        }
    }
    Ok(wanted)
}

/// Job states, by words or codes. Err is the one that is none.
pub fn states(text: &[u8], knows_expediting: bool) -> Result<Vec<u32>, &[u8]> {
    let known = |part: &[u8]| {
        let state = state_named(std::str::from_utf8(part).ok()?)?;
        (knows_expediting || state != StateFlags::EXPEDITING).then_some(state)
    };
    parts(text).map(|part| known(part).ok_or(part)).collect()
}

/// What `-t all` stands for where it does not stand for any state.
pub fn all_states() -> Vec<u32> {
    use StateFlags as F;
    (0..BASE_STATES).chain([F::COMPLETING, F::CONFIGURING, F::REVOKED, F::SPECIAL_EXIT]).collect()
}

/// The words of all states that `-t` takes.
pub fn state_list(knows_expediting: bool) -> Vec<&'static str> {
    use StateFlags as F;
    let flags = [
        F::COMPLETING,
        F::CONFIGURING,
        F::EXPEDITING,
        F::RESIZING,
        F::RESV_DEL_HOLD,
        F::REQUEUE,
        F::REQUEUE_FED,
        F::REQUEUE_HOLD,
        F::REVOKED,
        F::SIGNALING,
        F::SPECIAL_EXIT,
        F::STAGE_OUT,
        F::STOPPED,
    ];
    let flags = flags.into_iter().filter(|flag| knows_expediting || *flag != F::EXPEDITING);
    (0..BASE_STATES).chain(flags).map(state_word).collect()
}

/// What strtol(3) reads, held to 64 bits, and the rest.
pub fn number(text: &[u8]) -> (i64, &[u8]) {
    let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t'..=b'\r')).count();
    let (minus, digits) = match &text[blanks..] {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 {
        return (0, text);
    }
    let sum = digits[..count]
        .iter()
        .fold(0_i64, |sum, digit| sum.saturating_mul(10).saturating_add((digit - b'0').into()));
    (if minus { -sum } else { sum }, &digits[count..])
}

/// Slurm keeps such numbers in 32 bits and loses the rest.
#[allow(clippy::cast_possible_truncation, reason = "as Slurm loses them")]
fn to_int(number: i64) -> i32 {
    number as i32
}

/// Seconds in a duration such as `5`, `5:30`, `1:05:30`, `1-2`, `1-2:05:30`; minutes where there is but one number.
/// `INFINITE` for no limit, none for what is no duration.
pub fn seconds(text: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(text).ok()?;
    if ["-1", "INFINITE", "UNLIMITED"].iter().any(|word| word.eq_ignore_ascii_case(text)) {
        return Some(u32::MAX);
    }
    let (days, rest) = match text.split_once('-') {
        Some((days, rest)) => (Some(days.parse::<u32>().ok()?), rest),
        None => (None, text),
    };
    let numbers: Vec<u32> = match (days, rest) {
        (Some(_), "") => Vec::new(),
        _ => rest.split(':').map(|number| number.parse().ok()).collect::<Option<_>>()?,
    };
    let at = |index: usize| numbers.get(index).copied().unwrap_or(0);
    let (hours, minutes, seconds) = match (days, numbers.len()) {
        (Some(_), 0..=3) | (None, 3) => (at(0), at(1), at(2)),
        (None, 1 | 2) => (0, at(0), at(1)),
        _ => return None,
    };
    let days = days.unwrap_or(0).checked_mul(86_400)?;
    days.checked_add(hours.checked_mul(3600)?)?.checked_add(minutes.checked_mul(60)?)?.checked_add(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ids(wanted: &[Wanted]) -> Vec<(u32, u32)> {
        wanted.iter().map(|wanted| (wanted.job_id, wanted.array_task)).collect()
    }

    #[test]
    fn job_ids() {
        let read = |text: &'static str| jobs(text.as_bytes()).map(|wanted| ids(&wanted));
        assert_eq!(read("12,13_4,,14+1,15x"), Ok(vec![(12, NO_VAL), (13, 4), (14, NO_VAL), (15, NO_VAL)]));
        assert_eq!(read("12,x"), Err(&b"x"[..]));
        assert_eq!(read("0"), Err(&b"0"[..]));
        assert_eq!(read(""), Ok(vec![]));
    }

    #[test]
    fn checked_job_ids() {
        let read = |text: &'static str| checked_jobs(text.as_bytes()).map(|wanted| ids(&wanted));
        assert_eq!(
            read("12,13_4,14+1,15.0,16.batch,17.0+1"),
            Ok(vec![(12, NO_VAL), (13, 4), (14, NO_VAL), (15, NO_VAL), (16, NO_VAL), (17, NO_VAL)])
        );
        for text in [
            "12x",
            "12_",
            "12_x",
            "12_-1",
            "12_[1-3]",
            "12+",
            "12+x",
            "12_3+1",
            "12.x",
            "0",
            "-1",
            "4294901760",
            "s12",
        ] {
            assert_eq!(read(text), Err(text.as_bytes()), "{text}");
        }
        assert_eq!(checked_jobs(b"s0000000000001.0").map(|wanted| wanted[0].sluid), Ok(1));
    }

    #[test]
    fn step_ids() {
        let read = |text: &str| {
            steps(text.as_bytes()).map(|wanted| {
                wanted
                    .iter()
                    .map(|wanted| (wanted.job_id, wanted.array_task, wanted.step_id))
                    .collect::<Vec<_>>()
            })
        };
        assert_eq!(read("12.0,13_4.2"), Ok(vec![(12, NO_VAL, 0), (13, 4, 2)]));
        assert_eq!(read("12"), Err("Invalid job_step id: 12.??".into()));
        assert_eq!(read("0.1"), Err("Invalid job_step id: 0.1".into()));
    }

    #[test]
    fn durations() {
        let read = |text: &str| seconds(text.as_bytes());
        assert_eq!(read("5"), Some(300));
        assert_eq!(read("5:30"), Some(330));
        assert_eq!(read("1:05:30"), Some(3930));
        assert_eq!(read("1-2"), Some(93_600));
        assert_eq!(read("1-2:05:30"), Some(93_930));
        assert_eq!(read("unlimited"), Some(u32::MAX));
        for text in ["", "x", "1:2:3:4", "1:-2", "5 "] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn state_words() {
        assert_eq!(states(b"pd,RUNNING,oom", false), Ok(vec![0, 1, 11]));
        assert_eq!(states(b"expediting", false), Err(&b"expediting"[..]));
        assert_eq!(states(b"expediting", true), Ok(vec![StateFlags::EXPEDITING]));
        assert_eq!(state_list(true).len(), state_list(false).len() + 1);
    }

    proptest! {
        #[test]
        fn any_list_is_read_or_refused(text in prop::collection::vec(any::<u8>(), 0..30)) {
            let _ = jobs(&text);
            let _ = checked_jobs(&text);
            let _ = steps(&text);
            let _ = states(&text, true);
            let _ = seconds(&text);
        }

        #[test]
        fn any_number_is_read(number: i64, task: u32) {
            let text = format!("{number}_{task}.0");
            let _ = jobs(text.as_bytes());
            let _ = checked_jobs(text.as_bytes());
            let _ = steps(text.as_bytes());
        }
    }
}
