//! What is measured of a job: `--profile`, `--acctg-freq`.

use super::number;
use std::fmt;

/// The value of `--profile`, as bits of a request's `profile`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile(pub u32);

/// `ACCT_GATHER_PROFILE_NONE`
pub const NONE: u32 = 1 << 0;
/// `ACCT_GATHER_PROFILE_ALL`
pub const ALL: u32 = u32::MAX;

/// In the order in which Slurm's commands print them.
const KINDS: [(u32, &str); 4] =
    [(1 << 1, "Energy"), (1 << 3, "Lustre"), (1 << 4, "Network"), (1 << 2, "Task")];

impl Profile {
    /// Reads a value of `--profile`: whatever has `none`, else `all`, else any of `energy`, `task`, `lustre` and
    /// `network` somewhere in it, in either case.
    ///
    /// # Errors
    /// `invalid --profile=fast option`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let lower = text.to_ascii_lowercase();
        let has = |word: &str| lower.contains(&word.to_ascii_lowercase());
        let kinds = KINDS.iter().filter(|(_, word)| has(word)).map(|(bit, _)| bit).sum();
        match kinds {
            _ if has("none") => Ok(Self(NONE)),
            _ if has("all") => Ok(Self(ALL)),
            0 => Err(format!("invalid --profile={text} option")),
            kinds => Ok(Self(kinds)),
        }
    }

    /// As `sbatch -v` lists it, which is all the kinds for `all`.
    #[must_use]
    pub fn listed(self) -> String {
        if self.0 == NONE {
            return "None".to_owned();
        }
        let kinds = KINDS.iter().filter(|(bit, _)| self.0 & bit != 0);
        kinds.map(|(_, word)| *word).collect::<Vec<_>>().join(",")
    }
}

/// As `--profile` takes it.
impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == ALL { f.write_str("All") } else { f.write_str(&self.listed()) }
    }
}

/// Looks at a value of `--acctg-freq`, which is passed on as it is: `30`, `task=30,energy=10,filesystem=60,network=60`. Of
/// each part only a number at its start or behind one of those names counts.
///
/// # Errors
/// `Invalid --acctg-freq specification: task`, once for each part that has no such number. −1 is none.
pub fn check_sampling(text: &str) -> Result<(), String> {
    let number_at = |text: &str| number::leading(text).is_some_and(|number| number.value as i32 != -1);
    let number_behind = |part: &str, name: &str| {
        let at = part.to_ascii_lowercase().find(name);
        at.and_then(|at| part.get(at + name.len()..)).is_some_and(number_at)
    };
    let names = ["energy=", "task=", "filesystem=", "network="];
    let good = |part: &str| number_at(part) || names.iter().any(|name| number_behind(part, name));
    let said: Vec<String> = text
        .split(',')
        .filter(|part| !part.is_empty() && !good(part))
        .map(|part| format!("Invalid --acctg-freq specification: {part}"))
        .collect();
    if said.is_empty() { Ok(()) } else { Err(said.join("\n")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn profiles() {
        let bits = |text| Profile::parse(text).map(|profile| profile.0);
        assert_eq!(bits("task,Energy"), Ok(6));
        assert_eq!(bits("All"), Ok(ALL));
        assert_eq!(bits("none,all"), Ok(NONE));
        assert_eq!(bits("multitasking"), Ok(4));
        assert_eq!(bits("fast"), Err("invalid --profile=fast option".to_owned()));
        assert_eq!(Profile(ALL).listed(), "Energy,Lustre,Network,Task");
    }

    #[test]
    fn sampling() {
        for good in ["30", "0", "task=30,energy=10", "Network=5", "x,task=1", "30s", ""] {
            assert_eq!(check_sampling(good).is_ok(), good != "x,task=1", "{good}");
        }
        assert_eq!(
            check_sampling("task,30,-1"),
            Err("Invalid --acctg-freq specification: task\nInvalid --acctg-freq specification: -1".to_owned())
        );
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,30}") {
            let _ = Profile::parse(&text);
            let _ = check_sampling(&text);
        }

        #[test]
        fn profiles_read_back(kinds in 1u32..16) {
            for profile in [Profile(kinds << 1), Profile(NONE), Profile(ALL)] {
                prop_assert_eq!(Profile::parse(&profile.to_string()), Ok(profile));
            }
        }
    }
}
