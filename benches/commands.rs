//! What srunx's commands cost as whole processes beside Slurm's own, on the private cluster, in one run.
//!
//! `benches/run` starts the cluster and calls this with the C programs' paths. Both of a pair take turns, each begins as
//! often as the other, and medians are compared, because machines are noisy.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// Jobs in the queue while the commands that list are measured.
const JOBS: usize = 5000;
const TASKS: usize = 1_000_000;
/// A partition of the bench's cluster in which nothing starts.
const PARKED: &str = "parked";

fn main() -> Outcome {
    // `cargo bench` adds `--bench`.
    let mut words = std::env::args().skip(1).filter(|word| !word.starts_with("--"));
    let mut program = || words.next().ok_or("usage: commands SUBMIT-PROGRAM COST-PROGRAM");
    let (submit, cost) = (std::fs::canonicalize(program()?)?, std::fs::canonicalize(program()?)?);
    let scratch = std::env::temp_dir().join(format!("srunx-commands-{}", std::process::id()));
    std::fs::create_dir_all(&scratch)?;
    std::env::set_current_dir(&scratch)?;
    std::fs::write("job.sh", "#!/bin/sh\n#SBATCH --ntasks=2\n#SBATCH --mem-per-cpu=10M\ntrue\n")?;
    let measured = Bench { submit, cost }.measure();
    std::fs::remove_dir_all(&scratch)?;
    measured
}

struct Bench {
    submit: PathBuf,
    cost: PathBuf,
}

/// What one process cost.
#[derive(Clone, Copy)]
struct Cost {
    seconds: f64,
    kilobytes: f64,
}

impl Bench {
    fn measure(&self) -> Outcome {
        println!(
            "whole processes: seconds and memory at most, medians; ratios of srunx to native (to reach: 1.00)"
        );
        self.pair(150, &["sbatch", "-p", PARKED, "-o", "/dev/null", "-t", "5", "job.sh"])?;
        self.pair(150, &["sbatch", "-p", PARKED, "-o", "/dev/null", "--wrap", "true"])?;
        clear()?;

        let parked = [JOBS.to_string(), "8".into(), PARKED.into()];
        let filled = Command::new(&self.submit).args(&parked).output()?;
        if !filled.status.success() {
            return Err(String::from_utf8_lossy(&filled.stderr).into_owned().into());
        }
        println!("{JOBS} jobs:");
        let one = slurm("squeue", &["-h", "-o", "%A"])?.lines().next().ok_or("no job")?.to_owned();
        self.pair(60, &["squeue", "-j", &one])?;
        self.pair(60, &["scontrol", "show", "job", &one])?;
        self.pair(60, &["sinfo"])?;
        self.pair(15, &["squeue"])?;
        self.pair(15, &["squeue", "-l", "-S", "-p,i"])?;
        self.pair(15, &["squeue", "-O", "JobArrayID,Name,UserName,StateCompact,Reason,tres-alloc"])?;
        self.pair(15, &["scontrol", "show", "job"])?;
        self.pair(15, &["scontrol", "-o", "-d", "show", "job"])?;
        self.pair(15, &["sacct", "-X", "-n", "-P", "-o", "JobID,JobName,State,ExitCode"])?;
        clear()?;

        let array = format!("0-{}", TASKS - 1);
        slurm("sbatch", &["-p", PARKED, "-o", "/dev/null", "-a", &array, "--wrap", "true"])?;
        println!("an array of {TASKS} tasks:");
        self.pair(15, &["squeue"])?;
        self.pair(5, &["squeue", "-r"])?;
        self.pair(5, &["squeue", "-r", "-h", "-o", "%i %T"])?;
        clear()
    }

    /// Slurm's own command and srunx's, in turns.
    fn pair(&self, rounds: usize, line: &[&str]) -> Outcome {
        let srunx = [&[env!("CARGO_BIN_EXE_srunx")], line].concat();
        let mut costs = [Vec::new(), Vec::new()];
        for round in 0..rounds {
            for turn in 0..2 {
                let who = (round + turn) % 2;
                costs[who].push(self.one(if who == 0 { line } else { &srunx })?);
            }
        }
        let seconds = costs.each_ref().map(|costs| median(costs.iter().map(|cost| cost.seconds)));
        let kilobytes = costs.each_ref().map(|costs| median(costs.iter().map(|cost| cost.kilobytes)));
        println!(
            "{:<60} native {:8.4} s {:7.1} MB  srunx {:8.4} s {:7.1} MB  ratio {:.2}, memory {:.2}",
            line.join(" "),
            seconds[0],
            kilobytes[0] / 1024.0,
            seconds[1],
            kilobytes[1] / 1024.0,
            seconds[1] / seconds[0],
            kilobytes[1] / kilobytes[0],
        );
        Ok(())
    }

    fn one(&self, line: &[&str]) -> Outcome<Cost> {
        let output = Command::new(&self.cost).args(line).output()?;
        let told = String::from_utf8(output.stdout)?;
        let mut words = told.split_whitespace();
        let mut word = || words.next().ok_or("no cost");
        let (seconds, kilobytes, code) = (word()?.parse()?, word()?.parse()?, word()?);
        if code != "0" {
            return Err(format!("{line:?}: code {code}: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        Ok(Cost { seconds, kilobytes })
    }
}

fn slurm(program: &str, arguments: &[&str]) -> Outcome<String> {
    let output = Command::new(program).args(arguments).output()?;
    if !output.status.success() {
        return Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Empties the parked partition, and waits until the records of its jobs are gone.
fn clear() -> Outcome {
    slurm("scancel", &["-p", PARKED])?;
    let start = Instant::now();
    while slurm("scontrol", &["-o", "show", "job"])?.starts_with("JobId=") {
        if start.elapsed() > Duration::from_secs(120) {
            return Err("jobs that were cancelled do not go".into());
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    Ok(())
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
