//! `--jobs`: `12`, `12_3`, `12+1`, `12.batch`, `12_3.0+1`, and from 26.05 a job's SLUID.

use crate::cli::native::sluid;
use crate::job::value::number;
use crate::slurm::accounting::{AccountingHabits, NO_VAL, SelectedStep};

/// Steps that are called by a name.
pub const PENDING: u32 = 0xffff_fffd;
/// The step that holds what is outside of all others.
pub const EXTERN: u32 = 0xffff_fffc;
/// The batch script.
pub const BATCH: u32 = 0xffff_fffb;
/// The step of an interactive allocation.
pub const INTERACTIVE: u32 = 0xffff_fffa;

const FIRST_SPECIAL_STEP: i64 = 0xffff_fff0;
const FIRST_IMPOSSIBLE_JOB: i64 = 0xffff_fffd;
const MOST_COMPONENTS: i64 = 128;

/// Reads one of the list.
///
/// # Errors
/// What native says before it ends.
pub fn read(text: &str, habits: &AccountingHabits) -> Result<SelectedStep, String> {
    let begins_well =
        text.starts_with(|c: char| c.is_ascii_digit()) || (habits.strict_ids && text.starts_with('s'));
    match (begins_well, habits.strict_ids) {
        (false, _) => Err(format!("Bad job/step specified: {text}")),
        (true, true) => {
            read_strictly(text).map_err(|reason| format!("Bad job/step specified: {text}: {reason}"))
        }
        (true, false) => read_loosely(text, habits),
    }
}

/// Numbers as atoi(3) has them, and nothing behind them counts.
fn read_loosely(text: &str, habits: &AccountingHabits) -> Result<SelectedStep, String> {
    let number = |text: &str| number::leading(text).map_or(0, |number| number.value as u32);
    let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let mut selected = SelectedStep::job(0);
    let mut name = text;
    let mut het_step = false;
    if let Some((before, step)) = text.split_once('.') {
        name = before;
        selected.step = match step {
            "batch" => BATCH,
            "extern" => EXTERN,
            "interactive" => INTERACTIVE,
            "TBD" if habits.pending_steps => PENDING,
            step if is_number(step) => number(step),
            _ => return Err(format!("Bad step specified: {name}")),
        };
        if let Some((_, component)) = step.split_once('+') {
            selected.step_component = number(component);
            het_step = true;
        }
    }
    if let Some((before, task)) = name.split_once('_') {
        name = before;
        if !is_number(task) {
            return Err(format!("Bad job array element specified: {name}"));
        }
        selected.task = number(task);
    } else if let Some((before, component)) = name.split_once('+').filter(|_| !het_step) {
        name = before;
        if !is_number(component) {
            return Err(format!("Bad hetjob offset specified: {name}"));
        }
        selected.component = number(component);
    }
    selected.job = number(name);
    Ok(selected)
}

/// Nothing may stand where it means nothing.
fn read_strictly(text: &str) -> Result<SelectedStep, String> {
    if text.starts_with('s') {
        return of_sluid(text);
    }
    let said = |text: &str| Err(text.to_owned());
    let mut selected = SelectedStep::job(0);
    let Some(job) = number::leading(text) else {
        return said("JobID can not be zero");
    };
    match job.value {
        0 => return said("JobID can not be zero"),
        value if value < 0 => return said("JobID can not be a negative number"),
        value if value >= FIRST_IMPOSSIBLE_JOB => return said("JobID larger than acceptable range"),
        value => selected.job = value as u32,
    }
    let mut rest = job.rest;
    if let Some(task) = rest.strip_prefix('_') {
        if task.starts_with('[') {
            return said("JobID includes unexpected non-numeric characters");
        }
        if task.is_empty() {
            return said("Job Array ID must not be an empty string");
        }
        let Some(task) = number::leading(task) else {
            return said("Job Array ID includes unexpected non-numeric characters");
        };
        match task.value {
            value if value < 0 => return said("Job Array ID can not be a negative number"),
            i64::MAX => return said("Job Array ID larger than acceptable range"),
            value => selected.task = value as u32,
        }
        rest = task.rest;
    }
    if let Some(component) = rest.strip_prefix('+') {
        if selected.task != NO_VAL {
            return said("Unknown error 2145");
        }
        if component.is_empty() {
            return said("HetJob component must not be an empty string");
        }
        let Some(component) = number::leading(component) else {
            return said("Unknown error 2149");
        };
        match component.value {
            value if value < 0 => return said("HetJob component can not be a negative number"),
            value if value > MOST_COMPONENTS => return said("HetJob component larger than acceptable range"),
            value => selected.component = value as u32,
        }
        rest = component.rest;
        if rest.starts_with('_') {
            return said("Unknown error 2145");
        }
    }
    match rest.strip_prefix('.') {
        None if rest.is_empty() => Ok(selected),
        None => said("JobID includes unexpected non-numeric characters"),
        Some(step) => {
            step_of(step, &mut selected)?;
            Ok(selected)
        }
    }
}

/// The step's number or name; what stands behind it.
fn step_number(text: &str) -> Result<(u32, &str), String> {
    if text.is_empty() {
        return Err("StepID must not be an empty string".into());
    }
    if let Some(step) = number::leading(text) {
        return match step.value {
            value if value < 0 => Err("StepID can not be a negative number".into()),
            value if value >= FIRST_SPECIAL_STEP => Err("StepID larger than acceptable range".into()),
            value => Ok((value as u32, step.rest)),
        };
    }
    for (name, step) in [("TBD", PENDING), ("extern", EXTERN), ("batch", BATCH), ("interactive", INTERACTIVE)]
    {
        if let Some((start, rest)) = text.split_at_checked(name.len())
            && start.eq_ignore_ascii_case(name)
        {
            return Ok((step, rest));
        }
    }
    Err("StepID includes unexpected non-numeric characters".into())
}

