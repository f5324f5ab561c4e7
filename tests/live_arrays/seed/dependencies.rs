//! "Job Dependencies".

use crate::live_support::until;
use crate::session::{GATED, Session};
use std::fs;
use std::time::Duration;

/// How long nothing happens where nothing shall: slurmctld looks once a second.
const PAUSE: Duration = Duration::from_millis(2500);

struct Story<'a> {
    session: Session<'a>,
    /// What the others wait for.
    array: u32,
}

impl Story<'static> {
    /// Tasks that end when they may, with the codes that are given.
    fn new(name: &str, tasks: &str, codes: &[(u32, u32)]) -> Self {
        let session = Session::new(name);
        session.dir.write("gated", GATED);
        session.dir.write("hold", "");
        for (task, code) in codes {
            session.dir.write(&format!("code.{task}"), &code.to_string());
        }
        let array = session.sbatch(&format!("--array={tasks} -o /dev/null gated"));
        Self { session, array }
    }
}

impl Story<'_> {
    /// A job that depends on the array; `X` stands for its id.
    #[track_caller]
    fn depends(&self, dependency: &str) -> u32 {
        let dependency = dependency.replace('X', &self.array.to_string());
        let job = self.session.sbatch(&format!("--depend={dependency} -o /dev/null --wrap true"));
        // What Slurm keeps of it.
        let kept = self.session.squeue(job, "-t all -o %E").remove(0);
        let first = dependency.split([',', '?']).next().unwrap();
        let (kind, of) = first.split_once(':').unwrap_or((first, ""));
        let of = of.split([':', '+']).next().unwrap();
        assert!(kept == "(null)" || kept.starts_with(&format!("{kind}:{of}")), "{dependency}: {kept}");
        job
    }

    fn state(&self, job: u32) -> String {
        self.session.squeue(job, "-t all -o '%t %r'").remove(0)
    }

    #[track_caller]
    fn still_waits(&self, jobs: &[u32]) {
        std::thread::sleep(PAUSE);
        for job in jobs {
            assert_eq!(self.state(*job), "PD Dependency", "{job}");
        }
    }

    fn have_run(&self, jobs: &[u32]) {
        for job in jobs {
            self.session.wait_job(*job, "CD");
        }
    }

    fn never_run(&self, jobs: &[u32]) {
        for job in jobs {
            until(&format!("{job} can never run"), || {
                (self.state(*job) == "PD DependencyNeverSatisfied").then_some(())
            });
        }
    }

    /// Lets a task end once it is told to, or all.
    fn free(&self, name: &str) {
        fs::remove_file(self.session.dir.path().join(name)).unwrap();
    }
}

/// `--depend=after:123_4`, `--depend=afterok:123_4:123_8`
#[test]
fn elements() {
    let story = Story::new("elements", "1-8", &[(5, 3)]);
    for task in [4, 5, 8] {
        story.session.dir.write(&format!("hold.{task}"), "");
    }
    story.session.wait(story.array, &(1..=8).map(|task| format!("{task}:R")).collect::<Vec<_>>().join(" "));
    let after = story.depends("after:X_4");
    story.have_run(&[after]);
    let both = story.depends("afterok:X_4:X_8");
    let any = story.depends("afterany:X_5");
    let bad = story.depends("afternotok:X_5");
    let well = story.depends("afterok:X_5");
    let list = story.depends("afterok:X_4,afterany:X_5");
    let either = story.depends("afterok:X_5?afterok:X_8");
    story.free("hold");
    story.still_waits(&[both, any, bad, well, list, either]);
    story.free("hold.4");
    story.session.wait(story.array, "1:CD 2:CD 3:CD 4:CD 5:R 6:CD 7:CD 8:R");
    story.still_waits(&[both, any, bad, well, list, either]);
    story.free("hold.8");
    story.have_run(&[both, either]);
    assert_eq!(story.state(list), "PD Dependency");
    story.free("hold.5");
    story.have_run(&[any, bad, list]);
    story.never_run(&[well]);
}

