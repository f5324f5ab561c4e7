//! What is wrong with a workflow: collected, put in order, and shown with the lines it is about.

use super::model::ParameterFiles;
use super::source::{Source, Span};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::fmt;

/// More of them help nobody, and each costs time to show.
const MOST: usize = 100;
/// Two places further apart than this are shown as two pieces of text.
const FAR: usize = 64 << 10;
const WIDTH: usize = 100;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub(super) message: String,
    pub(super) at: Option<Span>,
    pub(super) label: String,
    /// Other places that it is about.
    pub(super) others: Vec<(Span, String)>,
    pub(super) hint: Option<String>,
}

impl Problem {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), at: None, label: String::new(), others: Vec::new(), hint: None }
    }

    pub(super) fn at(mut self, span: &Span, label: impl Into<String>) -> Self {
        (self.at, self.label) = (Some(span.clone()), label.into());
        self
    }

    pub(super) fn maybe_at(self, span: Option<&Span>, label: impl Into<String>) -> Self {
        match span {
            Some(span) => self.at(span, label),
            None => self,
        }
    }

    pub(super) fn also(mut self, span: Option<&Span>, label: impl Into<String>) -> Self {
        self.others.extend(span.map(|span| (span.clone(), label.into())));
        self
    }

    pub(super) fn hint(mut self, hint: impl Into<Option<String>>) -> Self {
        self.hint = hint.into();
        self
    }

    /// What is wrong, in one line.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it.
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

/// Gathers problems while a file is read.
#[derive(Debug, Default)]
pub(super) struct Problems {
    list: Vec<Problem>,
    left_out: usize,
    /// The files of parameters that are at hand, and are not read from the disk; those that were read are added.
    pub(super) files: ParameterFiles,
}

impl Problems {
    /// None so far, and these files of parameters at hand.
    pub(super) fn with(files: ParameterFiles) -> Self {
        Self { files, ..Self::default() }
    }

    pub(super) fn add(&mut self, problem: Problem) {
        // A value that is written once and used often by aliases is wrong once.
        if self.list.contains(&problem) {
            return;
        }
        if self.list.len() < MOST {
            self.list.push(problem);
        } else {
            self.left_out += 1;
        }
    }

    /// Whether one more would only be counted: what it would suggest need not be looked for.
    pub(super) fn is_full(&self) -> bool {
        self.list.len() >= MOST
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// `good`, or what was gathered if that is anything.
    pub(super) fn or<T>(mut self, source: Option<&Source>, good: Option<T>) -> Result<T, InvalidWorkflow> {
        match good {
            Some(good) if self.list.is_empty() => Ok(good),
            _ => {
                self.list.sort_by_key(|problem| problem.at.as_ref().map_or(0, |span| span.start));
                Err(InvalidWorkflow(Box::new(Inner {
                    source: source.cloned(),
                    list: self.list,
                    left_out: self.left_out,
                })))
            }
        }
    }
}

/// Everything that is wrong with a workflow, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct InvalidWorkflow(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    source: Option<Source>,
    list: Vec<Problem>,
    left_out: usize,
}

impl InvalidWorkflow {
    pub(super) fn message_alone(message: String, hint: Option<String>) -> Self {
        let list = vec![Problem::new(message).hint(hint)];
        Self(Box::new(Inner { source: None, list, left_out: 0 }))
    }

    /// The problems, one by one. At most 100 are kept.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.0.list
    }

    /// Line and column of a problem, from 1; none for a workflow that was not read from text.
    #[must_use]
    pub fn position(&self, problem: &Problem) -> Option<(usize, usize)> {
        Some(self.0.source.as_ref()?.position(problem.at.as_ref()?.start))
    }

    /// All problems as a terminal `width` columns wide shows them, each with its line of the file and a caret.
    #[must_use]
    pub fn render(&self, color: bool, width: usize) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.term_width(width.max(40));
        let mut shown: Vec<String> =
            self.0.list.iter().map(|problem| renderer.render(&self.report(problem))).collect();
        if self.0.left_out > 0 {
            let more = format!("{} more errors are not shown", self.0.left_out);
            shown.push(renderer.render(&[Group::with_title(Level::NOTE.primary_title(more))]));
        }
        shown.join("\n\n")
    }

    fn report<'a>(&'a self, problem: &'a Problem) -> Vec<Group<'a>> {
        let mut group = Group::with_title(Level::ERROR.primary_title(problem.message.as_str()));
        if let (Some(source), Some(at)) = (&self.0.source, &problem.at) {
            let place = |kind: AnnotationKind, span: &Span, label: &'a str| {
                let label = (!label.is_empty()).then_some(label);
                (kind, source.first_line(span), label)
            };
            let mut pieces = vec![vec![place(AnnotationKind::Primary, at, &problem.label)]];
            for (span, label) in &problem.others {
                let other = place(AnnotationKind::Context, span, label);
                match pieces.iter_mut().find(|piece| piece[0].1.start.abs_diff(other.1.start) < FAR) {
                    Some(piece) => piece.push(other),
                    None => pieces.push(vec![other]),
                }
            }
            for piece in pieces {
                // Only the lines in question are handed over: the renderer looks at all that it gets.
                let from = piece.iter().map(|(_, span, _)| span.start).min().unwrap_or(0);
                let to = piece.iter().map(|(_, span, _)| span.end).max().unwrap_or(0);
                let from = source.text[..from].rfind('\n').map_or(0, |at| at + 1);
                let to = source.text[to..].find('\n').map_or(source.text.len(), |at| to + at);
                let mut snippet = Snippet::source(&source.text[from..to])
                    .path(source.name.as_str())
                    .line_start(source.position(from).0);
                for (kind, span, label) in piece {
                    snippet = snippet.annotation(kind.span(span.start - from..span.end - from).label(label));
                }
                group = group.element(snippet);
            }
        }
        let help = problem.hint.as_ref().map(|hint| Level::HELP.message(hint.as_str()));
        vec![group.elements(help)]
    }
}

impl fmt::Display for InvalidWorkflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false, WIDTH))
    }
}

/// Text of the user's in backticks: one line, not too long.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown = String::from("`");
    for (count, c) in text.chars().enumerate() {
        if count == LONGEST {
            shown.push('…');
            break;
        }
        if c.is_control() { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown.push('`');
    shown
}

/// Of `known`, what `word` was probably meant to be.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // The time it takes is the product of both lengths.
    let word: String = word.chars().take(100).collect();
    let word = word.to_lowercase();
    known
        .into_iter()
        .filter(|name| name.len().abs_diff(word.len()) <= 8)
        .map(|name| (strsim::damerau_levenshtein(&word, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= (name.chars().count().min(word.chars().count()) / 3).max(1))
        .filter(|(distance, name)| *distance < name.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}
