//! `-o` and `-O`: from the text of a format to columns.

use super::cell::Measure;
use super::field::{Field, Pen, Surroundings};

/// What stands in a line: a field or a text that stays, and the text behind it.
pub struct Column<T: 'static> {
    measure: Measure,
    field: Option<&'static Field<T>>,
    suffix: Vec<u8>,
}

/// Whether the release in use has a field.
pub type Has<'a, T> = Box<dyn Fn(&Field<T>) -> bool + 'a>;

/// The fields of one kind of record that the release in use has.
pub struct Fields<'a, T: 'static> {
    pub all: &'static [Field<T>],
    /// What stands before the word in complaints: `job`, `job step`.
    pub kind: &'static str,
    /// Whether this release has a field.
    pub has: Has<'a, T>,
    pub long_names_may_go_on: bool,
    pub missing_letter_is_a_field: bool,
}

impl<T> Fields<'_, T> {
    fn by_letter(&self, letter: u8) -> Option<&'static Field<T>> {
        if letter == 0 && !self.missing_letter_is_a_field {
            return None;
        }
        // Of the letters, only one went and came again: as something else.
        self.all.iter().find(|field| field.letter == letter && (letter != b's' || (self.has)(field)))
    }

    fn by_name(&self, name: &[u8]) -> Option<&'static Field<T>> {
        let go_on = ["container", "numtasks"];
        let begins = |word: &&str| {
            name.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
        };
        let name = match go_on.iter().find(|word| self.long_names_may_go_on && begins(word)) {
            // Of jobs, only the tasks.
            Some(word) if *word == "numtasks" || self.kind != "job" => word.as_bytes(),
            _ => name,
        };
        self.all.iter().find(|field| field.name.as_bytes().eq_ignore_ascii_case(name) && (self.has)(field))
    }
}