/// The clauses on a whole array of which one task fails: "the interpretation of the afterok and afternotok clauses will be
/// based upon the highest exit code from any task".
#[test]
fn an_array_that_fails() {
    let story = Story::new("fails", "1-4", &[(2, 1), (3, 7)]);
    story.session.dir.write("hold.4", "");
    let any = story.depends("afterany:X");
    let well = story.depends("afterok:X");
    let bad = story.depends("afternotok:X");
    let array = story.array;
    let corresponding =
        story.session.sbatch(&format!("-a 1-4 --depend=aftercorr:{array} -o /dev/null --wrap true"));
    story.free("hold");
    story.session.wait(array, "1:CD 2:F 3:F 4:R");
    // The first task is freed by its own.
    until("the first corresponding task has run", || {
        (story.session.tasks(corresponding, "%t").get(&1)?.as_str() == "CD").then_some(())
    });
    story.still_waits(&[any, bad]);
    assert_ne!(story.state(well), "CD None");
    story.free("hold.4");
    story.have_run(&[any, bad]);
    story.never_run(&[well]);
    until("the fourth corresponding task has run", || {
        (story.session.tasks(corresponding, "%t").get(&4)?.as_str() == "CD").then_some(())
    });
    let states = story.session.line(corresponding, "%t");
    assert_eq!(states, "1:CD 2:PD 3:PD 4:CD");
}

/// The clauses on a whole array that does well. "The after clause is satisfied after all tasks in the job array start."
#[test]
fn an_array_that_does_well() {
    let story = Story::new("well", "1-3%2", &[]);
    story.session.wait(story.array, "1:R 2:R 3:PD");
    let after = story.depends("after:X");
    let any = story.depends("afterany:X");
    let well = story.depends("afterok:X");
    let bad = story.depends("afternotok:X");
    story.still_waits(&[after, any, well, bad]);
    story.session.dir.write("hold.3", "");
    story.free("hold");
    story.session.wait(story.array, "1:CD 2:CD 3:R");
    story.have_run(&[after]);
    story.still_waits(&[any, well, bad]);
    story.free("hold.3");
    story.have_run(&[any, well]);
    story.never_run(&[bad]);
}

/// What stands beside the document's examples in sbatch(1): a delay, a job of the same name, a burst buffer, lists.
#[test]
fn the_other_forms() {
    let story = Story::new("forms", "1-2", &[]);
    let (session, array) = (&story.session, story.array);
    session.wait(array, "1:R 2:R");
    let later = story.depends("after:X+1");
    let element = story.depends("after:X_2+1");
    let buffer = story.depends("afterburstbuffer:X");
    let element_buffer = story.depends("afterburstbuffer:X_1");
    let waits =
        session.sbatch(&format!("--depend=afterany:{array}_1,afterany:{array} -o /dev/null --wrap true"));
    let of_both = session.squeue(waits, "-o %E").remove(0);
    assert_eq!(of_both, format!("afterany:{array}_1(unfulfilled),afterany:{array}_*(unfulfilled)"));
    let either =
        session.sbatch(&format!("--depend=afternotok:{array}_1?afterok:{array} -o /dev/null --wrap true"));
    let of_either = session.squeue(either, "-o %E").remove(0);
    assert_eq!(of_either, format!("afternotok:{array}_1(unfulfilled)?afterok:{array}_*(unfulfilled)"));
    // A name that is the test's own: the array's second half must not wait for its first.
    let name = format!("single-{array}");
    let first = session.sbatch(&format!("-J {name} -o /dev/null gated"));
    session.wait_job(first, "R");
    let second = session.sbatch(&format!("-J {name} --depend=singleton -a 1-2 -o /dev/null --wrap true"));
    let kept = session.squeue(later, "-o %E").remove(0);
    assert_eq!(kept, format!("after:{array}_*+1(unfulfilled)"));
    story.still_waits(&[later, element]);
    assert_eq!(session.line(second, "%t"), "1:PD 2:PD");
    story.free("hold");
    story.have_run(&[waits, either, buffer, element_buffer]);
    session.wait(second, "1:CD 2:CD");
    // A minute is not over yet.
    assert_eq!(story.state(later), "PD Dependency");
    assert_eq!(story.state(element), "PD Dependency");
}
