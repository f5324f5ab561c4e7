//! JSON as json-c writes it, on which Slurm's serializer stands: two blanks an indent or all on one line, slashes escaped.

use super::{Data, Layout};

/// A whole document.
pub fn write(data: &Data, layout: Layout) -> Vec<u8> {
    let mut out = Vec::new();
    value(&mut out, data, 0, layout);
    out
}

fn value(out: &mut Vec<u8>, data: &Data, depth: usize, layout: Layout) {
    match data {
        Data::Null => out.extend(b"null"),
        Data::NoText => out.extend(b"\"\""),
        Data::Bool(true) => out.extend(b"true"),
        Data::Bool(false) => out.extend(b"false"),
        Data::Int(number) => out.extend(number.to_string().into_bytes()),
        Data::Float(number) => out.extend(float(*number).into_bytes()),
        Data::Text(bytes) => text(out, bytes),
        Data::List(items) => {
            let items = items.iter().map(|item| (None::<&str>, item));
            container(out, b"[]", items, depth, layout);
        }
        Data::Map(entries) => {
            let entries = entries.iter().map(|(key, entry)| (Some(*key), entry));
            container(out, b"{}", entries, depth, layout);
        }
        Data::Numbered(entries) => {
            let entries = entries.iter().map(|(key, entry)| (Some(key.to_string()), entry));
            container(out, b"{}", entries, depth, layout);
        }
    }
}

fn container<'d>(
    out: &mut Vec<u8>,
    brackets: &[u8; 2],
    items: impl ExactSizeIterator<Item = (Option<impl AsRef<str>>, &'d Data)>,
    depth: usize,
    layout: Layout,
) {
    let count = items.len();
    out.push(brackets[0]);
    for (index, (key, item)) in items.enumerate() {
        line(out, depth + 1, layout);
        if let Some(key) = key {
            text(out, key.as_ref().as_bytes());
            out.extend(if layout.compact { &b":"[..] } else { b": " });
        }
        value(out, item, depth + 1, layout);
        if index + 1 < count {
            out.push(b',');
        }
    }
    if count > 0 || layout.empty_lists_in_lines {
        line(out, depth, layout);
    }
    out.push(brackets[1]);
}

fn line(out: &mut Vec<u8>, depth: usize, layout: Layout) {
    if !layout.compact {
        out.push(b'\n');
        out.extend(std::iter::repeat_n(b' ', 2 * depth));
    }
}

/// As printf's %.17g, with a point.
fn float(number: f64) -> String {
    if !number.is_finite() {
        return if number.is_nan() {
            "NaN"
        } else if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .into();
    }
    let text = number.to_string();
    if text.contains('.') { text } else { format!("{text}.0") }
}

fn text(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    for byte in bytes {
        match byte {
            b'\x08' => out.extend(b"\\b"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            b'\x0c' => out.extend(b"\\f"),
            b'"' | b'\\' | b'/' => out.extend([b'\\', *byte]),
            0..0x20 => out.extend(format!("\\u{byte:04x}").into_bytes()),
            _ => out.push(*byte),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values() {
        let shown = |data: Data| String::from_utf8(write(&data, Layout::default())).unwrap();
        assert_eq!(shown(Data::text("a/b\"\\\t\u{1}é")), "\"a\\/b\\\"\\\\\\t\\u0001é\"");
        assert_eq!(shown(Data::Float(0.0)), "0.0");
        assert_eq!(shown(Data::Float(64.5)), "64.5");
        assert_eq!(shown(Data::List(vec![])), "[]");
        let in_lines = Layout { empty_lists_in_lines: true, ..Layout::default() };
        assert_eq!(write(&Data::List(vec![]), in_lines), b"[\n]");
        let mut map = Data::map();
        map.put("a/b", Data::List(vec![1u32.into(), Data::Null]));
        let compact = Layout { compact: true, ..Layout::default() };
        assert_eq!(write(&map, compact), br#"{"a":{"b":[1,null]}}"#);
        assert_eq!(shown(Data::NoText), "\"\"");
    }

    proptest! {
        #[test]
        fn any_text_is_json(text: String) {
            let written = write(&Data::text(text.clone()), Layout::default());
            let read: String = serde_json::from_slice(&written).unwrap();
            prop_assert_eq!(read, text);
        }
    }
}
