//! The words and the short codes that Slurm's commands have for a job's state: `PENDING` and `PD`, one word or all of them,
//! and back from what a user typed.
//!
//! They speak of the number in a job's or a step's record, a base state and flags, which is wider than
//! [`JobState`](super::JobState) can tell. The tables are those of squeue(1), JOB STATE CODES.

use super::StateFlags as F;

/// How many base states there are (`JOB_END`), `NODE_FAIL` and the like included.
pub const BASE_STATES: u32 = 12;

/// Word and code of each base state, in the order of `enum job_states`.
const BASES: [(&str, &str); BASE_STATES as usize] = [
    ("PENDING", "PD"),
    ("RUNNING", "R"),
    ("SUSPENDED", "S"),
    ("COMPLETED", "CD"),
    ("CANCELLED", "CA"),
    ("FAILED", "F"),
    ("TIMEOUT", "TO"),
    ("NODE_FAIL", "NF"),
    ("PREEMPTED", "PR"),
    ("BOOT_FAIL", "BF"),
    ("DEADLINE", "DL"),
    ("OUT_OF_MEMORY", "OOM"),
];

/// The flags that hide the base state, in the order in which they are looked at. The one without a code leaves the code to
/// the base state.
const FLAGS: [(u32, &str, Option<&str>); 13] = [
    (F::COMPLETING, "COMPLETING", Some("CG")),
    (F::STAGE_OUT, "STAGE_OUT", Some("SO")),
    (F::CONFIGURING, "CONFIGURING", Some("CF")),
    (F::EXPEDITING, "EXPEDITING", None),
    (F::RESIZING, "RESIZING", Some("RS")),
    (F::REQUEUE, "REQUEUED", Some("RQ")),
    (F::REQUEUE_FED, "REQUEUE_FED", Some("RF")),
    (F::REQUEUE_HOLD, "REQUEUE_HOLD", Some("RH")),
    (F::SPECIAL_EXIT, "SPECIAL_EXIT", Some("SE")),
    (F::STOPPED, "STOPPED", Some("ST")),
    (F::REVOKED, "REVOKED", Some("RV")),
    (F::RESV_DEL_HOLD, "RESV_DEL_HOLD", Some("RD")),
    (F::SIGNALING, "SIGNALING", Some("SI")),
];

/// `JOB_RECONFIG_FAIL`, `JOB_POWER_UP_NODE`
const RECONFIG_FAIL: u32 = 1 << 17;
const POWER_UP_NODE: u32 = 1 << 18;

/// The flags in the order in which a whole state is told.
const WHOLE: [(u32, &str); 16] = [
    (F::LAUNCH_FAILED, "LAUNCH_FAILED"),
    (F::COMPLETING, "COMPLETING"),
    (F::CONFIGURING, "CONFIGURING"),
    (F::EXPEDITING, "EXPEDITING"),
    (POWER_UP_NODE, "POWER_UP_NODE"),
    (RECONFIG_FAIL, "RECONFIG_FAIL"),
    (F::RESIZING, "RESIZING"),
    (F::REQUEUE, "REQUEUED"),
    (F::REQUEUE_FED, "REQUEUE_FED"),
    (F::REQUEUE_HOLD, "REQUEUE_HOLD"),
    (F::SPECIAL_EXIT, "SPECIAL_EXIT"),
    (F::STOPPED, "STOPPED"),
    (F::REVOKED, "REVOKED"),
    (F::RESV_DEL_HOLD, "RESV_DEL_HOLD"),
    (F::SIGNALING, "SIGNALING"),
    (F::STAGE_OUT, "STAGE_OUT"),
];

fn base(bits: u32) -> (&'static str, &'static str) {
    BASES.get((bits & 0xff) as usize).copied().unwrap_or(("?", "?"))
}

/// The word for a state, `COMPLETING`; `?` for a number that is none.
#[must_use]
pub fn state_word(bits: u32) -> &'static str {
    let flag = FLAGS.iter().find(|(flag, ..)| bits & flag != 0);
    flag.map_or(base(bits).0, |(_, word, _)| word)
}

/// The code for a state, `CG`; `?` for a number that is none.
#[must_use]
pub fn state_code(bits: u32) -> &'static str {
    let flag = FLAGS.iter().find_map(|(flag, _, code)| code.filter(|_| bits & flag != 0));
    flag.unwrap_or(base(bits).1)
}

/// The base state's word and those of all flags behind it: `FAILED,LAUNCH_FAILED,REQUEUE_HOLD`.
#[must_use]
pub fn state_words(bits: u32) -> String {
    let mut words = String::from(base(bits).0);
    for (_, word) in WHOLE.iter().filter(|(flag, _)| bits & flag != 0) {
        words.push(',');
        words.push_str(word);
    }
    words
}

/// The state that has this word or code, in small or capital letters: a base state's number or one flag. `EXPEDITING` is
/// among them, which releases before 25.11 do not know.
#[must_use]
pub fn state_named(name: &str) -> Option<u32> {
    let is = |text: &str| name.eq_ignore_ascii_case(text);
    if let Some(at) = BASES.iter().position(|(word, code)| is(word) || is(code)) {
        return u32::try_from(at).ok();
    }
    FLAGS.iter().find(|(_, word, code)| is(word) || code.is_some_and(is)).map(|(flag, ..)| *flag)
}

#[cfg(test)]
mod tests {
    use super::{F, state_code, state_named, state_word, state_words};

    #[test]
    fn a_flag_hides_the_base_state() {
        assert_eq!((state_word(1), state_code(1)), ("RUNNING", "R"));
        assert_eq!(
            (state_word(1 | F::COMPLETING | F::SIGNALING), state_code(1 | F::COMPLETING)),
            ("COMPLETING", "CG")
        );
        assert_eq!((state_word(F::EXPEDITING), state_code(F::EXPEDITING)), ("EXPEDITING", "PD"));
        assert_eq!((state_word(99), state_code(99)), ("?", "?"));
        assert_eq!(state_word(5 | F::LAUNCH_FAILED), "FAILED");
        assert_eq!(state_words(5 | F::REQUEUE_HOLD | F::LAUNCH_FAILED), "FAILED,LAUNCH_FAILED,REQUEUE_HOLD");
    }

    #[test]
    fn every_word_and_code_leads_back() {
        for bits in (0..12).chain((8..25).map(|bit| 1 << bit)) {
            if bits > 11 && state_word(bits) == "PENDING" {
                continue;
            }
            assert_eq!(state_named(state_word(bits)), Some(bits));
            assert_eq!(state_named(&state_word(bits).to_lowercase()), Some(bits));
            if bits != F::EXPEDITING {
                assert_eq!(state_named(state_code(bits)), Some(bits));
            }
        }
        assert_eq!(state_named("?"), None);
        assert_eq!(state_named(""), None);
    }
}
