//! Jobs that run: what they find is the same.

use super::case::{Case, case};
use super::running::{PROBE, check};

/// A script that tells all that it finds, with these lines above.
fn probe(lines: &str) -> String {
    format!("#!/bin/sh\n{lines}{PROBE}")
}

fn cases() -> Vec<Case> {
    let of = |name: &str, words: &str| case(name, words).script(probe(""));
    vec![
        of("plain", "job.sh"),
        of("with arguments", "job.sh one")
            .argument("two words")
            .argument("")
            .argument("'\"\\$")
            .argument("a\nb"),
        of("with odd bytes in arguments", "job.sh").argument(b"\xff\xc3\xbc".to_vec()),
        of("with odd bytes in a variable", "job.sh").variable("BYTES", b"\xffx".to_vec()),
        of("with tasks", "-N2 -n5 -c2 job.sh"),
        of("with tasks of nodes", "-N2 --ntasks-per-node=2 --mem=50 job.sh"),
        of("with memory of CPUs", "-n2 --mem-per-cpu=30 -t 5 job.sh"),
        of("with GPUs", "--gpus-per-node=a100:4 -w c1 job.sh"),
        of("with a name and a priority", "-J 'odd -A teaching --qos=high --nice=5 job.sh"),
        of("with a umask", "job.sh").shell("umask 0027"),
        of("with limits", "job.sh").shell("ulimit -S -c 0; ulimit -S -n 321; ulimit -S -s 4000"),
        of("with limits that stay", "--propagate=NONE job.sh").shell("ulimit -S -n 321"),
        of("with one limit", "--propagate=NOFILE job.sh").shell("ulimit -S -n 321; ulimit -S -c 0"),
        of("in another folder", "-D sub job.sh").file("sub/x", ""),
        of("in a folder that is not there", "-D nowhere job.sh"),
        of("with output by a pattern", "-o %x-%j-%u-%%.out job.sh"),
        of("with output by a padded pattern", "-o out-%8j job.sh"),
        of("with errors apart", "-o out-%j -e err-%j job.sh"),
        of("with output in a folder that is not there", "-o new/out job.sh"),
        of("with output appended", "-o old --open-mode=append job.sh").file("old", "before\n"),
        of("with output truncated", "-o old --open-mode=truncate job.sh").file("old", "before\n"),
        of("with no output", "-o none -e err job.sh"),
        of("with input", "-i in job.sh").file("in", "first\nsecond\n"),
        of("with input that is not there", "-i nowhere job.sh"),
        of("with nothing exported", "--export=NONE job.sh"),
        of("with some exported", "--export=PLAIN,NEW=1 job.sh"),
        of("with all and one exported", "--export=ALL,NEW=two job.sh"),
        of("with a file of variables", "--export-file=variables job.sh")
            .file("variables", "A=1\0B=two words\0"),
        of("an array", "-a 1-3 -o %A-%a.out job.sh"),
        of("an array with a step", "-a 2-8:3%2 -o %a.out job.sh"),
        of("components", "-n1 : -n2 -o other job.sh"),
        of("inside a job", "job.sh")
            .variable("SLURM_JOB_ID", "1")
            .variable("SLURM_NTASKS", "9")
            .variable("SLURM_SUBMIT_DIR", "/x"),
        case("directives", "job.sh")
            .script(probe("#SBATCH -n2 -J 'of a directive'\n#SBATCH -o \"out %x\"\n")),
        case("from standard input", "-o out -e err").input(probe("")),
        case("wrapped", "-o out --wrap").argument(PROBE),
        case("for another interpreter", "-o out job.sh").script("#!/bin/sed -n 2p\nthis line\n"),
        case("an interpreter that is not there", "job.sh").script("#!/nowhere/sh\n"),
        case("without a line end", "-o out job.sh").script("#!/bin/sh\necho last"),
        case("waited for", "--wait -o out --wrap").argument("exit 0"),
        case("waited for, with a code", "--wait -o out --wrap").argument("exit 3"),
        case("waited for, by a signal", "--wait -o out --wrap").argument("kill -9 $$"),
        case("waited for, an array", "--wait -a 0-3 -o out-%a --wrap").argument("exit $SLURM_ARRAY_TASK_ID"),
        case("waited for by a variable", "-o out --wrap").argument("exit 4").variable("SBATCH_WAIT", "1"),
        case("waited for, parsable", "--wait --parsable -o out --wrap").argument("exit 5"),
    ]
}

#[test]
fn runs() {
    check("runs", &cases());
}
