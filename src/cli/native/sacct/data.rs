//! Jobs as data: `--json`, `--yaml`.

mod openapi;
mod parser;
mod tres;

use super::PROGRAM;
use super::listing::Listing;
use super::options::Language;
use super::row::Entry;
use crate::cli::native::data::{Data, Layout, Parser, openapi_meta, parser_meta};
use crate::job::Hostlist;
use crate::slurm::Text;
use crate::slurm::accounting::{AccountTable, Tres};
use std::ffi::OsString;
use std::io::{self, Write};

/// What the data are made with, beside what rows are made with.
pub struct Asked<'a> {
    pub language: &'a Language,
    /// The command line, the program's name first.
    pub command: &'a [OsString],
    /// All resources, in slurmdbd's order.
    pub tres: &'a [Tres],
}

impl Listing<'_> {
    /// Writes the jobs as data. Where there is no such data parser it has been said, and sacct thinks nothing of it.
    pub fn write_data(
        &self,
        out: &mut impl Write,
        table: &dyn AccountTable,
        asked: &Asked<'_>,
    ) -> io::Result<()> {
        let habits = &self.rows.habits;
        let Language { form, layout, parser } = asked.language;
        let form = *form;
        let entry = |index| {
            let steps = if self.request.condition.without_steps { Vec::new() } else { table.steps(index) };
            Entry { job: table.job(index), steps, task: None }
        };
        let mut answer = Data::map();
        if !habits.json_value {
            let name = format!("db{}", habits.data_version);
            answer.put("meta", openapi_meta(self.rows.client, &name));
            answer.put("meta/plugin/name", Data::text(format!("Slurm OpenAPI DB {}", habits.data_version)));
            answer
                .put("errors", Data::List(if table.is_empty() { vec![nothing_found()] } else { Vec::new() }));
            // In the order in which slurmdbd told them.
            let jobs = (0..table.len()).map(|index| openapi::job(self.rows, &entry(index), asked.tres));
            answer.put("jobs", Data::List(jobs.collect()));
            let layout = Layout { empty_lists_in_lines: true, ..*layout };
            return out.write_all(&answer.write(form, layout));
        }
        let Ok(parser) = Parser::asked(PROGRAM, parser.as_deref(), habits.data_version, form) else {
            return Ok(());
        };
        let command = match asked.command {
            [words @ .., _] if habits.command_is_cut => words,
            words => words,
        };
        let jobs = self
            .order(table)
            .into_iter()
            .map(|index| parser::job(self.rows, &entry(index), &parser, asked.tres));
        answer.put("jobs", Data::List(jobs.collect()));
        answer.put("meta", parser_meta(self.rows.client, &parser, command));
        answer.put("errors", Data::List(Vec::new()));
        answer.put("warnings", Data::List(Vec::new()));
        out.write_all(&answer.write(form, *layout))?;
        out.write_all(b"\n")
    }
}

/// The hosts of a list one by one; none where there is no list.
fn hosts(nodes: Text<'_>) -> Option<Data> {
    let hosts = nodes?.to_str().ok()?.parse::<Hostlist>().ok()?;
    Some(Data::List(hosts.iter().map(Data::text).collect()))
}

/// What the REST interface says of no jobs.
fn nothing_found() -> Data {
    let mut said = Data::map();
    said.put("description", "Nothing found".into());
    said.put("error_number", Data::Int(9003));
    said.put("error", "Nothing found with query".into());
    said.put("source", "slurmdb_jobs_get".into());
    said
}
