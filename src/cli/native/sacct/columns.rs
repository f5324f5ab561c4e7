//! Rows of columns, for people or for programs.

use super::super::time_text::TimeFormat;
use super::format::Column;
use std::borrow::Cow;
use std::io::{self, Write};

/// What stands in a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// A text, cut to the column's width with a plus sign at its end.
    Text(Option<Cow<'a, [u8]>>),
    /// A number or a duration, which is never cut; none for what nobody set.
    Bare(Option<String>),
    /// A time, seconds since 1970.
    Time(i64),
}

impl<'a> Value<'a> {
    /// A text of the library's.
    pub fn text(text: crate::slurm::Text<'a>) -> Self {
        Self::Text(text.map(|text| Cow::Borrowed(text.to_bytes())))
    }

    /// A text of our own.
    pub fn own(text: Option<String>) -> Self {
        Self::Text(text.map(|text| Cow::Owned(text.into_bytes())))
    }

    /// A number; none for `NO_VAL` and `INFINITE`.
    pub fn number(number: u32) -> Self {
        Self::Bare((number < u32::MAX - 1).then(|| number.to_string()))
    }

    /// The same in 64 bits.
    pub fn wide(number: u64) -> Self {
        Self::Bare((number < u64::MAX - 1).then(|| number.to_string()))
    }

    /// The same in 16 bits.
    pub fn narrow(number: u16) -> Self {
        Self::Bare((number < u16::MAX - 1).then(|| number.to_string()))
    }

    /// Nothing, where a text would stand.
    pub const NONE: Value<'static> = Value::Text(None);
    /// Nothing, where a number would stand.
    pub const BLANK: Value<'static> = Value::Bare(None);
}

/// How rows look.
pub struct Style {
    /// For programs: what stands between values, and whether it also stands behind the last.
    pub parsable: Option<(Vec<u8>, bool)>,
    /// With the columns' names above.
    pub header: bool,
    /// A time that is read by a program is not cut to its column.
    pub whole_dates: bool,
    /// A time that is too long for its column is cut like a text, and no row of `#` stands for it.
    pub cuts_dates: bool,
    /// The columns' names stand to the right, whatever their values do.
    pub right_headers: bool,
    pub times: TimeFormat,
}

/// As much as a time may take where it is not cut, with the NUL of a C string.
const WHOLE_DATE: usize = 257;

