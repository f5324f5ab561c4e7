//! `show node`

use super::super::session::{Session, Voice};
use crate::slurm::{Client, NodeTable, NodesOf, ShowNodes};
use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::io::Write;

/// All nodes, or those of a list, in the list's order.
pub fn show(client: &Client, session: &mut Session, word: Option<&[u8]>) {
    let show = ShowNodes {
        all: session.show.all,
        detail: session.printing.detail,
        future: session.future,
        mixed: !client.sinfo_habits().finds_mixed,
        partitions: true,
    };
    let table = match client.node_table(NodesOf::Cluster, show) {
        Ok(table) => table,
        Err(error) => {
            let text = session.note(&error);
            return session.perror(&format!("{} error", error.call().unwrap_or("slurm_load_node")), &text);
        }
    };
    if session.voice == Voice::Verbose {
        let time = session.printing.times.text(table.last_update(), 256);
        session.print(format_args!("last_update_time={time}, records={}", table.len()));
    }
    match word.map(|word| CString::new(word).unwrap_or_default()) {
        None => all(session, table.as_ref()),
        Some(names) => listed(client, session, table.as_ref(), &names),
    }
}

fn all(session: &mut Session, table: &dyn NodeTable) {
    let mut found = false;
    for at in (0..table.len()).filter(|at| table.get(*at).name.is_some()) {
        print(session, table, at);
        found = true;
    }
    if !found && session.voice != Voice::Quiet {
        session.print("No nodes in the system");
    }
}

fn listed(client: &Client, session: &mut Session, table: &dyn NodeTable, names: &CStr) {
    let Some(hosts) = client.hosts(names) else {
        for line in client.log() {
            session.error(line.strip_prefix("error: ").unwrap_or(&line));
        }
        session.object(format_args!("unable to parse node list {}", names.to_string_lossy()));
        if session.printing.habits.goes_on_without_hosts {
            session.error("hostlist_shift_dims: no hostlist given");
        }
        return;
    };
    let places: HashMap<&CStr, usize> =
        (0..table.len()).filter_map(|at| table.get(at).name.map(|name| (name, at))).collect();
    for host in hosts.each() {
        match places.get(host.as_c_str()) {
            Some(at) => print(session, table, *at),
            None => {
                session.failed = true;
                if session.voice != Voice::Quiet {
                    session.print(format_args!("Node {} not found", host.to_string_lossy()));
                }
            }
        }
    }
}

fn print(session: &mut Session, table: &dyn NodeTable, at: usize) {
    // Who does not read on does not need the rest.
    let _ = session.out.write_all(table.describe(at, session.printing.one_line).as_bytes());
}
