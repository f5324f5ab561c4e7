//! Lists of TRES such as `cpu=2,gres/gpu:a100=1,license/x=1`, read and changed as Slurm's commands do it.
//!
//! They are bytes as given. What a list means to them is not always what it says: names are looked for anywhere in the
//! text, and the first place counts.

use crate::job::Dialect;

/// One entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `gpu` of `gres/gpu:a100=2`. None where only a count stands behind the kind of TRES: `gres/2`, `cpu=2`.
    pub name: Option<Vec<u8>>,
    /// `a100` of `gres/gpu:a100=2`.
    pub model: Option<Vec<u8>>,
    /// How many.
    pub count: u64,
}

/// Why the rest of a list is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// `ESLURM_INVALID_GRES`
    Gres,
    /// `ESLURM_INVALID_TRES`
    Tres,
}

/// The entries of one kind of TRES in a list, which ends with the first that cannot be read. Entries of none are left out.
pub struct Entries<'a> {
    rest: Option<&'a [u8]>,
    kind: &'static str,
    equals: bool,
    /// What is said of an entry that has a model although its kind of TRES has none.
    pub complaint: Option<String>,
}

impl<'a> Entries<'a> {
    /// The entries of that kind (`gres`, `cpu`).
    pub fn of(kind: &'static str, list: &'a [u8], dialect: &Dialect) -> Self {
        Self { rest: Some(list), kind, equals: dialect.counts_behind_equals, complaint: None }
    }

    /// The text of the next entry, without its kind.
    fn text(&mut self) -> Option<&'a [u8]> {
        loop {
            let rest = self.rest.take()?;
            let rest = if self.equals {
                let rest = &rest[find(rest, self.kind.as_bytes())? + self.kind.len()..];
                rest.strip_prefix(b"/").unwrap_or(rest)
            } else {
                let mark = format!("{}:", self.kind);
                &rest[find(rest, mark.as_bytes())? + mark.len()..]
            };
            let end = rest.iter().position(|byte| *byte == b',');
            self.rest = Some(end.map_or(&[], |end| &rest[end + 1..]));
            let text = &rest[..end.unwrap_or(rest.len())];
            if !text.is_empty() {
                return Some(text);
            }
        }
    }

    /// `gpu:a100=2`, `gpu:a100:2`, `gpu=2`, `gpu:2`, `gpu:a100`, `gpu`, `2`. None where it asks for none.
    fn entry(&mut self, text: &[u8]) -> Result<Option<Entry>, Unreadable> {
        let last = |mark: u8| text.iter().rposition(|byte| *byte == mark);
        let (mut name, mut model, count) = match last(b'=').or_else(|| last(b':')) {
            Some(at) => {
                let (name, behind) = (&text[..at], &text[at + 1..]);
                match count(behind, true) {
                    _ if behind.is_empty() => return Err(Unreadable::Tres),
                    Some(count) => (name, None, count),
                    None if text[at] == b'=' => return Err(Unreadable::Tres),
                    None => (name, Some(behind), 1),
                }
            }
            None => match count(text, true) {
                // Not even 0 is left out here.
                Some(count) => return Ok(Some(Entry { name: None, model: None, count })),
                None => (text, None, 1),
            },
        };
        if let Some(at) = name.iter().position(|byte| *byte == b':') {
            if model.is_some() {
                return Err(Unreadable::Tres);
            }
            (name, model) = (&name[..at], Some(&name[at + 1..]));
        }
        if let (Some(model), false) = (model, self.kind == "gres") {
            self.complaint = Some(format!(
                "TRES '{}' can't have a type ({}:{})",
                self.kind,
                String::from_utf8_lossy(name),
                String::from_utf8_lossy(model)
            ));
            return Err(Unreadable::Tres);
        }
        let name = (!name.is_empty()).then(|| name.to_vec());
        Ok((count != 0).then(|| Entry { name, model: model.map(<[u8]>::to_vec), count }))
    }

    /// The same up to 23.02, which knows no `=`.
    fn entry_with_colons(text: &[u8]) -> Result<Option<Entry>, Unreadable> {
        let mut parts = text.splitn(3, |byte| *byte == b':');
        let name = parts.next().map(<[u8]>::to_vec);
        let (model, count) = match (parts.next(), parts.next()) {
            (None, _) => (None, 1),
            (Some([]), _) | (_, Some([])) => return Err(Unreadable::Gres),
            (Some(model), Some(number)) => (Some(model), count(number, false).ok_or(Unreadable::Gres)?),
            (Some(behind), None) => match count(behind, false) {
                Some(count) => (None, count),
                None => (Some(behind), 1),
            },
        };
        Ok((count != 0).then(|| Entry { name, model: model.map(<[u8]>::to_vec), count }))
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<Entry, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let text = self.text()?;
            let entry = if self.equals { self.entry(text) } else { Self::entry_with_colons(text) };
            if entry.is_err() {
                self.rest = None;
            }
            if let Some(entry) = entry.transpose() {
                return Some(entry);
            }
        }
    }
}

