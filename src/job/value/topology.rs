//! The shape of nodes that a job asks for: `--extra-node-info`, `--hint`, `--core-spec`, `--thread-spec`.

use super::number::{self, Range};
use crate::job::Dialect;
use std::fmt;

/// `--extra-node-info=sockets[:cores[:threads]]`: at least so many of each in what is above it; none is any number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodeShape {
    /// Sockets of a node.
    pub sockets: Option<i32>,
    /// Cores of a socket.
    pub cores: Option<i32>,
    /// Threads of a core.
    pub threads: Option<i32>,
}

impl NodeShape {
    /// Reads a value of `--extra-node-info`: numbers with `k` or `m`, ranges of which only the start counts, `*` or
    /// nothing for any number. What follows a third colon is not looked at.
    ///
    /// # Errors
    /// `Invalid numeric value "x" for first arg of -B.` and the like.
    pub fn parse(text: &str, dialect: &Dialect) -> Result<Self, String> {
        let mut parts = text.split(':');
        let mut least = |what| least(parts.next().unwrap_or_default(), what, dialect);
        Ok(Self {
            sockets: least("first arg of -B")?,
            cores: least("second arg of -B")?,
            threads: least("third arg of -B")?,
        })
    }
}

/// The start of a range.
fn least(text: &str, what: &str, dialect: &Dialect) -> Result<Option<i32>, String> {
    if text.is_empty() || text.starts_with('*') {
        return Ok(None);
    }
    let count = |from: &str| {
        let number = number::leading_or_zero(from);
        let unit = |units| number.rest.strip_prefix::<[char; 2]>(units);
        let (value, rest) = match (unit(['k', 'K']), unit(['m', 'M'])) {
            (Some(rest), _) => (number.value.wrapping_mul(1024), rest.to_owned()),
            (_, Some(rest)) => (number.value.wrapping_mul(1024 * 1024), rest.to_owned()),
            _ => (number.value, number.rest.to_owned()),
        };
        (value, rest)
    };
    let check = |value: i64, rest: &str, lowest: i64| {
        if !(rest.is_empty() || rest.starts_with('-')) || value < lowest {
            return Err(format!("Invalid numeric value \"{text}\" for {what}."));
        }
        i32::try_from(value).map_err(|_| number::too_large(value, what, dialect))
    };
    let (value, rest) = count(text);
    let least = check(value, &rest, 0)?;
    if rest.is_empty() {
        return Ok(Some(least));
    }
    let (value, rest) = count(rest.get(1..).unwrap_or_default());
    let most = check(value, &rest, 1)?;
    // From 1 to as many as there can be is any number.
    Ok(Some(least).filter(|least| (*least, most) != (1, i32::MAX)))
}

impl NodeShape {
    /// As `sbatch -v` lists it: the numbers that there are.
    #[must_use]
    pub fn listed(self) -> String {
        let inner = [self.cores, self.threads].into_iter().flatten().map(|count| format!(":{count}"));
        let listed: String = self.sockets.map(|count| count.to_string()).into_iter().chain(inner).collect();
        if listed.is_empty() { "unset".to_owned() } else { listed }
    }
}

/// As `--extra-node-info` takes it.
impl fmt::Display for NodeShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [sockets, cores, threads] = [self.sockets, self.cores, self.threads]
            .map(|count| count.map_or_else(|| "*".to_owned(), |count| count.to_string()));
        write!(f, "{sockets}:{cores}:{threads}")
    }
}

/// A word of `--hint`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// All cores of each socket, one thread of each.
    ComputeBound,
    /// One core of each socket, one thread of it.
    MemoryBound,
    /// All threads of each core.
    Multithread,
    /// One thread of each core.
    NoMultithread,
}

const HINTS: [(Hint, &str); 4] = [
    (Hint::ComputeBound, "compute_bound"),
    (Hint::MemoryBound, "memory_bound"),
    (Hint::Multithread, "multithread"),
    (Hint::NoMultithread, "nomultithread"),
];