impl Style {
    /// The columns' names and the line below.
    pub fn header(&self, out: &mut impl Write, columns: &[Column]) -> io::Result<()> {
        if !self.header {
            return Ok(());
        }
        for (index, column) in columns.iter().enumerate() {
            match &self.parsable {
                Some((between, behind)) => {
                    out.write_all(column.name.as_bytes())?;
                    if *behind || index + 1 < columns.len() {
                        out.write_all(between)?;
                    }
                }
                None => {
                    let width = column.width.unsigned_abs() as usize;
                    let name = &column.name.as_bytes()[..column.name.len().min(width)];
                    pad(
                        out,
                        name,
                        if self.right_headers { column.width.saturating_abs() } else { column.width },
                    )?;
                    out.write_all(b" ")?;
                }
            }
        }
        out.write_all(b"\n")?;
        if self.parsable.is_none() {
            for column in columns {
                fill(out, b'-', column.width.unsigned_abs() as usize)?;
                out.write_all(b" ")?;
            }
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    /// One value in its column.
    pub fn value(
        &self,
        out: &mut impl Write,
        value: &Value<'_>,
        column: Column,
        last: bool,
    ) -> io::Result<()> {
        let width = column.width.unsigned_abs() as usize;
        if let Some((between, behind)) = &self.parsable {
            match value {
                Value::Text(text) => out.write_all(text.as_deref().unwrap_or_default())?,
                Value::Bare(text) => out.write_all(text.as_deref().unwrap_or_default().as_bytes())?,
                Value::Time(seconds) => {
                    let size = if self.whole_dates { WHOLE_DATE } else { width + 1 };
                    out.write_all(&self.time(*seconds, size))?;
                }
            }
            return if *behind || !last { out.write_all(between) } else { Ok(()) };
        }
        match value {
            Value::Text(Some(text)) if text.len() > width => {
                if let Some(cut) = width.checked_sub(1) {
                    out.write_all(&text[..cut])?;
                    out.write_all(b"+")?;
                }
            }
            Value::Text(text) => pad(out, text.as_deref().unwrap_or_default(), column.width)?,
            Value::Bare(Some(text)) => pad(out, text.as_bytes(), column.width)?,
            Value::Bare(None) => fill(out, b' ', width.max(1))?,
            Value::Time(seconds) => {
                let text = self.time(*seconds, width + 1);
                pad(out, &text[..text.len().min(width)], column.width)?;
            }
        }
        out.write_all(b" ")
    }

    /// A time as it fits into a C string of that size.
    fn time(&self, seconds: i64, size: usize) -> Vec<u8> {
        if !self.cuts_dates {
            return self.times.text(seconds, size).into_bytes();
        }
        let mut text = self.times.text(seconds, WHOLE_DATE.max(size)).into_bytes();
        text.truncate(size.saturating_sub(1));
        text
    }
}

fn pad(out: &mut impl Write, text: &[u8], width: i32) -> io::Result<()> {
    let blanks = (width.unsigned_abs() as usize).saturating_sub(text.len());
    if width >= 0 {
        fill(out, b' ', blanks)?;
        out.write_all(text)
    } else {
        out.write_all(text)?;
        fill(out, b' ', blanks)
    }
}

/// The same byte again and again, whatever the width that was asked for.
fn fill(out: &mut impl Write, byte: u8, count: usize) -> io::Result<()> {
    const ROW: usize = 256;
    let row = [byte; ROW];
    for _ in 0..count / ROW {
        out.write_all(&row)?;
    }
    out.write_all(&row[..count % ROW])
}

#[cfg(test)]
mod tests {
    use super::super::super::Program;
    use super::super::fields::Kind;
    use super::*;

    fn style(parsable: Option<(&str, bool)>) -> Style {
        Style {
            parsable: parsable.map(|(between, behind)| (between.as_bytes().to_vec(), behind)),
            header: true,
            whole_dates: true,
            cuts_dates: false,
            right_headers: false,
            times: TimeFormat::from_environment(Program("sacct"), true),
        }
    }

    fn shown(style: &Style, widths: &[i32], values: &[Value<'_>]) -> String {
        let mut out = Vec::new();
        for (index, (width, value)) in widths.iter().zip(values).enumerate() {
            let column = Column { name: "JobID", kind: Kind::JobId, width: *width };
            style.value(&mut out, value, column, index + 1 == values.len()).unwrap();
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_for_people() {
        let text = |text: &'static str| Value::Text(Some(Cow::Borrowed(text.as_bytes())));
        let people = style(None);
        assert_eq!(shown(&people, &[5, -5, 3], &[text("ab"), text("ab"), text("abcd")]), "   ab ab    ab+ ");
        assert_eq!(shown(&people, &[0, 0, 1], &[text("ab"), Value::BLANK, Value::NONE]), "     ");
        assert_eq!(shown(&people, &[2, -4], &[Value::number(1234), Value::wide(7)]), "1234 7    ");
        assert_eq!(
            shown(&people, &[3, 3], &[Value::number(u32::MAX - 1), Value::narrow(u16::MAX)]),
            "        "
        );
        assert_eq!(shown(&people, &[5, -9], &[Value::Time(86_400), Value::Time(0)]), "##### Unknown   ");
    }

    #[test]
    fn times_that_are_cut() {
        let old = Style { cuts_dates: true, ..style(None) };
        assert_eq!(shown(&old, &[4, 4], &[Value::Time(86_400), Value::Time(0)]), "1970 Unkn ");
    }

    #[test]
    fn columns_for_programs() {
        let values = [Value::number(1), Value::NONE, Value::Time(0)];
        assert_eq!(shown(&style(Some(("|", true))), &[1, 1, 1], &values), "1||Unknown|");
        assert_eq!(shown(&style(Some((", ", false))), &[1, 1, 1], &values), "1, , Unknown");
    }

    #[test]
    fn headers() {
        let columns = [
            Column { name: "JobID", kind: Kind::JobId, width: -7 },
            Column { name: "State", kind: Kind::State, width: 3 },
        ];
        let shown = |style: &Style| {
            let mut out = Vec::new();
            style.header(&mut out, &columns).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(shown(&style(None)), "JobID   Sta \n------- --- \n");
        assert_eq!(shown(&style(Some(("|", false)))), "JobID|State\n");
        assert_eq!(shown(&Style { header: false, ..style(None) }), "");
    }
}
