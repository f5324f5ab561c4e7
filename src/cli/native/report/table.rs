//! Many jobs: a line each, and how their figures are spread.

use super::figures::{Figures, duration, size};
use super::spread::Spread;
use std::collections::BTreeMap;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// As much of a name as is shown.
const LONGEST_NAME: usize = 24;

/// What stands where nothing is known.
const NOTHING: &str = "-";

/// The report on all of them.
pub fn write(out: &mut impl Write, jobs: &[Figures]) -> io::Result<()> {
    let width = |texts: &mut dyn Iterator<Item = usize>, least: usize| texts.max().unwrap_or(0).max(least);
    let ids = width(&mut jobs.iter().map(|job| job.id.len()), "JobID".len());
    let names = width(&mut jobs.iter().map(|job| job.name.width()), "Name".len()).min(LONGEST_NAME);
    writeln!(
        out,
        "{:<ids$}  {:<names$}  {:<13}  {:>6}  {:>6}  {:>11}  {:>11}  {:>8}  {:>10}  {:>8}",
        "JobID", "Name", "State", "Exit", "Cores", "Wall-clock", "CPU", "CPU eff", "Memory", "Mem eff"
    )?;
    for job in jobs {
        write!(out, "{:<ids$}  {}  {:<13}", job.id, fitted(&job.name, names), job.state())?;
        let unfinished = !job.is_finished();
        let exit = if unfinished { NOTHING.into() } else { format!("{}:{}", job.code(), job.signal()) };
        let known = |text: Option<String>| text.unwrap_or_else(|| NOTHING.into());
        // What its steps use is told when they end.
        let over = |text: Option<String>| known(text.filter(|_| !unfinished));
        let wall_clock = known((!job.is_pending()).then(|| duration(job.elapsed)));
        writeln!(
            out,
            "  {exit:>6}  {:>6}  {wall_clock:>11}  {:>11}  {:>8}  {:>10}  {:>8}",
            job.cores,
            over(job.cpu_seconds().map(duration)),
            over(job.cpu_efficiency().map(percent)),
            over(job.memory.used.map(size)),
            over(job.memory_efficiency().map(percent)),
        )?;
    }
    summary(out, jobs)
}

