//! What sbatch checks of GPUs itself: `--gpu-bind`, `--gpu-freq`, `--gres-flags`.

use super::number::{self, Base};
use crate::job::Dialect;
use std::fmt;

/// What `--gpu-bind` asks for, `tres_bind` of a request: `gres/gpu:closest`.
///
/// # Errors
/// `Invalid --gpu-bind argument: far`, after a line about a list with something else than numbers in it.
pub fn binding(text: &str, dialect: &Dialect) -> Result<String, String> {
    let (name, separator) = if dialect.bindings_name_gres { ("gres/gpu", '+') } else { ("gpu", ';') };
    let whole = format!("{name}:{text}");
    let mut parts = whole.split(separator).filter(|part| !part.is_empty());
    match parts.try_for_each(|part| binding_part(part, dialect)) {
        Ok(()) => Ok(whole),
        Err(detail) => {
            let shown = if dialect.bindings_name_gres { text } else { &whole };
            let said = format!("Invalid --gpu-bind argument: {shown}");
            Err(detail.into_iter().chain([said]).collect::<Vec<_>>().join("\n"))
        }
    }
}

/// One resource and its binding. The error is what native says first, if anything.
fn binding_part(part: &str, dialect: &Dialect) -> Result<(), Option<String>> {
    let (name, way) = part.split_once(':').ok_or(None)?;
    let shared = match name.strip_prefix("gres/") {
        Some(name) if dialect.bindings_name_gres => matches!(name, "mps" | "shard"),
        None if !dialect.bindings_name_gres && name == "gpu" => false,
        _ => return Err(None),
    };
    let way = after(way, "verbose,").unwrap_or(way);
    let is = |word: &str| {
        let start = if dialect.binding_words_whole { word } else { word.get(..1).unwrap_or(word) };
        after(way, start).is_some()
    };
    let counted = after(way, "per_task:").or_else(|| after(way, "single:").filter(|_| !shared));
    if let Some(count) = counted {
        return if is_count(count) { Ok(()) } else { Err(None) };
    }
    if is("none") || (!shared && is("closest")) {
        return Ok(());
    }
    if shared {
        return Err(None);
    }
    // What a list begins with, where native looks for the first of its numbers, and whether they are masks.
    let short = |right: usize, late: usize| if dialect.short_binding_lists_whole { right } else { late };
    let lists = [
        ("map_gpu:", 8, false),
        ("mask_gpu:", 9, true),
        ("map:", short(4, 8), false),
        ("mask:", short(5, 9), true),
    ];
    let known = lists.iter().take(if dialect.bindings_name_gres { lists.len() } else { 2 });
    let (_, from, masks) = known.copied().find(|(start, ..)| after(way, start).is_some()).ok_or(None)?;
    check_list(way.get(from..).unwrap_or_default(), masks, dialect)
}

/// What follows `start`, in whatever case that is written.
fn after<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let (found, rest) = text.split_at_checked(start.len())?;
    found.eq_ignore_ascii_case(start).then_some(rest)
}

/// A number that is not negative, as strtol(3) reads it: no number is 0, and what follows does not matter.
fn is_count(text: &str) -> bool {
    number::leading_in_base(text, Base::Any).is_none_or(|number| (0..i64::MAX).contains(&number.value))
}

/// Numbers with commas between, each perhaps with a repetition: `0,1*3`.
fn check_list(text: &str, masks: bool, dialect: &Dialect) -> Result<(), Option<String>> {
    let base = match masks {
        _ if !dialect.binding_lists_checked => Base::Any,
        true => Base::Sixteen,
        false => Base::Ten,
    };
    let fits = |text: &str, base| match number::leading_in_base(text, base) {
        Some(number) => (0..i64::MAX).contains(&number.value) && number.rest.is_empty(),
        None => text.is_empty(),
    };
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let part = part.strip_prefix("0x").filter(|_| base == Base::Sixteen).unwrap_or(part);
        let good = |c: char| c == '*' || if masks { c.is_ascii_hexdigit() } else { c.is_ascii_digit() };
        let bad = part.chars().find(|c| !good(*c)).filter(|_| dialect.binding_lists_checked);
        if let Some(bad) = bad {
            return Err(Some(format!("Failed to validate {part}, offending character is {bad}")));
        }
        let (value, times) = match part.split_once('*') {
            Some((value, times)) => (value, Some(times)),
            None => (part, None),
        };
        if !fits(value, base) || !times.is_none_or(|times| fits(times, Base::Any)) {
            return Err(None);
        }
    }
    Ok(())
}

