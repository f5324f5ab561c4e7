//! One client at a time: a file that says who is at a run.
//!
//! It is made by link(2), which fails on NFS, too, where there is one, and says host, boot, process and when that began. On the same host
//! the process tells whether it is still there. Of another host only the file's time does: its holder touches it, and one
//! that has not been touched for long is left over from a client or a host that is gone.

use super::JournalError;
use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, SystemTime};

/// Between two touches.
const TOUCH: Duration = Duration::from_secs(15);
/// A lock of another host that was not touched for so long is left over.
const STALE: Duration = Duration::from_secs(120);

/// Who is at a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The host's name.
    pub host: String,
    /// The process there.
    pub pid: u32,
    /// The host's boot: after another one no process of before is there.
    boot: String,
    /// When the process began, in the kernel's ticks since that boot: a number may be another process's by now.
    began: u64,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} on {}", self.pid, self.host)
    }
}

impl Holder {
    fn this_process() -> Self {
        let pid = std::process::id();
        Self { host: host(), pid, boot: boot(), began: began(pid).unwrap_or_default() }
    }

    /// Whether it is still there, as far as this host can tell.
    fn is_there(&self, path: &Path) -> bool {
        if self.pid == 0 {
            return false;
        }
        if self.host == host() && !self.boot.is_empty() {
            return self.boot == boot() && began(self.pid) == Some(self.began);
        }
        let touched = fs::metadata(path).and_then(|found| found.modified());
        touched.is_ok_and(|touched| now_there(path).duration_since(touched).unwrap_or_default() < STALE)
    }
}

fn host() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    name.trim_end().to_owned()
}

fn boot() -> String {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    id.trim_end().to_owned()
}

/// The 22nd field of proc_pid_stat(5); the second may hold blanks and brackets.
fn began(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    // One that was killed and not waited for yet does nothing any more.
    if fields.next()? == "Z" {
        return None;
    }
    fields.nth(18)?.parse().ok()
}

/// The time by the clock that stamps files there: a file server's is not this host's.
fn now_there(path: &Path) -> SystemTime {
    let probe = aside(path, "clock");
    let stamped = File::create(&probe).and_then(|file| file.metadata()).and_then(|made| made.modified());
    let _ = fs::remove_file(&probe);
    stamped.unwrap_or_else(|_| SystemTime::now())
}

/// A file beside the lock that no other thread or process uses.
fn aside(path: &Path, what: &str) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    path.with_extension(format!("{what}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)))
}

/// What became of trying to make the file.
enum Locked {
    /// It is made.
    Taken,
    /// Somebody else is at it.
    By(Holder),
}

/// The lock of a run, held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    holder: Holder,
    /// Without it, the thread that touches the file ends.
    _touching: Option<Sender<()>>,
}

impl Lock {
    pub(super) fn take(path: &Path) -> Result<Self, JournalError> {
        let holder = Holder::this_process();
        // Each turn either ends it or has removed a lock that was left over.
        for _ in 0..8 {
            match make(path, &holder)? {
                Locked::Taken => {
                    return Ok(Self { path: path.to_owned(), holder, _touching: touch(path.to_owned()) });
                }
                Locked::By(other) if other.is_there(path) => return Err(JournalError::Held(other)),
                Locked::By(other) => remove_stale(path, &other),
            }
        }
        match Self::holder(path) {
            Some(other) => Err(JournalError::Held(other)),
            None => Err(JournalError::io("cannot lock", path)(ErrorKind::AlreadyExists.into())),
        }
    }