/// A name, how its numbers are spread, and how they are shown.
type Row = (&'static str, Option<Spread>, fn(f64) -> String);

fn summary(out: &mut impl Write, jobs: &[Figures]) -> io::Result<()> {
    let count = |job: &Figures| job.tasks.unwrap_or(1);
    let total: u64 = jobs.iter().map(count).sum();
    let mut states: BTreeMap<&str, u64> = BTreeMap::new();
    for job in jobs {
        *states.entry(job.state()).or_default() += count(job);
    }
    let states: Vec<String> = states.iter().map(|(state, count)| format!("{count} {state}")).collect();
    let noun = |number: u64| if number == 1 { "job" } else { "jobs" };
    writeln!(out, "\n{total} {}: {}", noun(total), states.join(", "))?;
    let over: Vec<&Figures> = jobs.iter().filter(|job| job.is_finished()).collect();
    let unfinished = total - over.len() as u64;
    if unfinished > 0 {
        writeln!(
            out,
            "{unfinished} {} not finished, and not in the figures below.",
            if unfinished == 1 { "is" } else { "are" }
        )?;
    }
    if over.is_empty() {
        return Ok(());
    }
    totals(out, &over)?;
    let rows: [Row; 4] = [
        ("CPU efficiency", Spread::of(over.iter().filter_map(|job| job.cpu_efficiency())), percent),
        ("Memory efficiency", Spread::of(over.iter().filter_map(|job| job.memory_efficiency())), percent),
        (
            "Memory utilized",
            Spread::of(over.iter().filter_map(|job| Some(job.memory.used? as f64))),
            |bytes| size(bytes as u64),
        ),
        ("Wall-clock time", Spread::of(over.iter().map(|job| job.elapsed as f64)), |seconds| {
            duration(seconds.round() as u64)
        }),
    ];
    writeln!(
        out,
        "\n{:<17}  {:>11}  {:>11}  {:>11}  {:>11}  {:>11}  {:>11}",
        "", "min", "25%", "median", "75%", "max", "mean"
    )?;
    for (name, spread, text) in rows {
        match spread {
            Some(spread) => {
                write!(out, "{name:<17}")?;
                for number in spread.all() {
                    write!(out, "  {:>11}", text(number))?;
                }
                writeln!(out)?;
            }
            None => writeln!(out, "{name:<17}  not known")?,
        }
    }
    Ok(())
}

fn totals(out: &mut impl Write, over: &[&Figures]) -> io::Result<()> {
    let had: u64 = over.iter().map(|job| job.core_seconds()).fold(0, u64::saturating_add);
    let known: Vec<_> = over.iter().filter(|job| job.cpu.is_some()).collect();
    if known.is_empty() {
        return writeln!(out, "CPU Utilized: unknown, of {} core-walltime", duration(had));
    }
    let had: u64 = known.iter().map(|job| job.core_seconds()).fold(0, u64::saturating_add);
    let used: u64 = known.iter().filter_map(|job| job.cpu_seconds()).fold(0, u64::saturating_add);
    let share = if had == 0 { 0.0 } else { 100.0 * used as f64 / had as f64 };
    writeln!(out, "CPU Utilized: {}", duration(used))?;
    writeln!(out, "CPU Efficiency: {share:.2}% of {} core-walltime", duration(had))
}

fn percent(share: f64) -> String {
    format!("{:.2}%", 100.0 * share)
}

/// A name in so many columns; control characters, which may come from anybody, are shown as dots.
fn fitted(name: &str, width: usize) -> String {
    let mut text = String::new();
    let mut used = 0;
    for character in name.chars().map(|c| if c.is_control() { '.' } else { c }) {
        let columns = unicode_width::UnicodeWidthChar::width(character).unwrap_or(0);
        if used + columns > width {
            break;
        }
        used += columns;
        text.push(character);
    }
    text.push_str(&" ".repeat(width - used));
    text
}

#[cfg(test)]
mod tests {
    use super::super::figures::Memory;
    use super::super::figures::tests::half;
    use super::*;

    #[test]
    fn an_array() {
        let task = |number: u32, cpu: u128, used: Option<u64>| Figures {
            id: format!("6_{number}"),
            task: Some((6, number)),
            cpu: Some(cpu * 1_000_000),
            memory: Memory { used, ..half().memory },
            ..half()
        };
        let jobs = [
            task(0, 0, None),
            task(1, 7200, Some(1 << 30)),
            Figures { state: 5, exit: 0x100, ..task(2, 28_800, Some(8 << 30)) },
            Figures { state: 1, ..task(3, 0, None) },
            Figures { id: "6_[4-9]".into(), tasks: Some(6), state: 0, ..task(4, 0, None) },
        ];
        let mut out = Vec::new();
        write(&mut out, &jobs).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r"
        JobID    Name   State            Exit   Cores   Wall-clock          CPU   CPU eff      Memory   Mem eff
        6_0      train  COMPLETED         0:0       8     01:00:00     00:00:00     0.00%           -         -
        6_1      train  COMPLETED         0:0       8     01:00:00     02:00:00    25.00%     1.00 GB    12.50%
        6_2      train  FAILED            1:0       8     01:00:00     08:00:00   100.00%     8.00 GB   100.00%
        6_3      train  RUNNING             -       8     01:00:00            -         -           -         -
        6_[4-9]  train  PENDING             -       8            -            -         -           -         -

        10 jobs: 2 COMPLETED, 1 FAILED, 6 PENDING, 1 RUNNING
        7 are not finished, and not in the figures below.
        CPU Utilized: 10:00:00
        CPU Efficiency: 41.67% of 1-00:00:00 core-walltime

                                   min          25%       median          75%          max         mean
        CPU efficiency           0.00%       12.50%       25.00%       62.50%      100.00%       41.67%
        Memory efficiency       12.50%       34.38%       56.25%       78.12%      100.00%       56.25%
        Memory utilized        1.00 GB      2.75 GB      4.50 GB      6.25 GB      8.00 GB      4.50 GB
        Wall-clock time       01:00:00     01:00:00     01:00:00     01:00:00     01:00:00     01:00:00
        ");
    }

    #[test]
    fn names_fit() {
        assert_eq!(fitted("ab", 4), "ab  ");
        assert_eq!(fitted("a\x1b[2Jb", 4), "a.[2");
        assert_eq!(fitted("日本語", 5), "日本 ");
    }
}
