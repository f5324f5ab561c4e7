//! What is known of the tasks of one of Slurm's arrays, from one look at its records to the next.
//!
//! slurmctld forgets: a task that was cancelled while it waited leaves no record, one that ended has its record for MinJobAge.
//! So what a look shows is held against what the one before it showed, and an end that was seen once stays known. A task of
//! which nobody tells is absent, and never counts as completed.

use crate::job::{BaseState, ExitStatus, JobState, Outcome, TaskGroup, TaskSet, TaskStates};
use crate::slurm::{AccountedJob, TaskRecord};
use std::time::{Duration, Instant, SystemTime};

/// A point in time by both clocks: the one stands still while the machine sleeps, the other may be set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    tick: Instant,
    clock: SystemTime,
}

impl Moment {
    pub(super) fn now() -> Self {
        Self { tick: Instant::now(), clock: SystemTime::now() }
    }

    /// How long `earlier` is ago, by the clock that says more.
    fn since(self, earlier: Self) -> Duration {
        let clock = self.clock.duration_since(earlier.clock).unwrap_or_default();
        self.tick.saturating_duration_since(earlier.tick).max(clock)
    }
}

/// When a look was made: slurmctld answered somewhere between.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) began: Moment,
    pub(super) ended: Moment,
}

/// What slurmdbd is to be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// All tasks of the array: one that was not followed from its beginning.
    Whole,
    /// These.
    Of(TaskSet),
}

/// What is known of an array's tasks.
#[derive(Debug)]
pub(super) struct Tasks {
    /// All of them; none where that is not known, of an array that someone else submitted.
    all: Option<TaskSet>,
    known: TaskStates,
    /// Those that slurmctld knew and does not know, nor anyone else.
    absent: TaskSet,
    /// Those of them that were last seen waiting.
    waited: TaskSet,
    /// Those of these of which slurmdbd had nothing of their own when it was asked last.
    unheard: TaskSet,
    /// When the last look began.
    looked: Moment,
    /// Whether slurmctld has any record of the array.
    recorded: bool,
    /// When the first task started and the last one ended, seconds since 1970; 0 for none.
    pub(super) started: i64,
    pub(super) ended: i64,
    asked_whole: bool,
    /// For which tasks slurmdbd was asked last, and how long to wait until it is asked for the same again.
    asked: TaskSet,
    asked_at: Option<Instant>,
    pause: Duration,
}

/// slurmdbd's records come a moment late.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

impl Tasks {
    /// An array that slurmctld has just taken, all tasks of which wait. `at`: before it was sent.
    pub(super) fn submitted(all: TaskSet, at: Moment) -> Self {
        let waiting = group(all.clone(), BaseState::Pending, "");
        Self { all: Some(all), known: TaskStates::from_iter([waiting]), recorded: true, ..Self::attached(at) }
    }

    /// An array that was submitted before, of which no other tasks can tell anything new.
    pub(super) fn taken_up(all: TaskSet, at: Moment) -> Self {
        // Until they are looked at, nothing is known of them: they are not over.
        Self { all: Some(all.clone()), absent: all, ..Self::attached(at) }
    }

    /// An array of which only its id is known.
    pub(super) fn attached(at: Moment) -> Self {
        Self {
            all: None,
            known: TaskStates::default(),
            absent: TaskSet::default(),
            waited: TaskSet::default(),
            unheard: TaskSet::default(),
            looked: at,
            recorded: false,
            started: 0,
            ended: 0,
            asked_whole: false,
            asked: TaskSet::default(),
            asked_at: None,
            pause: FIRST_PAUSE,
        }
    }