    /// Who is at it; none where nobody is, or whoever was is gone.
    pub(super) fn holder(path: &Path) -> Option<Holder> {
        read(path).filter(|holder| holder.is_there(path))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // It may have been taken for stale and be another's by now.
        if read(&self.path).as_ref() == Some(&self.holder) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn read(path: &Path) -> Option<Holder> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Makes the file whole: it is written under another name and given its own only then.
fn make(path: &Path, holder: &Holder) -> Result<Locked, JournalError> {
    let own = aside(path, &holder.host.replace('/', "-"));
    let written = || -> std::io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&own)?;
        file.write_all(&serde_json::to_vec(holder)?)?;
        file.sync_all()?;
        fs::hard_link(&own, path)
    };
    let made = written();
    let _ = fs::remove_file(&own);
    match made {
        Ok(()) => Ok(Locked::Taken),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(match read(path) {
            Some(other) => Locked::By(other),
            // It was let go of meanwhile, or is no lock at all.
            None => Locked::By(Holder { host: String::new(), pid: 0, boot: String::new(), began: 0 }),
        }),
        Err(error) => Err(JournalError::io("cannot lock", path)(error)),
    }
}

/// Removes a lock that was left over, unless another client did so already and took it. Those that remove one take turns: while
/// one looks and removes, the lock that it looks at is nobody else's to remove, and none can be made beside it.
fn remove_stale(path: &Path, stale: &Holder) {
    let turns = path.with_extension("turns");
    let turns = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(turns);
    // A file system without locks leaves it at a look right before.
    let _turn = turns.ok().filter(|file| flock(file, FlockOperation::LockExclusive).is_ok());
    let Ok(found) = fs::read(path) else { return };
    // What cannot be read is no lock.
    if serde_json::from_slice(&found).map_or(true, |found: Holder| found == *stale) {
        let _ = fs::remove_file(path);
    }
}

/// Touches the file now and then, until what is returned is dropped.
fn touch(path: PathBuf) -> Option<Sender<()>> {
    let (sender, receiver) = mpsc::channel::<()>();
    let work = move || {
        while receiver.recv_timeout(TOUCH) == Err(mpsc::RecvTimeoutError::Timeout) {
            // A file that is not touched is taken for left over by other hosts: no more can be done about it here.
            let _ = File::options()
                .append(true)
                .open(&path)
                .and_then(|file| file.set_modified(SystemTime::now()));
        }
    };
    thread::Builder::new().name("lock".into()).spawn(work).ok().map(|_| sender)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let lock = Lock::take(&path).unwrap();
        let refused = Lock::take(&path).unwrap_err().to_string();
        assert_eq!(
            refused,
            format!("the run is followed by another srunx, process {} on {}", std::process::id(), host())
        );
        assert!(Lock::holder(&path).is_some());
        drop(lock);
        assert!(Lock::holder(&path).is_none() && !path.exists());
        drop(Lock::take(&path).unwrap());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "nothing is left");
    }

    #[test]
    fn what_is_left_over_is_taken() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let me = Holder::this_process();
        let left = |holder: Holder| {
            fs::write(&path, serde_json::to_vec(&holder).unwrap()).unwrap();
        };
        // A number that is another process's by now, another boot, a host that has not touched it for long, no lock at all.
        left(Holder { began: me.began + 1, ..me.clone() });
        drop(Lock::take(&path).unwrap());
        left(Holder { boot: "another".into(), ..me.clone() });
        drop(Lock::take(&path).unwrap());
        left(Holder { host: "elsewhere".into(), ..me.clone() });
        assert!(matches!(Lock::take(&path), Err(JournalError::Held(_))));
        let long_ago = SystemTime::now() - STALE - Duration::from_secs(1);
        File::options().append(true).open(&path).unwrap().set_modified(long_ago).unwrap();
        drop(Lock::take(&path).unwrap());
        fs::write(&path, "").unwrap();
        drop(Lock::take(&path).unwrap());
    }

    #[test]
    fn of_many_that_find_a_stale_one_one_takes_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let stale = Holder { boot: "another".into(), ..Holder::this_process() };
        for _ in 0..20 {
            fs::write(&path, serde_json::to_vec(&stale).unwrap()).unwrap();
            let taken: Vec<Lock> = thread::scope(|scope| {
                let takers: Vec<_> = (0..4).map(|_| scope.spawn(|| Lock::take(&path).ok())).collect();
                takers.into_iter().filter_map(|taker| taker.join().unwrap()).collect()
            });
            assert_eq!(taken.len(), 1);
        }
    }
}
