//! The last step of a description: what sbatch itself says of the GRES in it, and what it derives from them.

use super::description::Description;
use crate::job::Dialect;
use crate::sbatch::gres::{self, NO_VAL16, Request};
use crate::sbatch::tres::Cluster;
use crate::sbatch::{NO_VAL, Notices, Refused};
use std::ffi::CString;

/// Checks the GRES in a description and completes it, as sbatch does unless another cluster is asked for.
///
/// # Errors
/// As of [`gres::validate`].
pub fn check_gres(
    description: &mut Description<'_>,
    cluster: &Cluster,
    dialect: &Dialect,
    notices: &mut Notices,
) -> Result<(), Refused> {
    if description.clusters.is_some() {
        return Ok(());
    }
    let text = |member: &Option<CString>| member.as_ref().map(|text| text.to_string_lossy().into_owned());
    let lists = [
        &description.cpus_per_tres,
        &description.tres_freq,
        &description.tres_per_job,
        &description.tres_per_node,
        &description.tres_per_socket,
        &description.tres_per_task,
        &description.mem_per_tres,
    ]
    .map(text);
    let [cpus, freq, job, node, socket, task, mem] = lists.each_ref().map(Option::as_deref);
    let mut request = Request {
        cpus_per_tres: cpus,
        tres_freq: freq,
        tres_per_job: job,
        tres_per_node: node,
        tres_per_socket: socket,
        tres_per_task: task,
        mem_per_tres: mem,
        num_tasks: description.num_tasks.unwrap_or(NO_VAL),
        min_nodes: description.min_nodes.unwrap_or(NO_VAL),
        max_nodes: description.max_nodes.unwrap_or(NO_VAL),
        ntasks_per_node: description.ntasks_per_node.unwrap_or(NO_VAL16),
        ntasks_per_socket: description.ntasks_per_socket.unwrap_or(NO_VAL16),
        sockets_per_node: description.sockets_per_node.unwrap_or(NO_VAL16),
        cpus_per_task: description.cpus_per_task.unwrap_or(NO_VAL16),
        ntasks_per_tres: description.ntasks_per_tres.unwrap_or(NO_VAL16),
        min_cpus: description.min_cpus.unwrap_or(NO_VAL),
    };
    gres::validate(&mut request, cluster, dialect, notices)?;
    let long = |member: u32| Some(member).filter(|member| *member != NO_VAL);
    let short = |member: u16| Some(member).filter(|member| *member != NO_VAL16);
    description.num_tasks = long(request.num_tasks);
    description.min_nodes = long(request.min_nodes);
    description.max_nodes = long(request.max_nodes);
    description.min_cpus = long(request.min_cpus);
    description.ntasks_per_node = short(request.ntasks_per_node);
    description.ntasks_per_socket = short(request.ntasks_per_socket);
    description.cpus_per_task = short(request.cpus_per_task);
    Ok(())
}
