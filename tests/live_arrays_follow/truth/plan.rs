//! What each task does and what is done to it, by its index and a seed alone: a run can be repeated.

use std::time::{SystemTime, UNIX_EPOCH};

/// What a task does when it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// Exits with this code.
    Exits(u8),
    /// Ends by this signal, which it sends itself.
    Dies(u8),
    /// Stays until it is ended from outside.
    Waits,
}

/// What is done to a task that waits for it, or has come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Cancel,
    Requeue,
    /// Queued again and held, to be released.
    RequeueHold,
}

/// What is done to a task before it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    Nothing,
    /// Held, and released late.
    Hold,
    /// Held, and cancelled so.
    HoldAndCancel,
    /// Cancelled by name while it waits.
    Cancel,
}

/// One task.
#[derive(Clone, Debug)]
pub struct Task {
    pub before: Before,
    /// How it lives, one life after another, and what is done in each.
    pub lives: Vec<(Life, Option<Deed>)>,
    /// How long the last one takes, tenths of a second.
    pub takes: u64,
}

impl Task {
    pub fn is_cancelled(&self) -> bool {
        self.before == Before::HoldAndCancel
            || self.lives.last().is_some_and(|(_, deed)| *deed == Some(Deed::Cancel))
    }

    /// As the task itself reads it, a word for each life.
    pub fn words(&self) -> String {
        let word = |(life, _): &(Life, Option<Deed>)| match life {
            Life::Exits(code) => format!("exit-{code}"),
            Life::Dies(signal) => format!("die-{signal}"),
            Life::Waits => "wait".to_owned(),
        };
        let words: Vec<String> = self.lives.iter().map(word).collect();
        format!("{} {}\n", self.takes, words.join(" "))
    }
}

/// Numbers that look like chance (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }

    /// Half of all complete. None dies by SIGHUP: slurmdbd has exit code 1 for that.
    fn end(&mut self) -> Life {
        match self.below(20) {
            0..10 => Life::Exits(0),
            10 => Life::Dies([9, 10, 12][self.below(3) as usize]),
            _ => Life::Exits(1 + self.below(255) as u8),
        }
    }
}

/// The seed that `SRUNX_TRUTH_SEED` gives, or one of the hour; it is printed.
pub fn seed() -> u64 {
    let given = std::env::var("SRUNX_TRUTH_SEED").ok().map(|seed| seed.parse().unwrap());
    let seed = given.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs());
    eprintln!("to repeat it: SRUNX_TRUTH_SEED={seed}");
    seed
}

/// What happens to the task of that index.
pub fn task(seed: u64, index: u32) -> Task {
    let mut chance = Chance(seed ^ (u64::from(index) << 32));
    let of_chance = chance.below(100);
    let end = chance.end();
    let cancelled = (Life::Waits, Some(Deed::Cancel));
    let again = (Life::Waits, Some(Deed::Requeue));
    let before = match of_chance {
        0..3 => Before::Hold,
        3..6 => Before::HoldAndCancel,
        6..11 => Before::Cancel,
        _ => Before::Nothing,
    };
    let lives = match of_chance {
        3..17 => vec![cancelled],
        17..23 => vec![again, (end, None)],
        23..25 => vec![again, again, (end, None)],
        25..27 => vec![again, cancelled],
        27..29 => vec![(Life::Waits, Some(Deed::RequeueHold)), (end, None)],
        29..32 => vec![(chance.end(), Some(Deed::Requeue)), (end, None)],
        _ => vec![(end, None)],
    };
    let takes = if chance.below(4) == 0 { chance.below(10) } else { 0 };
    Task { before, lives, takes }
}
