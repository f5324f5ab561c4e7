//! YAML text → a tree of nodes that know where they stand in the text.
//!
//! Scalars keep their text as written, whatever type a YAML schema would give them: `2e-5`, `1:30:00` and `0123` mean
//! to a user what they look like. Nesting and the growth that aliases cause are bounded, so no text can exhaust memory
//! or stack.

use super::problem::{Problem, Problems, quoted};
use super::source::{Source, Span};
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Tag};
use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

/// Lists and maps within one another, through aliases too.
const DEEPEST: usize = 64;
/// Nodes that all aliases and merge keys of a file stand for, together.
const MOST_ALIASED: usize = 1_000_000;

/// A value and where it is written.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) value: Value,
    /// How many nodes it is made of.
    weight: usize,
    /// How many levels it has.
    height: usize,
}

#[derive(Debug)]
pub(super) enum Value {
    Scalar {
        text: String,
        /// Neither quoted, nor a block, nor tagged as a string.
        plain: bool,
    },
    List(Vec<Rc<Node>>),
    Map(Vec<Entry>),
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Empty for one that is no text; that was told where it was read.
    pub(super) key: String,
    pub(super) key_span: Span,
    pub(super) value: Rc<Node>,
}

impl Node {
    /// Whether it says that there is no value.
    pub(super) fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true }
            if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// What it is, for a message: `a list`, `the text …`.
    pub(super) fn what(&self) -> String {
        match &self.value {
            _ if self.is_null() => "nothing".to_owned(),
            Value::Scalar { text, .. } => quoted(text),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a map".to_owned(),
        }
    }
}

/// Reads the one document of `source`; none if there is none, or if it cannot be read.
pub(super) fn load(source: &Source, problems: &mut Problems) -> Option<Rc<Node>> {
    let mut loader = Loader {
        offsets: Offsets::of(&source.text),
        problems,
        open: Vec::new(),
        anchors: HashMap::new(),
        aliased: 0,
        root: None,
    };
    // The parser takes NUL for the end, and what follows would be lost without a word.
    if let Some(at) = source.text.find('\0') {
        let problem = Problem::new("the file holds a NUL character").at(&(at..at), "this is no text file");
        loader.problems.add(problem);
        return None;
    }
    let mut documents = 0;
    for event in Parser::new_from_str(&source.text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let problem = loader.syntax(&error);
                loader.problems.add(problem);
                return None;
            }
        };
        let span = loader.offsets.of_char(span.start.index())..loader.offsets.of_char(span.end.index());
        if matches!(event, Event::DocumentStart(_)) {
            documents += 1;
            if documents > 1 {
                loader.problems.add(
                    Problem::new("a workflow file holds one document, this one holds several")
                        .at(&span, "a second one starts here"),
                );
                return None;
            }
        }
        if let Err(problem) = loader.take(event, span) {
            loader.problems.add(*problem);
            return None;
        }
    }
    loader.root
}

/// Characters, in which the parser counts, to bytes: the offset of every 64th is kept.
struct Offsets<'a> {
    text: &'a str,
    marks: Vec<usize>,
}

impl<'a> Offsets<'a> {
    fn of(text: &'a str) -> Self {
        let marks = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().step_by(64).map(|(offset, _)| offset).collect()
        };
        Self { text, marks }
    }

    fn of_char(&self, index: usize) -> usize {
        if self.marks.is_empty() {
            return index.min(self.text.len());
        }
        let Some(&mark) = self.marks.get(index / 64) else { return self.text.len() };
        self.text[mark..].char_indices().nth(index % 64).map_or(self.text.len(), |(offset, _)| mark + offset)
    }
}

/// A list or map whose end has not been seen.
struct Open {
    start: Span,
    anchor: usize,
    value: Value,
    key: Option<(String, Span)>,
    weight: usize,
    height: usize,
}

struct Loader<'a> {
    offsets: Offsets<'a>,
    problems: &'a mut Problems,
    open: Vec<Open>,
    anchors: HashMap<usize, Rc<Node>>,
    aliased: usize,
    root: Option<Rc<Node>>,
}

type Taken = Result<(), Box<Problem>>;

