//! A child process with a limit to its life, whose output can be looked at while it runs.

use super::{LIMIT, words};
use srunx::event::Event;
use std::fmt;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

pub struct Process {
    line: String,
    child: Child,
    stdout: Output,
    stderr: Output,
    ended: bool,
}

struct Output {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Output {
    fn of(pipe: Option<impl Read + Send + 'static>) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&bytes);
        let reader = pipe.map(|mut pipe| {
            thread::spawn(move || {
                let mut buffer = [0; 4096];
                while let Ok(count @ 1..) = pipe.read(&mut buffer) {
                    into.lock().unwrap().extend_from_slice(&buffer[..count]);
                }
            })
        });
        Self { bytes, reader }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().unwrap()).into_owned()
    }

    /// What came until the process ended. What it left behind may hold the pipe: that is not waited for.
    fn finish(&mut self) -> String {
        let start = Instant::now();
        while self.reader.as_ref().is_some_and(|reader| !reader.is_finished()) {
            if start.elapsed() > Duration::from_secs(5) {
                break;
            }
            thread::sleep(Duration::from_millis(2));
        }
        self.text()
    }
}

impl Process {
    /// Starts it, its input empty, its output read from here (unless `command` sends it elsewhere, see
    /// [`Process::start_with`]).
    pub fn start(command: Command) -> Self {
        Self::start_with(command, Stdio::piped())
    }

    /// Starts it with its standard output sent to `stdout`.
    pub fn start_with(mut command: Command, stdout: Stdio) -> Self {
        let line = words(&command);
        command.stdin(Stdio::null()).stdout(stdout).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{line}: {error}"));
        let (stdout, stderr) = (Output::of(child.stdout.take()), Output::of(child.stderr.take()));
        Self { line, child, stdout, stderr, ended: false }
    }

    pub fn pid(&self) -> i32 {
        self.child.id() as i32
    }

    pub fn signal(&self, signal: i32) {
        send(self.pid(), signal);
    }

    pub fn stdout(&self) -> String {
        self.stdout.text()
    }

    pub fn stderr(&self) -> String {
        self.stderr.text()
    }

    /// Waits until its output so far holds what `look` looks for.
    pub fn until<T>(&mut self, what: &str, look: impl Fn(&str) -> Option<T>) -> T {
        self.until_either(what, |stdout, _| look(stdout))
    }

