//! One run of squeue: loads, lists, and with `-i` again and again.

mod answer;

use super::super::time_text::TimeFormat;
use super::super::units::Convert;
use super::super::users::Users;
use super::field::Surroundings;
use super::format::{self, Column, Fields};
use super::job_fields::JobTell;
use super::listing::{self, Stop};
use super::settings::Settings;
use super::states_alone::StatesAlone;
use super::step_fields::StepTell;
use super::{PROGRAM, data, echo, fields_of_jobs, fields_of_steps, perror, written};
use crate::job::JobId;
use crate::slurm::{Client, Clusters, JobStateRecord, JobTable, JobsOf, Show, StepTable, StepsOf, code};
use jiff::Zoned;
use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::io::{self, Write};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

/// What stands in the way of going on.
enum Trouble {
    /// It has been told; the next round may do better.
    Told,
    /// There is no next round.
    Last(io::Error),
    /// The command ends at once.
    Ends,
}

/// One run of squeue.
pub struct Session<'a> {
    client: &'a Client,
    settings: Settings,
    clusters: Option<Clusters<'a>>,
    with: Surroundings,
    jobs: Option<Vec<Column<JobTell>>>,
    steps: Option<Vec<Column<StepTell>>>,
    /// Of the data that are asked for in place of a table.
    data_version: u8,
}

impl<'a> Session<'a> {
    pub fn new(client: &'a Client, settings: Settings, clusters: Option<Clusters<'a>>) -> Self {
        let habits = client.habits();
        let with = Surroundings {
            now: 0,
            times: TimeFormat::from_environment(PROGRAM, habits.complains_of_each_time),
            users: Users::new(habits.unknown_users_are_nobody),
            habits: client.squeue_habits(),
            convert: if settings.no_convert { Convert::Not } else { Convert::Exactly },
            expand_patterns: settings.expand_patterns,
            whole_task_lists: settings.whole_arrays || std::env::var_os("SLURM_BITSTR_LEN").is_some(),
        };
        Self { client, settings, clusters, with, jobs: None, steps: None, data_version: 0 }
    }

    pub fn run(mut self) -> ExitCode {
        let mut out = io::stdout();
        let mut code = ExitCode::SUCCESS;
        if self.settings.verbose > 0 {
            let text = echo::text(&self.settings, self.client.squeue_has_option("only-job-state"));
            if let Err(error) = out.write_all(&text) {
                return written(Err(error));
            }
        }
        if let Some(form) = self.settings.form {
            let version = self.with.habits.data_version;
            let Some(known) = data::version(version) else {
                let name = form.media_type();
                PROGRAM.error(format_args!("{name}: the data of {version} are not known to this squeue"));
                return ExitCode::FAILURE;
            };
            self.data_version = known;
            if !self.with.habits.data_parser_may_be_named {
                return written(self.whole_answer(&mut out, form));
            }
        }
        loop {
            match self.round(&mut out) {
                Ok(()) => {}
                Err(Trouble::Told) => code = ExitCode::FAILURE,
                Err(Trouble::Last(error)) => return written(Err(error)),
                Err(Trouble::Ends) => return ExitCode::FAILURE,
            }
            if self.settings.iterate == 0 {
                return code;
            }
            if let Err(error) = out.write_all(b"\n").and_then(|()| out.flush()) {
                return written(Err(error));
            }
            thread::sleep(Duration::from_secs(self.settings.iterate.into()));
        }
    }

    /// One listing, of each cluster.
    fn round(&mut self, out: &mut impl Write) -> Result<(), Trouble> {
        let now = Zoned::now();
        self.with.now = now.timestamp().as_second();
        let Settings { no_header, iterate, verbose, long, .. } = self.settings;
        if !no_header && (iterate > 0 || verbose > 0 || long) {
            writeln!(out, "{}", now.strftime("%a %b %d %T %Y")).map_err(Trouble::Last)?;
        }
        let Some(clusters) = self.clusters.take() else { return self.listing(out, false) };
        let mut result = Ok(());
        let several = clusters.names().len() > 1;
        for (index, name) in clusters.names().enumerate() {
            clusters.ask(index);
            let title =
                [if index > 0 { &b"\n"[..] } else { b"" }, b"CLUSTER: ", name.to_bytes(), b"\n"].concat();
            if !no_header {
                out.write_all(&title).map_err(Trouble::Last)?;
            }
            match self.listing(out, several && no_header) {
                Err(Trouble::Told) => result = Err(Trouble::Told),
                Err(other) => return Err(other),
                Ok(()) => {}
            }
        }
        self.clusters = Some(clusters);
        result
    }

    fn listing(&mut self, out: &mut dyn Write, name_cluster: bool) -> Result<(), Trouble> {
        if let Some(form) = self.settings.form {
            return self.answer(out, form);
        }
        if self.settings.step_flag { self.list_steps(out) } else { self.list_jobs(out, name_cluster) }
    }

