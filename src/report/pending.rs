//! Which of Slurm's reasons for waiting a user should hear of, and what they mean.

use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

/// The ordinary course of a queue: these need no word.
const QUIET: [&str; 14] = [
    "none",
    "priority",
    "resources",
    "dependency",
    "begintime",
    "prolog",
    "cleaning",
    "scheddefer",
    "reservation",
    "licenses",
    "jobarraytasklimit",
    "burstbufferresources",
    "burstbufferstagein",
    "waiting",
];

/// What a reason means, where Slurm's word alone says too little. Compared by its beginning, in lower case with blanks
/// for underscores: `squeue` and the controller write the same reasons differently.
const MEANINGS: [(&str, &str); 15] = [
    ("dependencyneversatisfied", "what it depends on can never happen any more"),
    ("jobheldadmin", "held; an administrator must release it"),
    ("jobhelduser", "held; it waits until it is released"),
    ("jobholdmaxrequeue", "held after too many requeues"),
    ("reqnodenotavail", "a node that it asks for is down, drained or reserved"),
    ("partitiondown", "its partition is down"),
    ("partitioninactive", "its partition is inactive"),
    ("partitionnodelimit", "it asks for more nodes than its partition allows"),
    ("partitiontimelimit", "it asks for more time than its partition allows"),
    ("badconstraints", "no node has what it asks for"),
    ("qos", "a limit of its QOS is reached"),
    ("assoc", "a limit of its account is reached"),
    ("launch failed requeued held", "it could not be launched and is held in the queue"),
    ("job requeued in held state", "it was queued again, held"),
    ("nodes required for job are down", "a node that it needs is down, drained or reserved"),
];

/// A reason that was told is not told again for so long: a queue at a limit goes to and fro between reasons.
const QUIET_TIME: SignedDuration = SignedDuration::from_mins(10);

/// What was told of whom.
#[derive(Debug, Default)]
pub(super) struct Told(HashMap<String, Vec<(String, Timestamp)>>);

impl Told {
    /// The words for `reason`, unless it is an ordinary one or `job`'s user heard it lately.
    pub(super) fn tell(&mut self, job: &str, reason: &str, at: Timestamp) -> Option<String> {
        let words = words(reason)?;
        let told = match self.0.get_mut(job) {
            Some(told) => told,
            None => self.0.entry(job.to_owned()).or_default(),
        };
        match told.iter_mut().find(|(known, _)| known == reason) {
            Some((_, when)) if at.duration_since(*when) < QUIET_TIME => return None,
            Some((_, when)) => *when = at,
            None => told.push((reason.to_owned(), at)),
        }
        Some(words)
    }

    /// Forgets what was told of `job`: it left the queue.
    pub(super) fn forget(&mut self, job: &str) {
        self.0.remove(job);
    }
}

/// Slurm's reason and what it means; none for the ordinary ones.
fn words(reason: &str) -> Option<String> {
    let plain = reason.replace('_', " ").to_lowercase();
    let plain = plain.trim().trim_matches(['(', ')']);
    if plain.is_empty() || QUIET.contains(&plain) {
        return None;
    }
    let meaning = MEANINGS.iter().find(|(start, _)| plain.starts_with(start));
    Some(match meaning {
        Some((_, meaning)) => format!("{reason}: {meaning}"),
        None => reason.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_user_should_know_is_told() {
        for quiet in ["", "None", "Priority", "Resources", "Dependency", "(Resources)"] {
            assert_eq!(words(quiet), None, "{quiet}");
        }
        let told = |reason: &str| words(reason).unwrap_or_default();
        assert_eq!(told("JobHeldAdmin"), "JobHeldAdmin: held; an administrator must release it");
        assert!(told("QOSMaxJobsPerUserLimit").ends_with("a limit of its QOS is reached"));
        assert!(told("AssocGrpCpuLimit").ends_with("a limit of its account is reached"));
        assert!(told("launch_failed_requeued_held").ends_with("held in the queue"));
        assert!(told("ReqNodeNotAvail, UnavailableNodes:n1").contains("down, drained or reserved"));
        assert_eq!(told("SomethingNew"), "SomethingNew");
    }

    #[test]
    fn each_change_is_told_once() {
        let mut told = Told::default();
        let at = |minutes: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        assert!(told.tell("a", "PartitionDown", at(0)).is_some());
        assert!(told.tell("a", "PartitionDown", at(1)).is_none());
        assert!(told.tell("b", "PartitionDown", at(1)).is_some());
        assert!(told.tell("a", "BadConstraints", at(2)).is_some());
        assert!(told.tell("a", "PartitionDown", at(3)).is_none());
        assert!(told.tell("a", "PartitionDown", at(11)).is_some());
        told.forget("a");
        assert!(told.tell("a", "PartitionDown", at(12)).is_some());
    }
}
