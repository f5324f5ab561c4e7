//! Where runs are kept.

use super::events::Events;
use super::{About, JournalError, Lock, read};
use crate::event::{Event, EventKind, RunId};
use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The folder of all runs.
#[derive(Clone, Debug)]
pub struct Runs {
    folder: PathBuf,
}

impl Runs {
    /// The user's: `$XDG_STATE_HOME/srunx/runs`, or `~/.local/state/srunx/runs`.
    ///
    /// # Errors
    /// When neither variable is set.
    pub fn of_user() -> Result<Self, JournalError> {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        // A relative one is to be ignored (XDG Base Directory Specification).
        let state = set("XDG_STATE_HOME").filter(|folder| folder.is_absolute());
        let state = state.or_else(|| Some(set("HOME")?.join(".local/state"))).ok_or(JournalError::NoHome)?;
        Ok(Self { folder: state.join("srunx/runs") })
    }

    /// Those in `folder`.
    #[must_use]
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Makes the folder of a new run, with its workflow, the texts of the files of parameters by their names, and what else is
    /// to be kept.
    ///
    /// # Errors
    /// When it cannot be made, or there is no room.
    pub fn create(
        &self,
        run: &RunId,
        workflow: &str,
        parameters: &BTreeMap<String, String>,
        about: &About,
    ) -> Result<RunFolder, JournalError> {
        let path = self.folder.join(&run.0);
        let make = |recursive, path: &Path| {
            let made = DirBuilder::new().recursive(recursive).mode(0o700).create(path);
            made.map_err(JournalError::io("cannot make", path))
        };
        make(true, &self.folder)?;
        make(false, &path)?;
        let folder = RunFolder { run: run.clone(), path };
        let damaged = |name: &str| {
            let path = folder.file(name);
            move |error: serde_json::Error| JournalError::Damaged {
                path,
                line: None,
                reason: error.to_string(),
            }
        };
        let about = serde_json::to_string_pretty(about).map_err(damaged(ABOUT))?;
        let parameters = match parameters.is_empty() {
            true => None,
            false => Some(serde_json::to_string(parameters).map_err(damaged(PARAMETERS))?),
        };
        // The last one tells that the others are there.
        let written = folder
            .write(WORKFLOW, workflow)
            .and_then(|()| parameters.map_or(Ok(()), |texts| folder.write(PARAMETERS, &texts)))
            .and_then(|()| folder.write(ABOUT, &about));
        if let Err(error) = written {
            // Of a run that never was, nothing is to be left.
            let _ = fs::remove_dir_all(&folder.path);
            return Err(error);
        }
        Ok(folder)
    }

    /// The run whose id is `name`, or the only one whose id begins or ends so.
    ///
    /// # Errors
    /// When there is none, or several are.
    pub fn find(&self, name: &str) -> Result<RunFolder, JournalError> {
        let all = self.all()?;
        if let Some(found) = all.iter().find(|found| found.run.0 == name) {
            return Ok(found.clone());
        }
        let like = |found: &&RunFolder| found.run.0.starts_with(name) || found.run.0.ends_with(name);
        let found: Vec<&RunFolder> = all.iter().filter(|_| !name.is_empty()).filter(like).collect();
        match found.as_slice() {
            [one] => Ok((*one).clone()),
            [] => Err(JournalError::NoRun { run: name.to_owned(), folder: self.folder.clone() }),
            several => Err(JournalError::Ambiguous {
                run: name.to_owned(),
                runs: several.iter().map(|found| found.run.0.clone()).collect(),
            }),
        }
    }

    /// The run that began last.
    ///
    /// # Errors
    /// When there is none.
    pub fn last(&self) -> Result<RunFolder, JournalError> {
        let none = || JournalError::NoRun { run: "yet".to_owned(), folder: self.folder.clone() };
        self.all()?.pop().ok_or_else(none)
    }

    /// All of them, the oldest first.
    ///
    /// # Errors
    /// When the folder cannot be read; that there is none yet is no error.
    pub fn all(&self) -> Result<Vec<RunFolder>, JournalError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(JournalError::io("cannot read", &self.folder)(error)),
        };
        let mut found: Vec<RunFolder> = entries
            .flatten()
            .filter(|entry| entry.path().join(ABOUT).exists())
            .filter_map(|entry| {
                let run = RunId(entry.file_name().into_string().ok()?);
                Some(RunFolder { run, path: entry.path() })
            })
            .collect();
        // Ids begin with the time.
        found.sort_by(|one, other| one.run.cmp(&other.run));
        Ok(found)
    }
}

const WORKFLOW: &str = "workflow.yaml";
const ABOUT: &str = "about.json";
const PARAMETERS: &str = "parameters.json";
const EVENTS: &str = "events.jsonl";
const LOCK: &str = "lock";
const CANCEL: &str = "cancel";

