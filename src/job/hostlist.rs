//! Lists of hosts as Slurm writes them: `c[1-4,7],login`, and back.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// How many hosts one pair of brackets may stand for (`MAX_RANGE`), and how many prefixes (`MAX_PREFIX_CNT`).
const MOST: u64 = 64 * 1024;

/// A list of hosts in the order in which they were named, repeats and all. Hosts that follow on each other are held as one
/// range, however many they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hostlist {
    ranges: Vec<Range>,
}

/// Hosts with one prefix and numbers in a row, or one host without a number.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Range {
    prefix: String,
    numbers: Option<Numbers>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Numbers {
    first: u64,
    last: u64,
    /// With zeros in front up to so many digits.
    width: usize,
}

/// What is no list of hosts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadHostlist {
    /// What stands between brackets is no number and no range of numbers.
    #[error("Invalid range: `{0}'")]
    Range(String),
    /// More hosts than Slurm allows between brackets.
    #[error("Too many hosts in range `{0}'")]
    TooMany(String),
    /// A bracket is not closed.
    #[error("Invalid hostlist: {0}")]
    Bracket(String),
}

impl Hostlist {
    /// Adds one host, brackets and commas not being looked at.
    pub fn push(&mut self, host: &str) {
        let prefix = host.trim_end_matches(|digit: char| digit.is_ascii_digit());
        let digits = &host[prefix.len()..];
        self.push_range(match digits.parse() {
            Ok(number) => Range {
                prefix: prefix.into(),
                numbers: Some(Numbers { first: number, last: number, width: digits.len() }),
            },
            // No digits, or more than any number has.
            Err(_) => Range { prefix: host.into(), numbers: None },
        });
    }

    fn push_range(&mut self, range: Range) {
        if let (Some(tail), Some(new)) = (self.ranges.last_mut(), range.numbers) {
            let follows =
                tail.prefix == range.prefix && tail.numbers.is_some_and(|old| old.goes_on_with(new));
            if let (true, Some(old)) = (follows, &mut tail.numbers) {
                old.last = new.last;
                return;
            }
        }
        self.ranges.push(range);
    }

    /// The hosts, one by one.
    pub fn iter(&self) -> impl Iterator<Item = String> + '_ {
        self.ranges.iter().flat_map(|range| {
            let (first, last) = range.numbers.map_or((0, 0), |numbers| (numbers.first, numbers.last));
            (first..=last).map(|number| match range.numbers {
                Some(Numbers { width, .. }) => format!("{}{number:0width$}", range.prefix),
                None => range.prefix.clone(),
            })
        })
    }

    /// How many hosts.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.ranges.iter().map(Range::len).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Whether `host` is among them.
    #[must_use]
    pub fn contains(&self, host: &str) -> bool {
        let mut one = Self::default();
        one.push(host);
        one.ranges.first().is_some_and(|one| self.ranges.iter().any(|range| range.meets(one)))
    }

    /// Whether some host is in both.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.ranges.iter().any(|range| other.ranges.iter().any(|theirs| range.meets(theirs)))
    }

    /// Sorts by prefix and number and leaves out repeats.
    pub fn sort(&mut self) {
        let mut each: Vec<(&str, Option<(u64, usize)>)> = Vec::new();
        for range in &self.ranges {
            match range.numbers {
                Some(Numbers { first, last, width }) => {
                    each.extend(
                        (first..=last)
                            .map(|number| (range.prefix.as_str(), Some((number, width.max(digits(number)))))),
                    );
                }
                None => each.push((&range.prefix, None)),
            }
        }
        each.sort_unstable_by(|(one, numbers), (other, others)| {
            let by_width = |number: &Option<(u64, usize)>| number.map(|(number, width)| (width, number));
            natural(one, other).then_with(|| by_width(numbers).cmp(&by_width(others)))
        });
        each.dedup();
        let mut sorted = Self::default();
        for (prefix, number) in each {
            let numbers = number.map(|(number, width)| Numbers { first: number, last: number, width });
            sorted.push_range(Range { prefix: prefix.into(), numbers });
        }
        *self = sorted;
    }
}

/// The order of two hosts in a sorted list: by prefix, those without a number first, then by number; numbers with zeros in
/// front go with those that are as long.
#[must_use]
pub fn compare(one: &str, other: &str) -> Ordering {
    let parts = |host: &str| -> (String, Option<(usize, u64)>) {
        let prefix = host.trim_end_matches(|digit: char| digit.is_ascii_digit());
        match host[prefix.len()..].parse() {
            Ok(number) => (prefix.into(), Some((host.len() - prefix.len(), number))),
            Err(_) => (host.into(), None),
        }
    };
    let ((one, number), (other, others)) = (parts(one), parts(other));
    natural(&one, &other).then_with(|| number.cmp(&others))
}

