//! `retry` and `retry_delay`: a number, or a map.

use super::section::{Fields, Section};
use super::value;
use crate::job::Outcome;
use crate::workflow::model::Job;
use crate::workflow::problem::{Problem, Problems, quoted};
use crate::workflow::retry::{self, MOST_DELAY, MOST_TIMES, Retry};
use crate::workflow::yaml::{Entry, Node, Value};

/// Reads what a job says of trying it again; none where it is not.
pub(super) fn read(job: &Fields<'_>, problems: &mut Problems) -> Option<Retry> {
    let outside = job.get("retry_delay");
    let delay = delay(outside, problems);
    let entry = job.get("retry")?;
    let mut retry = match &entry.value.value {
        Value::Map(_) => map(entry, outside, problems)?,
        Value::List(_) => {
            problems.add(
                Problem::new("`retry` must be a number or a map, not a list")
                    .at(&entry.value.span, "expected how often, such as 2")
                    .hint("`retry: {times: 2, on: [oom, timeout]}` says more".to_owned()),
            );
            return None;
        }
        Value::Scalar { .. } => Retry::times(value::count_up_to(Some(entry), 0, MOST_TIMES, problems)?),
    };
    retry.delay = delay.unwrap_or(retry.delay);
    // 0 is how the Python srunx says that it is not.
    (retry.times > 0).then_some(retry)
}

fn map(entry: &Entry, outside: Option<&Entry>, problems: &mut Problems) -> Option<Retry> {
    let fields = Fields::of(Section::Retry, &entry.value, problems)?;
    let times = value::count_up_to(fields.get("times"), 0, MOST_TIMES, problems);
    if fields.get("times").is_none() && !fields.misspells("times") {
        problems.add(
            Problem::new("`retry` does not say how often")
                .at(&fields.place_of("times"), "`times:` is missing")
                .hint("`times: 2` tries twice again".to_owned()),
        );
    }
    let inside = fields.get("delay");
    if let (Some(one), Some(other)) = (outside, inside) {
        value::exclusive(one, other, problems);
    }
    Some(Retry {
        on: fields.get("on").map_or_else(|| Retry::ON.to_vec(), |entry| ends(entry, problems)),
        delay: delay(inside, problems).unwrap_or(Retry::DELAY),
        memory: value::parsed(fields.get("memory"), "a factor such as x2", problems),
        time: value::parsed(fields.get("time"), "a factor such as x1.5", problems),
        ..Retry::times(times?)
    })
}

/// `on`: an end, or a list of them.
fn ends(entry: &Entry, problems: &mut Problems) -> Vec<Outcome> {
    let items: Vec<&Node> = match &entry.value.value {
        Value::List(items) => items.iter().map(AsRef::as_ref).collect(),
        _ => vec![&entry.value],
    };
    if items.is_empty() {
        problems.add(
            Problem::new("`on` is empty")
                .at(&entry.value.span, "a job is tried again after one end at least")
                .hint(format!("the ends are {}", retry::ends())),
        );
    }
    let mut ends = Vec::with_capacity(items.len());
    for item in items {
        let Value::Scalar { text, .. } = &item.value else {
            problems.add(
                Problem::new(format!("an item of `on` must be how a job ended, not {}", item.what()))
                    .at(&item.span, format!("expected one of {}", retry::ends())),
            );
            continue;
        };
        match retry::end(text) {
            Ok(outcome) if ends.contains(&outcome) => {}
            Ok(outcome) => ends.push(outcome),
            Err((why, hint)) => problems.add(
                Problem::new(format!("a job cannot be tried again on {}", quoted(text)))
                    .at(&item.span, why)
                    .hint(hint.unwrap_or_else(|| format!("the ends are {}", retry::ends()))),
            ),
        }
    }
    ends
}

/// Seconds, `90s`, `10m`, `2h`, `1d`, `minutes:seconds` or `hours:minutes:seconds`.
fn delay(entry: Option<&Entry>, problems: &mut Problems) -> Option<u32> {
    let entry = entry?;
    let expected = "seconds, or a time such as 90s, 10m, 2h or 1:30:00";
    let seconds = match &entry.value.value {
        Value::Scalar { text, .. } => seconds(text.trim()),
        _ => None,
    };
    let label = match seconds {
        Some(seconds) if seconds <= u64::from(MOST_DELAY) => return u32::try_from(seconds).ok(),
        Some(_) => "at most 30 days".to_owned(),
        None => format!("expected {expected}"),
    };
    let key = if entry.key == "delay" { "delay" } else { "retry_delay" };
    problems
        .add(Problem::new(format!("`{key}` cannot be {}", entry.value.what())).at(&entry.value.span, label));
    None
}

/// More than 64 bits of seconds are told as too many.
fn seconds(text: &str) -> Option<u64> {
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
    };
    let units = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];
    if let Some((amount, unit)) =
        units.iter().find_map(|(unit, size)| Some((text.strip_suffix(unit)?, *size)))
    {
        return number(amount.trim_end()).map(|amount| amount.saturating_mul(unit));
    }
    let parts = text.split(':').map(number).collect::<Option<Vec<u64>>>()?;
    if parts.len() > 3 {
        return None;
    }
    Some(parts.into_iter().fold(0, |sum: u64, part| sum.saturating_mul(60).saturating_add(part)))
}

/// Tells of what cannot be asked for again. `job` has its workflow's options.
pub(super) fn check(job: &Job, fields: &Fields<'_>, problems: &mut Problems) {
    let Some(Value::Map(entries)) = fields.get("retry").map(|entry| &entry.value.value) else { return };
    for fault in retry::faults(job) {
        let entry = entries.iter().find(|entry| entry.key == fault.key);
        problems.add(
            Problem::new(fault.message)
                .maybe_at(entry.map(|entry| &entry.value.span), fault.label)
                .hint(fault.hint.map(str::to_owned)),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn delays() {
        for (text, expected) in [
            ("0", 0),
            ("60", 60),
            ("90s", 90),
            ("10m", 600),
            ("2h", 7200),
            ("1 d", 86_400),
            ("1:30", 90),
            ("1:00:00", 3600),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        for bad in ["", "s", "soon", "-1", "1.5", "1:", ":1", "1:2:3:4", "1h30m", "1-0"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
        assert_eq!(seconds("99999999999999999999"), Some(u64::MAX));
        assert_eq!(seconds("9999999999999999999d"), Some(u64::MAX));
    }
}