impl Loader<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Taken {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.check_tag(tag.as_ref(), &span);
                let string = tag.is_some_and(|tag| tag.suffix == "str" || tag.suffix.is_empty());
                if text.contains('\0') {
                    self.problems.add(
                        Problem::new("a value holds a NUL character").at(&span, "no program can be given it"),
                    );
                }
                let value =
                    Value::Scalar { text: text.into_owned(), plain: style == ScalarStyle::Plain && !string };
                self.place(Rc::new(Node { span, value, weight: 1, height: 0 }), anchor)
            }
            Event::SequenceStart(anchor, tag) => self.enter(Value::List(Vec::new()), span, anchor, tag),
            Event::MappingStart(anchor, tag) => self.enter(Value::Map(Vec::new()), span, anchor, tag),
            Event::SequenceEnd | Event::MappingEnd => self.leave(&span),
            Event::Alias(anchor) => {
                let Some(node) = self.anchors.get(&anchor).cloned() else {
                    return Err(Box::new(
                        Problem::new("an alias stands inside the value that it names")
                            .at(&span, "this would never end"),
                    ));
                };
                self.grow(node.weight, &span)?;
                self.place(node, 0)
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn enter(&mut self, value: Value, start: Span, anchor: usize, tag: Option<Cow<'_, Tag>>) -> Taken {
        self.check_tag(tag.as_ref(), &start);
        if self.open.len() >= DEEPEST {
            return Err(too_deep(&start));
        }
        self.open.push(Open { start, anchor, value, key: None, weight: 1, height: 0 });
        Ok(())
    }

    fn leave(&mut self, end: &Span) -> Taken {
        let Some(mut open) = self.open.pop() else { return Ok(()) };
        if let Value::Map(entries) = &mut open.value {
            let given = std::mem::take(entries);
            *entries = self.settle(given)?;
        }
        let span = open.start.start..end.end.max(open.start.end);
        let node = Node { span, value: open.value, weight: open.weight, height: open.height + 1 };
        self.place(Rc::new(node), open.anchor)
    }

    /// Puts a finished node where it belongs.
    fn place(&mut self, node: Rc<Node>, anchor: usize) -> Taken {
        if anchor > 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        let depth = self.open.len();
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        if depth + node.height > DEEPEST {
            return Err(too_deep(&node.span));
        }
        open.weight = open.weight.saturating_add(node.weight);
        open.height = open.height.max(node.height);
        match (&mut open.value, open.key.take()) {
            (Value::List(items), _) => items.push(node),
            (Value::Map(entries), Some((key, key_span))) => {
                entries.push(Entry { key, key_span, value: node });
            }
            (Value::Map(_), None) => {
                let key = match &node.value {
                    Value::Scalar { text, .. } if text.is_empty() => {
                        self.problems.add(
                            Problem::new("a key is empty").at(&node.span, "expected a word before the colon"),
                        );
                        String::new()
                    }
                    Value::Scalar { text, plain } => {
                        // A quoted `<<` is no merge key; as a key it is unknown wherever it stands.
                        if text == "<<" && !plain { "'<<'".to_owned() } else { text.clone() }
                    }
                    _ => {
                        self.problems.add(
                            Problem::new(format!("{} stands where a key is expected", node.what()))
                                .at(&node.span, "expected text")
                                .hint(
                                    "put quotes around a value that starts with `{{`, `{` or `[`".to_owned(),
                                ),
                        );
                        String::new()
                    }
                };
                open.key = Some((key, node.span.clone()));
            }
            (Value::Scalar { .. }, _) => {}
        }
        Ok(())
    }

    /// A map's entries without doubles, and with what its merge keys bring.
    fn settle(&mut self, given: Vec<Entry>) -> Result<Vec<Entry>, Box<Problem>> {
        let mut seen: HashMap<String, Span> = HashMap::new();
        let mut entries = Vec::with_capacity(given.len());
        let mut merges = Vec::new();
        for entry in given {
            if let Some(first) = seen.get(&entry.key) {
                if !entry.key.is_empty() {
                    self.problems.add(
                        Problem::new(format!("the key {} is given twice", quoted(&entry.key)))
                            .at(&entry.key_span, "second")
                            .also(Some(first), "first"),
                    );
                }
                continue;
            }
            seen.insert(entry.key.clone(), entry.key_span.clone());
            if entry.key == "<<" { merges.push(entry) } else { entries.push(entry) }
        }
        for merge in merges {
            let sources = match &merge.value.value {
                Value::List(items) => items.clone(),
                _ => vec![Rc::clone(&merge.value)],
            };
            for source in sources {
                let Value::Map(brought) = &source.value else {
                    self.problems.add(
                        Problem::new(format!("`<<` merges a map, not {}", source.what()))
                            .at(&source.span, "expected a map, or an alias of one"),
                    );
                    continue;
                };
                self.grow(brought.len(), &merge.key_span)?;
                for entry in brought {
                    if !seen.contains_key(&entry.key) {
                        seen.insert(entry.key.clone(), entry.key_span.clone());
                        entries.push(entry.clone());
                    }
                }
            }
        }
        Ok(entries)
    }

    fn grow(&mut self, nodes: usize, span: &Span) -> Taken {
        self.aliased = self.aliased.saturating_add(nodes);
        if self.aliased > MOST_ALIASED {
            return Err(Box::new(
                Problem::new("the file's aliases stand for too much text")
                    .at(span, format!("more than {MOST_ALIASED} values by here")),
            ));
        }
        Ok(())
    }

    fn check_tag(&mut self, tag: Option<&Cow<'_, Tag>>, span: &Span) {
        let Some(tag) = tag else { return };
        let plain = tag.handle == "!" && tag.suffix.is_empty();
        let core = tag.is_yaml_core_schema()
            && ["str", "int", "float", "bool", "null", "seq", "map"].contains(&tag.suffix.as_str());
        if !plain && !core {
            let problem = Problem::new(format!("the tag {} means nothing here", quoted(&tag.to_string())));
            self.problems.add(problem.at(span, "of this value"));
        }
    }

    fn syntax(&self, error: &ScanError) -> Problem {
        let info = error.info();
        let at = self.offsets.of_char(error.marker().index());
        // The parser has a limit of its own and reads ahead.
        if info.contains("recursion limit") {
            return *too_deep(&(at..at));
        }
        let hint = if info.contains("tab") {
            Some("YAML is indented with spaces, never with tabs")
        } else if info.contains("mapping values are not allowed") {
            Some("put quotes around a value that holds `: `")
        } else if info.contains("flow sequence") && self.offsets.text[at..].starts_with(['[', '{']) {
            Some("in a list in brackets, put quotes around a value that holds brackets or braces")
        } else if info.contains("unknown anchor") {
            Some(
                "an alias `*name` needs an anchor `&name` before it; put quotes around text that starts with `*`",
            )
        } else if info.contains("quoted scalar") {
            Some("a quote is opened and not closed")
        } else {
            None
        };
        Problem::new("the file is not valid YAML").at(&(at..at), info).hint(hint.map(str::to_owned))
    }
}

fn too_deep(span: &Span) -> Box<Problem> {
    Box::new(
        Problem::new(format!("lists and maps are nested more than {DEEPEST} deep"))
            .at(span, "one level too many"),
    )
}
