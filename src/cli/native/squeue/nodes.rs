//! Nodes that the user named, as slurmctld calls them.

use super::PROGRAM;
use crate::job::Hostlist;
use crate::slurm::{Client, Clusters, NodesOf, ShowNodes};
use std::collections::HashMap;
use std::ffi::CString;
use std::process::ExitCode;

/// The nodes that a user listed, as the library reads the list. What is no list ends the command.
pub fn listed(client: &Client, text: &[u8]) -> Result<Hostlist, ExitCode> {
    let hosts = CString::new(text).ok().and_then(|text| client.hosts(&text));
    for line in client.log() {
        PROGRAM.say(line);
    }
    let Some(hosts) = hosts else {
        let text = String::from_utf8_lossy(text);
        PROGRAM.error(format_args!("'{text}' invalid entry for --nodelist"));
        return Err(ExitCode::FAILURE);
    };
    // The library's text of an empty list is whatever memory holds.
    let names = if hosts.is_empty() { CString::default() } else { hosts.one_by_one() };
    let names = names.to_string_lossy();
    let mut nodes: Hostlist = names.split(',').filter(|name| !name.is_empty()).collect();
    nodes.sort();
    Ok(nodes)
}

/// The names that slurmctld has for `asked`, where `localhost` is this host and a host's name is that of its first node.
/// A name that nobody has ends the command.
pub fn known(
    client: &Client,
    clusters: Option<&Clusters<'_>>,
    asked: &Hostlist,
) -> Result<Hostlist, ExitCode> {
    let mut names: HashMap<String, String> = HashMap::new();
    for index in 0..clusters.map_or(1, |clusters| clusters.names().len()) {
        if let Some(clusters) = clusters {
            clusters.ask(index);
        }
        names_of(client, &mut names)?;
    }
    let mut found = Hostlist::default();
    for name in asked.iter() {
        let local = name.eq_ignore_ascii_case("localhost").then(own_host);
        match names.get(local.as_ref().unwrap_or(&name)) {
            Some(name) => found.push(name),
            None => {
                PROGRAM.error(format_args!("Invalid node name {name}"));
                return Err(ExitCode::FAILURE);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// What the nodes of the cluster that is asked are called, and what each is to slurmctld.
fn names_of(client: &Client, names: &mut HashMap<String, String>) -> Result<(), ExitCode> {
    let show = ShowNodes { all: true, ..ShowNodes::default() };
    let table = client.node_table(NodesOf::Cluster, show).map_err(|error| {
        super::perror("slurm_load_node error", &error);
        ExitCode::FAILURE
    })?;
    for node in (0..table.len()).map(|index| table.get(index)) {
        let Some(name) = node.name else { continue };
        let name = name.to_string_lossy();
        let host = node.node_hostname.map(|host| host.to_string_lossy().into_owned());
        // The first record with a name counts, whichever of its names that is.
        for alias in [Some(name.to_string()), host].into_iter().flatten() {
            names.entry(alias).or_insert_with(|| name.to_string());
        }
    }
    Ok(())
}

/// This host's name up to the first dot.
fn own_host() -> String {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    name.split('.').next().unwrap_or_default().to_owned()
}
