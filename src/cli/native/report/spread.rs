//! How figures of many jobs are spread.

use serde::Serialize;

/// The least, the quarters between, the most, and the mean of some numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    pub min: f64,
    pub p25: f64,
    pub median: f64,
    pub p75: f64,
    pub max: f64,
    pub mean: f64,
}

impl Spread {
    /// Of all numbers; none of no number.
    pub fn of(numbers: impl Iterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = numbers.filter(|number| number.is_finite()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| {
            // Between the two numbers that are nearest.
            let place = share * (sorted.len().checked_sub(1)? as f64);
            let (below, above) = (place.floor() as usize, place.ceil() as usize);
            let (below_number, above_number) = (*sorted.get(below)?, *sorted.get(above)?);
            Some(below_number + (above_number - below_number) * (place - below as f64))
        };
        let mean = sorted.iter().sum::<f64>() / sorted.len() as f64;
        Some(Self { min: at(0.0)?, p25: at(0.25)?, median: at(0.5)?, p75: at(0.75)?, max: at(1.0)?, mean })
    }

    /// In the order in which they are shown.
    pub fn all(&self) -> [f64; 6] {
        [self.min, self.p25, self.median, self.p75, self.max, self.mean]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quarters() {
        let spread = Spread::of([4.0, 1.0, 3.0, 2.0].into_iter()).unwrap();
        assert_eq!(spread.all(), [1.0, 1.75, 2.5, 3.25, 4.0, 2.5]);
        assert_eq!(Spread::of([7.0].into_iter()).unwrap().all(), [7.0; 6]);
        assert_eq!(Spread::of(std::iter::empty()), None);
    }

    proptest! {
        #[test]
        fn in_order(numbers in prop::collection::vec(0.0f64..1e9, 1..50)) {
            let spread = Spread::of(numbers.into_iter()).unwrap();
            let [min, p25, median, p75, max, mean] = spread.all();
            prop_assert!(min <= p25 && p25 <= median && median <= p75 && p75 <= max);
            prop_assert!(min <= mean * (1.0 + 1e-9) && mean <= max * (1.0 + 1e-9));
        }
    }
}
