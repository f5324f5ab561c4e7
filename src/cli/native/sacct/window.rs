//! The time in which jobs are looked for, where it was not said.

use jiff::Zoned;

/// From which second on and up to which, seconds since 1970; 0 for what was not said, and for the beginning of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub start: i64,
    /// Not itself in it.
    pub end: i64,
}

impl Window {
    /// Fills in what was not said. With states but no jobs it is this moment; with jobs all time until now; with states and
    /// a start that moment; else today until now.
    pub fn completed(self, states: bool, jobs: bool, now: &Zoned) -> Self {
        let Self { mut start, mut end } = self;
        let this_second = now.timestamp().as_second();
        if states {
            if start == 0 && !jobs {
                start = this_second;
            }
            if end == 0 {
                end = start;
            }
        } else if start == 0 && !jobs {
            start = now.start_of_day().map_or(this_second, |midnight| midnight.timestamp().as_second());
        }
        if end == 0 {
            end = this_second;
        }
        // The second that was named, or this one, is meant to be in it.
        if end == start || end == this_second {
            end += 1;
        }
        Self { start, end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant() {
        let now: Zoned = "2026-02-28T18:30:45-05:00[America/New_York]".parse().unwrap();
        let second = now.timestamp().as_second();
        let midnight = second - (18 * 3600 + 30 * 60 + 45);
        let of = |start, end, states, jobs| {
            let window = Window { start, end }.completed(states, jobs, &now);
            (window.start, window.end)
        };
        assert_eq!(of(0, 0, false, false), (midnight, second + 1));
        assert_eq!(of(0, 0, false, true), (0, second + 1));
        assert_eq!(of(0, 0, true, false), (second, second + 1));
        assert_eq!(of(0, 0, true, true), (0, second + 1));
        assert_eq!(of(100, 0, true, true), (100, 101));
        assert_eq!(of(100, 0, false, false), (100, second + 1));
        assert_eq!(of(100, 200, true, false), (100, 200));
        assert_eq!(of(0, 200, false, false), (midnight, 200));
    }
}
