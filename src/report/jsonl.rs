//! Every event as one line of JSON, for programs.

use super::sink::Sink;
use crate::event::{Event, Listener, to_json};
use std::io::{self, Write};

/// Writes each event as a line of JSON, as it happens. The first, `run_started`, states the form's version.
#[derive(Debug)]
pub struct JsonLines<W> {
    sink: Sink<W>,
}

impl<W: Write> JsonLines<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self { sink: Sink::new(out) }
    }

    /// What ended the writing, if it was more than a reader that went away.
    pub fn error(&self) -> Option<&io::Error> {
        self.sink.error()
    }
}

impl<W: Write> Listener for JsonLines<W> {
    fn on_event(&mut self, event: &Event) {
        let mut line = to_json(event);
        line.push('\n');
        self.sink.write(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::EventKind;
    use crate::report::samples::{Broken, failures};

    #[test]
    fn each_line_reads_back_as_its_event() {
        let mut lines = JsonLines::new(Vec::new());
        let events = failures();
        events.iter().for_each(|event| lines.on_event(event));
        let text = String::from_utf8(lines.sink.into_inner()).unwrap();
        let back: Vec<Event> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(back, events);
        insta::assert_snapshot!(text.lines().next().unwrap(), @r#"{"at":"2026-01-02T03:04:05Z","run":"r1","event":"run_started","version":1,"workflow":"test","jobs":["a","b","c","d","e"],"scheduler":"slurm"}"#);
        insta::assert_snapshot!(text.lines().nth(2).unwrap(), @r#"{"at":"2026-01-02T03:04:07Z","run":"r1","event":"submitted","job":"a","id":1}"#);
    }

    #[test]
    fn a_path_that_is_not_utf8_costs_no_event() {
        use std::os::unix::ffi::OsStringExt;
        let mut event = failures().into_iter().find(|e| matches!(e.kind, EventKind::Ended { .. })).unwrap();
        if let EventKind::Ended { status, .. } = &mut event.kind {
            status.stdout = Some(std::ffi::OsString::from_vec(b"/log\xff".to_vec()).into());
        }
        let mut lines = JsonLines::new(Vec::new());
        lines.on_event(&event);
        let text = String::from_utf8(lines.sink.into_inner()).unwrap();
        assert!(text.contains("/log\u{fffd}"), "{text}");
    }

    #[test]
    fn a_reader_that_went_away_is_no_trouble_and_a_full_disk_is_told() {
        let mut lines = JsonLines::new(Broken(io::ErrorKind::BrokenPipe));
        failures().iter().for_each(|event| lines.on_event(event));
        assert!(lines.error().is_none());
        let mut lines = JsonLines::new(Broken(io::ErrorKind::StorageFull));
        failures().iter().for_each(|event| lines.on_event(event));
        assert!(lines.error().is_some());
    }
}
