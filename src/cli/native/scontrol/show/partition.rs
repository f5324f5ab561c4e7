//! `show partition` and `show reservation`

use super::super::session::{Session, Voice};
use crate::slurm::{Client, Error, Text};
use std::ffi::{CStr, CString};
use std::io::Write;

/// All partitions, or one.
pub fn partitions(client: &Client, session: &mut Session, word: Option<&[u8]>) {
    match client.partition_table(session.show.all) {
        Ok(table) => {
            let records = Records {
                kind: ("Partition", "partitions"),
                last_update: table.last_update(),
                count: table.len(),
                name: &|at| table.get(at).name,
                describe: &|at, one_line| table.describe(at, one_line),
            };
            records.show(session, word);
        }
        Err(error) => refused(session, "slurm_load_partitions error", &error),
    }
}

/// All reservations, or one.
pub fn reservations(client: &Client, session: &mut Session, word: Option<&[u8]>) {
    match client.reservation_table() {
        Ok(table) => {
            let records = Records {
                kind: ("Reservation", "reservations"),
                last_update: table.last_update(),
                count: table.len(),
                name: &|at| table.get(at).name,
                describe: &|at, one_line| table.describe(at, one_line),
            };
            records.show(session, word);
        }
        Err(error) => refused(session, "slurm_load_reservations error", &error),
    }
}

fn refused(session: &mut Session, what: &str, error: &Error) {
    let text = session.note(error);
    session.perror(what, &text);
}

/// Records that are found by their names.
struct Records<'t> {
    /// One of them and many.
    kind: (&'static str, &'static str),
    last_update: i64,
    count: usize,
    name: &'t dyn Fn(usize) -> Text<'t>,
    describe: &'t dyn Fn(usize, bool) -> CString,
}

impl Records<'_> {
    fn show(&self, session: &mut Session, word: Option<&[u8]>) {
        if session.voice == Voice::Verbose {
            let time = session.printing.times.text(self.last_update, 256);
            session.print(format_args!("last_update_time={time}, records={}", self.count));
        }
        let is_wanted = |at: usize| match word {
            Some(word) => (self.name)(at).map(CStr::to_bytes) == Some(word),
            None => true,
        };
        let mut wanted = (0..self.count).filter(|at| is_wanted(*at)).peekable();
        if wanted.peek().is_none() {
            return self.tell_none(session, word);
        }
        let most = if word.is_some() { 1 } else { self.count };
        for at in wanted.take(most) {
            // Who does not read on does not need the rest.
            let _ = session.out.write_all((self.describe)(at, session.printing.one_line).as_bytes());
        }
    }

    fn tell_none(&self, session: &mut Session, word: Option<&[u8]>) {
        let (one, many) = self.kind;
        session.failed |= word.is_some();
        if session.voice == Voice::Quiet {
            return;
        }
        match word {
            Some(word) => session.print(format_args!("{one} {} not found", String::from_utf8_lossy(word))),
            None => session.print(format_args!("No {many} in the system")),
        }
    }
}
