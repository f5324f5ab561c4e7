//! `show hostnames`, `show hostlist`, `show hostlistsorted`

use super::super::session::Session;
use crate::slurm::Client;
use std::ffi::{CString, OsStr};
use std::io::{Read, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// More than this is no list of hosts.
const MOST: u64 = 1024 * 1024;

/// The hosts of a list, one a line; without one, of `SLURM_NODELIST`.
pub fn names(client: &Client, session: &mut Session, list: Option<&[u8]>) {
    let own = std::env::var_os("SLURM_NODELIST").map(OsStringExt::into_vec);
    let Some(list) = list.map(<[u8]>::to_vec).or(own) else {
        let _ = session.out.flush();
        return super::super::PROGRAM.error("host list is empty");
    };
    let Ok(list) = CString::new(list) else { return };
    match client.hosts(&list) {
        Some(mut hosts) => {
            while let Some(host) = hosts.shift() {
                let _ = session.out.write_all(host.to_bytes());
                session.write("\n");
            }
        }
        None => {
            tell_log(client, session);
            session.tell(format_args!("Invalid hostlist: {}", list.to_string_lossy()));
        }
    }
}

/// Hosts as a list with brackets. A path names a file that has them, one a line or with commas.
pub fn list(client: &Client, session: &mut Session, list: &[u8], sort: bool) {
    let from_file = match list {
        b"-" if session.printing.habits.reads_hosts_from_stdin => Some(&b"/dev/stdin"[..]),
        [b'/', ..] => Some(list),
        _ => None,
    };
    let list = match from_file.map(|path| read(session, path)) {
        None => list.to_vec(),
        Some(Some(list)) => list,
        Some(None) => return,
    };
    let Ok(list) = CString::new(list) else { return };
    match client.hosts(&list) {
        Some(mut hosts) => {
            if sort {
                hosts.sort();
            }
            let _ = session.out.write_all(hosts.ranged().to_bytes());
            session.write("\n");
        }
        None => {
            tell_log(client, session);
            session.refuse(format_args!("Invalid hostlist: {}", list.to_string_lossy()));
        }
    }
}

/// What the library says of a list that is none.
fn tell_log(client: &Client, session: &mut Session) {
    let _ = session.out.flush();
    client.log().iter().for_each(|line| super::super::PROGRAM.say(line));
}

/// The list that a file holds.
fn read(session: &mut Session, path: &[u8]) -> Option<Vec<u8>> {
    let shown = String::from_utf8_lossy(path);
    let Ok(file) = std::fs::File::open(OsStr::from_bytes(path)) else {
        session.refuse(format_args!("Can not open {shown}"));
        return None;
    };
    let mut text = Vec::new();
    match file.take(MOST).read_to_end(&mut text) {
        Err(_) => session.refuse(format_args!("Error reading {shown}")),
        Ok(size) if size as u64 >= MOST => session.refuse(format_args!("File {shown} is too large")),
        Ok(_) => return Some(with_commas(&text)),
    }
    None
}

/// Lines as one list: a comma for each end of a line, and no two commas in a row.
fn with_commas(text: &[u8]) -> Vec<u8> {
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    let mut list: Vec<u8> = text.iter().map(|byte| if *byte == b'\n' { b',' } else { *byte }).collect();
    list.dedup_by(|next, before| *next == b',' && *before == b',');
    list
}

#[cfg(test)]
mod tests {
    #[test]
    fn lines_become_a_list() {
        assert_eq!(super::with_commas(b"a\n\nb,c\n,d\n"), b"a,b,c,d,");
        assert_eq!(super::with_commas(b""), b"");
    }
}
