//! Whose jobs, of which QOS and which clusters: what has to be asked for before jobs can be.

use super::options::Request;
use super::{PROGRAM, lists};
use crate::cli::native::users::own_user;
use crate::slurm::Client;
use crate::slurm::accounting::{Accounting, Qos};
use std::ffi::CString;
use std::process::ExitCode;

/// The numbers of the QOS that `--qos` names; all that there are, if any were asked for.
pub fn resolve_qos(accounting: &Accounting<'_>, request: &mut Request) -> Result<Option<Vec<Qos>>, ExitCode> {
    let Some(asked) = &request.qos else { return Ok(None) };
    if asked.is_empty() {
        request.condition.qos = vec![CString::default()];
        return Ok(None);
    }
    let known = accounting.qos().unwrap_or_default();
    let list = &mut request.condition.qos;
    let mut signs = (false, false);
    let add = |part: &[u8]| {
        let (sign, name) = match part.split_first() {
            Some((sign @ (b'+' | b'-'), name)) => (Some(*sign), name),
            _ => (None, part),
        };
        // A second sign is passed over.
        let bare = name.strip_prefix(b"+").or(name.strip_prefix(b"-")).unwrap_or(name);
        let found = known.iter().find(|qos| qos.name.as_bytes().eq_ignore_ascii_case(bare));
        let Some(found) = found else {
            let all: Vec<_> = known.iter().map(|qos| qos.name.to_string_lossy()).collect();
            return Err(format!(
                "You gave a bad qos '{}'. Valid QOS's are {}",
                String::from_utf8_lossy(name),
                all.join(",")
            ));
        };
        match sign {
            Some(_) => signs.0 = true,
            None => signs.1 = true,
        }
        if signs == (true, true) {
            return Err(
                "You can't set qos equal to something and then add or subtract from it in the same line"
                    .into(),
            );
        }
        let sign = sign.map(char::from).map_or_else(String::new, String::from);
        let id = CString::new(format!("{sign}{}", found.id)).unwrap_or_default();
        let new = !list.contains(&id);
        if new {
            list.push(id);
        }
        Ok(new)
    };
    let wrong = |message: &str| {
        PROGRAM.error(message);
        PROGRAM.fatal("problem processing qos list")
    };
    match lists::each_part(asked, add) {
        Ok(0) => Err(wrong("You gave me an empty qos list")),
        Ok(_) => Ok(Some(known)),
        Err(message) => Err(wrong(&message)),
    }
}

/// Fills in whose jobs and of which clusters, where it was not said.
pub fn complete(client: &Client, accounting: &Accounting<'_>, request: &mut Request) {
    let cluster = CString::new(client.configuration().cluster.as_str()).unwrap_or_default();
    let condition = &mut request.condition;
    request.federation &= !request.all_clusters && condition.clusters.is_empty() && !request.local;
    if request.federation {
        condition.clusters = accounting.federation(&cluster).unwrap_or_default();
        request.federation = !condition.clusters.is_empty();
    }
    if request.all_clusters {
        condition.clusters.clear();
    } else if condition.clusters.is_empty() {
        condition.clusters.push(cluster);
    }
    let of_all = !condition.steps.is_empty() || condition.nodes.is_some() || own_user() == 0;
    if request.all_users || (condition.users.is_empty() && of_all) {
        condition.users.clear();
    } else if condition.users.is_empty() {
        condition.users.push(CString::new(own_user().to_string()).unwrap_or_default());
    }
}
