//! Lists with commas as Slurm's commands read them.

use crate::job::Hostlist;

/// Adds the names of a list, in small letters. A name that is there already moves to the end; a list that names nothing
/// adds an empty name; numbers in brackets are expanded as in host lists.
pub fn add_names(names: &mut Vec<Vec<u8>>, text: &[u8]) {
    let (mut at, quote) = opening_quote(text);
    let mut start = at;
    let before = names.len();
    let mut in_brackets = false;
    let mut after_brackets = false;
    let mut text = text.to_vec();
    while let Some(byte) = text.get(at).copied() {
        match byte {
            byte if Some(byte) == quote => break,
            b'"' | b'\'' => text[at] = b'`',
            b'[' => in_brackets = true,
            b',' if !in_brackets => {
                if !after_brackets {
                    if at + 1 == text.len() {
                        break;
                    }
                    if at > start {
                        add_name(names, &text[start..at]);
                    }
                }
                after_brackets = false;
                start = at + 1;
            }
            b']' => {
                after_brackets = true;
                in_brackets = false;
                let hosts = std::str::from_utf8(&text[start..=at])
                    .ok()
                    .and_then(|text| text.parse::<Hostlist>().ok());
                for host in hosts.iter().flat_map(Hostlist::iter) {
                    add_name(names, host.as_bytes());
                    start = at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    if names.len() == before || at > start {
        add_name(names, &text[start..at]);
    }
}

fn add_name(names: &mut Vec<Vec<u8>>, name: &[u8]) {
    let name = name.to_ascii_lowercase();
    names.retain(|known| *known != name);
    names.push(name);
}

fn opening_quote(text: &[u8]) -> (usize, Option<u8>) {
    match text.first() {
        Some(quote @ (b'"' | b'\'')) => (1, Some(*quote)),
        _ => (0, None),
    }
}

/// Hands each part of a list that is not empty to `each`, which tells whether it was new or what is wrong with it. How many
/// were new.
pub fn each_part<E>(text: &[u8], mut each: impl FnMut(&[u8]) -> Result<bool, E>) -> Result<usize, E> {
    let (start, quote) = opening_quote(text);
    let text = text.get(start..).unwrap_or_default();
    let end = text.iter().position(|byte| Some(*byte) == quote).unwrap_or(text.len());
    let mut count = 0;
    for part in text[..end].split(|byte| *byte == b',').filter(|part| !part.is_empty()) {
        let part: Vec<u8> =
            part.iter().map(|byte| if matches!(byte, b'"' | b'\'') { b'`' } else { *byte }).collect();
        count += usize::from(each(&part)?);
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::convert::Infallible;

    fn parts(text: &[u8]) -> Vec<Vec<u8>> {
        let mut parts = Vec::new();
        let Ok(_) = each_part::<Infallible>(text, |part| {
            parts.push(part.to_vec());
            Ok(true)
        });
        parts
    }

    fn names(texts: &[&str]) -> String {
        let mut names = Vec::new();
        for text in texts {
            add_names(&mut names, text.as_bytes());
        }
        String::from_utf8(names.join(&b'|')).unwrap()
    }

    #[test]
    fn names_of_a_list() {
        assert_eq!(names(&["a,B,c"]), "a|b|c");
        assert_eq!(names(&[",,this,"]), "this");
        assert_eq!(names(&["a,b", "c,A"]), "b|c|a");
        assert_eq!(names(&["'a b',c"]), "a b");
        assert_eq!(names(&["it's"]), "it`s");
        assert_eq!(names(&["n[1-2,5],x"]), "n1|n2|n5|x");
        assert_eq!(names(&["n[1-,x"]), "n[1-,x");
        assert_eq!(names(&[""]), "");
        let mut empty = Vec::new();
        add_names(&mut empty, b"");
        assert_eq!(empty, [b""]);
    }

    #[test]
    fn parts_of_a_list() {
        let parts = |text: &str| String::from_utf8(super::tests::parts(text.as_bytes()).join(&b'|')).unwrap();
        assert_eq!(parts("1,2,,3,"), "1|2|3");
        assert_eq!(parts("\"1,2\",3"), "1|2");
        assert_eq!(parts("Ab'c"), "Ab`c");
        assert_eq!(parts(""), "");
    }

    proptest! {
        #[test]
        fn any_list_is_read(text in "[a-c0-9,'\"\\[\\]-]{0,30}") {
            let mut names = Vec::new();
            add_names(&mut names, text.as_bytes());
            prop_assert!(!names.is_empty());
            prop_assert!(parts(text.as_bytes()).iter().all(|part| !part.is_empty()));
        }

        #[test]
        fn plain_names_come_back(given in prop::collection::btree_set("[a-z][a-z0-9_]{0,8}", 1..6)) {
            let mut names = Vec::new();
            let text = given.iter().cloned().collect::<Vec<_>>().join(",");
            add_names(&mut names, text.as_bytes());
            let names: Vec<String> = names.into_iter().map(|name| String::from_utf8(name).unwrap()).collect();
            prop_assert_eq!(names, given.into_iter().collect::<Vec<_>>());
        }
    }
}
