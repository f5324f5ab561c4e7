//! The order of lines: `-S`, `SQUEUE_SORT` and what squeue does without.

use super::PROGRAM;
use super::field::{INFINITE, NO_VAL, Surroundings};
use super::filter::Row;
use super::job_words::{minutes, time_used};
use crate::job::state_words::{state_code, state_word};
use crate::job::{Hostlist, hostlist};
use crate::slurm::{JobInfo, JobTable, StepInfo, Text};
use std::cmp::Ordering;
use std::rc::Rc;

/// What is compared of two records.
enum Key<'a> {
    Number(i128),
    Numbers([u32; 3]),
    Text(Text<'a>),
    Word(&'static str),
    Name(Rc<str>),
    /// The first node.
    Node(Option<String>),
    /// A start, which is not known where it is 0.
    Start(i64),
}

/// One key of a sort and its direction.
#[derive(Clone, Copy)]
struct By<W> {
    what: W,
    reverse: bool,
}

/// The keys that `sort` names, the last one first: each is sorted by in turn. `known` tells what a letter means: None for
/// nothing that jobs are sorted by, Err for no letter of a sort.
fn keys<W>(sort: &[u8], cluster: W, known: impl Fn(u8) -> Result<Option<W>, u8>) -> Result<Vec<By<W>>, u8>
where
    W: Copy,
{
    const CLUSTER: &[u8] = b"cluster";
    let mut found = Vec::new();
    let mut end = sort.len();
    while end > 0 {
        let letter = sort[end - 1];
        let is_reverse = |start: usize| start > 0 && sort[start - 1] == b'-';
        if matches!(letter, b',' | b'+' | b'-') {
            end -= 1;
        } else if sort[..end].to_ascii_lowercase().ends_with(CLUSTER) {
            let reverse = is_reverse(end - 1) || is_reverse(end - CLUSTER.len());
            end -= CLUSTER.len();
            found.push(By { what: cluster, reverse });
        } else {
            if let Some(what) = known(letter)? {
                found.push(By { what, reverse: is_reverse(end - 1) });
            }
            end -= 1;
        }
    }
    Ok(found)
}

/// What jobs are sorted by.
#[derive(Clone, Copy)]
enum JobKey {
    BatchHost,
    Cluster,
    Cores,
    Cpus,
    End,
    Group,
    GroupName,
    Id,
    Left,
    Limit,
    Memory,
    Name,
    NodeCount,
    Nodes,
    Partition,
    Priority,
    Reservation,
    Sct,
    Sockets,
    Start,
    State,
    StateCode,
    Submit,
    Threads,
    TmpDisk,
    Used,
    User,
    UserName,
}

fn job_key(letter: u8) -> Result<Option<JobKey>, u8> {
    use JobKey as K;
    Ok(Some(match letter {
        b'B' => K::BatchHost,
        b'C' => K::Cpus,
        b'd' => K::TmpDisk,
        b'D' => K::NodeCount,
        b'e' => K::End,
        b'g' => K::GroupName,
        b'G' => K::Group,
        b'H' => K::Sockets,
        b'i' => K::Id,
        b'I' => K::Cores,
        b'j' => K::Name,
        b'J' => K::Threads,
        b'l' => K::Limit,
        b'L' => K::Left,
        b'm' => K::Memory,
        b'M' => K::Used,
        b'N' => K::Nodes,
        b'p' | b'Q' => K::Priority,
        b'P' => K::Partition,
        b'S' => K::Start,
        b't' => K::StateCode,
        b'T' => K::State,
        b'u' => K::UserName,
        b'U' => K::User,
        b'v' => K::Reservation,
        b'V' => K::Submit,
        b'z' => K::Sct,
        b'b' => {
            PROGRAM.say("Invalid sort specification: b");
            return Ok(None);
        }
        // Letters of fields that jobs are not sorted by.
        b'c' | b'f' | b'h' | b'n' | b'O' => return Ok(None),
        letter => return Err(letter),
    }))
}

/// Seconds until the limit; more than any where there is none.
fn time_left(job: &JobInfo<'_>, now: i64) -> i64 {
    match job.time_limit {
        INFINITE | NO_VAL => INFINITE.into(),
        limit => minutes(limit) - time_used(job, now),
    }
}

fn first_node(nodes: Text<'_>) -> Option<String> {
    let mut nodes: Hostlist = nodes?.to_string_lossy().parse().ok()?;
    nodes.sort();
    nodes.iter().next()
}

fn value<'a>(what: JobKey, row: &Row, job: &JobInfo<'a>, with: &Surroundings) -> Key<'a> {
    use JobKey as K;
    let text = |text: Text<'a>| Key::Text(Some(text.unwrap_or_default()));
    let number = |number: u32| Key::Number(number.into());
    match what {
        K::BatchHost => text(job.batch_host),
        K::Cluster => Key::Text(job.cluster),
        K::Cores => number(job.cores_per_socket.into()),
        K::Cpus => number(job.num_cpus),
        K::End => Key::Number(job.end_time.into()),
        K::Group => number(job.group_id),
        K::GroupName => match with.users.known_group(job.group_id) {
            Some(_) if with.habits.groups_sort_alike => Key::Number(1),
            None if with.habits.groups_sort_alike => Key::Number(0),
            name => Key::Name(name.unwrap_or_default()),
        },
        K::Id => {
            let (id, part) = match (job.het_job_id, job.array_task_id) {
                (0, NO_VAL) => (job.job_id, job.array_task_id),
                (0, task) => (job.array_job_id, task),
                (leader, _) => (leader, job.het_job_offset),
            };
            Key::Numbers([id, part, 0])
        }
        K::Left => Key::Number(time_left(job, with.now).into()),
        K::Limit => number(job.time_limit),
        K::Memory => Key::Number((job.pn_min_memory & !(1 << 63)).into()),
        K::Name => text(job.name),
        K::NodeCount => number(job.num_nodes),
        K::Nodes => Key::Node(first_node(job.nodes)),
        K::Partition => Key::Text(job.partition),
        K::Priority => {
            let tier = row.changes.as_ref().and_then(|changes| changes.partition.as_ref());
            Key::Numbers([tier.map_or(0, |(_, tier, _)| *tier), job.priority, 0])
        }
        K::Reservation => text(job.resv_name),
        K::Sct => {
            Key::Numbers([job.sockets_per_node, job.cores_per_socket, job.threads_per_core].map(u32::from))
        }
        K::Sockets => number(job.sockets_per_node.into()),
        K::Start => {
            let waits = job.job_state == 0;
            Key::Start(if waits && job.start_time != 0 {
                job.start_time.max(with.now)
            } else {
                job.start_time
            })
        }
        K::State => Key::Word(state_word(job.job_state)),
        K::StateCode => Key::Word(state_code(job.job_state)),
        K::Submit => Key::Number(job.submit_time.into()),
        K::Threads => number(job.threads_per_core.into()),
        K::TmpDisk => number(job.pn_min_tmp_disk),
        K::Used => Key::Number(time_used(job, with.now).into()),
        K::User => number(job.user_id),
        K::UserName => Key::Name(with.users.user(job.user_id)),
    }
}

