//! How many nodes: `--nodes`.

use super::number;
use crate::job::Dialect;
use serde::{Deserialize, Serialize};
use std::fmt;

/// `--nodes=min[-max]`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeCount {
    /// At least so many.
    pub min: u32,
    /// At most so many; never less than `min`.
    pub max: u32,
}

impl NodeCount {
    /// Exactly `count` nodes.
    #[must_use]
    pub fn exactly(count: u32) -> Self {
        Self { min: count, max: count }
    }
}

/// As `--nodes` takes it: `4`, `2-4`.
impl fmt::Display for NodeCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.min == self.max { self.min.fmt(f) } else { write!(f, "{}-{}", self.min, self.max) }
    }
}

/// The value of `--nodes` as sbatch reads it: `4`, `2-4`, `1k`, `1,3`, `1-8:2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nodes {
    /// At least so many. −1 where a list names none (`,`); slurmctld refuses that.
    pub min: i32,
    /// At most so many; 0 is no limit (`2-0`).
    pub max: i32,
    /// The counts that a list allows, sorted, as ranges with commas between: `1,3`, `2-4,8`. What a request calls
    /// `job_size_str`; none where the value is no list.
    pub sizes: Option<String>,
}

impl Nodes {
    /// Reads a value of `--nodes`. Beyond sbatch(1) it takes `-4` for `1-4`, and `k` followed by `m`. A step leaves out
    /// the last count of its range: `1-5:2` is 1 and 3.
    ///
    /// # Errors
    /// `"two" is not a valid node count`, `Maximum node count 1 is less than minimum node count 2`.
    pub fn parse(text: &str, dialect: &Dialect) -> Result<Self, String> {
        let invalid = |text: &str| format!("\"{text}\" is not a valid node count");
        let nodes = match dialect.node_count_list_limit {
            Some(limit) if text.contains([',', ':']) => list(text, limit).map_err(invalid)?,
            _ => match text.split_once('-') {
                Some((min, max)) => {
                    let least = count(min, dialect).ok_or_else(|| invalid(min))?;
                    let most = count(max, dialect).ok_or_else(|| invalid(max))?;
                    Self { min: least.unwrap_or(1), max: most.unwrap_or(-1), sizes: None }
                }
                None => {
                    let count = count(text, dialect).flatten().ok_or_else(|| invalid(text))?;
                    Self { min: count, max: count, sizes: None }
                }
            },
        };
        if nodes.max != 0 && nodes.max < nodes.min {
            return Err(format!(
                "Maximum node count {} is less than minimum node count {}",
                nodes.max, nodes.min
            ));
        }
        Ok(nodes)
    }
}

/// One count with its `k` or `m`: none if something follows it, none inside if there is no count or it does not fit.
fn count(text: &str, dialect: &Dialect) -> Option<Option<i32>> {
    let Some(number) = number::leading(text) else {
        return number::is_blank(text).then_some(None);
    };
    let (mut value, mut rest) = (number.value, number.rest);
    for (unit, factor) in [(['k', 'K'], 1024), (['m', 'M'], 1024 * 1024)] {
        if let Some(after) = rest.strip_prefix(unit) {
            value = value.wrapping_mul(factor);
            rest = after;
        }
    }
    let kept = if dialect.integers_must_fit { i32::try_from(value).ok() } else { Some(value as i32) };
    number::is_blank(rest).then(|| kept.filter(|count| *count >= 0))
}

/// `1,3`, `2-4,8`, or one range with a step. The error is the part that is wrong.
fn list(text: &str, limit: i64) -> Result<Nodes, &str> {
    for part in text.split([',', '-', ':']).filter(|part| !part.is_empty()) {
        match number::leading(part) {
            Some(number) if number.rest.is_empty() && number.value < limit => {}
            _ => return Err(part),
        }
    }
    let mut ranges = if text.contains(':') { stepped(text).ok_or(text)? } else { listed(text) };
    ranges.retain(|(from, to)| from <= to);
    ranges.sort_unstable();
    let mut merged: Vec<(i32, i32)> = Vec::new();
    for (from, to) in ranges {
        match merged.last_mut() {
            Some((_, last)) if from <= last.saturating_add(1) => *last = to.max(*last),
            _ => merged.push((from, to)),
        }
    }
    let (Some((min, _)), Some((_, max))) = (merged.first(), merged.last()) else {
        return Ok(Nodes { min: -1, max: -1, sizes: None });
    };
    let (min, max) = (*min, *max);
    let sizes: Vec<String> = merged
        .into_iter()
        .map(|(from, to)| if from == to { from.to_string() } else { format!("{from}-{to}") })
        .collect();
    Ok(Nodes { min, max, sizes: Some(sizes.join(",")) })
}

fn listed(text: &str) -> Vec<(i32, i32)> {
    if text.starts_with(',') {
        // Slurm's reading of a list stops at a comma before anything.
        return Vec::new();
    }
    // A number that is missing is 0; of several dashes the last counts. Blanks and signs were let through and mean
    // nothing.
    let value = |part: &str| {
        part.bytes()
            .filter(u8::is_ascii_digit)
            .fold(0i32, |sum, digit| sum.saturating_mul(10).saturating_add(i32::from(digit - b'0')))
    };
    let range = |part: &str| {
        let mut bounds = part.rsplit('-').map(value);
        let to = bounds.next().unwrap_or(0);
        (bounds.next().unwrap_or(to), to)
    };
    text.split(',').map(range).collect()
}

