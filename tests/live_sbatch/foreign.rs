//! Directives of other batch systems.

use super::both::check;
use super::case::{Case, case};

const PBS: &[&str] = &[
    "-N name",
    "-A teaching",
    "-q short",
    "-o out",
    "-e err",
    "-l nodes=2",
    "-l nodes=2:ppn=3",
    "-l walltime=1:02:03",
    "-l mem=300mb,walltime=10:00",
    "-l ncpus=4",
    "-l select=2",
    "-l select=2:ncpus=3:mem=1gb",
    "-l nodes=c1+c2",
    "-l procs=3",
    "-l cput=100",
    "-l pmem=10mb",
    "-l file=1gb",
    "-l naccelerators=1",
    "-l nice=3",
    "-h",
    "-H",
    "-I",
    "-J 1-3",
    "-t 1-3",
    "-j oe",
    "-j eo",
    "-j n",
    "-k oe",
    "-m abe",
    "-m n",
    "-M someone",
    "-p 5",
    "-p -5",
    "-r n",
    "-r y",
    "-S /bin/sh",
    "-u root",
    "-v PLAIN,A=1",
    "-V",
    "-w /tmp",
    "-W depend=afterok:1",
    "-W umask=077",
    "-W group_list=x",
    "-a 2031",
    "-a 203102030405",
    "-C x",
    "-c n",
    "-P x",
    "-l nosuch=1",
    "--nosuch",
    "-Z",
    "-l",
];

const BSUB: &[&str] = &[
    "-J name",
    "-q short",
    "-n 4",
    "-o out",
    "-e err",
    "-W 1:30",
    "-W 45",
    "-M 300",
    "-P teaching",
    "-R span[ptile=2]",
    "-R \"rusage[mem=100]\"",
    "-cwd /tmp",
    "-i in",
    "-m c1",
    "-x",
    "-H",
    "-b 12:00",
    "-w done(1)",
    "-u someone",
    "-N",
    "-B",
    "-I",
    "-K",
    "-r",
    "-Z",
    "-n x",
];

fn whole() -> Vec<Case> {
    let of =
        |name: &str, words: &str, lines: &str| case(name, words).script(format!("#!/bin/sh\n{lines}true\n"));
    vec![
        of("both kinds", "job.sh", "#PBS -N pbs\n#SBATCH -J sbatch\n"),
        of("both kinds, the other way", "job.sh", "#SBATCH -J sbatch\n#PBS -N pbs\n"),
        of("three kinds", "job.sh", "#BSUB -J bsub\n#PBS -N pbs\n#SBATCH -n2\n"),
        of("ignored", "--ignore-pbs job.sh", "#PBS -N pbs -l nodes=2\n#BSUB -J bsub\n"),
        of("against the command line", "-J line job.sh", "#PBS -N pbs\n"),
        of("after a command", "job.sh", "true\n#PBS -N pbs\n"),
        case("ignored by a variable", "job.sh")
            .script("#!/bin/sh\n#PBS -N pbs\ntrue\n")
            .variable("SBATCH_IGNORE_PBS", "1"),
        case("ignored by a variable that is empty", "job.sh")
            .script("#!/bin/sh\n#PBS -N pbs\ntrue\n")
            .variable("SBATCH_IGNORE_PBS", ""),
        case("against a variable", "job.sh")
            .script("#!/bin/sh\n#PBS -N pbs\ntrue\n")
            .variable("SBATCH_JOB_NAME", "variable"),
    ]
}

#[test]
fn foreign() {
    let line = |kind: &str, line: &str| {
        case(format!("#{kind} {line}"), "job.sh").script(format!("#!/bin/sh\n#{kind} {line}\ntrue\n"))
    };
    let mut cases: Vec<Case> = PBS.iter().map(|text| line("PBS", text)).collect();
    cases.extend(BSUB.iter().map(|text| line("BSUB", text)));
    cases.extend(whole());
    check("foreign", &cases);
}