/// Whether `a` is behind `b`, as squeue sees it: of two starts of which one is not known, it is the first that is, whatever
/// the direction, so that jobs whose start nobody knows change places.
fn is_behind(a: &Key<'_>, b: &Key<'_>, reverse: bool) -> bool {
    let order = match (a, b) {
        (Key::Start(0), Key::Start(_)) => return true,
        (Key::Start(_), Key::Start(0)) => return false,
        (Key::Start(a), Key::Start(b)) => a.cmp(b),
        (Key::Number(a), Key::Number(b)) => a.cmp(b),
        (Key::Numbers(a), Key::Numbers(b)) => a.cmp(b),
        (Key::Text(a), Key::Text(b)) => a.cmp(b),
        (Key::Word(a), Key::Word(b)) => a.cmp(b),
        (Key::Name(a), Key::Name(b)) => a.cmp(b),
        // Where there is no node, it is last.
        (Key::Node(None), Key::Node(None)) => Ordering::Greater,
        (Key::Node(a), Key::Node(b)) => match (a, b) {
            (Some(a), Some(b)) => hostlist::compare(a, b),
            (a, b) => a.is_none().cmp(&b.is_none()),
        },
        _ => Ordering::Equal,
    };
    order == if reverse { Ordering::Less } else { Ordering::Greater }
}

/// The merge sort of the C library, by which squeue sorts. Where a comparison contradicts itself it is this one's order that
/// counts; a sort that expects better could panic.
fn merge_sort(items: &mut [usize], behind: &impl Fn(usize, usize) -> bool) {
    fn sort(items: &mut [usize], spare: &mut Vec<usize>, behind: &impl Fn(usize, usize) -> bool) {
        if items.len() <= 1 {
            return;
        }
        let half = items.len() / 2;
        sort(&mut items[..half], spare, behind);
        sort(&mut items[half..], spare, behind);
        spare.clear();
        let (mut left, mut right) = (0, half);
        while left < half && right < items.len() {
            if behind(items[left], items[right]) {
                spare.push(items[right]);
                right += 1;
            } else {
                spare.push(items[left]);
                left += 1;
            }
        }
        spare.extend_from_slice(&items[left..half]);
        items[..spare.len()].copy_from_slice(spare);
    }
    sort(items, &mut Vec::with_capacity(items.len()), behind);
}

