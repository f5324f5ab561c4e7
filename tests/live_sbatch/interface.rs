//! What the command itself says: `--parsable`, `--quiet`, `--test-only`, help, and options that are none.

use super::both::check;
use super::case::{Case, case, told};
use super::{
    arrays, counts, environment, files, gpus, limits, memory, naming, placing, sharing, signals, times,
};

fn cases() -> Vec<Case> {
    vec![
        case("plain", "job.sh"),
        case("parsable", "--parsable job.sh"),
        case("quiet", "-Q job.sh"),
        case("quiet and parsable", "--quiet --parsable job.sh"),
        case("verbose", "-v -n2 job.sh"),
        case("tested only", "--test-only job.sh"),
        case("tested only, quiet", "--test-only -Q job.sh"),
        case("tested only, parsable", "--test-only --parsable job.sh"),
        case("tested only, an array", "--test-only -a 1-3 job.sh"),
        case("tested only, too much", "--test-only -N9 job.sh"),
        case("tested only, a wrong partition", "--test-only -p nosuch job.sh"),
        case("tested only, wrapped", "--test-only --wrap=true"),
        case("the version", "--version"),
        case("the version, briefly", "-V"),
        case("the version before a wrong option", "--version --nosuch"),
        case("a wrong option before the version", "--nosuch --version"),
        case("an unknown option", "--nosuch job.sh"),
        case("an unknown letter", "-7 job.sh"),
        case("an unknown letter among others", "-H7 job.sh"),
        case("an option short of its value", "-n"),
        case("a long option short of its value", "--ntasks"),
        case("a value for an option without", "--hold=yes job.sh"),
        case("an abbreviated option", "--ntask=2 job.sh"),
        case("an ambiguous abbreviation", "--ntasks-per=2 job.sh"),
        case("an abbreviation of two alike", "--tim=2 job.sh"),
        case("a single dash with a long option", "-ntasks=2 job.sh"),
        case("letters together", "-HO job.sh"),
        case("letters together, the last with a value", "-Hn2 job.sh"),
        case("a letter, an equals sign", "-n=2 job.sh"),
        case("an option of srun", "--pty job.sh"),
        case("another option of srun", "--immediate=5 job.sh"),
        case("an option of salloc", "--no-shell job.sh"),
        case("an option of srun in a directive", "job.sh").directives(&["--label"]),
        case("a value in the next word that looks like an option", "-J -n job.sh"),
        case("options behind the script", "job.sh --nosuch -n x"),
        case("words before the options", "job.sh -n2").variable("POSIXLY_CORRECT", "1"),
        case("SBATCH_DEBUG", "job.sh").variable("SBATCH_DEBUG", "0"),
        case("SBATCH_DEBUG that is none", "job.sh").variable("SBATCH_DEBUG", "x"),
        case("SLURM_DEBUG_FLAGS", "job.sh").variable("SLURM_DEBUG_FLAGS", "NoSuch"),
        case("an exit code for errors", "-n x job.sh").variable("SLURM_EXIT_ERROR", "7"),
        case("an exit code for slurmctld's errors", "-p nosuch job.sh").variable("SLURM_EXIT_ERROR", "7"),
        case("waiting off by directive", "job.sh").directives(&["--wait=no"]),
    ]
}

#[test]
fn options_told() {
    let topics = [
        arrays::ROWS,
        counts::ROWS,
        environment::ROWS,
        files::ROWS,
        gpus::ROWS,
        limits::ROWS,
        memory::ROWS,
        naming::ROWS,
        placing::ROWS,
        sharing::ROWS,
        signals::ROWS,
        times::ROWS,
    ];
    let mut cases: Vec<Case> = topics.into_iter().flat_map(told).collect();
    cases.extend([
        case("-vv", "-vv --test-only -n2 job.sh"),
        case(
            "-vvv and much",
            "-vvv --test-only -N1-2 -n2 -c3 --mem=100 -t 5 -p debug,short -J name -o out job.sh a b",
        ),
        case(
            "-v and everything of a node",
            "-v --test-only --mincpus=2 --tmp=10 -C fast -w c1 -x c2 --contiguous job.sh",
        ),
        case("-v of a directive", "-v --test-only job.sh").directives(&["-n3", "-J directive"]),
        case("-v of variables", "-v --test-only job.sh")
            .variable("SBATCH_TIMELIMIT", "5")
            .variable("SBATCH_ACCOUNT", "teaching"),
        case("-v in a variable", "--test-only job.sh").variable("SBATCH_DEBUG", "2"),
        case("-v of components", "-v -n1 : -n2 -J two job.sh"),
        case("-v of PBS", "-vv --test-only job.sh")
            .script("#!/bin/sh\n#PBS -N pbs -l nodes=2:ppn=2,walltime=10:00\ntrue\n"),
        case("-v and a refusal", "-v -p nosuch job.sh"),
        case("-v of a wrapped command", "-v --test-only --wrap=true"),
    ]);
    check("options-told", &cases);
}

#[test]
fn interface() {
    check("interface", &cases());
}
