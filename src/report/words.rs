//! Numbers and Slurm's terse words, said so that a user knows what happened.

use crate::job::{ExitStatus, Outcome};
use jiff::Timestamp;

/// Slurm's reason for a job that could not be started, and the signal that stands in its exit status then.
const LAUNCH_FAILURE: &str = "JobLaunchFailure";
const NOT_LAUNCHED: u8 = 53;

/// Why a job ended, beyond its outcome's word: its exit code or signal, Slurm's reason. Empty when there is nothing to
/// add.
pub(super) fn ending(outcome: Outcome, exit: ExitStatus, reason: &str) -> String {
    if outcome == Outcome::Failed && reason == LAUNCH_FAILURE && exit.signal == NOT_LAUNCHED {
        return format!("{reason}: most often its folder or its log's cannot be used on the node");
    }
    let mut parts = Vec::new();
    // The other outcomes say it all: a job out of time or memory, or cancelled, has a signal that tells nothing more.
    if outcome == Outcome::Failed && !exit.is_success() {
        parts.push(exit_words(exit));
    }
    if outcome == Outcome::Unknown {
        parts.push("nobody has a record of it any more".to_owned());
    }
    if !is_redundant(outcome, exit, reason) {
        parts.push(reason.to_owned());
    }
    parts.join(", ")
}

/// Whether Slurm's reason repeats what the outcome already says.
fn is_redundant(outcome: Outcome, exit: ExitStatus, reason: &str) -> bool {
    match reason {
        "" | "None" | "NonZeroExitCode" => true,
        // With the signal behind it: `RaisedSignal:9(Killed)`.
        _ if reason.starts_with("RaisedSignal") => true,
        // Slurm's reason for a script that died by a signal, too.
        LAUNCH_FAILURE => signal_name(exit.signal).is_some(),
        "TimeLimit" => outcome == Outcome::Timeout,
        "OutOfMemory" | "OOM" => outcome == Outcome::OutOfMemory,
        "DeadLine" => outcome == Outcome::Deadline,
        // Left from the time in which the job waited.
        "Priority" | "Resources" | "Dependency" => true,
        _ => false,
    }
}

/// `exit 3`, `signal 9 (SIGKILL)`, with what a shell means by the number.
pub(super) fn exit_words(exit: ExitStatus) -> String {
    if exit.signal != 0 {
        let named = signal_name(exit.signal).map_or(String::new(), |name| format!(" ({name})"));
        return match exit.code {
            0 => format!("signal {}{named}", exit.signal),
            code => format!("exit {code}, signal {}{named}", exit.signal),
        };
    }
    match exit.code {
        126 => "exit 126 (not executable)".to_owned(),
        127 => "exit 127 (command not found)".to_owned(),
        code => match code.checked_sub(128).and_then(signal_name) {
            Some(name) => format!("exit {code} ({name})"),
            None => format!("exit {code}"),
        },
    }
}

/// The name of a signal by its number on Linux, where slurmd runs.
pub(super) fn signal_name(number: u8) -> Option<&'static str> {
    Some(match number {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        10 => "SIGUSR1",
        11 => "SIGSEGV",
        12 => "SIGUSR2",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        15 => "SIGTERM",
        24 => "SIGXCPU",
        25 => "SIGXFSZ",
        31 => "SIGSYS",
        _ => return None,
    })
}

/// The time from `start` to `end` as Slurm writes it: `[days-]hours:minutes:seconds`. Clocks of different machines may
/// disagree; an end before its start is no time at all.
pub(super) fn elapsed(start: Timestamp, end: Timestamp) -> String {
    let seconds = end.as_second().saturating_sub(start.as_second()).max(0);
    let (days, hours, minutes, seconds) =
        (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let days = if days > 0 { format!("{days}-") } else { String::new() };
    format!("{days}{hours:02}:{minutes:02}:{seconds:02}")
}

/// `1 job`, `2 jobs`.
pub(super) fn jobs(count: usize) -> String {
    format!("{count} {}", if count == 1 { "job" } else { "jobs" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exits_are_said_in_words() {
        let words = |code, signal| exit_words(ExitStatus { code, signal });
        assert_eq!(words(3, 0), "exit 3");
        assert_eq!(words(0, 9), "signal 9 (SIGKILL)");
        assert_eq!(words(0, 53), "signal 53");
        assert_eq!(words(1, 15), "exit 1, signal 15 (SIGTERM)");
        assert_eq!(words(127, 0), "exit 127 (command not found)");
        assert_eq!(words(137, 0), "exit 137 (SIGKILL)");
        assert_eq!(words(128, 0), "exit 128");
        assert_eq!(words(255, 0), "exit 255");
    }

    #[test]
    fn an_ending_says_what_its_outcome_does_not() {
        let three = ExitStatus { code: 3, signal: 0 };
        let term = ExitStatus { code: 0, signal: 15 };
        assert_eq!(ending(Outcome::Failed, three, "NonZeroExitCode"), "exit 3");
        assert_eq!(ending(Outcome::Failed, three, "JobLaunchFailure"), "exit 3, JobLaunchFailure");
        assert_eq!(ending(Outcome::Failed, term, "JobLaunchFailure"), "signal 15 (SIGTERM)");
        assert_eq!(ending(Outcome::Failed, term, "RaisedSignal:15(Terminated)"), "signal 15 (SIGTERM)");
        let unlaunched = ExitStatus { code: 0, signal: 53 };
        assert!(ending(Outcome::Failed, unlaunched, "JobLaunchFailure").contains("its log's"));
        assert_eq!(ending(Outcome::Timeout, term, "TimeLimit"), "");
        assert_eq!(ending(Outcome::Cancelled, term, "None"), "");
        assert_eq!(ending(Outcome::NodeFail, ExitStatus::default(), "NodeDown"), "NodeDown");
    }

    #[test]
    fn elapsed_is_slurms() {
        let words = |seconds| {
            elapsed(Timestamp::UNIX_EPOCH, Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH))
        };
        assert_eq!(words(0), "00:00:00");
        assert_eq!(words(3661), "01:01:01");
        assert_eq!(words(86_400 * 3 + 7), "3-00:00:07");
        assert_eq!(words(-5), "00:00:00");
    }
}
