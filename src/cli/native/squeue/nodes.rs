//! Nodes that the user named, as slurmctld calls them.

use super::PROGRAM;
use crate::job::Hostlist;
use crate::slurm::{Client, NodesOf, ShowNodes};
use std::collections::HashMap;
use std::process::ExitCode;

/// The names that slurmctld has for `asked`, where `localhost` is this host and a host's name is that of its first node.
/// A name that nobody has ends the command.
pub fn known(client: &Client, asked: &Hostlist) -> Result<Hostlist, ExitCode> {
    let show = ShowNodes { all: true, ..ShowNodes::default() };
    let table = client.node_table(NodesOf::Cluster, show).map_err(|error| {
        super::perror("slurm_load_node error", &error);
        ExitCode::FAILURE
    })?;
    let mut names: HashMap<String, String> = HashMap::new();
    for node in table.iter().flat_map(|table| (0..table.len()).map(|index| table.get(index))) {
        let Some(name) = node.name else { continue };
        let name = name.to_string_lossy();
        let host = node.node_hostname.map(|host| host.to_string_lossy().into_owned());
        // The first record with a name counts, whichever of its names that is.
        for alias in [Some(name.to_string()), host].into_iter().flatten() {
            names.entry(alias).or_insert_with(|| name.to_string());
        }
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

/// This host's name up to the first dot.
fn own_host() -> String {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    name.split('.').next().unwrap_or_default().to_owned()
}
