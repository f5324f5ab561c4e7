//! Dependencies. The jobs that are named are submitted first and wait for ever.

use super::both::check_on;
use super::case::{Case, case};
use super::controller::Controller;

const EXPRESSIONS: &[&str] = &[
    "after:{one}",
    "after:{one}+5",
    "afterany:{one}",
    "afterok:{one}:{two}",
    "afternotok:{one}",
    "aftercorr:{array}",
    "afterburstbuffer:{one}",
    "afterok:{one},afterany:{two}",
    "afterok:{one}?afterany:{two}",
    "afterok:{one},afterany:{two}?after:{one}",
    "singleton",
    "singleton,afterok:{one}",
    "afterok:{array}",
    "afterok:{array}_2",
    "afterok:{array}_*",
    "afterany:{array}_9",
    "expand:{one}",
    "{one}",
    "AFTEROK:{one}",
    "afterok:987654",
    "afterok:{one}:987654",
    "afterok:",
    "afterok",
    "afterok:x",
    "afterok:{one},",
    "afterok: {one}",
    "after:{one}+x",
    "never:{one}",
    "afterok:{one}afterany:{two}",
    ":{one}",
    "",
    ",",
    "?",
];

#[test]
fn dependencies() {
    let controller = Controller::closed();
    let submit = |arguments: &[&str]| {
        let words = [&["--parsable", "-o", "/dev/null", "--wrap", "true"], arguments].concat();
        controller.cluster.slurm("sbatch", &words).trim().to_owned()
    };
    let (one, two, array) = (submit(&[]), submit(&[]), submit(&["-a", "0-4"]));
    submit(&["-J", "alone"]);
    let known = |text: &str| text.replace("{one}", &one).replace("{two}", &two).replace("{array}", &array);
    let mut cases: Vec<Case> = EXPRESSIONS
        .iter()
        .map(|expression| case(*expression, "-d").argument(known(expression)).then("job.sh"))
        .collect();
    let either = known("afterok:{one}?afternotok:{two}");
    cases.extend([
        case("long", &known("--dependency=afterok:{one} job.sh")),
        case("directive", "job.sh").directives(&[&known("-d afterany:{one}")]),
        case("kept on an invalid one", &known("-d afterok:{one} --kill-on-invalid-dep=no job.sh")),
        case("ended by an invalid one", &known("-d afterok:{one} --kill-on-invalid-dep=yes job.sh")),
        case("a singleton with a name", "-d singleton -J alone job.sh"),
        case("an array on an array", &known("-d aftercorr:{array} -a 0-4 job.sh")),
        case("in a variable it says nothing", "job.sh").variable("SBATCH_DEPENDENCY", known("afterok:{one}")),
        case("of the job around it", "job.sh").variable("SLURM_JOB_DEPENDENCY", known("afterok:{one}")),
        case("either of two, quoted in a directive", "job.sh")
            .directives(&[&format!("--dependency='{either}'")]),
        case("a leading zero", &known("-d afterok:0{one} job.sh")),
    ]);
    check_on(&controller, "dependencies", &cases);
}
