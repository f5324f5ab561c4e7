//! How tasks are bound to memory: `--mem-bind`.

use super::number;
use crate::job::Dialect;
use std::fmt;

/// The value of `--mem-bind`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryBinding {
    /// `enum mem_bind_type` of slurm.h: [`VERBOSE`], one of the ways, [`SORT`], [`PREFER`].
    pub kind: u16,
    /// With [`MAP`] and [`MASK`]: the list, repetitions written out and masks without their `0x`.
    pub list: Option<String>,
}

/// `MEM_BIND_VERBOSE`
pub const VERBOSE: u16 = 0x01;
/// `MEM_BIND_NONE`
pub const NONE: u16 = 0x02;
/// `MEM_BIND_RANK`
pub const RANK: u16 = 0x04;
/// `MEM_BIND_MAP`
pub const MAP: u16 = 0x08;
/// `MEM_BIND_MASK`
pub const MASK: u16 = 0x10;
/// `MEM_BIND_LOCAL`
pub const LOCAL: u16 = 0x20;
/// `MEM_BIND_SORT`
pub const SORT: u16 = 0x40;
/// `MEM_BIND_PREFER`
pub const PREFER: u16 = 0x80;
const WAYS: u16 = NONE | RANK | MAP | MASK | LOCAL;

/// Why a value of `--mem-bind` is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// `help` was among the words: native prints a list of them on standard output and gives up.
    Help,
    /// Native's message.
    Invalid(String),
}

/// The words that stand for a flag, and what they clear and set.
const WORDS: [(&str, u16, u16); 12] = [
    ("p", 0, PREFER),
    ("prefer", 0, PREFER),
    ("q", VERBOSE, 0),
    ("quiet", VERBOSE, 0),
    ("v", 0, VERBOSE),
    ("verbose", 0, VERBOSE),
    ("no", WAYS, NONE),
    ("none", WAYS, NONE),
    ("rank", WAYS, RANK),
    ("local", WAYS, LOCAL),
    ("nosort", SORT, 0),
    ("sort", 0, SORT),
];

impl MemoryBinding {
    /// Reads a value of `--mem-bind`: words with commas between, the last way to bind counts. `map_mem:0,1` and
    /// `mask_mem:0x3,0x3*2` bring a list along, which goes on as long as numbers follow.
    ///
    /// # Errors
    /// `unrecognized --mem-bind argument "everywhere"` and the like; or that help was asked for.
    pub fn parse(text: &str, dialect: &Dialect) -> Result<Self, Refusal> {
        let mut binding = Self::default();
        binding.add(text, dialect)?;
        Ok(binding)
    }

    /// Reads another value of `--mem-bind` over this one, as [`MemoryBinding::parse`]; a list stays only if it brings one.
    ///
    /// # Errors
    /// As for [`MemoryBinding::parse`].
    pub fn add(&mut self, text: &str, dialect: &Dialect) -> Result<(), Refusal> {
        self.list = None;
        words(text).try_for_each(|word| self.take(word, dialect))
    }

    fn take(&mut self, word: &str, dialect: &Dialect) -> Result<(), Refusal> {
        if word.eq_ignore_ascii_case("help") {
            return Err(Refusal::Help);
        }
        let sorting = |known: &str| known.ends_with("sort");
        let known = WORDS.iter().find(|(known, ..)| {
            word.eq_ignore_ascii_case(known) && (dialect.memory_sorting || !sorting(known))
        });
        if let Some((_, clear, set)) = known {
            self.kind = self.kind & !clear | set;
            if *clear == WAYS {
                self.list = None;
            }
            return Ok(());
        }
        let begins =
            |start: &str| word.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start));
        let (way, name) = if begins("map_mem") || begins("mapmem") {
            (MAP, "map_mem")
        } else if begins("mask_mem") || begins("maskmem") {
            (MASK, "mask_mem")
        } else {
            return Err(Refusal::Invalid(format!("unrecognized --mem-bind argument \"{word}\"")));
        };
        let list = word.split([':', '=']).nth(1).filter(|list| !list.is_empty());
        let list = list
            .ok_or_else(|| format!("missing list for \"--mem-bind={name}:<list>\""))
            .and_then(|list| written_out(list, name, dialect))
            .map_err(Refusal::Invalid)?;
        self.kind = self.kind & !WAYS | way;
        self.list = list;
        Ok(())
    }
}

