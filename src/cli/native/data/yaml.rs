//! YAML as libyaml writes it for Slurm's serializer: block style, a tag before every value, lines of about eighty columns;
//! the tags may be left out, the lines be as long as they are.

use super::{Data, Layout};
use std::borrow::Cow;

/// Where text is put on a new line at the next blank.
const WIDTH: usize = 80;

/// A whole document.
pub fn write(data: &Data, layout: Layout) -> Vec<u8> {
    let mut out = Emitter { out: String::from("%YAML 1.1\n---"), column: 3, layout };
    out.node(data, None, false);
    out.out.push_str("\n...\n");
    out.out.into_bytes()
}

struct Emitter {
    out: String,
    column: usize,
    layout: Layout,
}

impl Emitter {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    /// Before a value.
    fn tag(&mut self, tag: &str) {
        if !self.layout.untagged {
            self.put(" !!");
            self.put(tag);
        }
    }

    /// Whether text may go on in a new line here.
    fn is_wide(&self) -> bool {
        self.column > WIDTH && !self.layout.compact
    }

    fn line(&mut self, indent: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
    }

    /// `indent`: of the map or list around it; none for the document. `in_map`: a list there is not indented further.
    fn node(&mut self, data: &Data, indent: Option<usize>, in_map: bool) {
        let deeper = indent.map_or(0, |indent| indent + 2);
        match data {
            Data::Null | Data::NoText => self.scalar("null", "null", deeper),
            Data::Bool(yes) => self.scalar("bool", if *yes { "true" } else { "false" }, deeper),
            Data::Int(number) => self.scalar("int", &number.to_string(), deeper),
            Data::Float(number) => self.scalar("float", &format!("{number:.6}"), deeper),
            Data::Text(bytes) => self.scalar("str", &String::from_utf8_lossy(bytes), deeper),
            Data::List(items) if items.is_empty() => self.empty("seq", " []"),
            Data::Map(entries) if entries.is_empty() => self.empty("map", " {}"),
            Data::Numbered(entries) if entries.is_empty() => self.empty("map", " {}"),
            Data::List(items) => {
                self.tag("seq");
                let inside = if in_map { indent.unwrap_or(0) } else { deeper };
                for (index, item) in items.iter().enumerate() {
                    self.entry(index, inside, indent.is_some() && !in_map);
                    self.put("-");
                    self.node(item, Some(inside), false);
                }
            }
            Data::Map(entries) => {
                let entries = entries.iter().map(|(key, entry)| (*key, entry));
                self.map(entries, deeper, indent.is_some() && !in_map);
            }
            Data::Numbered(entries) => {
                let entries = entries.iter().map(|(key, entry)| (key.to_string(), entry));
                self.map(entries, deeper, indent.is_some() && !in_map);
            }
        }
    }

    /// Where the next entry of a map or list begins. `in_list`: what is in a list begins on the line of its dash, unless a tag
    /// stands between.
    fn entry(&mut self, index: usize, indent: usize, in_list: bool) {
        if index == 0 && in_list && self.layout.untagged { self.put(" ") } else { self.line(indent) }
    }

    fn empty(&mut self, tag: &str, brackets: &str) {
        self.tag(tag);
        self.put(brackets);
    }

    fn map<'d>(
        &mut self,
        entries: impl Iterator<Item = (impl AsRef<str>, &'d Data)>,
        indent: usize,
        in_list: bool,
    ) {
        self.tag("map");
        for (index, (key, entry)) in entries.enumerate() {
            self.entry(index, indent, in_list);
            if !self.layout.untagged {
                self.put("!!str ");
            }
            self.put(key.as_ref());
            self.put(":");
            self.node(entry, Some(indent), true);
        }
    }

    fn scalar(&mut self, tag: &str, text: &str, indent: usize) {
        self.tag(tag);
        if text.is_empty() {
            return;
        }
        self.put(" ");
        match style(text) {
            Style::Plain => self.plain(text, indent),
            Style::Single => self.single(text, indent),
            Style::Double => self.double(text, indent),
        }
    }