/// Why a value of `--hint` is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HintRefusal {
    /// `help` was among the words: native prints a list of them on standard output and gives up.
    Help,
    /// Native's message.
    Invalid(String),
}

impl Hint {
    /// Reads a value of `--hint`: words with commas or semicolons between, in either case.
    ///
    /// # Errors
    /// `unrecognized --hint argument "fast", see --hint=help`; or that help was asked for.
    pub fn parse(text: &str) -> Result<Vec<Self>, HintRefusal> {
        let mut from = 0;
        let separates = |at: usize, found: char| {
            let next = text.get(at + 1..).and_then(|rest| rest.chars().next());
            found == ';' || found == ',' && !next.is_some_and(|next| next.is_ascii_digit())
        };
        let ends = text.char_indices().filter(|(at, found)| separates(*at, *found)).map(|(at, _)| at);
        let word = |to: usize| {
            let word = text.get(from..to).unwrap_or_default();
            from = to + 1;
            let known = HINTS.iter().find(|(_, known)| word.eq_ignore_ascii_case(known));
            match known {
                Some((hint, _)) => Ok(*hint),
                None if word.eq_ignore_ascii_case("help") => Err(HintRefusal::Help),
                None => Err(HintRefusal::Invalid(format!(
                    "unrecognized --hint argument \"{word}\", see --hint=help"
                ))),
            }
        };
        ends.chain([text.len()]).map(word).collect()
    }

    /// What it changes in a request.
    #[must_use]
    pub fn settings(self) -> HintSettings {
        let unchanged = HintSettings::default();
        let [one, all] = [Some(Count::One), Some(Count::All)];
        match self {
            Self::ComputeBound => HintSettings { sockets: all, cores: all, threads: one, ..unchanged },
            Self::MemoryBound => HintSettings { cores: one, threads: one, ..unchanged },
            Self::Multithread => HintSettings { threads: all, tasks_per_core_unlimited: true, ..unchanged },
            Self::NoMultithread => HintSettings { threads: one, ..unchanged },
        }
    }
}

/// As `--hint` takes it.
impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = HINTS.iter().find(|(hint, _)| hint == self);
        f.write_str(known.map_or("", |(_, word)| word))
    }
}

/// What a hint changes in a request; what is none stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HintSettings {
    /// `sockets_per_node`
    pub sockets: Option<Count>,
    /// `cores_per_socket`
    pub cores: Option<Count>,
    /// `threads_per_core`
    pub threads: Option<Count>,
    /// `ntasks_per_core` becomes `INFINITE16`.
    pub tasks_per_core_unlimited: bool,
}

/// How many of something a hint asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// 1.
    One,
    /// `NO_VAL`: as many as there are.
    All,
}

/// `--core-spec`, `--thread-spec`: what is kept from the job for the system's own work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Specialized {
    /// So many cores.
    Cores(i32),
    /// So many threads.
    Threads(i32),
}

impl Specialized {
    /// `CORE_SPEC_THREAD` of slurm.h.
    const THREADS: i32 = 0x8000;
    /// `NO_VAL16` of slurm.h.
    const NOTHING: i32 = 0xfffe;

    /// Reads a value of `--core-spec`.
    ///
    /// # Errors
    /// What [`number::integer`] says.
    pub fn cores(text: &str, dialect: &Dialect) -> Result<Self, String> {
        number::integer(text, "--core-spec", Range::NotNegative, dialect).map(Self::Cores)
    }

    /// Reads a value of `--thread-spec`.
    ///
    /// # Errors
    /// What [`number::integer`] says.
    pub fn threads(text: &str, dialect: &Dialect) -> Result<Self, String> {
        let count = number::integer(text, "--thread-spec", Range::Positive, dialect)?;
        // The bit that says that these are threads is no part of the count.
        Ok(Self::Threads(count & !Self::THREADS))
    }

    /// As a request to Slurm has it: 16 bits, the highest of which says what is counted. None where the number comes to
    /// what means that nothing was said.
    #[must_use]
    pub fn number(self) -> Option<u16> {
        let number = match self {
            Self::Cores(count) => count,
            Self::Threads(count) => count | Self::THREADS,
        };
        (number != Self::NOTHING).then_some(number as u16)
    }
}

