//! `update`: jobs and their steps.

mod job;
mod key;
mod step;
mod time_left;
mod value;

use super::session::Session;
use super::words::{is, setting};
use crate::slurm::Client;

/// `Name=value`, `Name value`, and what stands before the equals sign.
struct Setting<'a> {
    /// Without `+` or `-` at its end.
    name: &'a [u8],
    value: &'a [u8],
    /// `Name+=value`, `Name-=value`
    sign: Option<u8>,
}

/// What is updated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entity {
    Job,
    Step,
    Other(&'static str),
}

/// What an `update` is about. A job's may name a partition and a reservation too, so the most telling word decides.
fn entity(words: &[&[u8]]) -> Option<Entity> {
    const KINDS: [(&str, usize, Entity); 8] = [
        ("JobId", 3, Entity::Job),
        ("JobName", 3, Entity::Job),
        ("StepId", 4, Entity::Step),
        ("ReservationName", 3, Entity::Other("reservations")),
        ("NodeName", 3, Entity::Other("nodes")),
        ("FrontendName", 2, Entity::Other("front ends")),
        ("PartitionName", 3, Entity::Other("partitions")),
        ("SlurmctldDebug", 2, Entity::Other("slurmctld")),
    ];
    let mut names = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let (name, value) = setting(word);
        names.push(name);
        if value.is_none() {
            // The next word is the value.
            rest.next();
        }
    }
    let named = |key: &str, least: usize| names.iter().any(|name| is(name, key, least));
    KINDS.iter().find(|(key, least, _)| named(key, *least)).map(|(.., entity)| *entity)
}

/// `update Name=value…`
pub fn update(client: &Client, session: &mut Session, words: &[&[u8]]) {
    match entity(words) {
        Some(Entity::Job) => job::update(client, session, words),
        Some(Entity::Step) => step::update(client, session, words),
        Some(Entity::Other(kind)) => {
            session.error(format_args!("srunx scontrol is for jobs: use scontrol to update {kind}"));
        }
        None => {
            session.refuse("No valid entity in update command");
            session.refuse(
                "Input line must include \"NodeName\", \"PartitionName\", \"Reservation\", \"JobId\", or \
                 \"SlurmctldDebug\"",
            );
        }
    }
}

/// The word cannot be read, or nothing can be done about what it names.
fn refuse_word(session: &mut Session, what: &str, word: &[u8]) {
    session.refuse(format_args!("{what}: {}", String::from_utf8_lossy(word)));
    session.refuse("Request aborted");
}

#[cfg(test)]
mod tests {
    use super::{Entity, entity};

    #[test]
    fn the_most_telling_word_decides() {
        let of = |line: &str| entity(&line.split(' ').map(str::as_bytes).collect::<Vec<_>>());
        assert_eq!(of("PartitionName=p JobId=7"), Some(Entity::Job));
        assert_eq!(of("job=7 x=1"), Some(Entity::Job));
        assert_eq!(of("JobId 7 Comment stepid"), Some(Entity::Job));
        assert_eq!(of("Comment jobid"), None, "a value");
        assert_eq!(of("StepId=7.0 TimeLimit=3"), Some(Entity::Step));
        assert_eq!(of("step=7.0"), Some(Entity::Step));
        assert_eq!(of("NodeName=c1 State=DRAIN"), Some(Entity::Other("nodes")));
        assert_eq!(of("x"), None);
    }
}