/// The order of two texts in which digits count as numbers, unless they begin with zeros.
fn natural(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    loop {
        let count = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        match (count(one), count(other)) {
            (ours @ 1.., theirs @ 1..) => {
                let (our, their) = (&one[..ours], &other[..theirs]);
                let order = match our[0] == b'0' || their[0] == b'0' {
                    true => our.cmp(their),
                    false => ours.cmp(&theirs).then_with(|| our.cmp(their)),
                };
                if order != Ordering::Equal {
                    return order;
                }
                (one, other) = (&one[ours..], &other[theirs..]);
            }
            _ => match (one, other) {
                ([ours, one_rest @ ..], [theirs, other_rest @ ..]) if ours == theirs => {
                    (one, other) = (one_rest, other_rest);
                }
                _ => return one.first().cmp(&other.first()),
            },
        }
    }
}

/// How many digits a number has.
fn digits(number: u64) -> usize {
    number.checked_ilog10().unwrap_or(0) as usize + 1
}

impl Numbers {
    /// Whether `other`'s numbers are written as these would be.
    fn holds_width(self, other: Self) -> bool {
        self.width == other.width || (other.width == digits(other.first) && self.width <= other.width)
    }

    fn goes_on_with(self, next: Self) -> bool {
        self.last.checked_add(1) == Some(next.first) && self.holds_width(next)
    }
}

impl Range {
    fn len(&self) -> u64 {
        self.numbers.map_or(1, |numbers| (numbers.last - numbers.first).saturating_add(1))
    }

    fn meets(&self, other: &Self) -> bool {
        if self.prefix != other.prefix {
            return false;
        }
        match (self.numbers, other.numbers) {
            (None, None) => true,
            (Some(ours), Some(theirs)) => {
                let (first, last) = (ours.first.max(theirs.first), ours.last.min(theirs.last));
                // `c01` is not `c1`; `c10` may be of a range that begins with either.
                first <= last && ours.width.max(digits(last)) == theirs.width.max(digits(last))
            }
            _ => false,
        }
    }
}

impl<S: AsRef<str>> FromIterator<S> for Hostlist {
    fn from_iter<T: IntoIterator<Item = S>>(hosts: T) -> Self {
        let mut list = Self::default();
        for host in hosts {
            list.push(host.as_ref());
        }
        list
    }
}

impl FromStr for Hostlist {
    type Err = BadHostlist;

    fn from_str(text: &str) -> Result<Self, BadHostlist> {
        let mut list = Self::default();
        for word in words(text) {
            let Some(open) = word.rfind('[') else {
                list.push(word);
                continue;
            };
            let (prefix, rest) = (&word[..open], &word[open + 1..]);
            let Some((ranges, suffix)) = rest.split_once(']') else {
                return Err(BadHostlist::Bracket(word.into()));
            };
            let ranges = numbers(ranges)?;
            for prefix in prefixes(prefix)? {
                for numbers in &ranges {
                    let range = Range { prefix: prefix.clone(), numbers: Some(*numbers) };
                    if suffix.is_empty() {
                        list.push_range(range);
                    } else {
                        // Nothing but a number at the end makes a range.
                        let hosts = Self { ranges: vec![range] };
                        list.ranges.extend(
                            hosts
                                .iter()
                                .map(|host| Range { prefix: format!("{host}{suffix}"), numbers: None }),
                        );
                    }
                }
            }
        }
        match list.len() <= MOST * MOST.isqrt() {
            true => Ok(list),
            // Slurm would try, and run out of memory when it uses the list.
            false => Err(BadHostlist::TooMany(text.into())),
        }
    }
}

/// Parts between commas and blanks that stand outside of brackets.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut open = false;
    text.split(move |letter| {
        match letter {
            '[' => open = true,
            ']' => open = false,
            _ => {}
        }
        !open && matches!(letter, ',' | ' ' | '\t' | '\n')
    })
    .filter(|word| !word.is_empty())
}

/// `1-4,07`
fn numbers(text: &str) -> Result<Vec<Numbers>, BadHostlist> {
    let number = |digits: &str| {
        let all = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        digits.parse::<u64>().ok().filter(|_| all)
    };
    let one = |part: &str| {
        let (low, high) = part.split_once('-').unwrap_or((part, ""));
        let first = number(low)?;
        let last = if high.is_empty() { first } else { number(high)? };
        (first <= last).then_some(Numbers { first, last, width: low.len() })
    };
    text.split(',')
        .map(|part| {
            let numbers = one(part).ok_or_else(|| BadHostlist::Range(part.into()))?;
            match numbers.last - numbers.first < MOST && numbers.width <= 64 {
                true => Ok(numbers),
                false => Err(BadHostlist::TooMany(part.into())),
            }
        })
        .collect()
}

/// All that a prefix with brackets stands for; the last pair of brackets changes slowest, as in Slurm.
fn prefixes(text: &str) -> Result<Vec<String>, BadHostlist> {
    let Some((head, rest)) = text.rsplit_once('[') else { return Ok(vec![text.into()]) };
    let Some((ranges, tail)) = rest.split_once(']') else {
        return Err(BadHostlist::Bracket(text.into()));
    };
    let heads = prefixes(head)?;
    let ranges = numbers(ranges)?;
    let count: u64 = ranges.iter().map(|range| range.last - range.first + 1).sum();
    if count.saturating_mul(heads.len() as u64) > MOST {
        return Err(BadHostlist::TooMany(rest.into()));
    }
    let each = ranges.iter().flat_map(|range| (range.first..=range.last).map(|number| (number, range.width)));
    Ok(each
        .flat_map(|(number, width)| heads.iter().map(move |head| format!("{head}{number:0width$}{tail}")))
        .collect())
}