    /// The same, with its standard error as the second text.
    pub fn until_either<T>(&mut self, what: &str, look: impl Fn(&str, &str) -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            let over = self.child.try_wait().unwrap();
            if over.is_some() {
                self.stdout.finish();
            }
            if let Some(found) = look(&self.stdout(), &self.stderr()) {
                return found;
            }
            if over.is_some() || start.elapsed() > LIMIT {
                let how = if over.is_some() { "it ended" } else { "time was over" };
                panic!("{}: {how} before {what}\n{}\n{}", self.line, self.stdout(), self.stderr());
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until a line says `word` of `job`; what stands behind the job's id.
    pub fn told(&mut self, word: &str, job: &str) -> String {
        self.until(&format!("{word} of {job} is told"), |text| {
            told(complete(text)).find(|told| told.word == word && told.job == job).map(|told| told.detail)
        })
    }

    /// The id of a job, once it is submitted.
    pub fn id(&mut self, job: &str) -> u32 {
        self.until(&format!("{job} is submitted"), |text| {
            told(complete(text)).find(|told| told.job == job)?;
            told(complete(text)).filter(|told| told.job == job).find_map(|told| told.id)
        })
    }

    /// Waits for its end; kills it when that does not come.
    pub fn wait(self) -> Done {
        self.wait_for(LIMIT)
    }

    pub fn wait_for(self, limit: Duration) -> Done {
        self.wait_while(limit, || {})
    }

    /// The same, something being done again and again meanwhile.
    pub fn wait_while(mut self, limit: Duration, mut meanwhile: impl FnMut()) -> Done {
        let start = Instant::now();
        let status: ExitStatus = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > limit {
                let _ = self.child.kill();
                let _ = self.child.wait();
                self.ended = true;
                panic!("{}: still there after {limit:?}\n{}\n{}", self.line, self.stdout(), self.stderr());
            }
            meanwhile();
            thread::sleep(Duration::from_millis(5));
        };
        self.ended = true;
        Done {
            line: self.line.clone(),
            code: status.code(),
            signal: status.signal(),
            stdout: self.stdout.finish(),
            stderr: self.stderr.finish(),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.ended {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// kill(2)
pub fn send(pid: i32, signal: i32) {
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    let signal = rustix::process::Signal::from_named_raw(signal).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

pub struct Done {
    line: String,
    pub code: Option<i32>,
    pub signal: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// A line about a job: `✅ COMPLETED    Job a            (ID: 12)  detail`.
pub struct Told {
    pub word: String,
    pub job: String,
    pub id: Option<u32>,
    pub detail: String,
}

impl Done {
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    pub fn told(&self) -> Vec<Told> {
        told(&self.stdout).collect()
    }

    /// The words that were told of a job, in order.
    pub fn story(&self, job: &str) -> String {
        let words: Vec<_> = told(&self.stdout).filter(|told| told.job == job).map(|told| told.word).collect();
        words.join(" ")
    }

    /// How a job was said to end, the last line about it: its word and what stands behind.
    #[track_caller]
    pub fn last(&self, job: &str) -> Told {
        told(&self.stdout).filter(|told| told.job == job).last().unwrap_or_else(|| panic!("no {job}: {self}"))
    }

    #[track_caller]
    pub fn id(&self, job: &str) -> u32 {
        let id = told(&self.stdout).filter(|told| told.job == job).find_map(|told| told.id);
        id.unwrap_or_else(|| panic!("no id of {job}: {self}"))
    }

    /// Asserts that one line holds all of `words`.
    #[track_caller]
    pub fn says(&self, words: &[&str]) -> &Self {
        let found =
            self.stdout.lines().chain(self.stderr.lines()).any(|line| words.iter().all(|w| line.contains(w)));
        assert!(found, "no line says {words:?}: {self}");
        self
    }

    /// The cells of a job's row in the table at the end.
    #[track_caller]
    pub fn row(&self, job: &str) -> Vec<String> {
        let row = self
            .stdout
            .lines()
            .skip_while(|line| !line.ends_with(" Summary"))
            .find(|line| line.split_whitespace().next() == Some(job));
        let row = row.unwrap_or_else(|| panic!("no row of {job}: {self}"));
        row.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
    }

    /// What `--json` printed.
    pub fn events(&self) -> Vec<Event> {
        let event = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(event).collect()
    }
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, code, signal, stdout, stderr } = self;
        write!(f, "{line}: code {code:?}, signal {signal:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}\n---")
    }
}

/// Without a line that is only begun.
fn complete(text: &str) -> &str {
    text.rfind('\n').map_or("", |end| &text[..=end])
}

/// The lines about jobs. Names with two blanks in a row are not understood.
pub fn told(text: &str) -> impl Iterator<Item = Told> {
    text.lines().filter_map(|line| {
        let (head, rest) = line.split_once(" Job ")?;
        let word = head.split_whitespace().nth(1)?.to_owned();
        let (name, rest) = match rest.split_once(" (ID: ") {
            Some((name, rest)) => (name, rest.split_once(')')),
            None => (rest.split("  ").next()?, None),
        };
        let id = rest.and_then(|(id, _)| id.parse().ok());
        let detail = match rest {
            Some((_, detail)) => detail,
            None => line.split_once(" Job ")?.1.strip_prefix(name)?,
        };
        Some(Told { word, job: name.trim().to_owned(), id, detail: detail.trim().to_owned() })
    })
}
