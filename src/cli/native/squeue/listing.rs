//! The table of jobs or steps, from records to lines.

use super::arrays;
use super::field::Surroundings;
use super::filter::{self, Row};
use super::format::{Column, headings, line};
use super::job_fields::JobTell;
use super::order;
use super::settings::Settings;
use super::step_fields::StepTell;
use crate::slurm::{JobTable, StepTable};
use std::collections::HashMap;
use std::ffi::CStr;
use std::io::{self, Write};

/// How much is kept back until it is written.
const CHUNK: usize = 1 << 16;

/// What ends a listing early.
pub enum Stop {
    /// Standard output cannot be written.
    Write(io::Error),
    /// A letter of the sort that is none.
    Sort(u8),
}

/// Writes the jobs that were asked for.
pub fn jobs(
    table: &dyn JobTable,
    columns: &[Column<JobTell>],
    settings: &Settings,
    with: &Surroundings,
    tier: &dyn Fn(&CStr) -> u32,
    to: &mut dyn Write,
) -> Result<(), Stop> {
    let mut out = Vec::with_capacity(CHUNK * 2);
    if !settings.no_header {
        headings(columns, &mut out, with);
    }
    let mut rows = filter::rows(table, settings, with, tier);
    if !settings.array && !settings.array_unique {
        let length = std::env::var_os("SLURM_BITSTR_LEN");
        let length = length.as_deref().map(std::os::unix::ffi::OsStrExt::as_bytes);
        arrays::combine(&mut rows, table, arrays::shown_length(length));
    }
    let order = match order::jobs(&rows, table, settings.sort.as_deref(), with) {
        Ok(order) => order,
        Err(letter) => {
            to.write_all(&out).map_err(Stop::Write)?;
            return Err(Stop::Sort(letter));
        }
    };
    let mut lines = Lines { table, columns, settings, with, listed: HashMap::new() };
    for row in order.into_iter().filter_map(|at| rows.get(at)) {
        lines.of_job(row, &mut out, to).map_err(Stop::Write)?;
    }
    to.write_all(&out).map_err(Stop::Write)
}

/// Writes jobs' lines.
struct Lines<'a> {
    table: &'a dyn JobTable,
    columns: &'a [Column<JobTell>],
    settings: &'a Settings,
    with: &'a Surroundings,
    /// The arrays whose tasks have been listed one by one, and the last task of each: where such an array is shown for
    /// another partition too, squeue shows that task alone.
    listed: HashMap<usize, u32>,
}

impl Lines<'_> {
    /// A job's line, or the lines of its array tasks.
    fn of_job(&mut self, row: &Row, out: &mut Vec<u8>, to: &mut dyn Write) -> io::Result<()> {
        let mut job = row.job(self.table);
        let partition = row.changes.as_ref().and_then(|changes| changes.partition.as_ref());
        if let Some((_, _, priority @ 1..)) = partition {
            job.priority = *priority;
        }
        let (columns, with) = (self.columns, self.with);
        let mut write = |job: &_, out: &mut Vec<u8>| {
            line(columns, out, with, |field, pen| (field.tell)(job, pen));
            if out.len() >= CHUNK {
                to.write_all(out)?;
                out.clear();
            }
            Ok(())
        };
        if !self.settings.array || job.array_task_str.is_none() {
            return write(&job, out);
        }
        if let Some(last) = self.listed.get(&row.index) {
            job.array_task_str = None;
            job.array_task_id = *last;
            return write(&job, out);
        }
        let tasks = arrays::each(&job, self.table, row, self.settings.whole_arrays);
        job.array_task_str = None;
        for task in tasks.into_iter().flat_map(|(first, last)| first..=last) {
            job.array_task_id = task;
            write(&job, out)?;
        }
        if partition.is_some() {
            self.listed.insert(row.index, job.array_task_id);
        }
        Ok(())
    }
}

/// Writes the steps that were asked for.
pub fn steps(
    table: &dyn StepTable,
    columns: &[Column<StepTell>],
    settings: &Settings,
    with: &Surroundings,
    to: &mut dyn Write,
) -> io::Result<()> {
    let mut out = Vec::with_capacity(CHUNK * 2);
    if !settings.no_header {
        headings(columns, &mut out, with);
    }
    let steps = (0..table.len()).map(|index| table.get(index));
    let steps: Vec<_> = steps.filter(|step| filter::keep_step(step, settings)).collect();
    let order = order::steps(&steps, settings.sort.as_deref(), with);
    for step in order.into_iter().filter_map(|at| steps.get(at)) {
        line(columns, &mut out, with, |field, pen| (field.tell)(step, pen));
        if out.len() >= CHUNK {
            to.write_all(&out)?;
            out.clear();
        }
    }
    to.write_all(&out)
}
