//! Arguments as getopt_long(3) reads them, which is how Slurm's commands read theirs: `-N2`, `-N 2`, `-hl`, `--nodes=2`,
//! `--nodes 2`, `--nod 2`. Knows no option of its own and says what is wrong in glibc's words.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// Whether an option takes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// Never.
    None,
    /// Always.
    Required,
    /// Only if it is written into the same argument: `--wait=yes`, `-Ww1`.
    Optional,
}

/// One option: its names and what it is to the caller.
#[derive(Clone, Copy, Debug)]
pub struct Opt<T> {
    /// What the caller calls it.
    pub id: T,
    /// Without its two dashes; empty where there is only a short one.
    pub long: &'static str,
    /// Without its dash.
    pub short: Option<u8>,
    /// Whether it takes a value.
    pub value: Value,
}

impl<T> Opt<T> {
    /// An option with both names, or with only one of them.
    pub const fn new(id: T, long: &'static str, short: Option<u8>, value: Value) -> Self {
        Self { id, long, short, value }
    }
}

/// Where the options end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// At the first argument that is none (`+` in getopt's terms): the rest belongs to somebody else.
    Strict,
    /// Anywhere among the other arguments, unless POSIXLY_CORRECT is set.
    Permuted,
}

/// One option as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given<T> {
    /// Which.
    pub id: T,
    /// How it was written, dashes and all and never abbreviated: `--nodes`, `-N`.
    pub name: String,
    /// Its value.
    pub value: Option<OsString>,
}

/// What getopt would not take, in glibc's words: `unrecognized option '--nodess'`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

/// Reads options one by one; what is left at the end are the operands.
pub struct Scanner<'a, T> {
    options: &'a [Opt<T>],
    order: Order,
    ahead: VecDeque<OsString>,
    /// Short options not yet read of an argument like `-hl`.
    cluster: Vec<u8>,
    operands: Vec<OsString>,
    count: usize,
    places: Vec<usize>,
}

impl<'a, T: Copy + PartialEq> Scanner<'a, T> {
    /// Reads `arguments`, the program's own name not among them.
    pub fn new(options: &'a [Opt<T>], order: Order, arguments: impl IntoIterator<Item = OsString>) -> Self {
        let order = if std::env::var_os("POSIXLY_CORRECT").is_some() { Order::Strict } else { order };
        let ahead: VecDeque<OsString> = arguments.into_iter().collect();
        Self {
            options,
            order,
            count: ahead.len(),
            ahead,
            cluster: Vec::new(),
            operands: Vec::new(),
            places: Vec::new(),
        }
    }

    /// Where among the arguments the operands stood. Whole once the scanner has come to its end.
    pub fn places(&self) -> &[usize] {
        &self.places
    }

    /// The rest is no option.
    fn end(&mut self) {
        self.places.extend(self.count - self.ahead.len()..self.count);
        self.operands.extend(self.ahead.drain(..));
    }

    /// What is no option and no value of one, in order. Whole once the scanner has come to its end.
    pub fn operands(self) -> Vec<OsString> {
        let mut operands = self.operands;
        operands.extend(self.ahead);
        operands
    }

    /// How many arguments have not been looked at.
    pub fn left(&self) -> usize {
        self.ahead.len()
    }

    fn long(&mut self, argument: &[u8]) -> Result<Given<T>, Refused> {
        let (name, given) = match argument.iter().position(|byte| *byte == b'=') {
            Some(at) => (&argument[..at], Some(OsString::from_vec(argument[at + 1..].to_vec()))),
            None => (argument, None),
        };
        // What cannot be understood is quoted with its value.
        let shown = String::from_utf8_lossy(argument).into_owned();
        let option = self.find_long(name, &shown)?;
        let value = match (option.value, given) {
            (Value::None, Some(_)) => {
                return Err(Refused(format!("option '--{}' doesn't allow an argument", option.long)));
            }
            (Value::Required, None) => match self.ahead.pop_front() {
                Some(next) => Some(next),
                None => return Err(Refused(format!("option '--{}' requires an argument", option.long))),
            },
            (_, given) => given,
        };
        Ok(Given { id: option.id, name: format!("--{}", option.long), value })
    }

    /// An exact name, or an abbreviation of only one; several that mean the same count as one.
    fn find_long(&self, name: &[u8], shown: &str) -> Result<Opt<T>, Refused> {
        let long = || self.options.iter().filter(|option| !option.long.is_empty());
        if let Some(exact) = long().find(|option| option.long.as_bytes() == name) {
            return Ok(*exact);
        }
        let mut candidates = long().filter(|option| option.long.as_bytes().starts_with(name));
        let Some(first) = candidates.next() else {
            return Err(Refused(format!("unrecognized option '--{shown}'")));
        };
        if candidates.all(|other| other.id == first.id && other.value == first.value) {
            return Ok(*first);
        }
        // glibc leaves out the others that mean what the first of them does.
        let differs = |option: &&Opt<T>| {
            option.long == first.long || option.id != first.id || option.value != first.value
        };
        let possible = long().filter(|option| option.long.as_bytes().starts_with(name)).filter(differs);
        let possible: String = possible.map(|option| format!(" '--{}'", option.long)).collect();
        Err(Refused(format!("option '--{shown}' is ambiguous; possibilities:{possible}")))
    }