    /// Takes in what slurmctld says now. `min_job_age`: how long it keeps the record of what has ended; 0 is for ever.
    pub(super) fn look<'a>(
        &mut self,
        records: impl Iterator<Item = &'a TaskRecord> + Clone,
        look: Look,
        min_job_age: Duration,
    ) {
        let said: TaskStates =
            records.clone().filter(|record| !record.tasks.is_empty()).map(TaskGroup::from).collect();
        self.recorded = records.clone().next().is_some();
        self.take_times(records);
        let seen = said.known();
        let waited = self.known.those(|group| group.state.base == BaseState::Pending);
        let mut cancelled = TaskSet::default();
        // While the array has a record, what vanished so soon had no time to end and be forgotten: it was cancelled.
        if self.recorded && is_soon(look.ended.since(self.looked), min_job_age) {
            cancelled = waited.difference(&seen);
        }
        let before = self.known.known();
        let kept = self.known.groups().iter().filter(|group| Outcome::of(group.state).is_some());
        let kept = kept.map(|group| TaskGroup { tasks: group.tasks.difference(&seen), ..group.clone() });
        let known: TaskStates = said
            .groups()
            .iter()
            .cloned()
            .chain(kept)
            .chain([group(cancelled, BaseState::Cancelled, "")])
            .collect();
        let all = self.all.as_ref().unwrap_or(&self.absent).union(&before).union(&self.absent);
        self.absent = all.difference(&known.known());
        self.waited = self.waited.union(&waited).intersection(&self.absent);
        self.unheard = self.unheard.intersection(&self.waited);
        self.known = known;
        self.looked = look.began;
    }

    fn take_times<'a>(&mut self, records: impl Iterator<Item = &'a TaskRecord>) {
        for record in records {
            if record.state.has_started() && record.started > 0 {
                self.started =
                    if self.started == 0 { record.started } else { self.started.min(record.started) };
            }
            if record.state.is_final() {
                self.ended = self.ended.max(record.ended);
            }
        }
    }

    /// What slurmdbd is to be asked for now, if anything.
    pub(super) fn question(&mut self, now: Instant) -> Option<Question> {
        let whole = self.all.is_none() && !self.asked_whole;
        if !whole && self.absent.is_empty() {
            return None;
        }
        let more = !self.absent.difference(&self.asked).is_empty();
        if more {
            self.pause = FIRST_PAUSE;
        }
        if self.asked_at.is_some_and(|asked| now.saturating_duration_since(asked) < self.pause) {
            return None;
        }
        if self.asked_at.is_some() && !more {
            self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        }
        (self.asked, self.asked_at) = (self.absent.clone(), Some(now));
        Some(if whole { Question::Whole } else { Question::Of(self.absent.clone()) })
    }

    /// slurmdbd did not answer: it is asked again at the next look.
    pub(super) fn not_answered(&mut self) {
        (self.asked, self.asked_at) = (TaskSet::default(), None);
    }

    /// Takes in what slurmdbd remembers. Of a task's lives the last one counts, if it is over; one that slurmdbd takes for
    /// pending or running and slurmctld does not know was lost.
    pub(super) fn remembered(&mut self, question: &Question, mut lives: Vec<AccountedJob>) {
        // A record of many tasks is of those that never had one of their own.
        lives.sort_by_key(|life| (life.tasks.count() == 1, life.submitted));
        let (mut told, mut found) = (TaskSet::default(), Vec::new());
        for life in lives.iter().rev() {
            let tasks = life.tasks.difference(&told);
            told = told.union(&tasks);
            // Failed with no code: slurmdbd may not have heard of that yet, and on a busy host it lags by many seconds.
            let odd = life.state.base == BaseState::Failed && life.exit.is_success();
            if life.is_over() && (!odd || self.pause > FIRST_PAUSE * 4) {
                found.push(TaskGroup {
                    tasks,
                    state: life.state,
                    exit: life.exit,
                    reason: life.reason.clone(),
                });
            }
        }
        if *question == Question::Whole {
            self.asked_whole = true;
            self.absent = self.absent.union(&told.difference(&self.known.known()));
        }
        let found: TaskStates = found.into_iter().collect();
        for group in found.groups() {
            let tasks = group.tasks.intersection(&self.absent);
            self.absent = self.absent.difference(&tasks);
            self.known.add(TaskGroup { tasks, ..group.clone() });
        }
        self.take_unstarted(&lives);
        for life in lives.iter().filter(|life| life.is_over()) {
            self.ended = self.ended.max(life.ended);
            if life.started > 0 && self.started == 0 {
                self.started = life.started;
            }
        }
    }

    /// A task that starts has a record of its own in slurmdbd from then on. One that waited, that slurmctld left out of the
    /// array's record since, and that has none, was cancelled before it could start; records may come late, so slurmdbd is
    /// believed the second time.
    fn take_unstarted(&mut self, lives: &[AccountedJob]) {
        let own = lives.iter().filter(|life| life.tasks.count() == 1).flat_map(|life| life.tasks.ranges());
        let own = TaskSet::of_ranges(own.copied().collect());
        let unheard = match self.recorded {
            true => self.absent.intersection(&self.waited).difference(&own),
            false => TaskSet::default(),
        };
        let cancelled = unheard.intersection(&self.unheard);
        self.unheard = unheard.difference(&cancelled);
        self.absent = self.absent.difference(&cancelled);
        self.waited = self.waited.difference(&cancelled);
        self.known.add(group(cancelled, BaseState::Cancelled, ""));
    }

    /// What is known of each task.
    pub(super) fn known(&self) -> &TaskStates {
        &self.known
    }

    /// Whether slurmctld had any record of the array when it was looked for last.
    pub(super) fn is_recorded(&self) -> bool {
        self.recorded
    }

    /// Whether all of it is at its end, as far as its tasks are known.
    pub(super) fn is_over(&self) -> bool {
        self.absent.is_empty() && self.known.groups().iter().all(|group| Outcome::of(group.state).is_some())
    }

    /// Whether there is nothing to wait for any more: slurmctld has no record, and what is absent has been asked for in vain.
    pub(super) fn is_lost(&self) -> bool {
        !self.recorded && self.pause > FIRST_PAUSE * 4
    }
}

