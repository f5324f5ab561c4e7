//! The sign and the colour that stand before each kind of line.

use super::style::Style;
use crate::job::Outcome;

/// A colour of the terminal's own palette, so that the user's theme decides what it looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Green,
    Red,
    Yellow,
    Blue,
    Cyan,
    Faint,
}

impl Ink {
    /// `text` in this colour, if the style has colours.
    pub(super) fn paint(self, text: &str, style: Style) -> String {
        let code = match self {
            Self::Green => 32,
            Self::Red => 31,
            Self::Yellow => 33,
            Self::Blue => 34,
            Self::Cyan => 36,
            Self::Faint => 2,
        };
        if style.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// A sign of two columns and its colour. The emoji are those that every terminal draws two columns wide without a
/// variation selector, so that what follows stays aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    emoji: &'static str,
    ascii: &'static str,
    pub(super) ink: Ink,
}

const fn mark(emoji: &'static str, ascii: &'static str, ink: Ink) -> Mark {
    Mark { emoji, ascii, ink }
}

impl Mark {
    pub(super) const START: Self = mark("🚀", ">>", Ink::Cyan);
    pub(super) const SUBMITTED: Self = mark("🌋", "->", Ink::Cyan);
    pub(super) const MONITORING: Self = mark("👀", "..", Ink::Faint);
    pub(super) const RUNNING: Self = mark("🏃", "->", Ink::Blue);
    pub(super) const WAITING: Self = mark("⏳", "..", Ink::Yellow);
    pub(super) const PAUSED: Self = mark("💤", "..", Ink::Yellow);
    pub(super) const REQUEUED: Self = mark("🔁", "<-", Ink::Yellow);
    pub(super) const SCHEDULER: Self = mark("📡", "??", Ink::Yellow);
    pub(super) const STOP: Self = mark("🛑", "!!", Ink::Yellow);
    pub(super) const COMPLETED: Self = mark("✅", "ok", Ink::Green);
    pub(super) const FAILED: Self = mark("❌", "!!", Ink::Red);
    pub(super) const CANCELLED: Self = mark("🚫", "!!", Ink::Red);
    pub(super) const SKIPPED: Self = mark("⏩", "--", Ink::Faint);

    /// The mark of an end.
    pub(super) fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Completed => Self::COMPLETED,
            Outcome::Failed => Self::FAILED,
            Outcome::Cancelled => Self::CANCELLED,
            Outcome::Timeout | Outcome::Deadline => mark("⏰", "!!", Ink::Red),
            Outcome::OutOfMemory | Outcome::NodeFail | Outcome::BootFail => mark("💥", "!!", Ink::Red),
            Outcome::Preempted | Outcome::Revoked => mark("👋", "!!", Ink::Red),
            Outcome::Rejected => mark("⛔", "!!", Ink::Red),
            Outcome::Skipped => Self::SKIPPED,
            Outcome::Unknown => mark("❓", "??", Ink::Red),
        }
    }

    /// The sign itself.
    pub(super) fn sign(self, style: Style) -> &'static str {
        if style.unicode { self.emoji } else { self.ascii }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::text::columns;

    #[test]
    fn every_sign_is_two_columns_wide() {
        use Outcome as O;
        let outcomes = [
            O::Completed,
            O::Failed,
            O::Cancelled,
            O::Timeout,
            O::NodeFail,
            O::Preempted,
            O::BootFail,
            O::Deadline,
            O::OutOfMemory,
            O::Revoked,
            O::Rejected,
            O::Skipped,
            O::Unknown,
        ];
        let others = [
            Mark::START,
            Mark::SUBMITTED,
            Mark::MONITORING,
            Mark::RUNNING,
            Mark::WAITING,
            Mark::PAUSED,
            Mark::REQUEUED,
            Mark::SCHEDULER,
            Mark::STOP,
        ];
        for mark in outcomes.into_iter().map(Mark::of).chain(others) {
            assert_eq!(columns(mark.emoji), 2, "{mark:?}");
            assert_eq!(columns(mark.ascii), 2, "{mark:?}");
            assert!(!mark.emoji.contains('\u{fe0f}'), "{mark:?}");
        }
    }
}