/// What `--gpu-freq` asks for, `tres_freq` of a request: `gpu:medium,memory=high,verbose`.
///
/// # Errors
/// `Invalid --gpu-freq argument: gpu:fast`
pub fn frequency(text: &str) -> Result<String, String> {
    let whole = format!("gpu:{text}");
    let parts = whole.split(';').filter(|part| !part.is_empty());
    let mut values = parts.map(|part| part.strip_prefix("gpu:").filter(|values| !values.is_empty()));
    let good = values.all(|values| values.is_some_and(|values| values.split(',').all(is_frequency)));
    if good { Ok(whole) } else { Err(format!("Invalid --gpu-freq argument: {whole}")) }
}

/// `450`, `high`, `memory=low`, `verbose`; a comma with nothing behind it is passed over.
fn is_frequency(text: &str) -> bool {
    let is_value = |text: &str| {
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            return number::leading(text)
                .is_some_and(|number| number.rest.is_empty() && number.value < i64::MAX);
        }
        matches!(text, "low" | "medium" | "high" | "highm1")
    };
    match text.split_once('=') {
        Some((name, value)) => name == "memory" && is_value(value),
        None => text.is_empty() || text == "verbose" || is_value(text),
    }
}

/// The value of `--gres-flags`, as bits of a request's `bitflags`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GresFlags(pub u64);

/// `GRES_ENFORCE_BIND`
pub const ENFORCE_BINDING: u64 = 1 << 4;
/// `GRES_DISABLE_BIND`
pub const DISABLE_BINDING: u64 = 1 << 19;
/// `GRES_ONE_TASK_PER_SHARING`
pub const ONE_TASK_PER_SHARING: u64 = 1 << 38;
/// `GRES_MULT_TASKS_PER_SHARING`
pub const MULTIPLE_TASKS_PER_SHARING: u64 = 1 << 39;

/// In the order in which Slurm's commands print them.
const FLAGS: [(u64, &str); 4] = [
    (DISABLE_BINDING, "disable-binding"),
    (ENFORCE_BINDING, "enforce-binding"),
    (MULTIPLE_TASKS_PER_SHARING, "multiple-tasks-per-sharing"),
    (ONE_TASK_PER_SHARING, "one-task-per-sharing"),
];

impl GresFlags {
    /// All that `--gres-flags` can set: what an option given later puts back first, except for
    /// [`MULTIPLE_TASKS_PER_SHARING`], which stays.
    pub const REPLACED: u64 = DISABLE_BINDING | ENFORCE_BINDING | ONE_TASK_PER_SHARING;

    /// Whether a flag is set.
    #[must_use]
    pub fn has(self, flag: u64) -> bool {
        self.0 & flag != 0
    }

    /// Reads a value of `--gres-flags`. `sharing_allowed` is whether SelectTypeParameters of slurm.conf has
    /// MULTIPLE_SHARING_GRES_PJ.
    ///
    /// # Errors
    /// `Invalid --gres-flags specification: x` and others.
    pub fn parse(text: &str, sharing_allowed: bool, dialect: &Dialect) -> Result<Self, String> {
        let find = |word: &str| FLAGS.iter().find(|(_, known)| word.eq_ignore_ascii_case(known));
        if !dialect.gres_flag_lists {
            let flag = find(text).filter(|(flag, _)| matches!(*flag, DISABLE_BINDING | ENFORCE_BINDING));
            return flag
                .map(|(flag, _)| Self(*flag))
                .ok_or_else(|| "Invalid --gres-flags specification".to_owned());
        }
        let mut flags = 0;
        for word in text.split(',').filter(|word| !word.is_empty()) {
            if word.eq_ignore_ascii_case("allow-task-sharing") {
                return Err("--gres-flags=allow-task-sharing is only used with srun.".to_owned());
            }
            flags |= find(word).ok_or_else(|| format!("Invalid --gres-flags specification: {word}"))?.0;
        }
        let both = |one, other| flags & (one | other) == one | other;
        if both(DISABLE_BINDING, ENFORCE_BINDING) {
            return Err(
                "Invalid --gres-flags combo: disable-binding and enforce-binding are mutually exclusive."
                    .to_owned(),
            );
        }
        if both(ONE_TASK_PER_SHARING, MULTIPLE_TASKS_PER_SHARING) {
            return Err("Invalid --gres-flags combo: one-task-per-sharing and multiple-tasks-per-sharing are mutually exclusive.".to_owned());
        }
        if flags & ONE_TASK_PER_SHARING != 0 && !sharing_allowed {
            return Err("In order to use --gres-flags=one-task-per-sharing you must also have SelectTypeParameters=MULTIPLE_SHARING_GRES_PJ in your slurm.conf".to_owned());
        }
        Ok(Self(flags))
    }
}

impl GresFlags {
    /// As `sbatch -v` lists it.
    #[must_use]
    pub fn listed(self) -> String {
        if self.0 == 0 { "unset".to_owned() } else { self.words() }
    }

    fn words(self) -> String {
        let words = FLAGS.iter().filter(|(flag, _)| self.0 & flag != 0).map(|(_, word)| *word);
        words.collect::<Vec<_>>().join(",")
    }
}

