//! How a value must be written at each place of a shell text so that it arrives as it is: the text is followed through its
//! quotes, substitutions, comments and here-documents, as bash reads them.

/// Where a place of the text stands.
#[derive(Debug)]
enum In {
    Single,
    /// `$'…'`
    DollarSingle,
    Double,
    Backticks,
    /// `( … )`, `$( … )`, `<( … )`; or `(( … ))`, in which `<<` shifts and `#` is no comment.
    Parentheses {
        arithmetic: bool,
    },
    /// `${ … }`
    Braces {
        in_double: bool,
    },
    Comment,
    /// The word behind `<<`.
    Delimiter {
        document: Document,
        quote: Option<char>,
    },
    Body {
        document: Document,
        line: String,
    },
}

/// A here-document.
#[derive(Debug, Default)]
struct Document {
    delimiter: String,
    /// A part of the delimiter is quoted: the shell leaves the text as it is.
    quoted: bool,
    /// `<<-`
    tabs: bool,
}

/// Follows a text.
#[derive(Debug, Default)]
pub(super) struct Quoting {
    /// From the outermost inwards; nothing is the text itself.
    stack: Vec<In>,
    /// Here-documents that begin with the next line.
    pending: Vec<Document>,
    /// The last character is a backslash that is to quote the next.
    escaped: bool,
    /// The word so far, outside of quotes.
    word: String,
    /// A `case` stands in a substitution that is quoted: which of its `)` ends it is not followed.
    lost: bool,
    /// The last character, where it may belong together with the next; `x` for one that means nothing.
    before: Option<char>,
}

/// Where a value cannot stand, and what to do instead.
pub(super) type Refused = (&'static str, &'static str);

impl Quoting {
    /// Goes on past a piece of the text.
    pub(super) fn pass(&mut self, text: &str) {
        text.chars().for_each(|c| self.step(c));
    }

    /// The value of `variable` as it must be written here.
    pub(super) fn value(&mut self, variable: &str) -> Result<String, Refused> {
        if self.escaped {
            return Err(("a backslash stands before it", "leave it out"));
        }
        if self.before == Some('$') {
            return Err(("a `$` stands before it", "leave it out"));
        }
        if self.lost {
            return Err((
                "it comes after a `case` in a `$( … )` between quotes",
                "write the variable instead: \"$name\"",
            ));
        }
        self.before = Some('x');
        self.word.clear();
        let plain = format!("${{{variable}}}");
        match self.stack.last_mut() {
            Some(In::Double | In::Braces { in_double: true }) => Ok(plain),
            Some(In::Single) => Ok(format!("'\"{plain}\"'")),
            Some(In::DollarSingle) => Ok(format!("'\"{plain}\"$'")),
            // Nothing is made of it.
            Some(In::Comment) => Ok(plain),
            Some(In::Delimiter { .. }) => {
                Err(("this ends a here-document", "write a word that stays the same"))
            }
            Some(In::Body { document: Document { quoted: true, .. }, .. }) => Err((
                "the delimiter of this here-document is quoted, so the shell leaves its text as it is",
                "take the quotes off the delimiter, or read the variable in the program",
            )),
            Some(In::Body { line, .. }) => {
                // No line with a value ends the document.
                line.push('\0');
                Ok(plain)
            }
            Some(In::Backticks | In::Parentheses { .. } | In::Braces { in_double: false }) | None => {
                Ok(format!("\"{plain}\""))
            }
        }
    }

