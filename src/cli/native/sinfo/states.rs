//! `--states`: which nodes, by their states.

use super::groups::Node;
use crate::slurm::{Client, SinfoHabits, node_state as bits};

/// A filter of states.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct States {
    wanted: Vec<Wanted>,
    /// All must fit, not any.
    all: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wanted {
    state: u32,
    not: bool,
}

/// The base states, of which the library has words.
const BASE_STATES: std::ops::Range<u32> = 0..7;

impl States {
    /// Reads `idle,drain`, `drain&mixed`; from 25.05 also `+` and `!idle`. Err is the name that no state has.
    pub fn read(text: &[u8], names: &Names<'_>) -> Result<Self, Vec<u8>> {
        if text.eq_ignore_ascii_case(b"all") {
            let states = BASE_STATES.chain([bits::DRAIN, bits::COMPLETING]);
            return Ok(Self {
                wanted: states.map(|state| Wanted { state, not: false }).collect(),
                all: false,
            });
        }
        let negated = names.habits.negated_states;
        let all = text.contains(&b'&') || negated && text.contains(&b'+');
        let between = |byte: &u8| matches!(byte, b',' | b'&') || negated && *byte == b'+';
        let mut wanted = Vec::new();
        for word in text.split(between).filter(|word| !word.is_empty()) {
            let (not, word) = match word {
                [b'!' | b'~', rest @ ..] if negated => (true, rest),
                _ => (false, word),
            };
            wanted.push(Wanted { state: names.state(word).ok_or(word)?, not });
        }
        Ok(Self { wanted, all })
    }

    /// Whether a node is wanted.
    pub fn fit(&self, node: &Node<'_>) -> bool {
        let mut fits = self.wanted.iter().map(|wanted| wanted.state_fits(node) != wanted.not);
        if self.all { !self.wanted.is_empty() && fits.all(|fits| fits) } else { fits.any(|fits| fits) }
    }
}

fn draining(state: u32) -> bool {
    state & bits::DRAIN != 0 && matches!(state & bits::BASE, bits::ALLOCATED | bits::MIXED)
}

fn drained(state: u32) -> bool {
    state & bits::DRAIN != 0 && !draining(state)
}

impl Wanted {
    fn state_fits(self, node: &Node<'_>) -> bool {
        let wanted = self.state;
        if wanted == bits::DRAIN {
            node.state & bits::DRAIN != 0
        } else if draining(wanted) {
            draining(node.state)
        } else if drained(wanted) {
            drained(node.state)
        } else if wanted & bits::FLAGS != 0 {
            wanted & node.state != 0
        } else if wanted == bits::ALLOCATED {
            node.info.alloc_cpus != 0
        } else {
            node.state & bits::BASE == wanted
        }
    }
}

/// The names of states, as the release in use has them.
pub struct Names<'a> {
    client: &'a Client,
    habits: &'a SinfoHabits,
}

impl<'a> Names<'a> {
    pub fn new(client: &'a Client, habits: &'a SinfoHabits) -> Self {
        Self { client, habits }
    }

    /// The first state whose name begins with `text`.
    fn state(&self, text: &[u8]) -> Option<u32> {
        let begins = |name: &[u8]| begins_with(name, text);
        let named_by_library = |state: u32| {
            begins(self.client.node_state_abbreviation(state).to_bytes())
                || begins(self.client.node_state_word(state).to_bytes())
                || self.habits.flag_names
                    && self.client.node_flag_words(state).iter().any(|word| begins(word.to_bytes()))
        };
        BASE_STATES.clone().find(|state| named_by_library(*state)).or_else(|| {
            let mut names = self.habits.state_names.iter();
            let fits = |(words, state): &&(&[&str], u32)| match words.is_empty() {
                true => named_by_library(*state),
                false => words.iter().any(|word| begins(word.as_bytes())),
            };
            names.find(fits).map(|(_, state)| *state)
        })
    }

    /// All names that one may give, with commas between them.
    pub fn listed(&self) -> String {
        let word =
            |state: u32| String::from_utf8_lossy(self.client.node_state_word(state).to_bytes()).into_owned();
        let base =
            BASE_STATES.filter(|state| self.habits.lists_error_state || *state != bits::ERROR).map(word);
        let words = std::iter::once(self.habits.listed_words.to_owned());
        let flags = self.habits.listed_states.iter().map(|state| word(*state));
        base.chain(words).chain(flags).collect::<Vec<_>>().join(",").to_ascii_lowercase()
    }
}

/// In any case.
fn begins_with(name: &[u8], start: &[u8]) -> bool {
    name.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}
