//! `--array` expressions: shown as native commands show them, and meaning for `ArrayTasks` what they mean for slurmctld.

use super::session::Session;
use srunx::job::value::ArrayTasks;

/// Numbers that are the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(end)) as u32
    }

    /// A task, a range or a range with a step; now and then far away from the others.
    fn part(&mut self) -> String {
        let far = if self.below(12) == 0 { 3_999_000 } else { 0 };
        let first = far + self.below(150);
        match self.below(3) {
            0 => first.to_string(),
            1 => format!("{first}-{}", first + self.below(60)),
            _ => format!("{first}-{}:{}", first + self.below(120), 1 + self.below(9)),
        }
    }

    /// Parts in any order, over each other, with a limit or not.
    fn expression(&mut self) -> String {
        let parts: Vec<_> = (0..=self.below(6)).map(|_| self.part()).collect();
        let limit = match self.below(3) {
            0 => format!("%{}", self.below(7)),
            _ => String::new(),
        };
        format!("{}{limit}", parts.join(","))
    }

    /// Any characters that expressions consist of.
    fn text(&mut self) -> String {
        const LETTERS: &[u8] = b"0012345679--,,:%[]";
        (0..=self.below(9)).map(|_| LETTERS[self.below(LETTERS.len() as u32) as usize] as char).collect()
    }
}

/// The tasks that slurmctld kept. `-r` does not show the last of a list that is written with a step.
fn kept(session: &Session<'_>, job: u32) -> Vec<u32> {
    let [list] = session.squeue(job, "-o %K").try_into().unwrap();
    let list = list.split('%').next().unwrap();
    let Some((range, step)) = list.split_once(':') else {
        return session.tasks(job, "").into_keys().collect();
    };
    let (first, last) = range.split_once('-').unwrap();
    let [first, last, step]: [usize; 3] = [first, last, step].map(|number| number.parse().unwrap());
    (first..=last).step_by(step).map(|task| task as u32).collect()
}

/// What differs between srunx, native commands and `ArrayTasks` for an expression that all take.
fn check(session: &Session<'_>, expression: &str) -> Vec<String> {
    let mut differences = Vec::new();
    let mut differ = |what: &str, ours: String, theirs: String| {
        if ours != theirs {
            differences.push(format!("{expression}: {what}\n  ours   {ours}\n  theirs {theirs}"));
        }
    };
    let job = session.sbatch(&format!("--hold -o /dev/null --array='{expression}' --wrap true"));
    let id = job.to_string();
    for options in [&["-o", "%i|%K"][..], &["-O", "JobArrayID:900,ArrayTaskID:900"], &["-r", "-o", "%i|%K"]] {
        let arguments = [&["-h", "-j", &id][..], options].concat();
        let ours = session.says(&format!("squeue {}", arguments.join(" ")));
        differ(&arguments.join(" "), ours, session.cluster.slurm("squeue", &arguments));
    }
    let shown = |text: String| {
        text.split_whitespace().find(|word| word.starts_with("ArrayTaskId=")).unwrap().to_owned()
    };
    let ours = session.says(&format!("scontrol show job {job}"));
    differ("show job", shown(ours), shown(session.cluster.slurm("scontrol", &["show", "job", &id])));

    match ArrayTasks::parse(expression) {
        Ok(tasks) => {
            let parsed = tasks.iter().collect::<Vec<_>>();
            differ("tasks", format!("{parsed:?}"), format!("{:?}", kept(session, job)));
            let limit = session.shown(job, "ArrayTaskThrottle").first().cloned();
            differ(
                "limit",
                format!("{:?}", tasks.limit().map(|limit| limit.to_string())),
                format!("{limit:?}"),
            );
        }
        Err(error) => differ("tasks", error, "taken".to_owned()),
    }
    session.quietly(&format!("scancel {job}"));
    differences
}