/// The words of a value: a comma ends one unless a number follows it.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let ends =
        text.char_indices().filter(|(at, found)| *found == ',' && !text.get(at + 1..).is_some_and(is_number));
    let mut from = 0;
    let ends: Vec<usize> = ends.map(|(at, _)| at).chain([text.len()]).collect();
    ends.into_iter().flat_map(move |to| {
        let piece = text.get(from..to).unwrap_or_default();
        from = to + 1;
        // A semicolon is what native puts in place of those commas, and so ends a word as well.
        piece.split(';')
    })
}

/// Whether a number follows: a digit, or hexadecimal digits up to the next comma or the end.
fn is_number(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_hexdigit());
    text.starts_with(|c: char| c.is_ascii_digit()) || rest.is_empty() || rest.starts_with(',')
}

/// A list with its repetitions (`1*3`) written out.
fn written_out(list: &str, name: &str, dialect: &Dialect) -> Result<Option<String>, String> {
    let offending = |part: &str, found: char| {
        format!("Failed to validate number: {part}, the offending character is {found}")
    };
    let is_mask = name == "mask_mem";
    let mut numbers: Vec<&str> = Vec::new();
    for part in list.split(',').filter(|part| !part.is_empty()) {
        let part = part.strip_prefix("0x").filter(|_| is_mask).unwrap_or(part);
        let (value, count) = match part.find('*') {
            Some(star) => {
                let times = part.get(star + 1..).unwrap_or_default();
                if let Some(bad) = times.chars().find(|c| !c.is_ascii_digit()) {
                    return Err(offending(part.get(star..).unwrap_or_default(), bad));
                }
                let count = number::leading(times).filter(|count| count.value > 0 && count.value < i64::MAX);
                let count = count.ok_or_else(|| {
                    let said = format!("Invalid {name} multiplier: {times}");
                    let empty = format!("\nFailed to expand list: '{list}'");
                    said + if dialect.empty_binding_list_refused { &empty } else { "" }
                })?;
                (part.get(..star).unwrap_or_default(), count.value)
            }
            None => (part, 1),
        };
        let good = |c: char| if is_mask { c.is_ascii_hexdigit() } else { c.is_ascii_digit() };
        if let Some(bad) = value.chars().find(|c| !good(*c)) {
            return Err(offending(value, bad));
        }
        let count = usize::try_from(count).ok().filter(|count| count + numbers.len() <= MOST_NUMBERS);
        let count = count.ok_or_else(|| format!("Invalid {name} multiplier: {part}"))?;
        numbers.extend(std::iter::repeat_n(value, count));
    }
    if numbers.is_empty() {
        return if dialect.empty_binding_list_refused {
            Err(format!("Failed to expand list: '{list}'"))
        } else {
            Ok(None)
        };
    }
    Ok(Some(numbers.join(",")))
}

/// Native writes out as many as its memory holds. No job has that many tasks on a node.
const MOST_NUMBERS: usize = 1 << 20;

/// Native takes numbers without a digit: `*2` at the start of a list, `0x` among masks. They are written so again.
fn with_empty_numbers(list: &str) -> String {
    let numbers: Vec<&str> = list.split(',').collect();
    let first = numbers.iter().take_while(|number| number.is_empty()).count();
    let rest = numbers.iter().skip(first).map(|number| if number.is_empty() { "0x" } else { number });
    let start = (first > 0).then(|| format!("*{first}"));
    start.into_iter().chain(rest.map(str::to_owned)).collect::<Vec<_>>().join(",")
}

