//! `show`: jobs, steps, nodes, partitions and reservations, and lists of hosts.

mod details;
mod frequency;
mod hosts;
mod job;
mod job_tail;
mod job_text;
mod node;
mod partition;
mod step;
pub mod step_ids;
mod step_text;

use super::session::Session;
use super::usage;
use super::words::{is, setting};
use crate::slurm::Client;

/// What scontrol shows and srunx does not.
const OTHERS: &[(&str, usize)] = &[
    ("aliases", 1),
    ("bbstat", 2),
    ("dwstat", 2),
    ("burstbuffer", 2),
    ("assoc_mgr", 2),
    ("cache", 2),
    ("config", 1),
    ("daemons", 1),
    ("federations", 1),
    ("frontendname", 1),
    ("licenses", 2),
    ("resources", 4),
    ("slurmd", 2),
    ("topoconf", 5),
    ("topology", 1),
];

/// What srunx does not show as JSON or YAML.
const NO_DATA: &[(&str, usize)] =
    &[("nodes", 1), ("partitions", 2), ("partitionname", 2), ("reservations", 1), ("reservationname", 1)];

/// `show ENTITY[=ID]`, `show ENTITY ID`
pub fn show(client: &Client, session: &mut Session, tag: &[u8], arguments: &[&[u8]]) {
    let shown = |word: &[u8]| String::from_utf8_lossy(word).into_owned();
    let [first, rest @ ..] = arguments else {
        return session.object(format_args!("too few arguments for keyword:{}", shown(tag)));
    };
    let (entity, value) = setting(first);
    let takes_options = ["assoc_mgr", "bbstat", "dwstat"].into_iter().any(|key| is(entity, key, 2));
    if rest.len() > 1 && !takes_options {
        return session.object(format_args!("too many arguments for keyword:{}", shown(tag)));
    }
    let value = value.or(rest.first().copied());
    let is = |key: &str, least: usize| is(entity, key, least);
    if is("hostnames", 5) {
        hosts::names(client, session, value);
    } else if is("hostlist", 5) || is("hostlistsorted", 9) {
        match value {
            Some(value) => hosts::list(client, session, value, !is("hostlist", 5)),
            None => {
                session.refuse("invalid encode argument");
                session.write(usage::USAGE);
            }
        }
    } else if is("jobs", 1) || is("jobid", 1) {
        job::show(client, session, value);
    } else if is("steps", 2) {
        step::show(client, session, value);
    } else if session.data.is_some()
        && let Some((name, _)) = NO_DATA.iter().find(|(key, least)| is(key, *least))
    {
        session.error(format_args!("srunx scontrol shows this as text only: use scontrol for `show {name}`"));
    } else if is("nodes", 1) {
        node::show(client, session, value);
    } else if is("partitions", 2) || is("partitionname", 2) {
        partition::partitions(client, session, value);
    } else if is("reservations", 1) || is("reservationname", 1) {
        partition::reservations(client, session, value);
    } else if let Some((name, _)) = OTHERS.iter().find(|(key, least)| is(key, *least)) {
        session.error(format_args!("srunx scontrol does not show this: use scontrol for `show {name}`"));
    } else {
        // Old releases leave a blank behind it.
        let blank = if session.printing.habits.ends_entity_error_with_blank { " " } else { "" };
        session.object(format_args!("invalid entity:{} for keyword:{}{blank}", shown(first), shown(tag)));
    }
}
