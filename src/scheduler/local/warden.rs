//! What ends local jobs when their client is killed and cannot do it: a shell that waits for its input to be closed.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A shell that knows the process groups of the jobs that run. Without one, jobs outlive a client that is killed with
/// SIGKILL; everything else works.
#[derive(Debug)]
pub(super) struct Warden(Option<Child>);

impl Warden {
    pub(super) fn new(dir: &Path) -> Self {
        let mut shell = Command::new("/bin/sh");
        shell.arg("-c").arg(include_str!("warden.sh")).arg("srunx-warden").arg(dir);
        // Its own group: the terminal's Ctrl-C is not for it.
        shell.process_group(0).current_dir("/");
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(shell.spawn().ok())
    }

    pub(super) fn add(&mut self, group: i32) {
        self.tell('+', group);
    }

    pub(super) fn remove(&mut self, group: i32) {
        self.tell('-', group);
    }

    fn tell(&mut self, what: char, group: i32) {
        let input = self.0.as_mut().and_then(|shell| shell.stdin.as_mut());
        if input.is_some_and(|input| input.write_all(format!("{what} {group}\n").as_bytes()).is_err()) {
            self.end();
        }
    }

    /// Closes its input, and waits for it to have tidied up.
    pub(super) fn end(&mut self) {
        if let Some(mut shell) = self.0.take() {
            drop(shell.stdin.take());
            let _ = shell.wait();
        }
    }
}
