//! Steps as `show step` is told of them: `12`, `12.0`, `12_3.batch`, `12.0+1`.

use super::super::words::leading_number;
use crate::cli::native::{sluid, step_id};
use crate::slurm::{StepsOf, code};

const NO_VAL: u32 = u32::MAX - 1;

/// The steps of a job or a task, or one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub of: StepsOf,
    /// `12_3`
    pub task: Option<u32>,
}

/// Limits of slurm.h, the same in every release that has them.
mod most {
    /// `MAX_FED_JOB_ID`
    pub const JOB: i64 = 0xffff_fffd;
    /// `SLURM_MAX_NORMAL_STEP_ID`
    pub const STEP: i64 = 0xffff_fff0;
    /// `MAX_HET_JOB_COMPONENTS`
    pub const COMPONENTS: i64 = 128;
}

/// What numbers there are; the rest is not looked at.
pub fn numbers(text: &str) -> Asked {
    let (job, rest) = leading_number(text);
    let mut asked = Asked { of: StepsOf::job(job as u32, NO_VAL), task: None };
    if let Some(task) = rest.strip_prefix('_') {
        asked.task = Some(leading_number(task).0 as u32);
    } else if let Some(step) = rest.strip_prefix('.') {
        asked.of.step = leading_number(step).0 as u32;
    }
    asked
}

/// A number and what stands behind it, where there are digits.
fn number(text: &str) -> Option<(i64, &str)> {
    let (value, rest) = leading_number(text);
    (rest.len() < text.len()).then_some((value, rest))
}

/// A whole id.
///
/// # Errors
/// Slurm's number for what is wrong with it.
pub fn whole(text: &str, sluids: bool) -> Result<Asked, i32> {
    if sluids && text.starts_with('s') {
        return by_sluid(text);
    }
    if text.is_empty() {
        return Err(code::EMPTY_JOB_ID);
    }
    let (job, mut rest) = leading_number(text);
    match job {
        0 => return Err(code::JOB_ID_ZERO),
        ..0 => return Err(code::JOB_ID_NEGATIVE),
        most::JOB.. => return Err(code::JOB_ID_TOO_LARGE),
        _ => {}
    }
    let mut asked = Asked { of: StepsOf::job(job as u32, NO_VAL), task: None };
    if let Some(task) = rest.strip_prefix('_') {
        if task.starts_with('[') {
            return Err(code::JOB_ID_NON_NUMERIC);
        }
        if task.is_empty() {
            return Err(code::EMPTY_TASK_ID);
        }
        match number(task) {
            None => return Err(code::TASK_ID_NON_NUMERIC),
            Some((..0, _)) => return Err(code::TASK_ID_NEGATIVE),
            Some((i64::MAX, _)) => return Err(code::TASK_ID_TOO_LARGE),
            Some((task, behind)) => (asked.task, rest) = (Some(task as u32), behind),
        }
    }
    let mut of_component = false;
    if let Some(component) = rest.strip_prefix('+') {
        if asked.task.is_some() {
            return Err(code::TASK_OF_COMPONENT);
        }
        if component.is_empty() {
            return Err(code::EMPTY_COMPONENT);
        }
        match number(component) {
            None => return Err(code::COMPONENT_NON_NUMERIC),
            Some((..0, _)) => return Err(code::COMPONENT_NEGATIVE),
            Some((component, _)) if component > most::COMPONENTS => {
                return Err(code::COMPONENT_TOO_LARGE);
            }
            Some((_, behind)) if behind.starts_with('_') => return Err(code::TASK_OF_COMPONENT),
            Some((_, behind)) => (of_component, rest) = (true, behind),
        }
    }
    if rest.is_empty() {
        return Ok(asked);
    }
    let (step, rest) = step(rest.strip_prefix('.').ok_or(code::JOB_ID_NON_NUMERIC)?)?;
    asked.of.step = step;
    if rest.is_empty() {
        return Ok(asked);
    }
    let component = rest.strip_prefix('+').ok_or(code::STEP_ID_NON_NUMERIC)?;
    if of_component {
        return Err(code::STEP_OF_COMPONENT);
    }
    if component.is_empty() {
        return Ok(asked);
    }
    match number(component) {
        None => Err(code::EMPTY_STEP_COMPONENT),
        Some((0, _)) => Err(code::STEP_COMPONENT_ZERO),
        Some((..0, _)) => Err(code::STEP_COMPONENT_NEGATIVE),
        Some((component, _)) if component >= most::COMPONENTS => Err(code::STEP_COMPONENT_TOO_LARGE),
        Some((component, "")) => {
            asked.of.component = component as u32;
            Ok(asked)
        }
        Some(_) => Err(code::STEP_COMPONENT_NON_NUMERIC),
    }
}