impl MemoryBinding {
    /// As `sbatch -v` lists it.
    #[must_use]
    pub fn listed(&self) -> String {
        match &self.list {
            _ if self.kind == 0 => "unset".to_owned(),
            Some(list) => format!("{}:{list}", self.words()),
            None => self.words(),
        }
    }

    fn words(&self) -> String {
        const SHOWN: [(u16, &str); 8] = [
            (VERBOSE, "verbose"),
            (PREFER, "prefer"),
            (SORT, "sort"),
            (NONE, "none"),
            (RANK, "rank"),
            (LOCAL, "local"),
            (MAP, "map_mem"),
            (MASK, "mask_mem"),
        ];
        let words = SHOWN.iter().filter(|(bit, _)| self.kind & bit != 0).map(|(_, word)| *word);
        words.collect::<Vec<_>>().join(",")
    }
}

/// As `--mem-bind` takes it; nothing at all is `quiet`.
impl fmt::Display for MemoryBinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind == 0 {
            return f.write_str("quiet");
        }
        f.write_str(&self.words())?;
        match &self.list {
            Some(list) => write!(f, ":{}", with_empty_numbers(list)),
            // An empty list, where a release takes one.
            None if self.kind & (MAP | MASK) != 0 => f.write_str(":,"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<(u16, Option<String>), Refusal> {
        MemoryBinding::parse(text, &Dialect::default()).map(|binding| (binding.kind, binding.list))
    }

    #[test]
    fn words_and_lists() {
        let list = |text: &str| Some(text.to_owned());
        assert_eq!(read("local"), Ok((LOCAL, None)));
        assert_eq!(read("v,rank,prefer"), Ok((VERBOSE | RANK | PREFER, None)));
        assert_eq!(read("rank,local,no"), Ok((NONE, None)));
        assert_eq!(read("verbose,quiet"), Ok((0, None)));
        assert_eq!(read("map_mem:0,1*2"), Ok((MAP, list("0,1,1"))));
        assert_eq!(read("MaskMem=0x3,c,verbose"), Ok((MASK | VERBOSE, list("3,c"))));
        assert_eq!(read("map_mem:0,1,local"), Ok((LOCAL, None)));
        let before = Dialect { memory_sorting: true, ..Dialect::default() };
        let sorted = MemoryBinding::parse("sort,local", &before);
        assert_eq!(sorted.map(|binding| binding.kind), Ok(SORT | LOCAL));
    }

    #[test]
    fn what_is_refused() {
        let expected = [
            ("everywhere", "unrecognized --mem-bind argument \"everywhere\""),
            ("", "unrecognized --mem-bind argument \"\""),
            ("sort", "unrecognized --mem-bind argument \"sort\""),
            ("map_mem", "missing list for \"--mem-bind=map_mem:<list>\""),
            ("mask_mem:", "missing list for \"--mem-bind=mask_mem:<list>\""),
            ("map_mem:x", "Failed to validate number: x, the offending character is x"),
            ("map_mem:1*x", "Failed to validate number: *x, the offending character is x"),
            ("map_mem:1*0", "Invalid map_mem multiplier: 0\nFailed to expand list: '1*0'"),
            ("map_mem:,", "Failed to expand list: ','"),
        ];
        for (text, error) in expected {
            assert_eq!(read(text), Err(Refusal::Invalid(error.to_owned())), "{text}");
        }
        assert_eq!(read("local,help"), Err(Refusal::Help));
    }

    proptest! {
        #[test]
        fn what_is_read_reads_back(
            text in ".{0,20}|((mask|map)_mem:|verbose|local|0x|[0-9a-f*]{0,3}|,){0,9}",
            sorting: bool,
            strict: bool,
        ) {
            let dialect = Dialect {
                memory_sorting: sorting,
                empty_binding_list_refused: strict,
                ..Dialect::default()
            };
            if let Ok(binding) = MemoryBinding::parse(&text, &dialect) {
                prop_assert_eq!(MemoryBinding::parse(&binding.to_string(), &dialect), Ok(binding));
            }
        }
    }
}
