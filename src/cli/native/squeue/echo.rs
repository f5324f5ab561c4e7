//! `-v`: what was asked for, said back.

use super::field::NO_VAL;
use super::lists::Wanted;
use super::settings::{List, Settings};
use crate::job::state_words::state_word;

/// The lines that `-v` begins with. `has_only_state`: the release has `--only-job-state`.
pub fn text(settings: &Settings, has_only_state: bool) -> Vec<u8> {
    const RULE: &[u8] = b"-----------------------------\n";
    let mut out = RULE.to_vec();
    let mut say = |name: &str, value: &[u8]| {
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(value);
        out.push(b'\n');
    };
    let truth = |value: bool| if value { &b"true"[..] } else { &b"false"[..] };
    let number = |value: bool| if value { &b"1"[..] } else { &b"0"[..] };
    let or_null = |text: &Option<Vec<u8>>| text.clone().unwrap_or_else(|| b"(null)".to_vec());
    say("all         = ", truth(settings.all));
    say("array       = ", truth(settings.array));
    say("federation  = ", truth(settings.federation));
    say("format      = ", &or_null(&settings.format));
    say("iterate     = ", settings.iterate.to_string().as_bytes());
    say("job_flag    = ", number(settings.job_flag));
    say("jobs        = ", given(&settings.jobs));
    say("licenses    = ", given(&settings.licenses));
    say("local       = ", truth(settings.local));
    say("names       = ", given(&settings.names));
    say("nodes       = ", settings.nodes.as_ref().map(ToString::to_string).unwrap_or_default().as_bytes());
    if has_only_state {
        say("only_job_state = ", truth(settings.only_state));
    }
    say("partitions  = ", given(&settings.partitions));
    say("priority    = ", truth(settings.priority));
    say("reservation = ", &or_null(&settings.reservation));
    say("sibling      = ", truth(settings.sibling));
    say("sort        = ", &or_null(&settings.sort));
    say("start_flag  = ", number(settings.start));
    say("states      = ", given(&settings.states));
    say("step_flag   = ", number(settings.step_flag));
    say("steps       = ", given(&settings.steps));
    say("users       = ", given(&settings.users));
    say("verbose     = ", settings.verbose.to_string().as_bytes());
    if settings.verbose > 1 {
        lists(settings, &mut say);
    }
    out.extend_from_slice(RULE);
    out.extend_from_slice(b"\n\n");
    out
}

/// A list as it was given.
fn given<T>(list: &Option<List<T>>) -> &[u8] {
    list.as_ref().map_or(b"(null)", |list| &list.text)
}

/// With `-vv`, the lists item by item.
fn lists(settings: &Settings, say: &mut dyn FnMut(&str, &[u8])) {
    each("job_list", &settings.jobs, say, |job: &Wanted| match job.array_task {
        NO_VAL => job.job_id.to_string().into(),
        task => format!("{}_{task}", job.job_id).into(),
    });
    // Slurm prints the number of a name's first letter.
    each("name_list", &settings.names, say, |name: &Vec<u8>| {
        let first = name.first().copied().unwrap_or_default().cast_signed();
        i32::from(first).cast_unsigned().to_string().into()
    });
    each("licenses_list", &settings.licenses, say, Vec::clone);
    each("part_list", &settings.partitions, say, Vec::clone);
    if settings.all_states {
        say("state_list = ", b"all");
    } else {
        each("state_list", &settings.states, say, |state: &u32| state_word(*state).into());
    }
    // Slurm takes it for the first component of a heterogeneous step.
    each("step_list", &settings.steps, say, |step: &Wanted| match step.array_task {
        NO_VAL => format!("{}.{}+0", step.job_id, step.step_id).into(),
        task => format!("{}_{task}.{}+0", step.job_id, step.step_id).into(),
    });
    each("user_list", &settings.users, say, |user: &u32| user.to_string().into());
}

fn each<T>(
    name: &str,
    list: &Option<List<T>>,
    say: &mut dyn FnMut(&str, &[u8]),
    text: impl Fn(&T) -> Vec<u8>,
) {
    for (index, item) in list.iter().flat_map(|list| &list.items).enumerate() {
        say(&format!("{name}[{index}] = "), &text(item));
    }
}