impl Specialized {
    /// As `sbatch -v` lists it.
    #[must_use]
    pub fn listed(self) -> String {
        match self {
            Self::Cores(count) if count == Self::NOTHING || count & Self::THREADS != 0 => "unset".to_owned(),
            Self::Threads(_) if self.number().is_none() => "unset".to_owned(),
            shown => shown.to_string(),
        }
    }
}

/// The number, as the option takes it.
impl fmt::Display for Specialized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Cores(count) | Self::Threads(count)) = self;
        count.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shapes() {
        let newest = Dialect::default();
        let read =
            |text| NodeShape::parse(text, &newest).map(|shape| (shape.sockets, shape.cores, shape.threads));
        assert_eq!(read("2"), Ok((Some(2), None, None)));
        assert_eq!(read("2:4:1"), Ok((Some(2), Some(4), Some(1))));
        assert_eq!(read("*:4-8:1k-2k"), Ok((None, Some(4), Some(1024))));
        assert_eq!(read("2:4:1:junk"), Ok((Some(2), Some(4), Some(1))));
        assert_eq!(read(""), Ok((None, None, None)));
        assert_eq!(read("1-2147483647"), Ok((None, None, None)));
        let listed = |text| NodeShape::parse(text, &newest).map(NodeShape::listed);
        assert_eq!((listed("*:4"), listed("*")), (Ok(":4".into()), Ok("unset".into())));
        assert_eq!(read("x"), Err("Invalid numeric value \"x\" for first arg of -B.".to_owned()));
        assert_eq!(read("2:4-"), Err("Invalid numeric value \"4-\" for second arg of -B.".to_owned()));
        assert_eq!(
            read("1:1:9999999999"),
            Err("Numeric argument (9999999999) too large for third arg of -B.".to_owned())
        );
    }

    #[test]
    fn hints() {
        assert_eq!(
            Hint::parse("compute_bound,NoMultithread"),
            Ok(vec![Hint::ComputeBound, Hint::NoMultithread])
        );
        assert_eq!(Hint::parse("multithread,help"), Err(HintRefusal::Help));
        let unrecognized = |word| {
            Err(HintRefusal::Invalid(format!("unrecognized --hint argument \"{word}\", see --hint=help")))
        };
        assert_eq!(Hint::parse("fast"), unrecognized("fast"));
        assert_eq!(Hint::parse("multithread,2"), unrecognized("multithread,2"));
        assert_eq!(Hint::parse(""), unrecognized(""));
        assert!(Hint::Multithread.settings().tasks_per_core_unlimited);
        for (hint, word) in HINTS {
            assert_eq!((Hint::parse(word), hint.to_string().as_str()), (Ok(vec![hint]), word));
        }
    }

    #[test]
    fn specialized() {
        let newest = Dialect::default();
        assert_eq!(Specialized::cores("0", &newest).map(Specialized::number), Ok(Some(0)));
        assert_eq!(Specialized::threads("2", &newest).map(Specialized::number), Ok(Some(0x8002)));
        assert_eq!(Specialized::cores("65534", &newest).map(Specialized::number), Ok(None));
        assert_eq!(
            Specialized::threads("0", &newest),
            Err("Invalid numeric value \"0\" for --thread-spec.".to_owned())
        );
        assert_eq!(
            (Specialized::Cores(3).to_string(), Specialized::Cores(3).listed()),
            ("3".into(), "3".into())
        );
        assert_eq!(Specialized::Cores(0x8001).listed(), "unset");
    }

    proptest! {
        #[test]
        fn what_is_read_reads_back(text in ".{0,20}|([0-9]{0,4}[-km*:]?){0,6}") {
            let newest = Dialect::default();
            if let Ok(shape) = NodeShape::parse(&text, &newest) {
                prop_assert_eq!(NodeShape::parse(&shape.to_string(), &newest), Ok(shape));
            }
            let _ = Hint::parse(&text);
        }
    }
}
