//! Which resource limits a job takes along: `--propagate`, and the lines of slurm.conf about it.

use std::fmt;

/// The limits by the names that Slurm has for them, in its order. Each is a `RLIMIT_` of setrlimit(2).
pub const LIMITS: [&str; 10] =
    ["CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NPROC", "NOFILE", "MEMLOCK", "AS"];

/// A set of [`LIMITS`], one bit each in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits(u16);

impl Limits {
    /// All of them: `ALL`.
    pub const ALL: Self = Self((1 << LIMITS.len()) - 1);
    /// None: `NONE`.
    pub const NONE: Self = Self(0);

    /// Reads a value of `--propagate`: `ALL`, `NONE`, or names with commas, blanks or tabs between, each with or without
    /// `RLIMIT_` before it, in upper case. No value at all means `ALL`.
    ///
    /// # Errors
    /// `Bad rlimit name: stack`, and a line that names the option.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "ALL" => return Ok(Self::ALL),
            "NONE" => return Ok(Self::NONE),
            _ => {}
        }
        let mut limits = Self::NONE;
        for name in text.split([',', ' ', '\t', '\n']).filter(|name| !name.is_empty()) {
            // Native takes the prefix off again for each name that it compares with.
            let mut rest = name;
            let known = LIMITS.iter().position(|known| {
                rest = rest.strip_prefix("RLIMIT_").unwrap_or(rest);
                rest == *known
            });
            let known =
                known.ok_or_else(|| format!("Bad rlimit name: {rest}\n--propagate={text} is not valid."))?;
            limits.0 |= 1 << known;
        }
        Ok(limits)
    }

    /// Whether the limit of that name is among them.
    #[must_use]
    pub fn has(self, name: &str) -> bool {
        LIMITS.iter().position(|known| *known == name).is_some_and(|place| self.0 >> place & 1 == 1)
    }

    /// The names of those that are among them.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        LIMITS.into_iter().filter(move |name| self.has(name))
    }
}

/// As `--propagate` takes it.
impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ALL => f.write_str("ALL"),
            Self::NONE => f.write_str("NONE"),
            limits => f.write_str(&limits.names().collect::<Vec<_>>().join(",")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names() {
        let said = |text| Limits::parse(text).map(|limits| limits.to_string());
        assert_eq!(said("ALL"), Ok("ALL".to_owned()));
        assert_eq!(said("STACK, RLIMIT_CORE"), Ok("STACK,CORE".to_owned()));
        assert_eq!(said(""), Ok("NONE".to_owned()));
        assert_eq!(said("stack"), Err("Bad rlimit name: stack\n--propagate=stack is not valid.".to_owned()));
        assert!(said("all").is_err() && said("STACK,ALL").is_err());
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,30}") {
            let _ = Limits::parse(&text);
        }

        #[test]
        fn they_read_back(bits in 0u16..1 << 10) {
            prop_assert_eq!(Limits::parse(&Limits(bits).to_string()), Ok(Limits(bits)));
        }
    }
}
