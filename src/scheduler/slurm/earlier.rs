//! Arrays that an earlier client handed over in part: what went in is followed, what may have gone in is looked for, and the
//! rest goes in.

use super::Shared;
use super::array::Array;
use super::chunks::{Chunk, Piece, cut};
use super::status::Sent;
use super::tasks::{Moment, group};
use crate::job::{ArrayTasks, BaseState, JobId, JobRequest, TaskSet};
use crate::scheduler::{Earlier, Trace};
use crate::slurm::Configuration;
use jiff::Timestamp;

/// A piece that may have gone in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unresolved {
    pub(super) number: u32,
    pub(super) piece: Piece,
}

impl Array {
    /// An array of which `earlier` tells what was handed over.
    pub(super) fn taken_up(
        request: Option<&JobRequest>,
        all: TaskSet,
        earlier: &Earlier<'_>,
        cluster: &Configuration,
    ) -> Self {
        let mut array = Self { request: request.cloned(), ..Self::empty() };
        let mut rest = all.intersection(&earlier.open);
        for (number, part) in earlier.parts.into_iter().flatten() {
            rest = rest.difference(&part.tasks);
            let mut piece = Piece { tasks: part.tasks.clone(), offset: part.offset };
            let id = part.id.or((*number == 0).then_some(earlier.id));
            match id {
                Some(id) => array.join(id, piece, &earlier.open),
                None => {
                    // What of it is over did go in, or never will. What went with another part had not gone with this one.
                    let others = earlier.parts.into_iter().flat_map(|parts| parts.range(number + 1..));
                    let others = others.fold(TaskSet::default(), |all, (_, part)| all.union(&part.tasks));
                    piece.tasks = piece.tasks.intersection(&earlier.open).difference(&others);
                    if !piece.tasks.is_empty() {
                        array.unresolved.push_back(Unresolved { number: *number, piece });
                    }
                }
            }
            array.number = number + 1;
        }
        let most = Self::most(request.and_then(|request| request.chunk), cluster);
        array.waiting = cut(&rest, cluster.max_array_size, most);
        array.all = all;
        array.ended_here.add(group(earlier.completed.clone(), BaseState::Completed, ""));
        array
    }

    /// A piece that slurmctld has, and of which nothing is known so far; of its tasks those may still be cancelled that are open.
    fn join(&mut self, id: JobId, piece: Piece, open: &TaskSet) {
        let open = piece.tasks.intersection(open).shifted(-i64::from(piece.offset)).unwrap_or_default();
        self.seen.submitted(id, open.clone());
        self.chunks.push(Chunk::taken_up(id, piece, open, Moment::now()));
    }

    /// What became of the first of those that may have gone in.
    fn resolve(&mut self, unresolved: &Unresolved, trace: &Trace) {
        self.unresolved.retain(|other| other != unresolved);
        let piece = unresolved.piece.clone();
        match trace {
            Trace::Job(id) => {
                let open = piece.tasks.clone();
                self.join(*id, piece, &open);
            }
            Trace::Nothing if self.cancelled => self.end(piece, BaseState::Cancelled, ""),
            Trace::Nothing => self.waiting.push_front(piece),
            // Nobody tells of its tasks, and that is what is said of them.
            Trace::Lost { .. } => {}
        }
    }
}

impl Shared {
    /// Follows an array that an earlier client handed over in part; the rest is submitted by the thread that feeds.
    pub(super) fn take_up(
        &self,
        request: &JobRequest,
        tasks: &ArrayTasks,
        earlier: &Earlier<'_>,
        at: Timestamp,
    ) {
        let mut array =
            Array::taken_up(Some(request), TaskSet::from(tasks), earlier, self.client.configuration());
        array.since = at;
        {
            let mut sent = self.sent();
            array.chunks.iter().for_each(|chunk| {
                sent.insert(chunk.id, Sent::of(request, at));
            });
        }
        // This client may have submitted it itself, when its answer was lost.
        let mut arrays = self.arrays();
        if arrays.get(&earlier.id).is_none_or(|other| other.request.is_none()) {
            arrays.insert(earlier.id, array);
        }
    }

    /// Looks for the pieces of these arrays that may have gone in.
    pub(super) fn resolve(&self, arrays: &[JobId]) {
        let mut open: Vec<Sought> = Vec::new();
        {
            let known = self.arrays();
            for id in arrays {
                let Some((array, request)) =
                    known.get(id).and_then(|array| Some((array, array.request.as_ref()?)))
                else {
                    continue;
                };
                let sought = |unresolved: &Unresolved| Sought {
                    array: *id,
                    token: Array::token_of(request.token.as_deref().unwrap_or_default(), unresolved.number),
                    unresolved: unresolved.clone(),
                    since: array.since,
                    request: request.clone(),
                };
                open.extend(array.unresolved.iter().map(sought));
            }
        }
        for sought in open {
            let trace = match self.look_for(&sought.token, sought.since) {
                Ok(Some(found)) => Ok(Trace::Job(found)),
                Ok(None) => self.remembered(&sought.request, &sought.token, sought.since),
                Err(error) => Err(error),
            };
            match trace {
                Ok(trace) => self.resolved(&sought, &trace),
                Err(_) => self.with(sought.array, Array::later),
            }
        }
    }

