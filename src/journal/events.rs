//! A run's events in a file, one a line of JSON.

use super::{JournalError, Lock};
use crate::event::{Event, EventKind, Journal, VERSION, to_json};
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

/// Adds events to a run's file, and holds the run while it does.
#[derive(Debug)]
pub struct Events {
    file: File,
    /// What could not be written so far. It goes before all else, so that the file holds no event without those before it.
    unwritten: Vec<u8>,
    trouble: Option<String>,
    _lock: Lock,
}

impl Events {
    pub(super) fn new(file: File, lock: Lock) -> Self {
        Self { file, unwritten: Vec::new(), trouble: None, _lock: lock }
    }

    fn write(&mut self) {
        while !self.unwritten.is_empty() && self.trouble.is_none() {
            match self.file.write(&self.unwritten) {
                Ok(0) => self.trouble = Some("nothing can be written".to_owned()),
                Ok(count) => drop(self.unwritten.drain(..count)),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => self.trouble = Some(error.to_string()),
            }
        }
    }
}

impl Journal for Events {
    fn append(&mut self, event: &Event) {
        self.unwritten.extend_from_slice(to_json(event).as_bytes());
        self.unwritten.push(b'\n');
        // What did not go may go now.
        self.trouble = None;
        self.write();
    }

    fn commit(&mut self) -> Result<(), String> {
        self.trouble = None;
        self.write();
        match &self.trouble {
            Some(trouble) => Err(trouble.clone()),
            None => self.file.sync_data().map_err(|error| error.to_string()),
        }
    }
}

/// The events in a file, and how many bytes of it are whole lines.
///
/// # Errors
/// When it cannot be read, is of another version, or a line that is not the last is damaged.
pub fn read(path: &Path) -> Result<(Vec<Event>, u64), JournalError> {
    let bytes = fs::read(path).map_err(JournalError::io("cannot read", path))?;
    let (mut events, mut whole) = (Vec::new(), 0);
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').enumerate().peekable();
    while let Some((number, line)) = lines.next() {
        let read = line.strip_suffix(b"\n").ok_or_else(|| "the line has no end".to_owned());
        let event: Event = match read
            .and_then(|line| serde_json::from_slice(line).map_err(|error| error.to_string()))
        {
            Ok(event) => event,
            // Whoever wrote it was killed, or had no room, or is still at it.
            Err(_) if lines.peek().is_none() => break,
            Err(reason) => {
                return Err(JournalError::Damaged { path: path.to_owned(), line: Some(number + 1), reason });
            }
        };
        if let EventKind::RunStarted { version, .. } = &event.kind
            && *version != VERSION
        {
            return Err(JournalError::Version { path: path.to_owned(), version: *version });
        }
        whole += line.len() as u64;
        events.push(event);
    }
    Ok((events, whole))
}