    fn list_jobs(&mut self, out: &mut dyn Write, name_cluster: bool) -> Result<(), Trouble> {
        let client = self.client;
        let table: Box<dyn JobTable + '_> = if self.settings.only_state {
            Box::new(StatesAlone::new(self.load_states()?))
        } else {
            let table = self.load_jobs()?;
            if self.settings.verbose > 0 {
                // Of one job's or user's records squeue does not keep the time.
                let some = self.settings.only_job().is_some() || self.settings.only_user().is_some();
                let time = if some { 0 } else { table.last_update() };
                writeln!(out, "last_update_time={time} records={}", table.len()).map_err(Trouble::Last)?;
            }
            table
        };
        if self.jobs.is_none() {
            self.jobs = Some(self.job_columns(&fields_of_jobs(client), name_cluster));
        }
        let tiers = self.tiers();
        let tier = |partition: &CStr| tiers.get(partition).copied().unwrap_or(1);
        let columns = self.jobs.as_deref().unwrap_or_default();
        match listing::jobs(table.as_ref(), columns, &self.settings, &self.with, &tier, out) {
            Ok(()) => Ok(()),
            Err(Stop::Write(error)) => Err(Trouble::Last(error)),
            Err(Stop::Sort(letter)) => {
                let letter = String::from_utf8_lossy(&[letter]).into_owned();
                PROGRAM.error(format_args!("Invalid sort specification: {letter}"));
                Err(Trouble::Ends)
            }
        }
    }

    fn load_jobs(&self) -> Result<Box<dyn JobTable + 'a>, Trouble> {
        let settings = &self.settings;
        let which = match (settings.only_job(), settings.only_user()) {
            (Some(job), _) if job.sluid != 0 => JobsOf::Sluid(job.sluid),
            (Some(job), _) => JobsOf::Job(JobId(job.job_id)),
            (None, Some(user)) => JobsOf::User(user),
            (None, None) => JobsOf::Everyone,
        };
        // What is allocated tells how many CPUs are.
        let cpus = settings.format.as_ref().is_some_and(|format| format.contains(&b'C'));
        let detail = cpus || settings.form.is_some();
        let show = Show {
            all: settings.all || settings.jobs.as_ref().is_some_and(|jobs| !jobs.items.is_empty()),
            detail,
            federation: settings.federation && !settings.local,
            siblings: settings.sibling && !settings.local,
        };
        match self.client.job_table(which, show) {
            Ok(Some(table)) => Ok(table),
            Ok(None) => {
                eprintln!("slurm_load_jobs error: {}", self.client.message(code::INVALID_JOB_ID));
                Err(Trouble::Told)
            }
            Err(error) => {
                perror("slurm_load_jobs error", &error);
                Err(Trouble::Told)
            }
        }
    }

    /// Jobs' states alone. squeue says nothing of what goes wrong here.
    fn load_states(&self) -> Result<Vec<JobStateRecord>, Trouble> {
        let jobs = self.settings.jobs.iter().flat_map(|jobs| &jobs.items);
        let jobs: Vec<(u32, u32)> = jobs.map(|job| (job.job_id, job.array_task)).collect();
        match self.client.job_states(&jobs) {
            Some(Ok(states)) => Ok(states),
            Some(Err(_)) => Err(Trouble::Told),
            None => {
                PROGRAM.error("this libslurm cannot ask for the states of jobs alone");
                Err(Trouble::Told)
            }
        }
    }

    fn job_columns(&self, fields: &Fields<'_, JobTell>, name_cluster: bool) -> Vec<Column<JobTell>> {
        const SHORT: &str = "jobarrayid:.18 ,partition:.9 ,name:.8 ,username:.8 ,statecompact:.2 ,timeused:.10 ,\
                             numnodes:.6 ,reasonlist:0";
        const LONG: &str = "jobarrayid:.18 ,partition:.9 ,name:.8 ,username:.8 ,state:.8 ,timeused:.10 ,timelimit:.9 ,\
                            numnodes:.6 ,reasonlist:0";
        let complain = &mut |text| PROGRAM.error(text);
        match (&self.settings.format, &self.settings.long_format) {
            (Some(format), _) => format::short(format, fields, complain),
            (None, Some(format)) => format::long(format, fields, complain),
            (None, None) if self.settings.only_state => format::short(b"%.18i %.2t", fields, complain),
            (None, None) => {
                let cluster = if name_cluster { "cluster:10 ," } else { "" };
                let usual = if self.settings.long { LONG } else { SHORT };
                format::long(format!("{cluster}{usual}").as_bytes(), fields, complain)
            }
        }
    }

    /// The partitions' priority tiers, where they count.
    fn tiers(&self) -> HashMap<CString, u32> {
        if !self.settings.priority || self.settings.only_state {
            return HashMap::new();
        }
        match self.client.partition_table(true) {
            Ok(table) => {
                let partitions = (0..table.len()).map(|index| table.get(index));
                partitions
                    .filter_map(|part| Some((part.name?.to_owned(), part.priority_tier.into())))
                    .collect()
            }
            Err(error) => {
                perror("slurm_load_partitions", &error);
                HashMap::new()
            }
        }
    }

    fn load_steps(&self) -> Result<Box<dyn StepTable + 'a>, Trouble> {
        self.client.step_table(StepsOf::EVERYONE, self.settings.all).map_err(|error| {
            perror("slurm_get_job_steps error", &error);
            Trouble::Told
        })
    }

    fn list_steps(&mut self, out: &mut dyn Write) -> Result<(), Trouble> {
        let table = self.load_steps()?;
        if self.settings.verbose > 0 {
            writeln!(out, "last_update_time={} records={}", table.last_update(), table.len())
                .map_err(Trouble::Last)?;
        }
        let settings = &self.settings;
        let columns = self.steps.get_or_insert_with(|| {
            let fields = &fields_of_steps(self.client);
            let complain = &mut |text| PROGRAM.error(text);
            match (&settings.format, &settings.long_format) {
                (Some(format), _) => format::short(format, fields, complain),
                (None, Some(format)) => format::long(format, fields, complain),
                (None, None) => format::short(b"%.15i %.8j %.9P %.8u %.9M %N", fields, complain),
            }
        });
        listing::steps(table.as_ref(), columns, settings, &self.with, out).map_err(Trouble::Last)
    }
}