/// As `--gres-flags` takes it; nothing is a comma.
impl fmt::Display for GresFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 { f.write_str(",") } else { f.write_str(&self.words()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bindings() {
        let newest = Dialect::default();
        let bound = |text: &str| binding(text, &newest);
        let good = [
            "closest",
            "CLOSEST,x",
            "none",
            "verbose,closest",
            "map:0,1",
            "map_gpu:0,1*3",
            "mask:0x3,c",
            "mask_gpu:0xff*2",
            "single:2",
            "per_task:1",
            "per_task:x",
            "closest+gres/nic:closest",
            "none+gres/mps:per_task:1",
            "map:",
        ];
        for text in good {
            assert_eq!(bound(text), Ok(format!("gres/gpu:{text}")));
        }
        for text in ["", "far", "c", "single:-1", "closest+nic:closest", "none+gres/mps:closest", "map:1*09"]
        {
            assert_eq!(bound(text), Err(format!("Invalid --gpu-bind argument: {text}")), "{text}");
        }
        assert_eq!(
            bound("map:a"),
            Err("Failed to validate a, offending character is a\nInvalid --gpu-bind argument: map:a"
                .to_owned())
        );
    }

    #[test]
    fn bindings_of_older_releases() {
        let newest = Dialect::default();
        let late = Dialect { short_binding_lists_whole: false, ..newest };
        // Only what stands four places further on is looked at.
        assert!(binding("map:a", &late).is_ok() && binding("map:0,1,a", &late).is_err());
        let before = Dialect { bindings_name_gres: false, binding_words_whole: false, ..late };
        assert_eq!(binding("c", &before), Ok("gpu:c".to_owned()));
        assert_eq!(binding("closest;gpu:none", &before), Ok("gpu:closest;gpu:none".to_owned()));
        assert_eq!(binding("map:0", &before), Err("Invalid --gpu-bind argument: gpu:map:0".to_owned()));
        let oldest = Dialect { binding_lists_checked: false, ..before };
        assert!(binding("map_gpu:0x1", &oldest).is_ok() && binding("map_gpu:x", &oldest).is_err());
    }

    #[test]
    fn frequencies() {
        for text in ["low", "450", "medium,memory=high", "high,verbose", ",", "low;gpu:high"] {
            assert_eq!(frequency(text), Ok(format!("gpu:{text}")), "{text}");
        }
        for text in ["", "Low", "450x", "memory=fast", "core=low", "low;high", "-1", ";"] {
            assert_eq!(frequency(text), Err(format!("Invalid --gpu-freq argument: gpu:{text}")), "{text}");
        }
    }

    #[test]
    fn gres_flags() {
        let newest = Dialect::default();
        let flags = |text| GresFlags::parse(text, false, &newest).map(|flags| flags.0);
        assert_eq!(flags("enforce-binding"), Ok(ENFORCE_BINDING));
        assert_eq!(
            flags("Disable-Binding,multiple-tasks-per-sharing"),
            Ok(DISABLE_BINDING | MULTIPLE_TASKS_PER_SHARING)
        );
        assert_eq!(flags(""), Ok(0));
        assert_eq!(flags("x"), Err("Invalid --gres-flags specification: x".to_owned()));
        for bad in [
            "disable-binding,enforce-binding",
            "one-task-per-sharing",
            "allow-task-sharing",
            "one-task-per-sharing,multiple-tasks-per-sharing",
        ] {
            assert!(flags(bad).is_err(), "{bad}");
        }
        assert!(GresFlags::parse("one-task-per-sharing", true, &newest).is_ok());
        let before = Dialect { gres_flag_lists: false, ..newest };
        for bad in ["", "disable-binding,", "one-task-per-sharing"] {
            let said = Err("Invalid --gres-flags specification".to_owned());
            assert_eq!(GresFlags::parse(bad, true, &before), said, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,30}|(verbose,|map:|mask_gpu:|single:|gres/|[0-9a-fx*,+;:]{0,4}){0,6}") {
            let newest = Dialect::default();
            let older = Dialect {
                short_binding_lists_whole: false, binding_lists_checked: false, binding_words_whole: false, ..newest
            };
            for dialect in [newest, older, Dialect { bindings_name_gres: false, ..older }] {
                let _ = binding(&text, &dialect);
            }
            let _ = frequency(&text);
            let _ = GresFlags::parse(&text, true, &newest);
        }

        #[test]
        fn flags_read_back(flags in prop::sample::subsequence(&FLAGS[1..3], 0..3)) {
            let flags = GresFlags(flags.iter().map(|(flag, _)| flag).sum());
            prop_assert_eq!(GresFlags::parse(&flags.to_string(), false, &Dialect::default()), Ok(flags));
        }
    }
}
