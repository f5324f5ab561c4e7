//! `--format` and `--Format`: text → columns.

use super::fields::{FIELDS, Field, Known, Splits};
use crate::slurm::SinfoHabits;

/// One column of the output, or text between columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// None for text only.
    pub field: Option<Field>,
    /// 0 for as wide as it is.
    pub width: usize,
    /// Whether it stands at the right of its column.
    pub right: bool,
    /// What follows it.
    pub suffix: Vec<u8>,
}

impl Column {
    fn text(text: Vec<u8>) -> Self {
        Self { field: None, width: 0, right: false, suffix: text }
    }
}

/// What is wrong with a format. It is printed all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Complaint {
    /// No field has this letter.
    Letter(u8),
    /// No field has this name.
    Name(Vec<u8>),
}

/// A format that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Format {
    pub columns: Vec<Column>,
    pub splits: Splits,
    pub complaints: Vec<Complaint>,
}

impl Format {
    fn add(&mut self, known: &Known, habits: &SinfoHabits, width: usize, right: bool, suffix: Vec<u8>) {
        if let Some(split) = known.split(habits) {
            self.splits.add(split);
        }
        self.columns.push(Column { field: Some(known.field), width, right, suffix });
    }

    /// `%9P %.5a`: a percent sign, a dot for the right side, a width, a letter, text.
    pub fn read_short(&mut self, format: &[u8], habits: &SinfoHabits) {
        let first = format.iter().position(|byte| *byte == b'%').unwrap_or(format.len());
        let (prefix, rest) = format.split_at(first);
        if first > 0 || rest.is_empty() {
            self.columns.push(Column::text(prefix.to_vec()));
        }
        if rest.eq_ignore_ascii_case(b"%all") {
            self.read_all(habits);
            return;
        }
        for token in rest.split(|byte| *byte == b'%').filter(|token| !token.is_empty()) {
            self.read_token(token, habits, false);
        }
    }

    /// Every letter there is, between bars. Letters without a field are left out, bars and all.
    fn read_all(&mut self, habits: &SinfoHabits) {
        for letter in b'a'..=b'z' {
            self.read_token(&[letter, b'|'], habits, true);
        }
        for letter in b'A'..=b'Z' {
            let token: &[u8] = if letter == b'Z' { b"Z " } else { &[letter, b' ', b'|'] };
            self.read_token(token, habits, true);
        }
    }

    fn read_token(&mut self, token: &[u8], habits: &SinfoHabits, leave_out: bool) {
        let (right, rest) = match token.strip_prefix(b".") {
            Some(rest) => (true, rest),
            None => (false, token),
        };
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (width, rest) = rest.split_at(digits);
        let width = number(width);
        let letter = rest.first().copied();
        let known = match letter {
            Some(_) => FIELDS.iter().find(|known| known.letter == letter && known.is_in(habits)),
            None if habits.field_table => FIELDS.iter().find(|known| known.letter.is_none()),
            None => None,
        };
        let suffix = rest.get(1..).unwrap_or_default().to_vec();
        match known {
            Some(known) => self.add(known, habits, width, right, suffix),
            None if leave_out => {}
            None => {
                self.columns.push(Column::text([b"%", token].concat()));
                self.complaints.push(Complaint::Letter(letter.unwrap_or(0)));
            }
        }
    }

    /// `Partition:9 ,Available:.5`: names with commas between them; behind a colon a dot for the right side, a width, text.
    pub fn read_long(&mut self, format: &[u8], habits: &SinfoHabits) {
        for token in format.split(|byte| *byte == b',').filter(|token| !token.is_empty()) {
            let (name, width, right, suffix) = match token.iter().position(|byte| *byte == b':') {
                None => (token, 20, false, &b""[..]),
                Some(colon) => {
                    let rest = &token[colon + 1..];
                    let (right, rest) = match rest.strip_prefix(b".") {
                        Some(rest) => (true, rest),
                        None => (false, rest),
                    };
                    let (width, suffix) = leading_number(rest);
                    (&token[..colon], width, right, suffix)
                }
            };
            if name.eq_ignore_ascii_case(b"all") {
                self.read_short(b"%all", habits);
                if habits.field_table {
                    self.columns.push(Column::text(Vec::new()));
                    self.complaints.push(Complaint::Name(name.to_vec()));
                }
                continue;
            }
            let known = FIELDS
                .iter()
                .find(|known| known.name.as_bytes().eq_ignore_ascii_case(name) && known.is_in(habits));
            match known {
                Some(known) => self.add(known, habits, width, right, suffix.to_vec()),
                None => {
                    self.columns.push(Column::text(suffix.to_vec()));
                    self.complaints.push(Complaint::Name(name.to_vec()));
                }
            }
        }
    }
}

