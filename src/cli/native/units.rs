//! Amounts with a unit, as Slurm's commands print them: `2.50G`.

/// A power of the divisor: none, K, M, G, T, P.
pub type Power = u32;
/// `UNIT_NONE`
pub const NONE: Power = 0;
/// `UNIT_KILO`
pub const KILO: Power = 1;
/// `UNIT_MEGA`
pub const MEGA: Power = 2;

/// How far an amount is converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Convert {
    /// To this power, whatever that makes of it: `--units`.
    To(Power),
    /// Not at all, and the unit is left out (`CONVERT_NUM_UNIT_RAW`).
    Raw,
    /// Not at all (`CONVERT_NUM_UNIT_NO`).
    Not,
    /// As long as nothing is lost; halves are not lost (`CONVERT_NUM_UNIT_EXACT`).
    Exactly,
    /// As far as there is something before the point.
    Far,
}

/// A number of that power with its unit's letter.
pub fn text(mut number: f64, mut power: Power, divisor: u32, convert: Convert) -> String {
    // The comparison is with a whole number; what is beyond its range is not 0.
    if number as i64 == 0 {
        return "0".into();
    }
    let step = f64::from(divisor);
    match convert {
        Convert::To(wanted) => {
            while power > wanted {
                number *= step;
                power -= 1;
            }
            while power < wanted {
                number /= step;
                power += 1;
            }
        }
        Convert::Raw => power = NONE,
        Convert::Not => {}
        Convert::Exactly => {
            while number >= step && whole(number).is_multiple_of(u64::from(divisor / 2)) {
                number /= step;
                power += 1;
            }
        }
        Convert::Far => {
            while number >= step {
                number /= step;
                power += 1;
            }
        }
    }
    let letter = match power {
        NONE => "",
        power => ["K", "M", "G", "T", "P"].get(power as usize - 1).copied().unwrap_or("?"),
    };
    match whole(number) {
        whole if whole as f64 == number => format!("{whole}{letter}"),
        _ => format!("{number:.2}{letter}"),
    }
}

/// The whole part in 64 bits. What does not fit leaves 0, as it does in C on today's machines: an amount that nobody set is
/// such a number.
fn whole(number: f64) -> u64 {
    if number >= 18_446_744_073_709_551_616.0 { 0 } else { number as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_is_lost_exactly() {
        let exact = |number: u64, power| text(number as f64, power, 1024, Convert::Exactly);
        assert_eq!(exact(0, MEGA), "0");
        assert_eq!(exact(100, MEGA), "100M");
        assert_eq!(exact(1024, MEGA), "1G");
        assert_eq!(exact(2560, MEGA), "2.50G");
        assert_eq!(exact(2500, MEGA), "2500M");
        assert_eq!(exact(1536 * 1024, NONE), "1.50M");
        assert_eq!(exact(u64::MAX, MEGA), "16?");
    }

    #[test]
    fn other_ways() {
        assert_eq!(text(2500.0, KILO, 1000, Convert::Far), "2.50M");
        assert_eq!(text(2048.0, MEGA, 1024, Convert::Not), "2048M");
        assert_eq!(text(2048.0, MEGA, 1024, Convert::Raw), "2048");
        assert_eq!(text(100.0, MEGA, 1024, Convert::To(3)), "0.10G");
        assert_eq!(text(100.0, MEGA, 1024, Convert::To(KILO)), "102400K");
        assert_eq!(text(1.0, MEGA, 1024, Convert::To(5)), "0.00P");
    }

    proptest! {
        #[test]
        fn no_amount_is_too_much(number: f64, power in 0u32..6, to in 0u32..6) {
            for convert in [Convert::To(to), Convert::Raw, Convert::Not, Convert::Exactly, Convert::Far] {
                prop_assert!(!text(number, power, 1024, convert).is_empty());
            }
        }
    }
}