/// A count, perhaps with a suffix such as `k` or `GB`. Up to 23.02 (`digits_first` not asked for) it need not have digits
/// at all: the model `k` is no thousand of something, but none.
fn count(text: &[u8], digits_first: bool) -> Option<u64> {
    if digits_first && !text.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let blanks = text.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == 0x0b).count();
    let sign = text.get(blanks).copied().filter(|byte| b"+-".contains(byte));
    let start = blanks + usize::from(sign.is_some());
    let digits = text[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    // As strtoull(3): without digits it has read nothing.
    let (value, end) = if digits == 0 {
        (0, 0)
    } else {
        let end = start + digits;
        let value: u64 = std::str::from_utf8(&text[start..end]).ok()?.parse().ok()?;
        (if sign == Some(b'-') { value.wrapping_neg() } else { value }, end)
    };
    if value == u64::MAX {
        return None;
    }
    Some(value.wrapping_mul(multiple(&text[end..])?))
}

/// What a suffix stands for: `k` and `KiB` for 1024, `kB` for 1000, and so on up to `p`.
fn multiple(suffix: &[u8]) -> Option<u64> {
    let Some((letter, unit)) = suffix.split_first() else { return Some(1) };
    let power = 1 + b"kmgtp".iter().position(|known| known.eq_ignore_ascii_case(letter))?;
    let base: u64 = match unit.to_ascii_lowercase().as_slice() {
        b"" | b"ib" => 1024,
        b"b" => 1000,
        _ => return None,
    };
    base.checked_pow(u32::try_from(power).ok()?)
}

/// Where a word begins in a text for the first time.
pub fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len().max(1)).position(|part| part == word)
}

/// As [`find`], in any case.
pub fn find_any_case(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len().max(1)).position(|part| part.eq_ignore_ascii_case(word))
}

/// As atoi(3), cut to 32 bits.
pub fn number(text: &[u8]) -> i32 {
    let blanks = text.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == 0x0b).count();
    let (sign, digits) = match &text[blanks..] {
        [b'-', digits @ ..] => (-1, digits),
        [b'+', digits @ ..] | digits => (1, digits),
    };
    let value = digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .fold(0_i64, |value, digit| value.saturating_mul(10).saturating_add(sign * i64::from(digit - b'0')));
    #[allow(clippy::cast_possible_truncation, reason = "as sbatch cuts it")]
    let cut = value as i32;
    cut
}

/// What stands behind `name` and one more byte, as a number.
pub fn count_behind(list: &[u8], at: usize, name: &[u8]) -> i32 {
    number(list.get(at + name.len() + 1..).unwrap_or_default())
}

/// Gives `name` that count in a list: in place of what the first mention says up to the next comma, or in front. A count of
/// 0 takes it out.
pub fn set(list: &mut Option<Vec<u8>>, name: &[u8], count: i32, dialect: &Dialect) {
    let mark = if dialect.tres_per_task_equals { '=' } else { ':' };
    let entry = (count != 0).then(|| [name, format!("{mark}{count}").as_bytes()].concat());
    let text = list.as_deref().unwrap_or_default();
    let Some(at) = find_any_case(text, name) else {
        if let Some(entry) = entry {
            *list = Some(match list {
                Some(rest) => [&entry, b",".as_slice(), rest].concat(),
                None => entry,
            });
        }
        return;
    };
    if count_behind(text, at, name) == count {
        return;
    }
    let before = text[..at].strip_suffix(b",").unwrap_or(&text[..at]);
    let behind =
        text[at..].iter().position(|byte| *byte == b',').map_or(&[][..], |comma| &text[at + comma + 1..]);
    let parts: Vec<&[u8]> = [before, entry.as_deref().unwrap_or_default(), behind]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    *list = (!parts.is_empty()).then(|| parts.join(&b','));
}