#[test]
fn mean_the_same_to_all() {
    let session = Session::new("random");
    let mut random = Random(4);
    let mut expressions: Vec<_> = (0..60).map(|_| random.expression()).collect();
    // What is no task for slurmctld is refused by it (below), so here is what is taken, however it looks.
    let odd = std::iter::repeat_with(|| random.text()).filter(|text| ArrayTasks::parse(text).is_ok());
    expressions.extend(odd.filter(|text| text.len() > 3).take(20));
    let differences: Vec<_> = expressions.iter().flat_map(|expression| check(&session, expression)).collect();
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), differences.join("\n"));
}

/// What is wrong to `ArrayTasks` is wrong to slurmctld.
#[test]
fn are_refused_by_all() {
    let session = Session::new("refused");
    let highest: u32 = session.cluster.configured("MaxArraySize").parse::<u32>().unwrap() - 1;
    let too_high = [format!("{}", highest + 1), format!("0-{}", highest + 1), format!("7,{}%2", highest + 1)];
    let wrong = [
        "1-x",
        "5-1",
        "0-5:0",
        "-1",
        "1 ",
        "1--2",
        "1-2:",
        "1:2",
        "1-2:3:4",
        "0x3",
        "1.5",
        "a",
        "1 ,2",
        "1;2",
        "1-2-3",
        "1-9:2:2",
        "1-2:%3",
        "99999999999",
        "4294967297",
        "0-4294967297",
        "(1)",
        "1_2",
        "c1",
        "*",
        "1-3:-1",
        "1/2",
    ];
    for text in wrong.into_iter().chain(too_high.iter().map(String::as_str)) {
        assert!(ArrayTasks::parse(text).is_err(), "{text}");
        let refused = session.run(&format!("sbatch --hold -o /dev/null '--array={text}' --wrap true"));
        let (native, numbers) = refused.stderr.split_once('\n').unwrap();
        assert_eq!(
            (refused.code, native),
            (Some(1), "sbatch: error: Batch job submission failed: Invalid job array specification"),
            "{text}: {refused}"
        );
        // What is numbers, and too high, is told the highest there can be.
        let told = [too_high.as_slice(), &["99999999999".into(), "4294967297".into(), "0-4294967297".into()]];
        match told.concat().iter().any(|high| high == text) {
            true => assert!(
                numbers.ends_with(&format!(" {highest} (MaxArraySize={})\n", highest + 1)),
                "{refused}"
            ),
            false => assert_eq!(numbers, "", "{text}"),
        }
    }
    let last = format!("{}-{highest}", highest - 1);
    assert_eq!(check(&session, &last), [""; 0]);
}

/// slurmctld reads past some mistakes, and into something that nobody may have meant. `ArrayTasks` names them instead.
#[test]
fn what_slurmctld_reads_past() {
    let session = Session::new("lenient");
    let lenient = [
        ("1,", "1"),
        (",1", "1"),
        ("1,,2", "1-2"),
        ("+1", "1"),
        (" 1", "1"),
        ("[1", "1"),
        ("1]", "1"),
        ("[1],2", "1-2"),
        ("[]", "0"),
        ("%2", "0%2"),
        ("1%2,3", "1,3%2"),
        ("1-5%", "1-5"),
        ("1-5%x", "1-5"),
        ("1-5%-1", "1-5"),
        ("1-2%3%4", "1-2%3"),
        ("[1-2]%3", "1-2%3"),
    ];
    for (text, read) in lenient {
        assert!(ArrayTasks::parse(text).is_err(), "{text}");
        let job = session.sbatch(&format!("--hold -o /dev/null '--array={text}' --wrap true"));
        assert_eq!(session.squeue(job, "-o %K"), [read], "{text}");
        session.quietly(&format!("scancel {job}"));
    }
    // No tasks at all are no array.
    let job = session.sbatch("--hold -o /dev/null --array= --wrap true");
    assert_eq!(session.squeue(job, "-o '%i %K'"), [format!("{job} N/A")]);
    assert!(ArrayTasks::parse("").is_err());
}
