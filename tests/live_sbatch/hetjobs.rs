//! Jobs of several components.

use super::both::check;
use super::case::{Case, case};

fn cases() -> Vec<Case> {
    let of = |name: &str, lines: &[&str]| case(name, "job.sh").directives(lines);
    vec![
        case("two on the command line", "-n1 : -n2 job.sh"),
        case("three on the command line", "-n1 --mem=100 : -n2 -c3 : -N2 job.sh"),
        case("with a name of each", "-J one : -J two job.sh"),
        case("with partitions", "-p debug : -p short job.sh"),
        case("with arguments", "-n1 : -n2 job.sh : -n5"),
        case("wrapped", "-n1 : -n2 --wrap=true"),
        case("from standard input", "-n1 : -n2").input("#!/bin/sh\ntrue\n"),
        case("with an empty component", ": -n2 job.sh"),
        case("with an empty component at the end", "-n2 : job.sh"),
        case("with nothing but colons", ": : job.sh"),
        case("with a wrong component", "-n1 : -n x job.sh"),
        case("with an unknown option", "-n1 : --nosuch job.sh"),
        case("with a partition that is not there", "-n1 : -p nosuch job.sh"),
        case("held", "-H -n1 : -n2 job.sh"),
        case("held in the second", "-n1 : -H -n2 job.sh"),
        case("an array", "-a 1-3 -n1 : -n2 job.sh"),
        case("an array in the second", "-n1 : -a 1-3 job.sh"),
        case("with times", "-t 5 : -t 9 job.sh"),
        case("with a beginning", "--begin=now+1hour -n1 : -n2 job.sh"),
        case("with output", "-o one-%j : -o two-%j job.sh"),
        case("with GPUs", "--gpus=1 : --gres=gpu:2 -n2 job.sh"),
        case("parsable", "--parsable -n1 : -n2 job.sh"),
        case("quiet", "--quiet -n1 : -n2 job.sh"),
        case("with mail and a comment", "--comment=one --mail-type=END : --comment=two job.sh"),
        case("with exports", "--export=PLAIN -n1 : --export=NONE -n2 job.sh"),
        case("with folders", "-D /tmp : -D /usr job.sh"),
        case("tested only", "--test-only -n1 : -n2 job.sh"),
        of("by directives", &["-n1", "hetjob", "-n2"]),
        of("by directives, three", &["-n1 --mem=10", "hetjob", "-n2 -c2", "hetjob", "-N2"]),
        of("by directives, the first empty", &["hetjob", "-n2"]),
        of("by directives, the last empty", &["-n1", "hetjob"]),
        of("by directives, one empty between", &["-n1", "hetjob", "hetjob", "-n3"]),
        of("by the former word", &["-n1", "packjob", "-n2"]),
        of("by directives with names", &["-J one", "hetjob", "-J two"]),
        of("by directives with a wrong one", &["-n1", "hetjob", "-n x"]),
        of("by directives with a word behind", &["-n1", "hetjob more", "-n2"]),
        case("by both", "-n4 : -n5 job.sh").directives(&["-n1 -c2", "hetjob", "-n2 -c3"]),
        case("by both, more on the command line", "-n4 : -n5 : -n6 job.sh")
            .directives(&["-c2", "hetjob", "-c3"]),
        case("by both, more by directives", "-n4 job.sh").directives(&["-c2", "hetjob", "-c3"]),
        case("with variables", "-n1 : -n2 job.sh")
            .variable("SBATCH_TIMELIMIT", "7")
            .variable("SBATCH_PARTITION", "short"),
        case("in a job of components", "job.sh")
            .variable("SLURM_HET_SIZE", "2")
            .variable("SLURM_JOB_ID_HET_GROUP_0", "3"),
    ]
}

#[test]
fn hetjobs() {
    check("hetjobs", &cases());
}