fn stepped(text: &str) -> Option<Vec<(i32, i32)>> {
    // The last range of what strtol(3) reads: a sign and blanks may stand before each number.
    let from = number::leading_or_zero(text);
    let to = number::leading_or_zero(from.rest.strip_prefix('-')?);
    let step = number::leading_or_zero(to.rest.strip_prefix(':')?);
    let [first, last, stride] = [from, to, step].map(|number| number.value as i32);
    if !step.rest.is_empty() || last < first || stride <= 0 {
        return None;
    }
    let counts = (first..last).step_by(usize::try_from(stride).ok()?);
    counts.map(|count| (count >= 0).then_some((count, count))).collect()
}

impl Nodes {
    /// As `sbatch -v` lists it, which is without the counts of a list.
    #[must_use]
    pub fn listed(&self) -> String {
        if self.min == self.max { self.min.to_string() } else { format!("{}-{}", self.min, self.max) }
    }
}

/// As `--nodes` takes it. A list that allows only what a range also allows is printed with one count twice, so that it
/// is read as a list again.
impl fmt::Display for Nodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sizes {
            Some(sizes) if sizes.contains(',') => f.write_str(sizes),
            Some(sizes) => write!(f, "{sizes},{}", self.min),
            None if self.min < 0 => f.write_str(","),
            None if self.min == self.max => self.min.fmt(f),
            None => write!(f, "{}-{}", self.min, self.max),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn nodes(text: &str) -> Result<(i32, i32, Option<String>), String> {
        Nodes::parse(text, &Dialect::default()).map(|nodes| (nodes.min, nodes.max, nodes.sizes))
    }

    #[test]
    fn counts_and_ranges() {
        assert_eq!(nodes("4"), Ok((4, 4, None)));
        assert_eq!(nodes("2-4"), Ok((2, 4, None)));
        assert_eq!(nodes("1k"), Ok((1024, 1024, None)));
        assert_eq!(nodes("1K-1m"), Ok((1024, 1 << 20, None)));
        assert_eq!(nodes("0"), Ok((0, 0, None)));
        assert_eq!(nodes(" 4 "), Ok((4, 4, None)));
        assert_eq!(nodes("-4"), Ok((1, 4, None)));
        assert_eq!(nodes("2-0"), Ok((2, 0, None)));
        for bad in ["", "two", "k", "4x", "2-4x", "99999999999", "4kk"] {
            assert!(nodes(bad).is_err(), "{bad}");
        }
        assert_eq!(nodes("2-4x"), Err("\"4x\" is not a valid node count".to_owned()));
        assert_eq!(nodes("3-2"), Err("Maximum node count 2 is less than minimum node count 3".to_owned()));
        assert_eq!(nodes("2-"), Err("Maximum node count -1 is less than minimum node count 2".to_owned()));
    }

    #[test]
    fn lists() {
        let sizes = |text: &str| Some(text.to_owned());
        assert_eq!(nodes("1,3"), Ok((1, 3, sizes("1,3"))));
        assert_eq!(nodes("3,1,2"), Ok((1, 3, sizes("1-3"))));
        assert_eq!(nodes("1-4:2"), Ok((1, 3, sizes("1,3"))));
        assert_eq!(nodes("1-5:2"), Ok((1, 3, sizes("1,3"))));
        assert_eq!(nodes("1-2,8"), Ok((1, 8, sizes("1-2,8"))));
        assert_eq!(nodes("3,"), Ok((0, 3, sizes("0,3"))));
        assert_eq!(nodes(","), Ok((-1, -1, None)));
        assert_eq!(nodes("1,x"), Err("\"x\" is not a valid node count".to_owned()));
        assert_eq!(nodes("1-4:2,7"), Err("\"1-4:2,7\" is not a valid node count".to_owned()));
        assert_eq!(nodes("1,16384"), Err("\"16384\" is not a valid node count".to_owned()));
        let before = Dialect { node_count_list_limit: None, ..Dialect::default() };
        assert_eq!(Nodes::parse("1-4:2", &before), Err("\"4:2\" is not a valid node count".to_owned()));
        let cut = Dialect { integers_must_fit: false, ..before };
        assert_eq!(Nodes::parse("4294967301", &cut).map(|nodes| nodes.min), Ok(5));
        assert_eq!(Nodes::parse("1,3", &before), Err("\"1,3\" is not a valid node count".to_owned()));
    }

    proptest! {
        #[test]
        fn what_is_read_is_printed_so_that_it_reads_back(text in "[0-9]{0,3}[-,:km+ ]{0,2}[0-9]{0,3}[-,:]?[0-9]{0,2}|.{0,12}") {
            if let Ok(nodes) = Nodes::parse(&text, &Dialect::default()) {
                prop_assert_eq!(Nodes::parse(&nodes.to_string(), &Dialect::default()), Ok(nodes));
            }
        }
    }
}