/// The folder of one run.
#[derive(Clone, Debug)]
pub struct RunFolder {
    /// Whose.
    pub run: RunId,
    path: PathBuf,
}

impl RunFolder {
    fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file that is there, whole, or is not.
    fn write(&self, name: &str, text: &str) -> Result<(), JournalError> {
        let (path, half) = (self.file(name), self.file(&format!(".{name}.new")));
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&half)
            .map_err(JournalError::io("cannot make", &path))?;
        let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
        let written = written.and_then(|()| fs::rename(&half, &path));
        written.map_err(JournalError::io("cannot write", &path))
    }

    fn read_text(&self, name: &str) -> Result<String, JournalError> {
        let path = self.file(name);
        fs::read_to_string(&path).map_err(JournalError::io("cannot read", &path))
    }

    /// The workflow as it was given.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn workflow(&self) -> Result<String, JournalError> {
        self.read_text(WORKFLOW)
    }

    /// The files of parameters that it names, as they were when the run began. Runs of older versions have none.
    ///
    /// # Errors
    /// When they cannot be read, or were not written by srunx.
    pub fn parameters(&self) -> Result<BTreeMap<String, String>, JournalError> {
        if !self.file(PARAMETERS).exists() {
            return Ok(BTreeMap::new());
        }
        serde_json::from_str(&self.read_text(PARAMETERS)?).map_err(|error| JournalError::Damaged {
            path: self.file(PARAMETERS),
            line: Some(error.line()),
            reason: error.to_string(),
        })
    }

    /// What else is known of it.
    ///
    /// # Errors
    /// When it cannot be read, or was not written by srunx.
    pub fn about(&self) -> Result<About, JournalError> {
        serde_json::from_str(&self.read_text(ABOUT)?).map_err(|error| JournalError::Damaged {
            path: self.file(ABOUT),
            line: Some(error.line()),
            reason: error.to_string(),
        })
    }

    /// Its events so far. A last line that is not whole, of a client that is writing it or was killed, is left out.
    ///
    /// # Errors
    /// When they cannot be read, or are damaged.
    pub fn events(&self) -> Result<Vec<Event>, JournalError> {
        Ok(self.whole()?.0)
    }

    /// The same, and how long the whole lines are. Of a run whose client died before it began there are none.
    fn whole(&self) -> Result<(Vec<Event>, u64), JournalError> {
        match read(&self.file(EVENTS)) {
            Err(JournalError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                Ok((Vec::new(), 0))
            }
            found => found,
        }
    }

    /// Whether the workflow with these jobs is the one that the run began with: a kept one may have been edited.
    ///
    /// # Errors
    /// When it is not.
    pub fn is_of(&self, workflow: &[&str], events: &[Event]) -> Result<(), JournalError> {
        let began = events.iter().find_map(|event| match &event.kind {
            EventKind::RunStarted { jobs, .. } => Some(jobs),
            _ => None,
        });
        if began.is_none_or(|jobs| jobs == workflow) {
            return Ok(());
        }
        let reason = "its jobs are not those that the run began with".to_owned();
        Err(JournalError::Damaged { path: self.file(WORKFLOW), line: None, reason })
    }

    /// Takes the run, so that no other client does, and opens its events to be added to: those so far, without what was cut
    /// off in the middle of a line.
    ///
    /// # Errors
    /// [`JournalError::Held`] when another client is at it.
    pub fn open(&self) -> Result<(Vec<Event>, Events), JournalError> {
        let lock = Lock::take(&self.file(LOCK))?;
        // A request to cancel was for the client that is gone, or is this one's own.
        let _ = fs::remove_file(self.file(CANCEL));
        let path = self.file(EVENTS);
        let (events, whole) = self.whole()?;
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&path)
            .map_err(JournalError::io("cannot open", &path))?;
        file.set_len(whole).map_err(JournalError::io("cannot cut", &path))?;
        // So that the files are found again after a crash of the machine.
        for folder in [Some(self.path.as_path()), self.path.parent()].into_iter().flatten() {
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(JournalError::io("cannot sync", folder))?;
        }
        Ok((events, Events::new(file, lock)))
    }

    /// Who is at it, if anybody is.
    #[must_use]
    pub fn holder(&self) -> Option<super::Holder> {
        Lock::holder(&self.file(LOCK))
    }

    /// Asks the client that is at it to cancel the run.
    ///
    /// # Errors
    /// When the request cannot be left in the folder.
    pub fn ask_to_cancel(&self) -> Result<(), JournalError> {
        self.write(CANCEL, "")
    }

    /// Whether that was asked for.
    #[must_use]
    pub fn is_asked_to_cancel(&self) -> bool {
        self.file(CANCEL).exists()
    }
}