impl From<&TaskRecord> for TaskGroup {
    fn from(record: &TaskRecord) -> Self {
        let TaskRecord { tasks, state, exit, reason, .. } = record;
        // The reason of what ended well is why it waited.
        let reason = if Outcome::of(*state).is_some_and(Outcome::is_success) { "" } else { reason.as_str() };
        Self { tasks: tasks.clone(), state: *state, exit: *exit, reason: reason.to_owned() }
    }
}

/// Tasks in a state without more to say of it.
pub(super) fn group(tasks: TaskSet, base: BaseState, reason: &str) -> TaskGroup {
    TaskGroup { tasks, state: JobState::plain(base), exit: ExitStatus::default(), reason: reason.to_owned() }
}

/// Whether what waited that long ago cannot have ended and been forgotten since. slurmctld counts whole seconds.
fn is_soon(ago: Duration, min_job_age: Duration) -> bool {
    const MARGIN: Duration = Duration::from_millis(1500);
    min_job_age.is_zero() || ago + MARGIN < min_job_age
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{JobId, StateFlags};

    const PENDING: u32 = 0;
    const RUNNING: u32 = 1;
    const COMPLETED: u32 = 3;
    const CANCELLED: u32 = 4;
    const FAILED: u32 = 5;
    const AGE: Duration = Duration::from_secs(300);

    fn set(text: &str) -> TaskSet {
        text.parse().unwrap()
    }

    fn record(tasks: &str, bits: u32, code: u8) -> TaskRecord {
        TaskRecord {
            array: JobId(36),
            tasks: set(tasks),
            are_together: bits == PENDING,
            state: JobState::from_bits(bits),
            exit: ExitStatus { code, signal: 0 },
            reason: String::new(),
            started: if bits == PENDING { 0 } else { 100 },
            ended: 200,
        }
    }

    fn life(tasks: &str, bits: u32, submitted: i64) -> AccountedJob {
        AccountedJob {
            id: JobId(40),
            array: Some(JobId(36)),
            tasks: set(tasks),
            state: JobState::from_bits(bits),
            exit: ExitStatus::default(),
            reason: String::new(),
            nodes: String::new(),
            restarts: 0,
            submitted,
            started: submitted,
            ended: submitted,
        }
    }

    struct Story {
        tasks: Tasks,
        now: Moment,
    }

    impl Story {
        fn of(all: &str) -> Self {
            let now = Moment::now();
            Self { tasks: Tasks::submitted(set(all), now), now }
        }

        /// A look, so many seconds later; what is known then, as `tasks STATE code` of each group.
        fn look(&mut self, later: u64, records: &[TaskRecord]) -> String {
            let later = Duration::from_secs(later);
            self.now = Moment { tick: self.now.tick + later, clock: self.now.clock + later };
            let look = Look { began: self.now, ended: self.now };
            self.tasks.look(records.iter(), look, AGE);
            self.told()
        }

        fn told(&self) -> String {
            let mut lines: Vec<String> = self
                .tasks
                .known()
                .groups()
                .iter()
                .map(|group| format!("{} {} {}", group.tasks, group.state, group.exit.code))
                .collect();
            lines.sort();
            if !self.tasks.absent.is_empty() {
                lines.push(format!("{} absent", self.tasks.absent));
            }
            lines.join("; ")
        }
    }

    #[test]
    fn from_the_meta_record_to_the_end() {
        let mut story = Story::of("0-9");
        assert_eq!(story.told(), "0-9 PENDING 0");
        assert_eq!(
            story.look(1, &[record("2-9", PENDING, 0), record("0", RUNNING, 0), record("1", FAILED, 3)]),
            "0 RUNNING 0; 1 FAILED 3; 2-9 PENDING 0"
        );
        // Two were cancelled by name while they waited: no record is left of them.
        assert_eq!(
            story.look(2, &[record("2-6,9", PENDING, 0), record("0", COMPLETED, 0), record("1", FAILED, 3)]),
            "0 COMPLETED 0; 1 FAILED 3; 2-6,9 PENDING 0; 7-8 CANCELLED 0"
        );
        // The rest of it is cancelled as a whole; the ended ones are forgotten, and stay known.
        assert_eq!(
            story.look(299, &[record("2-6,9", CANCELLED, 0)]),
            "0 COMPLETED 0; 1 FAILED 3; 2-9 CANCELLED 0"
        );
        assert_eq!(story.look(1000, &[]), "0 COMPLETED 0; 1 FAILED 3; 2-9 CANCELLED 0");
        assert!(story.tasks.is_over());
        assert_eq!(story.tasks.question(Instant::now()), None);
        assert_eq!((story.tasks.started, story.tasks.ended), (100, 200));
    }

    #[test]
    fn all_cancelled_by_name_leave_a_record_of_none() {
        let mut story = Story::of("0-3");
        assert_eq!(story.look(1, &[record("", CANCELLED, 0)]), "0-3 CANCELLED 0");
    }

    #[test]
    fn what_was_not_looked_at_for_long_is_absent() {
        let mut story = Story::of("0-3");
        story.look(1, &[record("1-3", PENDING, 0), record("0", RUNNING, 0)]);
        // It may have run, ended and been forgotten.
        assert_eq!(story.look(299, &[record("1", RUNNING, 0)]), "1 RUNNING 0; 0,2-3 absent");
        let now = Instant::now();
        assert_eq!(story.tasks.question(now), Some(Question::Of(set("0,2-3"))));
        assert_eq!(story.tasks.question(now + Duration::from_secs(1)), None, "not so soon again");
        let question = Question::Of(set("0,2-3"));
        story.tasks.remembered(
            &question,
            vec![life("0", COMPLETED, 1), life("0", RUNNING, 9), life("1-2", CANCELLED, 1)],
        );
        assert_eq!(story.told(), "1 RUNNING 0; 2 CANCELLED 0; 0,3 absent");
        assert_eq!(story.tasks.question(now + Duration::from_secs(3)), Some(Question::Of(set("0,3"))));
        assert_eq!(story.tasks.question(now + Duration::from_secs(6)), None, "ever longer pauses");
    }

    #[test]
    fn what_waited_and_never_had_a_record_of_its_own_was_cancelled() {
        let mut story = Story::of("0-4");
        story.look(1, &[record("1-4", PENDING, 0), record("0", RUNNING, 0)]);
        story.look(299, &[record("1", RUNNING, 0)]);
        let question = Question::Of(set("0,2-4"));
        let lives = vec![life("0-4", PENDING, 1), life("4", RUNNING, 1)];
        story.tasks.remembered(&question, lives.clone());
        assert_eq!(story.told(), "1 RUNNING 0; 0,2-4 absent");
        // Asked again: 0 ran and 4 has a record, of which the end is to come.
        story.tasks.remembered(&question, lives);
        assert_eq!(story.told(), "1 RUNNING 0; 2-3 CANCELLED 0; 0,4 absent");
    }

    #[test]
    fn slurmdbd_that_has_heard_of_the_start_alone_is_not_believed() {
        let mut story = Story::of("0");
        story.look(1, &[record("0", RUNNING, 0)]);
        story.look(299, &[]);
        let question = Question::Of(set("0"));
        story.tasks.remembered(&question, vec![AccountedJob { ended: 0, ..life("0", FAILED, 1) }]);
        assert_eq!(story.told(), "0 absent");
        story.tasks.remembered(&question, vec![life("0", FAILED, 1)]);
        assert_eq!(story.told(), "0 absent");
        let exit = ExitStatus { code: 2, signal: 0 };
        story.tasks.remembered(&question, vec![AccountedJob { exit, ..life("0", FAILED, 1) }]);
        assert_eq!(story.told(), "0 FAILED 2");
    }

    #[test]
    fn slurmctld_that_lost_the_array_says_nothing_of_it() {
        let mut story = Story::of("0-3");
        assert_eq!(story.look(1, &[]), "0-3 absent");
        // It has come back.
        assert_eq!(story.look(1, &[record("0-3", PENDING, 0)]), "0-3 PENDING 0");
    }

    #[test]
    fn requeued_tasks_are_open_again() {
        let mut story = Story::of("0-1");
        let again = PENDING | StateFlags::COMPLETING;
        assert_eq!(
            story.look(1, &[record("0", COMPLETED, 0), record("1", FAILED, 1)]),
            "0 COMPLETED 0; 1 FAILED 1"
        );
        assert_eq!(
            story.look(1, &[record("0", COMPLETED, 0), record("1", again, 0)]),
            "0 COMPLETED 0; 1 COMPLETING 0"
        );
        assert!(!story.tasks.is_over());
        assert_eq!(story.look(1, &[record("0", COMPLETED, 0), record("1", COMPLETED, 0)]), "0-1 COMPLETED 0");
    }

    #[test]
    fn attached_to_what_has_partly_been_forgotten() {
        let now = Moment::now();
        let mut story = Story { tasks: Tasks::attached(now), now };
        assert_eq!(story.look(1, &[record("7", RUNNING, 0)]), "7 RUNNING 0");
        assert_eq!(story.tasks.question(Instant::now()), Some(Question::Whole));
        let lives = vec![
            life("3", COMPLETED, 1),
            life("7", FAILED, 1),
            life("4", RUNNING, 1),
            life("3-5", PENDING, 2),
        ];
        story.tasks.remembered(&Question::Whole, lives);
        assert_eq!(story.told(), "3 COMPLETED 0; 7 RUNNING 0; 4-5 absent");
        assert_eq!(
            story.tasks.question(Instant::now() + Duration::from_secs(3)),
            Some(Question::Of(set("4-5")))
        );
    }

    #[test]
    fn a_million_that_wait_are_one_range() {
        let mut story = Story::of("0-999999");
        story.look(1, &[record("0-499999,500001-999999", PENDING, 0), record("500000", RUNNING, 0)]);
        let ranges: usize = story.tasks.known().groups().iter().map(|group| group.tasks.ranges().len()).sum();
        assert_eq!(ranges, 3);
    }
}