/// `license:x=1` as `license/x=1`.
pub fn with_slashes(list: &[u8], kind: &str) -> Vec<u8> {
    let prefix = [kind.as_bytes(), b":"].concat();
    if find(list, &prefix).is_none() {
        return list.to_vec();
    }
    let entries: Vec<Vec<u8>> = list
        .split(|byte| *byte == b',')
        .filter(|entry| !entry.is_empty())
        .map(|entry| match entry.strip_prefix(prefix.as_slice()) {
            Some(rest) => [kind.as_bytes(), b"/", rest].concat(),
            None => entry.to_vec(),
        })
        .collect();
    entries.join(&b',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn old() -> Dialect {
        Dialect { counts_behind_equals: false, ..Dialect::default() }
    }

    fn read(kind: &'static str, list: &str, dialect: &Dialect) -> String {
        let mut entries = Entries::of(kind, list.as_bytes(), dialect);
        let show = |part: Option<Vec<u8>>| {
            part.map_or("-".into(), |part| String::from_utf8_lossy(&part).into_owned())
        };
        let mut said: Vec<String> = entries
            .by_ref()
            .map(|entry| match entry {
                Ok(entry) => format!("{} {} {}", show(entry.name), show(entry.model), entry.count),
                Err(unreadable) => format!("{unreadable:?}"),
            })
            .collect();
        said.extend(entries.complaint);
        said.join(", ")
    }

    #[test]
    fn entries_of_gres() {
        let gres = |list: &str| read("gres", list, &Dialect::default());
        assert_eq!(gres("gres/gpu:2"), "gpu - 2");
        assert_eq!(gres("cpu=2,gres/gpu:a100=2,license/x=1,gres/gpu"), "gpu a100 2, gpu - 1");
        assert_eq!(gres("gres/gpu:a100:2,gres/gpu:v100"), "gpu a100 2, gpu v100 1");
        assert_eq!(gres("gres/gpu=1k,gres/gpu:1KB,gres/ssd:x=2M"), "gpu - 1024, gpu - 1000, ssd x 2097152");
        assert_eq!(gres("gres/gpu:0,gres/ssd=0,gres/ssd:1"), "ssd - 1");
        assert_eq!(gres("gres/2,gres/gpu"), "- - 2, gpu - 1");
        assert_eq!(gres("gres/gpu:"), "Tres");
        assert_eq!(gres("gres/gpu=a,gres/gpu"), "Tres");
        assert_eq!(gres("gres/gpu:a:b"), "Tres");
        assert_eq!(gres("gpu:1"), "");
        assert_eq!(gres("gres/,gres/gpu"), "gpu - 1");
        assert_eq!(gres("gres/gpu:18446744073709551615"), "gpu 18446744073709551615 1");
    }

    #[test]
    fn entries_of_other_kinds_have_no_model() {
        let cpu = |list: &str| read("cpu", list, &Dialect::default());
        assert_eq!(cpu("gres/gpu=1,cpu=4"), "- - 4");
        assert_eq!(cpu("cpu:4"), "- - 4");
        assert_eq!(cpu("cpu=0,cpu=2"), "- - 2");
        assert_eq!(cpu("cpu:4=2"), "Tres, TRES 'cpu' can't have a type (:4)");
    }

    #[test]
    fn entries_before_23_11() {
        let gres = |list: &str| read("gres", list, &old());
        assert_eq!(gres("gres:gpu:2,gres:gpu:a100:1k,gres:gpu:v100"), "gpu - 2, gpu a100 1024, gpu v100 1");
        // Not a model, but no thousands.
        assert_eq!(gres("gres:gpu:k,gres:gpu"), "gpu - 1");
        assert_eq!(gres("gres:gpu::1"), "Gres");
        assert_eq!(gres("gres:gpu:a100:x"), "Gres");
        assert_eq!(gres("gres:gpu:a:1:2"), "Gres");
        assert_eq!(gres("gres:2"), "2 - 1");
        assert_eq!(gres("gres/gpu:2"), "");
    }

    #[test]
    fn counts_are_put_into_lists() {
        let changed = |list: Option<&str>, name: &str, count: i32| {
            let mut list = list.map(|list| list.as_bytes().to_vec());
            set(&mut list, name.as_bytes(), count, &Dialect::default());
            list.map(|list| String::from_utf8_lossy(&list).into_owned())
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(changed(None, "cpu", 2), some("cpu=2"));
        assert_eq!(changed(None, "cpu", 0), None);
        assert_eq!(changed(Some("gres/gpu=1"), "cpu", 2), some("cpu=2,gres/gpu=1"));
        assert_eq!(
            changed(Some("gres/gpu=1,cpu=3,license/x=1"), "cpu", 2),
            some("gres/gpu=1,cpu=2,license/x=1")
        );
        assert_eq!(changed(Some("cpu:2"), "cpu", 2), some("cpu:2"));
        assert_eq!(changed(Some("gres/gpu=1,cpu=3"), "cpu", 0), some("gres/gpu=1"));
        assert_eq!(changed(Some("CPU=3"), "cpu", 0), None);
    }

    #[test]
    fn slashes_instead_of_colons() {
        let slashed =
            |list: &str| String::from_utf8_lossy(&with_slashes(list.as_bytes(), "gres")).into_owned();
        assert_eq!(slashed("gres:gpu:2,,cpu=1,gres/x"), "gres/gpu:2,cpu=1,gres/x");
        assert_eq!(slashed("cpu=1,,gres/x"), "cpu=1,,gres/x");
    }

    #[test]
    fn numbers_are_cut() {
        assert_eq!(
            [number(b"12x"), number(b" -3"), number(b"+4"), number(b"x"), number(b"")],
            [12, -3, 4, 0, 0]
        );
        assert_eq!(number(b"4294967298"), 2);
        assert_eq!(number(b"99999999999999999999"), -1);
    }

    proptest! {
        #[test]
        fn any_list_is_read_or_refused(list in "(gres|cpu|gpu|[:/=,k0-9 x-]){0,20}", equals: bool) {
            let dialect = Dialect { counts_behind_equals: equals, ..Dialect::default() };
            let entries = list.matches("gres").count();
            prop_assert!(Entries::of("gres", list.as_bytes(), &dialect).count() <= entries);
            let mut text = Some(with_slashes(list.as_bytes(), "gres"));
            set(&mut text, b"cpu", 7, &dialect);
            let text = text.unwrap_or_default();
            prop_assert_eq!(find_any_case(&text, b"cpu").map(|at| count_behind(&text, at, b"cpu")), Some(7));
        }
    }
}
