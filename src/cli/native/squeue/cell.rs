//! One column of a line: cut, filled up and aligned as printf(3) does it for squeue.

/// A column's measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// How many bytes; 0 for as many as there are, less than 0 for those and a blank.
    pub width: i32,
    /// Whether blanks stand on the left.
    pub right: bool,
}

/// Whether a text that is too long on the right is cut. On the left it always is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    Always,
    LeftOnly,
}

/// Writes one cell. None is a null pointer, which the C library prints as `(null)` where that has room.
pub fn write(out: &mut Vec<u8>, measure: Measure, text: Option<&[u8]>, cut: Cut) {
    const NULL: &[u8] = b"(null)";
    let Ok(width) = usize::try_from(measure.width) else {
        out.extend_from_slice(text.unwrap_or(NULL));
        out.push(b' ');
        return;
    };
    if width == 0 {
        out.extend_from_slice(text.unwrap_or(NULL));
        return;
    }
    let blanks = |out: &mut Vec<u8>, count: usize| out.resize(out.len() + count, b' ');
    if measure.right {
        let text = text.unwrap_or(NULL);
        blanks(out, width.saturating_sub(text.len()));
        let end = if cut == Cut::Always { text.len().min(width) } else { text.len() };
        out.extend_from_slice(&text[..end]);
    } else {
        // A precision that is too small for all of `(null)` prints none of it.
        let text = text.unwrap_or(if width < NULL.len() { b"" } else { NULL });
        let text = &text[..text.len().min(width)];
        out.extend_from_slice(text);
        blanks(out, width - text.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(width: i32, right: bool, text: Option<&str>, cut: Cut) -> String {
        let mut out = Vec::new();
        write(&mut out, Measure { width, right }, text.map(str::as_bytes), cut);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn cells_are_cut_and_filled_up() {
        assert_eq!(cell(5, false, Some("abc"), Cut::Always), "abc  ");
        assert_eq!(cell(5, true, Some("abc"), Cut::Always), "  abc");
        assert_eq!(cell(2, false, Some("abc"), Cut::LeftOnly), "ab");
        assert_eq!(cell(2, true, Some("abc"), Cut::Always), "ab");
        assert_eq!(cell(2, true, Some("abc"), Cut::LeftOnly), "abc");
        assert_eq!(cell(0, false, Some("abc"), Cut::Always), "abc");
        assert_eq!(cell(-9, true, Some("abc"), Cut::Always), "abc ");
    }

    #[test]
    fn null_is_told_where_it_has_room() {
        assert_eq!(cell(0, false, None, Cut::Always), "(null)");
        assert_eq!(cell(4, false, None, Cut::Always), "    ");
        assert_eq!(cell(7, false, None, Cut::Always), "(null) ");
        assert_eq!(cell(4, true, None, Cut::Always), "(nul");
        assert_eq!(cell(4, true, None, Cut::LeftOnly), "(null)");
    }
}
