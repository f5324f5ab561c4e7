//! A listing as data, in place of a table.

use super::super::PROGRAM;
use super::super::data::{self, Telling};
use super::{Session, Trouble};
use crate::cli::native::data::{Data, Form, Layout, Parser, openapi_meta, parser_meta};
use crate::slurm::{JobsOf, Show};
use std::io::{self, Write};

impl Session<'_> {
    /// The jobs, the steps or the jobs' states that were asked for, and what stands beside them.
    pub(super) fn answer(&self, out: &mut dyn Write, form: Form) -> Result<(), Trouble> {
        let settings = &self.settings;
        let mut answer = Data::map();
        if settings.step_flag {
            let table = self.load_steps()?;
            self.finish(out, form, &mut answer, |answer, with| {
                answer.put("steps", data::steps(table.as_ref(), with));
                answer.put("last_update", with.time(table.last_update()));
            })
        } else if settings.only_state {
            let states = self.load_states()?;
            self.finish(out, form, &mut answer, |answer, with| {
                answer.put("jobs", data::states(&states, with))
            })
        } else {
            let mut table = self.load_jobs()?;
            self.finish(out, form, &mut answer, |answer, with| {
                answer.put("jobs", data::jobs(table.as_mut(), settings, &self.with, with));
                answer.put("last_backfill", with.time(table.last_backfill()));
                answer.put("last_update", with.time(table.last_update()));
            })
        }
    }

    fn finish(
        &self,
        out: &mut dyn Write,
        form: Form,
        answer: &mut Data,
        tell: impl FnOnce(&mut Data, &Telling<'_>),
    ) -> Result<(), Trouble> {
        let (settings, habits) = (&self.settings, &self.with.habits);
        let parser = match Parser::asked(PROGRAM, settings.data_parser.as_deref(), habits.data_version, form)
        {
            Ok(parser) => parser,
            Err(true) => return Ok(()),
            Err(false) => return Err(Trouble::Told),
        };
        let with = Telling::new(&parser, self.data_version, &self.with.users, self.client);
        tell(answer, &with);
        let command = match settings.command.as_slice() {
            [words @ .., _] if habits.command_is_cut => words,
            words => words,
        };
        answer.put("meta", parser_meta(self.client, &parser, command));
        answer.put("errors", Data::List(Vec::new()));
        answer.put("warnings", with.warnings());
        let mut text = answer.write(form, self.layout());
        text.push(b'\n');
        out.write_all(&text).map_err(Trouble::Last)
    }

    /// All jobs, whatever else was asked for: the answer of the REST interface.
    pub(super) fn whole_answer(&self, out: &mut dyn Write, form: Form) -> io::Result<()> {
        let habits = &self.with.habits;
        let mut answer = Data::map();
        answer.put("meta", openapi_meta(self.client, habits.data_version));
        answer.put("errors", Data::List(Vec::new()));
        answer.put("jobs", Data::List(Vec::new()));
        let parser = Parser { name: String::new(), complex: false };
        let with = Telling::new(&parser, self.data_version, &self.with.users, self.client);
        let show = Show { all: true, detail: true, ..Show::default() };
        match self.client.job_table(JobsOf::Everyone, show) {
            Ok(Some(table)) => answer.put("jobs", data::openapi_jobs(table.as_ref(), &self.settings, &with)),
            Ok(None) => {}
            Err(error) => {
                for line in error.log() {
                    PROGRAM.say(line);
                }
                let mut said = Data::map();
                said.put("description", "Failed while looking for jobs".into());
                // What the call returns is told, not the code of the error that it leaves behind.
                said.put("error_number", Data::Int(-1));
                said.put("error", "Unspecified error".into());
                said.put("source", "slurm_load_jobs".into());
                answer.put("errors", Data::List(vec![said]));
            }
        }
        out.write_all(&answer.write(form, self.layout()))
    }

    fn layout(&self) -> Layout {
        Layout { empty_lists_in_lines: self.with.habits.empty_lists_in_lines, ..self.settings.layout }
    }
}
