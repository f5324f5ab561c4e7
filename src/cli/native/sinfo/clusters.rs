//! `--clusters` and `SLURM_CLUSTERS`.

use super::PROGRAM;
use crate::slurm::{Client, Clusters};
use std::ffi::CStr;

/// The clusters of these names. Where there are none the reason has been printed.
pub fn find<'a>(client: &'a Client, names: &CStr, from_environment: bool) -> Option<Clusters<'a>> {
    let number = match client.clusters(names) {
        Ok(clusters) => return Some(clusters),
        Err(number) => number,
    };
    for line in client.log() {
        PROGRAM.say(line);
    }
    let text = names.to_string_lossy();
    if number != 0 {
        let source = match from_environment {
            true => "SLURM_CLUSTERS from your environment",
            false => "--cluster from your command line",
        };
        PROGRAM.error(format_args!(
            "There is a problem talking to the database: {}.  Only local cluster communication is available, remove \
             {source} or contact your admin to resolve the problem.",
            client.message(number)
        ));
    } else if text.eq_ignore_ascii_case("all") {
        PROGRAM.error("No clusters can be reached now. Contact your admin to resolve the problem.");
    } else {
        let source = if from_environment { "SLURM_CLUSTERS" } else { "--cluster" };
        PROGRAM.error(format_args!(
            "'{text}' can't be reached now, or it is an invalid entry for {source}.  Use 'sacctmgr list clusters' to see \
             available clusters."
        ));
    }
    None
}