/// As strtol(3) reads it; a negative width is none.
fn leading_number(text: &[u8]) -> (usize, &[u8]) {
    let blanks = text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let sign = usize::from(matches!(text.get(blanks), Some(b'+' | b'-')));
    let digits = text[blanks + sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 {
        return (0, text);
    }
    let (digits, rest) = text[blanks + sign..].split_at(digits);
    let negative = sign == 1 && text[blanks] == b'-';
    (if negative { 0 } else { number(digits) }, rest)
}

/// Digits; more than any screen is wide is as good as that.
fn number(digits: &[u8]) -> usize {
    const WIDEST: usize = 1 << 20;
    digits.iter().fold(0, |number, digit| (number * 10 + usize::from(digit - b'0')).min(WIDEST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::native::sinfo::fields::Split;
    use proptest::prelude::*;

    fn habits(field_table: bool) -> SinfoHabits {
        SinfoHabits {
            finds_mixed: !field_table,
            future: field_table,
            json: true,
            data_parsers: field_table,
            data_version: "",
            partition_words: field_table,
            empty_lists_in_lines: !field_table,
            command_is_cut: true,
            help_tables: field_table,
            field_table,
            clusters_last: field_table,
            digits: 7,
            negated_states: field_table,
            flag_names: field_table,
            sorts_commented: false,
            exclusive: !field_table,
            state_names: &[],
            lists_error_state: true,
            listed_words: "",
            listed_states: &[],
        }
    }

    fn short(format: &str, field_table: bool) -> Format {
        let mut read = Format::default();
        read.read_short(format.as_bytes(), &habits(field_table));
        read
    }

    fn long(format: &str, field_table: bool) -> Format {
        let mut read = Format::default();
        read.read_long(format.as_bytes(), &habits(field_table));
        read
    }

    fn shown(format: &Format) -> String {
        format
            .columns
            .iter()
            .map(|column| {
                let side = if column.right { "." } else { "" };
                let field = column.field.map_or(String::new(), |field| format!("{field:?}"));
                format!("[{field} {side}{}]{}", column.width, String::from_utf8_lossy(&column.suffix))
            })
            .collect()
    }

    #[test]
    fn short_formats() {
        let read = short("<%9P %.5a|%%D %q%N", false);
        assert_eq!(shown(&read), "[ 0]<[Partition 9] [Available .5]|[Nodes 0] [ 0]%q[NodeList 0]");
        assert_eq!(read.complaints, [Complaint::Letter(b'q')]);
        assert!(read.splits.has(Split::Partition) && !read.splits.has(Split::State));
        assert_eq!(shown(&short("no fields", false)), "[ 0]no fields");
        assert_eq!(shown(&short("%5", true)), "[AllocMem 5]");
        assert_eq!(short("%5", false).complaints, [Complaint::Letter(0)]);
    }

    #[test]
    fn long_formats() {
        let read = long("partition:9 ,AVAILABLE:.5,bad:7x,nodes", false);
        assert_eq!(shown(&read), "[Partition 9] [Available .5][ 0]x[Nodes 20]");
        assert_eq!(read.complaints, [Complaint::Name(b"bad".to_vec())]);
        assert!(long("all", false).complaints.is_empty());
        assert_eq!(long("all", true).complaints.len(), 1);
    }

    #[test]
    fn all_letters_and_no_others() {
        let old = shown(&short("%all", false));
        assert!(old.starts_with("[Available 0]|[FeaturesAct 0]|[Cpus 0]|"), "{old}");
        assert!(old.ends_with("[Cores 0] |[Threads 0] "), "{old}");
        assert!(!old.contains("Reservation"));
        assert!(shown(&short("%ALL", true)).contains("[Reservation 0]|"));
    }

    #[test]
    fn what_is_shared_sets_partitions_apart_by_one_name_only() {
        assert!(short("%h", false).splits.has(Split::OverSubscribe));
        assert!(!short("%h", true).splits.has(Split::OverSubscribe));
        assert!(long("share", true).splits.has(Split::OverSubscribe));
    }

    proptest! {
        #[test]
        fn any_text_is_read(format in prop::collection::vec(any::<u8>(), 0..40), table: bool) {
            Format::default().read_short(&format, &habits(table));
            Format::default().read_long(&format, &habits(table));
        }
    }
}