    fn step(&mut self, c: char) {
        let last = self.before.take();
        let escaped = std::mem::take(&mut self.escaped);
        match self.stack.last_mut() {
            Some(In::Single) if c == '\'' => self.leave(),
            Some(In::Single) => {}
            Some(In::DollarSingle) => match c {
                _ if escaped => {}
                '\\' => self.escaped = true,
                '\'' => self.leave(),
                _ => {}
            },
            Some(In::Comment) => {
                if c == '\n' {
                    self.leave();
                    self.new_line();
                } else if c == '`' && matches!(self.stack.iter().nth_back(1), Some(In::Backticks)) {
                    self.leave();
                    self.leave();
                }
            }
            Some(In::Delimiter { document, quote }) => {
                let ends = c.is_ascii_whitespace() || ";|&<>()".contains(c);
                let empty = document.delimiter.is_empty() && !document.quoted;
                match (*quote, c) {
                    // `<<<` is a word to be read, no document.
                    (None, '<') if last == Some('<') => self.leave(),
                    (Some(open), _) if c == open => *quote = None,
                    (None, '\'' | '"') => (*quote, document.quoted) = (Some(c), true),
                    (None, '\\') if !escaped => (self.escaped, document.quoted) = (true, true),
                    (None, '-') if empty && !document.tabs => {
                        document.tabs = true;
                    }
                    (None, ' ' | '\t') if empty => {}
                    (None, _) if ends && !escaped => {
                        let document = std::mem::take(document);
                        self.leave();
                        self.pending.push(document);
                        self.step(c);
                    }
                    _ => document.delimiter.push(c),
                }
            }
            Some(In::Body { document, line }) => {
                // A backslash before it, where it means something, joins two lines.
                if c == '\n' && !escaped {
                    let line = std::mem::take(line);
                    let shown = if document.tabs { line.trim_start_matches('\t') } else { &line };
                    if shown == document.delimiter {
                        self.stack.pop();
                        self.new_line();
                    }
                    return;
                }
                line.push(c);
                if !document.quoted {
                    self.in_quotes(c, last, escaped, false);
                }
            }
            Some(In::Double) => self.in_quotes(c, last, escaped, true),
            Some(In::Braces { in_double: true }) => match c {
                '}' if !escaped => self.leave(),
                '"' if !escaped => self.stack.push(In::Double),
                _ => self.in_quotes(c, last, escaped, false),
            },
            Some(In::Backticks | In::Parentheses { .. } | In::Braces { in_double: false }) | None => {
                self.outside(c, last, escaped);
            }
        }
    }

    /// Within double quotes, or where only what they leave special is.
    fn in_quotes(&mut self, c: char, last: Option<char>, escaped: bool, end: bool) {
        let dollar = last == Some('$');
        match c {
            _ if escaped => {}
            '\\' => self.escaped = true,
            '"' if end => self.leave(),
            '`' => self.stack.push(In::Backticks),
            '(' if dollar => self.stack.push(In::Parentheses { arithmetic: false }),
            '{' if dollar => self.stack.push(In::Braces { in_double: true }),
            _ => {}
        }
        if !escaped {
            self.before = Some(c);
        }
    }

    /// Outside of quotes.
    fn outside(&mut self, c: char, last: Option<char>, escaped: bool) {
        if escaped {
            // Behind a line break that does not count the word goes on, or the space.
            self.before = if c == '\n' { last } else { Some('x') };
            return;
        }
        self.follow_word(c);
        let dollar = last == Some('$');
        let arithmetic = matches!(self.stack.last(), Some(In::Parentheses { arithmetic: true }));
        let braces = matches!(self.stack.last(), Some(In::Braces { .. }));
        let at_start = last.is_none_or(|last| last.is_ascii_whitespace() || ";|&()`".contains(last));
        self.before = Some(c);
        match c {
            '\\' => (self.escaped, self.before) = (true, last),
            '\'' if dollar => self.stack.push(In::DollarSingle),
            '\'' => self.stack.push(In::Single),
            '"' => self.stack.push(In::Double),
            '`' if matches!(self.stack.last(), Some(In::Backticks)) => self.leave(),
            '`' => self.stack.push(In::Backticks),
            '{' if dollar => self.stack.push(In::Braces { in_double: false }),
            '}' if braces => self.leave(),
            '(' if !braces || dollar => {
                let doubled = last == Some('(') && matches!(self.stack.last(), Some(In::Parentheses { .. }));
                self.stack.push(In::Parentheses { arithmetic: arithmetic || doubled });
            }
            ')' if matches!(self.stack.last(), Some(In::Parentheses { .. })) => self.leave(),
            '#' if at_start && !arithmetic && !braces => self.stack.push(In::Comment),
            '<' if last == Some('<') && !arithmetic && !braces => {
                self.stack.push(In::Delimiter { document: Document::default(), quote: None });
            }
            '\n' => self.new_line(),
            _ => {}
        }
    }

    /// A pattern of `case` ends with a `)` that opens nowhere.
    fn follow_word(&mut self, c: char) {
        const LONGEST: usize = 8;
        if c.is_ascii_alphanumeric() || c == '_' {
            if self.word.len() < LONGEST {
                self.word.push(c);
            }
            return;
        }
        let quoted =
            |place: &In| matches!(place, In::Double | In::Body { .. } | In::Braces { in_double: true });
        self.lost |= self.word == "case" && self.stack.iter().any(quoted);
        self.word.clear();
    }

    fn leave(&mut self) {
        self.stack.pop();
        self.before = Some('x');
    }

    /// Begins the documents whose line has ended.
    fn new_line(&mut self) {
        self.before = None;
        if !self.pending.is_empty() {
            let document = self.pending.remove(0);
            self.stack.push(In::Body { document, line: String::new() });
        }
    }
}