fn by_keys(order: &mut [usize], keys: &[Key<'_>], reverse: bool) {
    merge_sort(order, &|a, b| is_behind(&keys[a], &keys[b], reverse));
}

/// The order in which rows are shown: their places. Err is the letter that is none.
pub fn jobs(
    rows: &[Row],
    table: &dyn JobTable,
    sort: Option<&[u8]>,
    with: &Surroundings,
) -> Result<Vec<usize>, u8> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let sort = keys(sort.unwrap_or(b"P,t,-p"), JobKey::Cluster, job_key);
    let by = sort.as_ref().map(Vec::as_slice).unwrap_or_default();
    // By start first, the latest first, so that this is the order where the keys leave it open; now is long ago then.
    let mut starts: Vec<Key<'_>> = Vec::with_capacity(rows.len());
    let mut others: Vec<Vec<Key<'_>>> = by.iter().map(|_| Vec::with_capacity(rows.len())).collect();
    for row in rows {
        let job = row.job(table);
        starts.push(Key::Start(job.start_time));
        for (column, by) in others.iter_mut().zip(by) {
            column.push(value(by.what, row, &job, with));
        }
    }
    by_keys(&mut order, &starts, true);
    for (column, by) in others.iter().zip(by) {
        by_keys(&mut order, column, by.reverse);
    }
    sort.map(|_| order)
}

/// What steps are sorted by.
#[derive(Clone, Copy)]
enum StepKey {
    Cluster,
    Id,
    Limit,
    Nodes,
    Partition,
    Start,
    Used,
    User,
    UserName,
}

fn step_key(letter: u8) -> Result<Option<StepKey>, u8> {
    use StepKey as K;
    Ok(Some(match letter {
        b'b' => {
            PROGRAM.say("Invalid sort specification: b");
            return Ok(None);
        }
        b'i' => K::Id,
        b'N' => K::Nodes,
        b'P' => K::Partition,
        b'l' => K::Limit,
        b'S' => K::Start,
        b'M' => K::Used,
        b'u' => K::UserName,
        b'U' => K::User,
        _ => return Ok(None),
    }))
}

fn step_value<'a>(what: StepKey, step: &StepInfo<'a>, with: &Surroundings) -> Key<'a> {
    use StepKey as K;
    match what {
        K::Cluster => Key::Text(step.cluster),
        K::Id => Key::Numbers([step.job_id, step.step_id, 0]),
        K::Limit => Key::Number(step.time_limit.into()),
        K::Nodes => Key::Node(first_node(step.nodes)),
        K::Partition => Key::Text(Some(step.partition.unwrap_or_default())),
        K::Start => Key::Number(step.start_time.into()),
        K::Used => Key::Number((with.now - step.start_time).into()),
        K::User => Key::Number(step.user_id.into()),
        K::UserName => Key::Name(with.users.user(step.user_id)),
    }
}

/// The order in which steps are shown: their places.
pub fn steps(steps: &[StepInfo<'_>], sort: Option<&[u8]>, with: &Surroundings) -> Vec<usize> {
    let mut order: Vec<usize> = (0..steps.len()).collect();
    let by = keys(sort.unwrap_or(b"P,i"), StepKey::Cluster, step_key).unwrap_or_default();
    for by in by {
        let value = |step| step_value(by.what, step, with);
        let keys: Vec<Key<'_>> = steps.iter().map(value).collect();
        by_keys(&mut order, &keys, by.reverse);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sorts_are_read_from_behind() {
        let read = |sort: &str| {
            keys(sort.as_bytes(), b'*', |letter| if letter == b'!' { Err(letter) } else { Ok(Some(letter)) })
                .map(|keys| keys.iter().map(|by| (char::from(by.what), by.reverse)).collect::<Vec<_>>())
        };
        assert_eq!(read("P,t,-p"), Ok(vec![('p', true), ('t', false), ('P', false)]));
        assert_eq!(read("-cluster,+i"), Ok(vec![('i', false), ('*', true)]));
        assert_eq!(read("cluste"), Ok("etsulc".chars().map(|letter| (letter, false)).collect()));
        assert_eq!(read("i!"), Err(b'!'));
    }

    #[test]
    fn unknown_starts_change_places() {
        let keys = [0, 5, 0, 7, 0].map(Key::Start);
        let mut order: Vec<usize> = (0..5).collect();
        by_keys(&mut order, &keys, true);
        assert_eq!(order, [3, 1, 4, 2, 0]);
    }

    proptest! {
        #[test]
        fn sorts_as_any_stable_sort_does(numbers in prop::collection::vec(0i32..20, 0..100)) {
            let mut order: Vec<usize> = (0..numbers.len()).collect();
            let mut expected = order.clone();
            merge_sort(&mut order, &|a, b| numbers[a] > numbers[b]);
            expected.sort_by_key(|at| numbers[*at]);
            prop_assert_eq!(order, expected);
        }

        #[test]
        fn any_comparison_will_do(answers in prop::collection::vec(any::<bool>(), 1..50), count in 0usize..40) {
            let mut order: Vec<usize> = (0..count).collect();
            merge_sort(&mut order, &|a, b| answers[(a * 7 + b) % answers.len()]);
            order.sort_unstable();
            prop_assert_eq!(order, (0..count).collect::<Vec<_>>());
        }
    }
}
