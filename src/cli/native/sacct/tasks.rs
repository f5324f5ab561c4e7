//! The tasks that a pending array's record stands for: a hexadecimal mask, `0x1e`, and the list that is shown, `1-4`.

/// As much of a list as is shown where nobody asks for more or less with `SLURM_BITSTR_LEN`.
const SHOWN: usize = 64;

/// The numbers in a mask, as inclusive ranges in order; none where it is no mask.
pub fn ranges(mask: &[u8]) -> Option<Vec<(u32, u32)>> {
    let digits = mask.strip_prefix(b"0x").filter(|digits| !digits.is_empty())?;
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for (place, digit) in (0u32..).zip(digits.iter().rev()) {
        // Behind what is no digit nothing counts.
        let Some(value) = char::from(*digit).to_digit(16) else { break };
        for task in (0..4).filter(|bit| value >> bit & 1 == 1).map(|bit| 4 * place + bit) {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == task => *last = task,
                _ => ranges.push((task, task)),
            }
        }
    }
    Some(ranges)
}

/// The list that stands in brackets behind an array's id, and how many may run at once. What is no mask is shown as it is.
pub fn list(mask: &[u8], at_once: u32, shown: Option<i64>) -> String {
    match ranges(mask) {
        Some(ranges) => list_of(&ranges, at_once, shown),
        None => String::from_utf8_lossy(mask).into_owned(),
    }
}

/// The same of tasks that are known already.
pub fn list_of(ranges: &[(u32, u32)], at_once: u32, shown: Option<i64>) -> String {
    let mut text = match stride(ranges) {
        Some(text) => text,
        None => cut(joined(ranges), shown),
    };
    if at_once > 0 {
        text.push_str(&format!("%{at_once}"));
    }
    text
}

/// `1-21:2`, for more than five tasks over more than ten numbers, with the same gap between all of them.
fn stride(ranges: &[(u32, u32)]) -> Option<String> {
    let (first, last) = (ranges.first()?.0, ranges.last()?.0);
    let alone = ranges.iter().all(|(first, last)| first == last);
    if !alone || last - first <= 10 || ranges.len() <= 5 {
        return None;
    }
    let step = ranges.get(1)?.0 - first;
    let even = ranges.windows(2).all(|pair| matches!(pair, [before, after] if after.0 - before.0 == step));
    even.then(|| format!("{first}-{last}:{step}"))
}

fn joined(ranges: &[(u32, u32)]) -> String {
    let mut text = String::new();
    for (index, (first, last)) in ranges.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&first.to_string());
        if last > first {
            text.push_str(&format!("-{last}"));
        }
    }
    text
}

/// A list that is too long ends in dots.
fn cut(mut text: String, shown: Option<i64>) -> String {
    const LONGEST: i64 = 4096;
    let room = match shown {
        None => SHOWN,
        Some(0) => return text,
        Some(asked) if asked < 0 => SHOWN,
        Some(asked) => asked.min(LONGEST) as usize,
    };
    // As in a C string of that size.
    text.truncate(room.saturating_sub(1));
    if text.len() + 3 > room {
        text.truncate(room.saturating_sub(4));
        text.push_str("...");
        text.truncate(room.saturating_sub(1));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mask(tasks: &[u32]) -> String {
        let Some(last) = tasks.iter().max() else { return "0x0".into() };
        let digit = |place: u32| {
            let value: u32 =
                tasks.iter().filter(|task| **task / 4 == place).map(|task| 1 << (task % 4)).sum();
            char::from_digit(value, 16).unwrap()
        };
        std::iter::once("0x".to_owned())
            .chain((0..=last / 4).rev().map(|place| digit(place).to_string()))
            .collect()
    }

    #[test]
    fn lists() {
        let list = |tasks: &[u32], at_once| super::list(mask(tasks).as_bytes(), at_once, None);
        assert_eq!(list(&[1, 2, 3, 7], 0), "1-3,7");
        assert_eq!(list(&[0], 2), "0%2");
        assert_eq!(list(&[0, 2, 4, 6, 8, 10], 0), "0,2,4,6,8,10");
        assert_eq!(list(&[0, 3, 6, 9, 12, 15], 0), "0-15:3");
        assert_eq!(list(&[0, 3, 6, 9, 12, 16], 0), "0,3,6,9,12,16");
        assert_eq!(super::list(b"4-7", 0, None), "4-7");
        assert_eq!(super::list(b"0x", 0, None), "0x");
    }

    #[test]
    fn long_lists_end_in_dots() {
        let tasks: Vec<u32> = (0..40).map(|n| n * n + 100).collect();
        let mask = mask(&tasks);
        let list = |shown| super::list(mask.as_bytes(), 5, shown);
        assert_eq!(list(None), "100-101,104,109,116,125,136,149,164,181,200,221,244,269,296,...%5");
        assert_eq!(list(Some(20)), "100-101,104,109,...%5");
        assert_eq!(list(Some(-3)), list(None));
        assert!(list(Some(0)).ends_with(",1544,1621%5"));
        assert_eq!(list(Some(0)), list(Some(4000)));
        for shown in 1..8 {
            assert!(list(Some(shown)).len() < 10);
        }
    }

    proptest! {
        #[test]
        fn any_mask_is_read(mask in "0x[0-9a-fA-Fg]{0,40}", shown in -1i64..100) {
            let _ = list(mask.as_bytes(), 0, Some(shown));
        }

        #[test]
        fn all_tasks_come_back(tasks in prop::collection::btree_set(0u32..500, 1..60)) {
            let given: Vec<u32> = tasks.into_iter().collect();
            let found: Vec<u32> = ranges(mask(&given).as_bytes()).unwrap().into_iter().flat_map(|(a, b)| a..=b).collect();
            prop_assert_eq!(found, given);
        }
    }
}