fn step_of(text: &str, selected: &mut SelectedStep) -> Result<(), String> {
    let said = |text: &str| Err(text.to_owned());
    let (step, rest) = step_number(text)?;
    selected.step = step;
    let component = match rest.strip_prefix('+') {
        None if rest.is_empty() => return Ok(()),
        None => return said("StepID includes unexpected non-numeric characters"),
        Some(_) if selected.component != NO_VAL => return said("HetJob can not Het step id"),
        Some("") => return Ok(()),
        Some(component) => component,
    };
    let Some(component) = number::leading(component) else {
        return said("HetStep component must not be an empty string");
    };
    match component.value {
        0 => said("HetStep component can not be zero"),
        value if value < 0 => said("HetStep component can not be a negative number"),
        value if value >= MOST_COMPONENTS => said("HetStep component larger than acceptable range"),
        _ if !component.rest.is_empty() => {
            said("HetStep component includes unexpected non-numeric characters")
        }
        value => {
            selected.step_component = value as u32;
            Ok(())
        }
    }
}

fn of_sluid(text: &str) -> Result<SelectedStep, String> {
    let invalid = || "SLUID is invalid".to_owned();
    let (id, step) = match text.split_at_checked(1 + sluid::LENGTH) {
        None | Some((_, "")) => (text, None),
        Some((id, step)) => (id, Some(step.strip_prefix('.').ok_or_else(invalid)?)),
    };
    let mut selected = SelectedStep::job(NO_VAL);
    selected.sluid = sluid::number(id.as_bytes()).ok_or_else(invalid)?;
    if let Some(step) = step {
        let (step, rest) = step_number(step)?;
        if !rest.is_empty() {
            return Err("StepID includes unexpected non-numeric characters".into());
        }
        selected.step = step;
    }
    Ok(selected)
}

/// What native calls a step, behind the job's id and a point.
pub fn step_text(step: u32, component: u32, sluid: u64, habits: &AccountingHabits) -> String {
    let mut text = match step {
        BATCH => "batch".into(),
        EXTERN => "extern".into(),
        INTERACTIVE => "interactive".into(),
        PENDING => if habits.tbd { "TBD" } else { "TDB" }.into(),
        step => step.to_string(),
    };
    if component != NO_VAL && !(habits.strict_ids && sluid != 0) {
        text.push_str(&format!("+{component}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn old() -> AccountingHabits {
        AccountingHabits { strict_ids: false, ..super::super::newest() }
    }

    fn shown(text: &str, habits: &AccountingHabits) -> String {
        match read(text, habits) {
            Err(error) => error,
            Ok(found) => {
                let mut text = found.job.to_string();
                for (mark, number) in [
                    ('_', found.task),
                    ('+', found.component),
                    ('.', found.step),
                    ('/', found.step_component),
                ] {
                    if number != NO_VAL {
                        text.push_str(&format!("{mark}{number}"));
                    }
                }
                text
            }
        }
    }

    #[test]
    fn ids_of_old() {
        let shown = |text: &str| shown(text, &old());
        assert_eq!(shown("12"), "12");
        assert_eq!(shown("12_3"), "12_3");
        assert_eq!(shown("12+1"), "12+1");
        assert_eq!(shown("12_3.batch"), "12_3.4294967291");
        assert_eq!(shown("12.0+2"), "12.0/2");
        assert_eq!(shown("12abc"), "12");
        assert_eq!(shown("a"), "Bad job/step specified: a");
        assert_eq!(shown("12.foo"), "Bad step specified: 12");
        assert_eq!(shown("12_[1-3]"), "Bad job array element specified: 12");
        assert_eq!(shown("12+x"), "Bad hetjob offset specified: 12");
    }

    #[test]
    fn ids_read_strictly() {
        let shown = |text: &str| shown(text, &super::super::newest());
        assert_eq!(shown("12_3.batch"), "12_3.4294967291");
        assert_eq!(shown("12.0+2"), "12.0/2");
        assert_eq!(shown("12.BATCH"), "12.4294967291");
        for (text, reason) in [
            ("0", "JobID can not be zero"),
            ("12abc", "JobID includes unexpected non-numeric characters"),
            ("12_", "Job Array ID must not be an empty string"),
            ("12_x", "Job Array ID includes unexpected non-numeric characters"),
            ("12_[1-3]", "JobID includes unexpected non-numeric characters"),
            ("12+", "HetJob component must not be an empty string"),
            ("12+129", "HetJob component larger than acceptable range"),
            ("12.", "StepID must not be an empty string"),
            ("12.foo", "StepID includes unexpected non-numeric characters"),
            ("12.0+0", "HetStep component can not be zero"),
            ("12+1.0+1", "HetJob can not Het step id"),
            ("4294967294", "JobID larger than acceptable range"),
            ("sxyz", "SLUID is invalid"),
        ] {
            assert_eq!(shown(text), format!("Bad job/step specified: {text}: {reason}"));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[0-9s][0-9_+.a-zA-Z-]{0,20}") {
            let _ = read(&text, &old());
            let _ = read(&text, &super::super::newest());
        }

        #[test]
        fn what_is_written_is_read_again(job in 1u32..0xffff_fff0, task in 0u32..4_000_000, step in 0u32..0xffff_fff0, special: bool) {
            let step = if special { BATCH } else { step };
            let text = format!("{job}_{task}.{}", step_text(step, NO_VAL, 0, &old()));
            for habits in [old(), super::super::newest()] {
                let found = read(&text, &habits).unwrap();
                prop_assert_eq!((found.job, found.task, found.step), (job, task, step));
            }
        }
    }
}