/// As short as can be without changing the order: neighbours with the same prefix share brackets.
impl fmt::Display for Hostlist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut at = 0;
        while let Some(first) = self.ranges.get(at) {
            if at > 0 {
                f.write_str(",")?;
            }
            f.write_str(&first.prefix)?;
            let together = self.ranges[at..]
                .iter()
                .take_while(|range| range.numbers.is_some() && range.prefix == first.prefix)
                .count();
            let brackets = together > 1 || first.len() > 1;
            if brackets {
                f.write_str("[")?;
            }
            for (index, range) in self.ranges[at..at + together].iter().enumerate() {
                let Some(Numbers { first, last, width }) = range.numbers else { continue };
                if index > 0 {
                    f.write_str(",")?;
                }
                write!(f, "{first:0width$}")?;
                if last > first {
                    write!(f, "-{last:0width$}")?;
                }
            }
            if brackets {
                f.write_str("]")?;
            }
            at += together.max(1);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Hostlist, compare};
    use proptest::prelude::*;

    fn read(text: &str) -> Hostlist {
        text.parse().unwrap()
    }

    fn each(text: &str) -> String {
        read(text).iter().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn brackets_are_expanded() {
        assert_eq!(each("c[1-3,7],login"), "c1 c2 c3 c7 login");
        assert_eq!(each("n[08-11] a"), "n08 n09 n10 n11 a");
        assert_eq!(each("rack[1-2]n[1-2]"), "rack1n1 rack1n2 rack2n1 rack2n2");
        assert_eq!(each("c[1-2]-ib"), "c1-ib c2-ib");
        assert_eq!(each(""), "");
    }

    #[test]
    fn neighbours_are_brought_together() {
        let shown = |hosts: &str| hosts.split(' ').collect::<Hostlist>().to_string();
        assert_eq!(shown("c1 c2 c3 c7 login"), "c[1-3,7],login");
        assert_eq!(shown("c1 d1 c2"), "c1,d1,c2");
        assert_eq!(shown("c9 c10 c11"), "c[9-11]");
        assert_eq!(shown("c09 c10 c011"), "c[09-10,011]");
        assert_eq!(shown("c1"), "c1");
    }

    #[test]
    fn sorting_leaves_out_repeats() {
        let mut list = read("c[5-7],b,c[1-6],b,c2,c02");
        list.sort();
        assert_eq!(list.to_string(), "b,c[1-7,02]");
        let mut racks = read("rack10n1,rack2n[10,9],rack2n");
        racks.sort();
        assert_eq!(racks.to_string(), "rack2n,rack2n[9-10],rack10n1");
        assert_eq!(compare("c9", "c10"), std::cmp::Ordering::Less);
        assert_eq!(compare("a01b", "a1b"), std::cmp::Ordering::Less);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for text in
            ["c[", "c[1", "c[]", "c[a]", "c[2-1]", "c[1-2-3]", "c[0-99999999]", "a[0-65535]b[0-65535]c[1-2]d"]
        {
            assert!(text.parse::<Hostlist>().is_err(), "{text}");
        }
    }

    #[test]
    fn membership() {
        let list = read("c[1-12],n[08-11],login");
        for host in ["c1", "c12", "n08", "n10", "login"] {
            assert!(list.contains(host), "{host}");
        }
        for host in ["c0", "c13", "c01", "n8", "log", "c", ""] {
            assert!(!list.contains(host), "{host}");
        }
        assert!(list.meets(&read("x,c[12-20]")));
        assert!(!list.meets(&read("x,c[13-20]")));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[ac0-9\\[\\],-]{0,24}") {
            if let Ok(list) = text.parse::<Hostlist>() {
                prop_assert!(list.len() < u64::MAX);
            }
        }

        #[test]
        fn what_is_written_is_read_again(hosts in prop::collection::vec("[a-c]{0,2}[0-9]{0,3}x?", 0..30)) {
            let hosts: Vec<String> = hosts.into_iter().filter(|host| !host.is_empty()).collect();
            let list: Hostlist = hosts.iter().collect();
            prop_assert_eq!(&list.iter().collect::<Vec<_>>(), &hosts);
            let again = read(&list.to_string());
            prop_assert_eq!(&again.iter().collect::<Vec<_>>(), &hosts);
            for host in &hosts {
                prop_assert!(list.contains(host));
            }
        }

        #[test]
        fn sorted_holds_the_same_hosts(hosts in prop::collection::vec("[ab][0-9]{0,2}", 0..30)) {
            let mut list: Hostlist = hosts.iter().collect();
            list.sort();
            let mut expected = hosts.clone();
            expected.sort();
            expected.dedup();
            let mut found: Vec<String> = list.iter().collect();
            found.sort();
            prop_assert_eq!(found, expected);
        }
    }
}