    fn plain(&mut self, text: &str, indent: usize) {
        let mut blank = false;
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            let fold = letter == ' ' && !blank && self.is_wide() && letters.peek() != Some(&' ');
            blank = letter == ' ';
            if fold { self.line(indent) } else { self.letter(letter) }
        }
    }

    fn single(&mut self, text: &str, indent: usize) {
        self.put("'");
        let (mut blank, mut broken) = (false, false);
        let last = text.chars().count().saturating_sub(1);
        let mut letters = text.chars().enumerate().peekable();
        while let Some((index, letter)) = letters.next() {
            match letter {
                ' ' => {
                    let next_is_blank = letters.peek().is_some_and(|(_, next)| *next == ' ');
                    let inside = index != 0 && index != last;
                    if !blank && self.is_wide() && inside && !next_is_blank {
                        self.line(indent);
                    } else {
                        self.letter(' ');
                    }
                    blank = true;
                }
                '\n' => {
                    if !broken {
                        self.out.push('\n');
                    }
                    self.out.push('\n');
                    self.column = 0;
                    broken = true;
                }
                _ => {
                    if broken {
                        self.indent(indent);
                    }
                    if letter == '\'' {
                        self.put("'");
                    }
                    self.letter(letter);
                    (blank, broken) = (false, false);
                }
            }
        }
        if broken {
            self.indent(indent);
        }
        self.put("'");
    }

    /// The line is new already.
    fn indent(&mut self, indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
    }

    fn double(&mut self, text: &str, indent: usize) {
        self.put("\"");
        let mut blank = false;
        let last = text.chars().count().saturating_sub(1);
        let mut letters = text.chars().enumerate().peekable();
        while let Some((index, letter)) = letters.next() {
            match letter {
                ' ' => {
                    if !blank && self.is_wide() && index != 0 && index != last {
                        self.line(indent);
                        if letters.peek().is_some_and(|(_, next)| *next == ' ') {
                            self.put("\\");
                        }
                    } else {
                        self.letter(' ');
                    }
                    blank = true;
                }
                '!'..='~' if !matches!(letter, '"' | '\\') => {
                    self.letter(letter);
                    blank = false;
                }
                _ => {
                    self.put(&escaped(letter));
                    blank = false;
                }
            }
        }
        self.put("\"");
    }

    fn letter(&mut self, letter: char) {
        self.out.push(letter);
        self.column += 1;
    }
}

