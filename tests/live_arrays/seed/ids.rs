//! "Job ID and Environment Variables".

use crate::live_support::until;
use crate::session::Session;
use std::collections::BTreeSet;

/// The variables of the example, seen by the jobs. Slurm keeps the array's own id for the task that starts last; the
/// document has it with the first.
#[test]
fn variables_of_each_task() {
    let session = Session::new("variables");
    session.dir.write("tmp", "#!/bin/bash\nenv | grep -E '^SLURM_(ARRAY|JOB_ID=)' | sort >env.$$\nmv env.$$ env.$SLURM_ARRAY_TASK_ID\n");
    let said = session.says("sbatch --array=1-3 -N1 -o /dev/null tmp");
    let job: u32 = said.trim().strip_prefix("Submitted batch job ").unwrap().parse().unwrap();
    let sparse = session.sbatch("--array=4-12:4,20 -o /dev/null tmp");
    for task in [1, 2, 3, 4, 8, 12, 20] {
        session.dir.wait_for(&format!("env.{task}"));
    }
    for (array, tasks, count) in [(job, &[1, 2, 3][..], 3), (sparse, &[4, 8, 12, 20], 4)] {
        let mut ids = BTreeSet::new();
        for task in tasks {
            let id = session.shown(format!("{array}_{task}"), "JobId");
            let [id] = id.as_slice() else { panic!("{id:?}") };
            let text = session.dir.read(&format!("env.{task}"));
            let has = |name: &str, value: &str| {
                assert!(text.lines().any(|line| line == format!("{name}={value}")), "{name}={value}\n{text}");
            };
            has("SLURM_JOB_ID", id);
            has("SLURM_ARRAY_JOB_ID", &array.to_string());
            has("SLURM_ARRAY_TASK_ID", &task.to_string());
            has("SLURM_ARRAY_TASK_COUNT", &count.to_string());
            has("SLURM_ARRAY_TASK_MAX", &tasks[tasks.len() - 1].to_string());
            has("SLURM_ARRAY_TASK_MIN", &tasks[0].to_string());
            ids.insert(id.clone());
        }
        // "Each task of the job array will have a unique Slurm job_id."
        assert_eq!(ids.len(), tasks.len());
        assert!(ids.contains(&array.to_string()));
    }
}

/// ""37" or "36_2" would be equivalent ways to identify the second array element of job 36."
#[test]
fn an_id_and_an_element_are_the_same() {
    let session = Session::new("ids");
    let job = session.sbatch("--array=1-3 -o /dev/null --wrap 'sleep 1000'");
    session.wait(job, "1:R 2:R 3:R");
    let element = format!("{job}_2");
    let id = session.tasks(job, "%A")[&2].clone();
    assert_ne!(id, job.to_string());
    let both = [id.as_str(), element.as_str()];
    for name in both {
        assert_eq!(session.squeue(name, "-o '%i %A %F %K'"), [format!("{element} {id} {job} 2")]);
        assert_eq!(session.shown(name, "JobId"), [id.as_str()]);
        assert_eq!(session.shown(name, "ArrayTaskId"), ["2"]);
        let steps = session.says(&format!("scontrol show step {name}"));
        assert!(steps.starts_with(&format!("StepId={element}.batch ")), "{steps}");
        let steps = session.says(&format!("squeue -h -s -j {name} -o %i"));
        assert_eq!(steps.trim(), format!("{element}.batch"));
    }
    for (name, other) in [(both[0], both[1]), (both[1], both[0])] {
        session.quietly(&format!("scontrol suspend {name}"));
        assert_eq!(session.line(job, "%t"), "1:R 2:S 3:R");
        session.quietly(&format!("scontrol resume {other}"));
        assert_eq!(session.line(job, "%t"), "1:R 2:R 3:R");
        session.quietly(&format!("scontrol update JobId={name} Comment=by-{name}"));
        assert_eq!(session.shown(other, "Comment"), [format!("by-{name}")]);
        session.quietly(&format!("scontrol requeuehold {name}"));
        session.wait(job, "1:R 2:PD 3:R");
        until("it has left its node", || (session.squeue(other, "-o %T") == ["PENDING"]).then_some(()));
        // What was queued again waits for two minutes, if it is not told otherwise.
        session.quietly(&format!("scontrol release {other}"));
        session.quietly(&format!("scontrol update JobId={name} StartTime=now"));
        session.wait(job, "1:R 2:R 3:R");
    }
    session.quietly(&format!("scancel {id}"));
    session.wait(job, "1:R 2:CA 3:R");
    session.quietly(&format!("scancel {job}_3"));
    session.wait(job, "1:R 2:CA 3:CA");
    for name in both {
        until("it is accounted for", || {
            let lines = session.says(&format!("sacct -X -n -P -j {name} -o JobID,JobIDRaw,State"));
            lines.trim().starts_with(&format!("{element}|{id}|CANCELLED")).then_some(())
        });
    }
}

/// "The job_resume2() function might return an array of error codes indicating that tasks 1 and 2 have already completed;
/// tasks 3 through 5 are resumed successfully, and tasks 6 through 99 have not yet started."
#[test]
fn an_answer_for_each_task() {
    let session = Session::new("answers");
    let script = "[ $SLURM_ARRAY_TASK_ID -le 2 ] || sleep 1000";
    let job = session.sbatch(&format!("--array=1-99%3 -o /dev/null --wrap '{script}'"));
    until("two are over and three run", || {
        let states = session.tasks(job, "%t");
        (states.values().filter(|state| *state == "CD").count() == 2
            && states.values().filter(|state| *state == "R").count() == 3)
            .then_some(())
    });
    let answers = format!(
        "{job}_1-2: Job/step already completing or completed\n{job}_3-5: No error\n{job}_6-99: Job is pending execution\n"
    );
    assert_eq!(session.fails(&format!("scontrol suspend {job}")), answers);
    assert_eq!(session.squeue(job, "-t S -S i -o %i"), [3, 4, 5].map(|task| format!("{job}_{task}")));
    assert_eq!(session.fails(&format!("scontrol resume {job}")), answers);
    // Of a list only what was asked for.
    let some = session.fails(&format!("scontrol suspend {job}_[2,4,7-8]"));
    let (first, rest) = some.split_once('\n').unwrap();
    assert_eq!(first, format!("{job}_2: Job/step already completing or completed"));
    assert!(rest.starts_with(&format!("{job}_4: No error\n")), "{some}");
    assert_eq!(session.squeue(job, "-t S -o %i"), [format!("{job}_4")]);
    assert_eq!(
        session.fails(&format!("scontrol suspend {job}_100")),
        format!("{job}_100: Invalid job id specified\n")
    );
}
