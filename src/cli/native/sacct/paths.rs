//! The patterns in the names of files for input and output: `job%4j.out`.

/// What stands for the letters behind percent signs.
pub struct Patterns<'a> {
    /// `%A`
    pub array: u32,
    /// `%a`
    pub task: u32,
    /// `%j`
    pub job: u32,
    /// `%J`, where it is more than the job's id.
    pub step: Option<u32>,
    /// `%s`
    pub step_name: StepName<'a>,
    /// `%N`
    pub node: &'a [u8],
    /// `%u`
    pub user: &'a [u8],
    /// `%x`
    pub name: &'a [u8],
    /// `%r`; none where the release does not know that letter.
    pub restarts: Option<u32>,
    /// `%S`, likewise.
    pub sluid: Option<String>,
    /// Which path a relative one begins with.
    pub folder: &'a [u8],
    /// Whether digits in front of a letter that stands for nothing are kept with their percent sign, those with leading
    /// zeros mean what they say, and `%n` and `%t` are padded.
    pub keeps_digits: bool,
}

/// What a step is called in a path.
pub enum StepName<'a> {
    Text(&'a [u8]),
    Number(u32),
}

impl Patterns<'_> {
    /// The path that is meant. A backslash anywhere says that nothing in it stands for anything.
    pub fn expand(&self, path: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        if path.first() != Some(&b'/') {
            out.extend_from_slice(self.folder);
        }
        if path.contains(&b'\\') {
            out.extend(path.iter().filter(|byte| **byte != b'\\'));
            return out;
        }
        let mut rest = path;
        while let Some((byte, behind)) = rest.split_first() {
            rest = behind;
            if *byte != b'%' {
                out.push(*byte);
                continue;
            }
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (number, letter) = rest.split_at(digits);
            let Some((letter, behind)) = letter.split_first() else {
                // Nothing stands behind the digits: without a letter they are lost with the percent sign, but for what
                // each release keeps of them.
                if self.keeps_digits && digits > 0 {
                    out.push(b'%');
                    out.extend_from_slice(number);
                } else if let Some(last) = number.last() {
                    out.push(*last);
                }
                return out;
            };
            let padding = padding(number);
            let meaning = match digits > 1 && padding < LONGEST && !self.keeps_digits {
                true => None,
                false => self.meaning(*letter, padding),
            };
            match (meaning, digits) {
                (Some(text), _) => {
                    out.extend_from_slice(&text);
                    rest = behind;
                }
                (None, 0) if *letter == b'%' => {
                    out.push(b'%');
                    rest = behind;
                }
                (None, 0) => {
                    out.extend_from_slice(&[b'%', *letter]);
                    rest = behind;
                }
                (None, _) if self.keeps_digits => {
                    out.push(b'%');
                    out.extend_from_slice(number);
                    out.push(*letter);
                    rest = behind;
                }
                // The last digit stays, and the letter is one like any other.
                (None, _) => {
                    out.extend(number.last());
                    rest = &rest[digits..];
                }
            }
        }
        out
    }

    fn meaning(&self, letter: u8, padding: usize) -> Option<Vec<u8>> {
        let padded = |number: u32| format!("{number:0padding$}").into_bytes();
        Some(match letter {
            b'A' => padded(if self.array == 0 { self.job } else { self.array }),
            b'a' => padded(self.task),
            b'b' => padded(self.task % 10),
            b'j' => padded(self.job),
            b'J' => {
                let mut text = padded(self.job);
                if let Some(step) = self.step {
                    text.extend_from_slice(format!(".{}", step.cast_signed()).as_bytes());
                }
                text
            }
            b'N' => self.node.to_vec(),
            b'n' | b't' if self.keeps_digits => padded(0),
            b'n' | b't' => b"0".to_vec(),
            b's' => match self.step_name {
                StepName::Number(number) => padded(number),
                StepName::Text(name) => name.to_vec(),
            },
            b'u' => self.user.to_vec(),
            b'x' => self.name.to_vec(),
            b'r' => padded(self.restarts?),
            b'S' => self.sluid.clone()?.into_bytes(),
            _ => return None,
        })
    }
}

/// The widest that a number is made.
const LONGEST: usize = 10;

fn padding(digits: &[u8]) -> usize {
    digits.iter().fold(0, |sum, digit| (sum * 10 + usize::from(digit - b'0')).min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn patterns(keeps_digits: bool) -> Patterns<'static> {
        Patterns {
            array: 40,
            task: 13,
            job: 42,
            step: None,
            step_name: StepName::Text(b"batch"),
            node: b"c1",
            user: b"me",
            name: b"it",
            restarts: keeps_digits.then_some(2),
            sluid: None,
            folder: b"/home/me/",
            keeps_digits,
        }
    }

    fn old(path: &str) -> String {
        String::from_utf8(patterns(false).expand(path.as_bytes())).unwrap()
    }

    fn new(path: &str) -> String {
        String::from_utf8(patterns(true).expand(path.as_bytes())).unwrap()
    }

    #[test]
    fn letters_and_digits() {
        for expand in [old, new] {
            assert_eq!(expand("/out/%A_%a-%b.%x@%N.%u"), "/out/40_13-3.it@c1.me");
            assert_eq!(expand("%4j-%12j.%s"), "/home/me/0042-0000000042.batch");
            assert_eq!(expand("/100%%/%q%"), "/100%/%q");
            assert_eq!(expand(r"/a\%j"), "/a%j");
        }
        assert_eq!((old("/%05j"), new("/%05j")), ("/5j".into(), "/00042".into()));
        assert_eq!((old("/%3q%j"), new("/%3q%j")), ("/3q42".into(), "/%3q42".into()));
        assert_eq!((old("/%3%j"), new("/%3%j")), ("/342".into(), "/%3%j".into()));
        assert_eq!((old("/%2t"), new("/%2t")), ("/0".into(), "/00".into()));
        assert_eq!((old("/%r"), new("/%r")), ("/%r".into(), "/2".into()));
        assert_eq!((old("/%12"), new("/%12")), ("/2".into(), "/%12".into()));
    }

    proptest! {
        #[test]
        fn any_path_is_expanded(path in "[%0-9jJsxqr/\\\\a-c]{0,20}") {
            old(&path);
            new(&path);
        }

        #[test]
        fn plain_paths_stay(path in "/[a-z/.]{0,20}") {
            prop_assert_eq!(old(&path), path);
        }
    }
}