/// `-o`. What is no field stays as a text, and `complain` is told of it.
pub fn short<T>(format: &[u8], fields: &Fields<'_, T>, complain: &mut dyn FnMut(String)) -> Vec<Column<T>> {
    let mut columns = Vec::new();
    let start = format.iter().position(|byte| *byte == b'%').unwrap_or(format.len());
    let (prefix, rest) = format.split_at(start);
    if !prefix.is_empty() {
        columns.push(Column { measure: Measure::default(), field: None, suffix: prefix.to_vec() });
    }
    let everything = rest.eq_ignore_ascii_case(b"%all");
    let all: Vec<u8> = (b'a'..=b'z').chain(b'A'..=b'Z').flat_map(|letter| [b'|', b'%', letter]).collect();
    let rest = if everything { &all[1..] } else { rest };
    for token in rest.split(|byte| *byte == b'%').filter(|token| !token.is_empty()) {
        let (right, digits) = match token {
            [b'.', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let measure = Measure { width: number(&digits[..count]), right };
        let letter = digits.get(count).copied().unwrap_or(0);
        let suffix = digits.get(count + 1..).unwrap_or_default();
        match fields.by_letter(letter) {
            Some(field) => columns.push(Column { measure, field: Some(field), suffix: suffix.to_vec() }),
            None if everything => {}
            None => {
                columns.push(Column { measure, field: None, suffix: [b"%", token].concat() });
                // A letter that is missing is the NUL that ends a C string.
                let letter =
                    if letter == 0 { String::new() } else { String::from_utf8_lossy(&[letter]).into() };
                complain(format!("Invalid {} format specification: {letter}", fields.kind));
            }
        }
    }
    columns
}

/// `-O`
pub fn long<T>(format: &[u8], fields: &Fields<'_, T>, complain: &mut dyn FnMut(String)) -> Vec<Column<T>> {
    const USUAL: Measure = Measure { width: 20, right: false };
    let mut columns = Vec::new();
    for token in format.split(|byte| *byte == b',').filter(|token| !token.is_empty()) {
        let (name, measure, suffix) = match token.iter().position(|byte| *byte == b':') {
            None => (token, USUAL, &b""[..]),
            Some(at) => {
                let (right, size) = match &token[at + 1..] {
                    [b'.', size @ ..] => (true, size),
                    size => (false, size),
                };
                let (width, suffix) = leading_number(size);
                (&token[..at], Measure { width, right }, suffix)
            }
        };
        let field = fields.by_name(name);
        if field.is_none() {
            let name = String::from_utf8_lossy(name);
            complain(format!("Invalid {} format specification: {name}", fields.kind));
        }
        columns.push(Column { measure, field, suffix: suffix.to_vec() });
    }
    columns
}

/// Decimal digits, as many as there are.
fn number(digits: &[u8]) -> i32 {
    digits.iter().fold(0_i32, |sum, digit| sum.saturating_mul(10).saturating_add((digit - b'0').into()))
}

/// What strtol(3) reads, and the rest.
fn leading_number(text: &[u8]) -> (i32, &[u8]) {
    let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t'..=b'\r')).count();
    let (sign, digits) = match &text[blanks..] {
        [b'-', digits @ ..] => (-1, digits),
        [b'+', digits @ ..] => (1, digits),
        digits => (1, digits),
    };
    match digits.iter().take_while(|byte| byte.is_ascii_digit()).count() {
        0 => (0, text),
        count => (sign * number(&digits[..count]), &digits[count..]),
    }
}

/// The line of headings.
pub fn headings<T>(columns: &[Column<T>], out: &mut Vec<u8>, with: &Surroundings) {
    line(columns, out, with, |field, pen| pen.heading(field.heading));
}

/// A record's line.
pub fn line<T>(
    columns: &[Column<T>],
    out: &mut Vec<u8>,
    with: &Surroundings,
    tell: impl Fn(&Field<T>, &mut Pen<'_>),
) {
    for column in columns {
        if let Some(field) = column.field {
            tell(field, &mut Pen { out, measure: column.measure, with });
        }
        out.extend_from_slice(&column.suffix);
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::super::job_fields::FIELDS;
    use super::*;
    use proptest::prelude::*;

    fn fields() -> Fields<'static, super::super::job_fields::JobTell> {
        Fields {
            all: FIELDS,
            kind: "job",
            has: Box::new(|field| field.name != "SelectJobInfo"),
            long_names_may_go_on: false,
            missing_letter_is_a_field: true,
        }
    }

    type Columns = Vec<Column<super::super::job_fields::JobTell>>;

    fn shown(columns: &Columns) -> String {
        let one = |column: &Column<_>| {
            let name = column.field.map_or("", |field: &Field<_>| field.name);
            let right = if column.measure.right { "." } else { "" };
            format!("{name}:{right}{}[{}]", column.measure.width, String::from_utf8_lossy(&column.suffix))
        };
        columns.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    fn read_short(format: &str) -> (String, Vec<String>) {
        let mut said = Vec::new();
        let columns = short(format.as_bytes(), &fields(), &mut |text| said.push(text));
        (shown(&columns), said)
    }

    fn read_long(format: &str) -> (String, Vec<String>) {
        let mut said = Vec::new();
        let columns = long(format.as_bytes(), &fields(), &mut |text| said.push(text));
        (shown(&columns), said)
    }

    #[test]
    fn short_formats() {
        assert_eq!(read_short("%.18i %9P").0, "JobArrayId:.18[ ] Partition:9[]");
        assert_eq!(read_short("a%jb").0, ":0[a] Name:0[b]");
        assert_eq!(read_short("plain").0, ":0[plain]");
        assert_eq!(read_short("").0, "");
        assert_eq!(read_short("%%i").0, "JobArrayId:0[]");
        assert_eq!(read_short("%10").0, "AccrueTime:10[]");
        let (columns, said) = read_short("%5!x%i");
        assert_eq!(columns, ":5[%5!x] JobArrayId:0[]");
        assert_eq!(said, ["Invalid job format specification: !"]);
        let (columns, said) = read_short("%all");
        assert!(columns.starts_with("Account:0[|] Gres:0[|] MinCPUs:0[|]"), "{columns}");
        assert!(columns.ends_with("WorkDir:0[]"), "{columns}");
        assert!(said.is_empty());
    }

    #[test]
    fn long_formats() {
        assert_eq!(read_long("jobid,NAME:.8 ,user id").0, "JobId:20[] Name:.8[ ] :20[]");
        assert_eq!(read_long("jobid:,name:-4x,,qos: +7").0, "JobId:0[] Name:-4[x] QOS:7[]");
        assert_eq!(read_long("jobidx").1, ["Invalid job format specification: jobidx"]);
    }

    #[test]
    fn names_and_letters_are_the_releases() {
        assert_eq!(read_long("selectjobinfo").1.len(), 1);
        assert_eq!(read_short("%s").0, "SLUID:0[]");
        let old =
            Fields { long_names_may_go_on: true, has: Box::new(|field| field.name != "SLUID"), ..fields() };
        let mut said = |text: String| panic!("{text}");
        assert_eq!(shown(&long(b"numtasksandmore", &old, &mut said)), "NumTasks:20[]");
        assert_eq!(shown(&short(b"%s", &old, &mut said)), "SelectJobInfo:0[]");
    }

    proptest! {
        #[test]
        fn any_format_is_read(format in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut ignore = |_| {};
            short(&format, &fields(), &mut ignore);
            long(&format, &fields(), &mut ignore);
        }

        #[test]
        fn every_name_leads_to_its_field(index in 0..FIELDS.len()) {
            let name = FIELDS[index].name;
            prop_assume!(name != "SelectJobInfo");
            prop_assert_eq!(read_long(&name.to_uppercase()).0, format!("{name}:20[]"));
        }
    }
}
