//! The jobs that were found, row by row.

use super::columns::{Style, Value};
use super::format::Column;
use super::options::Request;
use super::row::{Entry, Rows};
use super::tasks;
use crate::slurm::accounting::{AccountJob, AccountStep, AccountTable};
use std::collections::HashMap;
use std::io::{self, Write};

/// The jobs that were found, as they are to be shown.
pub struct Listing<'a> {
    pub request: &'a Request,
    pub rows: &'a Rows<'a>,
    pub style: &'a Style,
    pub columns: &'a [Column],
}

impl Listing<'_> {
    /// Writes them.
    pub fn write(&self, out: &mut impl Write, table: &dyn AccountTable) -> io::Result<()> {
        for index in self.order(table) {
            let job = table.job(index);
            let condition = &self.request.condition;
            if condition.script || condition.environment {
                self.write_script(out, &job)?;
                continue;
            }
            let steps = if condition.without_steps { Vec::new() } else { table.steps(index) };
            self.write_entry(out, Entry { job, steps, task: None })?;
        }
        Ok(())
    }

    /// In the order of submission. Of a federation's job only the newest record is told, and what was submitted within a
    /// day of it; another cluster's job without the mark of a federation is not its.
    pub fn order(&self, table: &dyn AccountTable) -> Vec<usize> {
        const DAY: i64 = 24 * 60 * 60;
        const LAST_LOCAL_JOB: u32 = 0x03ff_ffff;
        let key = |index: usize| {
            let job = table.job(index);
            (job.submit, job.array_job_id, job.array_task_id, job.jobid)
        };
        let mut keyed: Vec<_> = (0..table.len()).map(|index| (key(index), index)).collect();
        keyed.sort_by_key(|(key, _)| *key);
        if self.request.federation {
            if !self.request.condition.duplicates {
                let mut newest: HashMap<u32, i64> = HashMap::new();
                for ((submit, .., job), _) in &keyed {
                    newest.insert(*job, *submit);
                }
                keyed.retain(|((submit, .., job), _)| {
                    newest.get(job).is_none_or(|newest| *newest <= submit + DAY)
                });
            }
            let own = self.rows.client.configuration().cluster.as_bytes();
            keyed.retain(|(_, index)| {
                let job = table.job(*index);
                job.jobid > LAST_LOCAL_JOB || job.cluster.is_some_and(|cluster| cluster.to_bytes() == own)
            });
        }
        keyed.into_iter().map(|(_, index)| index).collect()
    }

    fn write_script(&self, out: &mut impl Write, job: &AccountJob<'_>) -> io::Result<()> {
        const RULE: &str = "--------------------------------------------------------------------------------";
        let script = self.request.condition.script;
        let id = self.rows.id(job, None);
        let bare = self.rows.habits.bare_scripts;
        if !bare || self.style.header {
            match script {
                true => writeln!(out, "Batch Script for {id}\n{RULE}")?,
                false => writeln!(out, "Environment used for {id} (must be batch to display)\n{RULE}")?,
            }
        }
        let text = if script { job.script } else { job.env };
        out.write_all(text.map_or(b"NONE\n", |text| text.to_bytes()))?;
        if bare { Ok(()) } else { out.write_all(b"\n") }
    }

    fn write_entry(&self, out: &mut impl Write, mut entry: Entry<'_>) -> io::Result<()> {
        let mask = entry.job.array_task_str.filter(|_| self.request.expand_arrays);
        if entry.job.show_full {
            match mask.and_then(|mask| tasks::ranges(mask.to_bytes())) {
                Some(ranges) => {
                    for task in ranges.into_iter().flat_map(|(first, last)| first..=last) {
                        entry.task = Some(task);
                        self.write_job(out, &entry)?;
                    }
                }
                None => self.write_job(out, &entry)?,
            }
        }
        if entry.job.show_full && self.merged(&entry).is_some() {
            return Ok(());
        }
        for step in &entry.steps {
            self.write_row(out, |column| self.rows.step_value(&entry, step, column.kind))?;
        }
        Ok(())
    }

    fn write_job(&self, out: &mut impl Write, entry: &Entry<'_>) -> io::Result<()> {
        let merged = self.merged(entry);
        self.write_row(out, |column| match merged.filter(|_| column.kind.is_of_steps()) {
            Some(step) => self.rows.step_value(entry, step, column.kind),
            None => self.rows.job_value(entry, column.kind),
        })
    }

    /// The step whose figures stand in its job's row.
    fn merged<'e, 'a>(&self, entry: &'e Entry<'a>) -> Option<&'e AccountStep<'a>> {
        let merges = self.rows.habits.merges_steps && !entry.job.track_steps;
        entry.steps.first().filter(|_| merges)
    }

    fn write_row<'r>(&self, out: &mut impl Write, value: impl Fn(Column) -> Value<'r>) -> io::Result<()> {
        for (index, column) in self.columns.iter().enumerate() {
            self.style.value(out, &value(*column), *column, index + 1 == self.columns.len())?;
        }
        out.write_all(b"\n")
    }
}