fn escaped(letter: char) -> Cow<'static, str> {
    Cow::Borrowed(match letter {
        '\0' => "\\0",
        '\x07' => "\\a",
        '\x08' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\x0b' => "\\v",
        '\x0c' => "\\f",
        '\r' => "\\r",
        '\x1b' => "\\e",
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{85}' => "\\N",
        '\u{a0}' => "\\_",
        '\u{2028}' => "\\L",
        '\u{2029}' => "\\P",
        _ => {
            let number = u32::from(letter);
            return Cow::Owned(match number {
                0..0x100 => format!("\\x{number:02X}"),
                0x100..0x1_0000 => format!("\\u{number:04X}"),
                _ => format!("\\U{number:08X}"),
            });
        }
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
}

/// What libyaml makes of a text that is not empty: plain where nothing in it could be taken for YAML, in double quotes where
/// it must be escaped, else in single ones.
fn style(text: &str) -> Style {
    let letters: Vec<char> = text.chars().collect();
    let blank =
        |letter: Option<&char>| letter.is_none_or(|letter| matches!(letter, ' ' | '\t' | '\n' | '\r'));
    let mut plain = !(text.starts_with("---") || text.starts_with("..."));
    let (mut space_break, mut break_space, mut breaks) = (false, false, false);
    let mut before = None;
    for (index, letter) in letters.iter().enumerate() {
        let after = letters.get(index + 1);
        let indicates = match (before.is_none(), letter) {
            (
                true,
                '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@'
                | '`',
            ) => true,
            (true, '?' | ':' | '-') | (false, ':') => blank(after),
            (false, '#') => blank(before),
            _ => false,
        };
        plain &= !indicates;
        match letter {
            '\n' => {
                breaks = true;
                space_break |= before == Some(&' ');
            }
            ' ' => break_space |= before == Some(&'\n'),
            '!'..='~' => {}
            _ => return Style::Double,
        }
        before = Some(letter);
    }
    let edge = |letter: Option<&char>| matches!(letter, Some(' ' | '\n'));
    if space_break || break_space {
        Style::Double
    } else if plain && !breaks && !edge(letters.first()) && !edge(letters.last()) {
        Style::Plain
    } else {
        Style::Single
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut data = Data::map();
        data.put("key", Data::text(text));
        let text = String::from_utf8(write(&data, Layout::default())).unwrap();
        let body = text.strip_prefix("%YAML 1.1\n--- !!map\n!!str key: !!str").unwrap();
        body.strip_suffix("\n...\n").unwrap().to_owned()
    }

    #[test]
    fn quotes() {
        assert_eq!(shown("c[1-4]"), " c[1-4]");
        assert_eq!(shown("a: b # c"), " 'a: b # c'");
        assert_eq!(shown("- a reason, [x]"), " '- a reason, [x]'");
        assert_eq!(shown("it's"), " it's");
        assert_eq!(shown("'s"), " '''s'");
        assert_eq!(shown("a:b"), " a:b");
        assert_eq!(shown("a#b"), " a#b");
        assert_eq!(shown(""), "");
        assert_eq!(shown(" x"), " ' x'");
        assert_eq!(shown("tab\t\"quo\\te/ é"), " \"tab\\t\\\"quo\\\\te/ \\xE9\"");
    }

    #[test]
    fn long_text_is_folded_at_blanks() {
        let long = "a very long comment that goes on and on and on, past any eighty columns that a line of YAML may have, and then: more";
        let folded = " 'a very long comment that goes on and on and on, past any eighty\n  columns that a line of YAML may have, \
                      and then: more'";
        assert_eq!(shown(long), folded);
    }

    #[test]
    fn maps_and_lists() {
        let mut inner = Data::map();
        inner.put("a", 1u32.into());
        inner.put("b", Data::List(vec![Data::Bool(true), Data::List(vec![Data::Null])]));
        let mut data = Data::map();
        data.put("list", Data::List(vec![inner, Data::map()]));
        data.put("none", Data::List(vec![]));
        data.put("half", Data::Float(0.5));
        let expected = "%YAML 1.1\n--- !!map\n!!str list: !!seq\n- !!map\n  !!str a: !!int 1\n  !!str b: !!seq\n  - !!bool true\n  \
                        - !!seq\n    - !!null null\n- !!map {}\n!!str none: !!seq []\n!!str half: !!float 0.500000\n...\n";
        assert_eq!(String::from_utf8(write(&data, Layout::default())).unwrap(), expected);
        let untagged = Layout { untagged: true, ..Layout::default() };
        let expected = "%YAML 1.1\n---\nlist:\n- a: 1\n  b:\n  - true\n  - - null\n- {}\nnone: []\nhalf: 0.500000\n...\n";
        assert_eq!(String::from_utf8(write(&data, untagged)).unwrap(), expected);
    }

    #[test]
    fn compact_text_is_not_folded() {
        let mut data = Data::map();
        data.put("key", Data::text("a ".repeat(60) + "b"));
        let compact = write(&data, Layout { compact: true, ..Layout::default() });
        assert_eq!(compact.iter().filter(|byte| **byte == b'\n').count(), 4);
        assert!(write(&data, Layout::default()).iter().filter(|byte| **byte == b'\n').count() > 4);
    }
}