    fn resolved(&self, sought: &Sought, trace: &Trace) {
        let mut cancelled = false;
        if let Trace::Job(found) = trace {
            self.sent().insert(*found, Sent::of(&sought.request, sought.since));
        }
        self.with(sought.array, |array| {
            cancelled = array.cancelled;
            if let (Trace::Job(found), (Some(token), _)) = (trace, array.name_of_next()) {
                self.keeper.found(token, sought.unresolved.number, *found);
            }
            array.resolve(&sought.unresolved, trace);
        });
        if let (Trace::Job(found), true) = (trace, cancelled) {
            // Whoever cancelled the whole did not know of this one.
            let _ = self.client.cancel(*found);
        }
    }
}

/// A piece that is looked for.
struct Sought {
    array: JobId,
    unresolved: Unresolved,
    token: String,
    since: Timestamp,
    request: JobRequest,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::Part;
    use std::collections::BTreeMap;

    fn set(text: &str) -> TaskSet {
        text.parse().unwrap()
    }

    /// The array 0-29 on a cluster with MaxArraySize=10; parts are `number: tasks`, with an id where it is known.
    fn array(parts: &[(u32, &str, Option<u32>)], open: &str, completed: &str) -> Array {
        let tasks = ArrayTasks::parse("0-29%4").unwrap();
        let request = JobRequest { array: Some(tasks), token: Some("t".into()), ..JobRequest::default() };
        let part = |(number, tasks, id): &(u32, &str, Option<u32>)| {
            let tasks = set(tasks);
            let offset = tasks.first().unwrap_or(0) / 10 * 10;
            (*number, Part { tasks, offset, id: id.map(JobId) })
        };
        let parts: BTreeMap<u32, Part> = parts.iter().map(part).collect();
        let (open, completed) = (set(open), set(completed));
        let earlier = Earlier { parts: Some(&parts), open, completed, ..Earlier::of(JobId(7)) };
        let cluster = Configuration { max_array_size: 10, ..Configuration::default() };
        Array::taken_up(Some(&request), set("0-29"), &earlier, &cluster)
    }

    fn told(array: &Array) -> [String; 3] {
        let pieces = |pieces: Vec<&Piece>| {
            let told = pieces.iter().map(|piece| format!("{}+{}", piece.offset, piece.inside()));
            told.collect::<Vec<_>>().join(" ")
        };
        [
            pieces(array.chunks.iter().filter_map(|chunk| chunk.piece.as_ref()).collect()),
            pieces(array.unresolved.iter().map(|unresolved| &unresolved.piece).collect()),
            pieces(array.waiting.iter().collect()),
        ]
    }

    #[test]
    fn what_went_in_what_may_have_and_the_rest() {
        let mut array = array(&[(0, "0-3", None), (1, "4-9", Some(8)), (2, "10-14", None)], "2-29", "0-1");
        assert_eq!(told(&array), ["0+0-3 0+4-9", "10+0-4", "10+5-9 20+0-9"]);
        assert_eq!(array.name_of_next(), (Some("t".into()), 3));
        let known = array.known();
        assert_eq!(known.those(|group| group.state.base == BaseState::Completed).to_string(), "0-1");
        assert_eq!(known.those(|group| group.state.base == BaseState::Pending).to_string(), "10-29");
        let unresolved = array.unresolved[0].clone();
        array.resolve(&unresolved, &Trace::Nothing);
        assert_eq!(told(&array), ["0+0-3 0+4-9", "", "10+0-4 10+5-9 20+0-9"]);
    }

    #[test]
    fn one_that_had_gone_in_or_nobody_knows() {
        let parts = [(0, "0-9", None), (1, "10-14", None)];
        let mut one = array(&parts, "0-29", "");
        let unresolved = one.unresolved[0].clone();
        one.resolve(&unresolved, &Trace::Job(JobId(9)));
        assert_eq!(told(&one), ["0+0-9 10+0-4", "", "10+5-9 20+0-9"]);
        let mut other = array(&parts, "0-29", "");
        other.resolve(&unresolved, &Trace::Lost { reason: String::new(), hint: String::new() });
        assert_eq!(told(&other), ["0+0-9", "", "10+5-9 20+0-9"]);
        assert_eq!(other.known().known().to_string(), "15-29", "of the others nobody tells");
    }

    #[test]
    fn tasks_of_a_part_that_did_not_go_in_went_with_another() {
        let parts = [(0, "0-9", None), (1, "10-14", None), (2, "10-11", Some(9)), (3, "12-13", None)];
        assert_eq!(told(&array(&parts, "0-29", "")), ["0+0-9 10+0-1", "10+4 10+2-3", "10+5-9 20+0-9"]);
        // What is over did go in, or was refused for good.
        assert_eq!(told(&array(&[(0, "0-9", None), (1, "10-14", None)], "15-29", ""))[1], "");
    }
}