/// A step's number or name, and what stands behind it.
fn step(text: &str) -> Result<(u32, &str), i32> {
    if text.is_empty() {
        return Err(code::EMPTY_STEP_ID);
    }
    match number(text) {
        Some((..0, _)) => return Err(code::STEP_ID_NEGATIVE),
        Some((most::STEP.., _)) => return Err(code::STEP_ID_TOO_LARGE),
        Some((step, rest)) => return Ok((step as u32, rest)),
        None => {}
    }
    let named = |(name, number): &(&str, u32)| {
        let (begin, rest) = text.split_at_checked(name.len())?;
        begin.eq_ignore_ascii_case(name).then_some((*number, rest))
    };
    step_id::NAMED.iter().find_map(named).ok_or(code::STEP_ID_NON_NUMERIC)
}

/// `s0DY4XRTCZ7J00`, `s0DY4XRTCZ7J00.1`
fn by_sluid(text: &str) -> Result<Asked, i32> {
    let (name, number) = match text.split_once('.') {
        Some((name, number)) => (name, Some(number)),
        None => (text, None),
    };
    let mut of = StepsOf::EVERYONE;
    of.sluid = sluid::number(name.as_bytes()).ok_or(code::INVALID_SLUID)?;
    if let Some(number) = number {
        match step(number)? {
            (step, "") => of.step = step,
            _ => return Err(code::STEP_ID_NON_NUMERIC),
        }
    }
    Ok(Asked { of, task: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Result<String, i32> {
        let Asked { of, task } = whole(text, true)?;
        let or_dash = |number: u32| if number == NO_VAL { "-".to_owned() } else { number.to_string() };
        Ok(format!(
            "{} {} {} {}",
            or_dash(of.job),
            or_dash(task.unwrap_or(NO_VAL)),
            or_dash(of.step),
            or_dash(of.component)
        ))
    }

    #[test]
    fn whole_ids() {
        for (text, expected) in [
            ("12", "12 - - -"),
            ("12.0", "12 - 0 -"),
            ("12_3", "12 3 - -"),
            ("12_3.1", "12 3 1 -"),
            ("12+1", "12 - - -"),
            ("12+1.2", "12 - 2 -"),
            ("12.batch", "12 - 4294967291 -"),
            ("12.EXTERN", "12 - 4294967292 -"),
            ("12.0+1", "12 - 0 1"),
            ("12.0+", "12 - 0 -"),
        ] {
            assert_eq!(shown(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_id() {
        for (text, expected) in [
            ("", 2136),
            ("x", 2137),
            ("0", 2137),
            ("-1", 2138),
            ("4294967293", 2139),
            ("12x", 2140),
            ("12_[1-2]", 2140),
            ("12_", 2141),
            ("12_-1", 2142),
            ("12_x", 2144),
            ("12_1+1", 2145),
            ("12+", 2146),
            ("12+-1", 2147),
            ("12+129", 2148),
            ("12+x", 2149),
            ("12.", 2150),
            ("12.-1", 2151),
            ("12.4294967280", 2152),
            ("12.x", 2153),
            ("12.batchx", 2153),
            ("12.0+x", 2154),
            ("12.0+0", 2155),
            ("12.0+-1", 2156),
            ("12.0+128", 2157),
            ("12.0+1x", 2158),
            ("12+1.0+1", 2159),
            ("s1", 2185),
        ] {
            assert_eq!(shown(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn numbers_alone() {
        assert_eq!(numbers("12.3x"), Asked { of: StepsOf::job(12, 3), task: None });
        assert_eq!(numbers("12_3.4"), Asked { of: StepsOf::job(12, NO_VAL), task: Some(3) });
        assert_eq!(numbers("x"), Asked { of: StepsOf::job(0, NO_VAL), task: None });
    }

    proptest! {
        #[test]
        fn no_text_is_a_panic(text in "[0-9_+.,\\[\\]sbatch-]{0,24}", any in any::<String>()) {
            for text in [text, any] {
                let _ = whole(&text, true);
                let _ = numbers(&text);
            }
        }
    }
}