    fn short(&mut self) -> Result<Given<T>, Refused> {
        let letter = self.cluster.remove(0);
        let shown = String::from_utf8_lossy(&[letter]).into_owned();
        let option = self.options.iter().find(|option| option.short == Some(letter)).copied();
        let Some(option) = option else {
            return Err(Refused(format!("invalid option -- '{shown}'")));
        };
        let rest = |cluster: &mut Vec<u8>| OsString::from_vec(std::mem::take(cluster));
        let value = match option.value {
            Value::None => None,
            _ if !self.cluster.is_empty() => Some(rest(&mut self.cluster)),
            Value::Optional => None,
            Value::Required => match self.ahead.pop_front() {
                Some(next) => Some(next),
                None => return Err(Refused(format!("option requires an argument -- '{shown}'"))),
            },
        };
        Ok(Given { id: option.id, name: format!("-{shown}"), value })
    }
}

impl<T: Copy + PartialEq> Iterator for Scanner<'_, T> {
    type Item = Result<Given<T>, Refused>;

    fn next(&mut self) -> Option<Self::Item> {
        if !self.cluster.is_empty() {
            return Some(self.short());
        }
        loop {
            let argument = self.ahead.pop_front()?;
            let bytes = OsStr::as_bytes(&argument);
            match bytes {
                b"--" => {
                    self.end();
                    return None;
                }
                [b'-', b'-', name @ ..] => return Some(self.long(name)),
                [b'-', cluster @ ..] if !cluster.is_empty() => {
                    self.cluster = cluster.to_vec();
                    return Some(self.short());
                }
                _ if self.order == Order::Strict => {
                    self.ahead.push_front(argument);
                    self.end();
                    return None;
                }
                _ => {
                    self.places.push(self.count - self.ahead.len() - 1);
                    self.operands.push(argument);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: &[Opt<char>] = &[
        Opt::new('N', "nodes", Some(b'N'), Value::Required),
        Opt::new('w', "nodelist", Some(b'w'), Value::Required),
        Opt::new('h', "hold", Some(b'H'), Value::None),
        Opt::new('W', "wait", Some(b'W'), Value::Optional),
        Opt::new('e', "export", None, Value::Required),
        Opt::new('e', "exported", None, Value::Required),
        Opt::new('x', "exclude", None, Value::Required),
    ];

    fn read(order: Order, line: &str) -> String {
        let mut scanner = Scanner::new(OPTIONS, order, line.split_whitespace().map(OsString::from));
        let mut said = String::new();
        for given in scanner.by_ref() {
            match given {
                Ok(given) => {
                    said.push(given.id);
                    if let Some(value) = given.value {
                        said.push_str(&format!("({})", value.display()));
                    }
                }
                Err(refused) => said.push_str(&format!("<{refused}>")),
            }
        }
        let operands: Vec<String> =
            scanner.operands().iter().map(|operand| operand.display().to_string()).collect();
        format!("{said} {}", operands.join(","))
    }

    #[test]
    fn forms_of_options() {
        let strict = |line| read(Order::Strict, line);
        assert_eq!(strict("-N2 -N 3 --nodes=4 --nodes 5 job -N 6"), "N(2)N(3)N(4)N(5) job,-N,6");
        assert_eq!(strict("-HW -Wx --wait --wait=y -HN 2"), "hWW(x)WW(y)hN(2) ");
        assert_eq!(strict("--nodes= --hol -- -H"), "N()h -H");
        assert_eq!(strict("--expo=A"), "e(A) ");
        assert_eq!(strict("- -H"), " -,-H");
    }

    #[test]
    fn operands_may_stand_between_where_order_is_free() {
        assert_eq!(read(Order::Permuted, "7 -H 8 -N 2 -- 9 -H"), "hN(2) 7,8,9,-H");
    }

    #[test]
    fn places_of_operands() {
        let line = "7 -N 7 -HN2 8 -- -H";
        let mut scanner = Scanner::new(OPTIONS, Order::Permuted, line.split_whitespace().map(OsString::from));
        assert!(scanner.by_ref().all(|given| given.is_ok()));
        assert_eq!(scanner.places(), [0, 4, 6]);
    }

    #[test]
    fn what_is_wrong_is_said_in_glibcs_words() {
        let strict = |line| read(Order::Strict, line);
        assert_eq!(
            strict("--node=1"),
            "<option '--node=1' is ambiguous; possibilities: '--nodes' '--nodelist'> "
        );
        assert_eq!(strict("--ex"), "<option '--ex' is ambiguous; possibilities: '--export' '--exclude'> ");
        assert_eq!(strict("--zap=1"), "<unrecognized option '--zap=1'> ");
        assert_eq!(strict("-z"), "<invalid option -- 'z'> ");
        assert_eq!(strict("-N"), "<option requires an argument -- 'N'> ");
        assert_eq!(strict("--nodes"), "<option '--nodes' requires an argument> ");
        assert_eq!(strict("--hold=1"), "<option '--hold' doesn't allow an argument> ");
    }
}
