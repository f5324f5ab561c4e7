//! Submitting: what slurmctld is asked for, by a workflow or by `srunx sbatch`, and what it answers.

use super::asked::{Submission, check_gres, describe};
use super::client::Client;
use super::description::Description;
use super::driver::Failure;
use super::error::Error;
use super::records::Submitted;
use super::request::{options, submit_line};
use super::trace::telling;
use crate::job::value::identity::Names;
use crate::job::{ArrayTasks, Dialect, JobRequest};
use crate::sbatch::{Context, Notices, Variables, job_environment, resolve, tell_component};
use jiff::Zoned;
use std::ffi::{CStr, CString, OsString};

/// `MAIL_ARRAY_TASKS`: events of an array's tasks count, not those of the array. slurmctld goes by it too when it tells of
/// ends; without events of which mail is sent, none is.
const MAIL_ARRAY_TASKS: u16 = 0x200;
/// The most tasks of an array each of whose ends slurmctld is asked to tell. Of a larger one it tells only the last.
const TOLD_SINGLY: u32 = 1000;

/// A workflow submits for its own user: it knows no others.
struct Nobody;

impl Names for Nobody {
    fn id_of(&self, _name: &str) -> Option<u32> {
        None
    }

    fn has(&self, _id: u32) -> bool {
        false
    }
}

/// The driver's side of submitting.
pub(super) trait SubmitJobs {
    /// `slurm_submit_batch_job`
    fn submit(&self, job: &Description<'_>) -> Result<Submitted, Failure>;
    /// `slurm_submit_batch_het_job`
    fn submit_heterogeneous(&self, components: &[Description<'_>]) -> Result<Submitted, Failure>;
    /// `slurmdb_get_first_avail_cluster`, `slurmdb_get_first_het_job_cluster`: the cluster's name. All calls go to it from
    /// then on.
    fn choose_cluster(&self, components: &[Description<'_>], names: &CStr) -> Result<String, Failure>;
    /// `slurm_job_will_run`, `slurm_het_job_will_run`: says so in the library's log.
    fn would_run(&self, components: &[Description<'_>]) -> Result<(), Failure>;
}

impl Client {
    /// Submits a batch job, with what sbatch would have added to its environment. One that is submitted after
    /// [`Client::listen`] tells of its end.
    ///
    /// # Errors
    /// What slurmctld or the way to it objects to.
    pub fn submit(&self, request: &JobRequest) -> Result<Submitted, Error> {
        let dialect = self.dialect();
        let mut notices = Notices::default();
        let mut job = self.describe(request, &dialect, &mut notices)?;
        if let Some(push) = self.push() {
            job.resp_host = CString::new(push.host.as_str()).ok();
            job.other_port = Some(push.port);
            let tasks = request.array.as_ref().map_or(0, ArrayTasks::count);
            if (1..=TOLD_SINGLY).contains(&tasks) && job.mail_type.is_none_or(|events| events == 0) {
                job.mail_type = Some(MAIL_ARRAY_TASKS);
            }
        }
        let mut submitted = self.driver().submit(&job).map_err(|failure| self.error(failure))?;
        notices.lines.extend(submitted.message.take());
        submitted.message = Some(notices.lines.join("\n")).filter(|message| !message.is_empty());
        Ok(submitted)
    }

    /// A request as sbatch would describe it.
    fn describe(
        &self,
        request: &JobRequest,
        dialect: &Dialect,
        notices: &mut Notices,
    ) -> Result<Description<'static>, Error> {
        let context = Context {
            dialect,
            now: Zoned::now,
            cwd: &request.work_dir,
            root: false,
            users: &Nobody,
            groups: &Nobody,
            plane_size: None,
        };
        let refused = |refused: crate::sbatch::Refused| Error::Options(refused.to_string());
        let options = options(request, &context)?;
        let mut environ: Variables = request.environment.iter().cloned().collect();
        self.surroundings().tell(&mut environ);
        let checks = &self.configuration().checks;
        let job = resolve(options, None, &context, checks, &mut environ, notices).map_err(refused)?;
        let mut environment = job_environment(&job, &environ, None, &context);
        tell_component(&mut environment, &job, None, &context, self.configuration().hydra);
        let argv = match request.argv.as_slice() {
            [] => &[OsString::from(&request.name)][..],
            argv => argv,
        };
        let own = || telling(submit_line(), request.token.as_deref());
        let line = request.submit_line.clone().unwrap_or_else(own);
        let submission = Submission {
            script: Some(request.script.as_bytes()),
            argv,
            environment: &environment,
            submit_line: &line,
        };
        let mut described = describe(&job, &submission, dialect)?;
        check_gres(&mut described, &checks.tres, dialect, notices).map_err(refused)?;
        Ok(described)
    }

    /// Submits a job as it is described; several components make a heterogeneous one. Nothing is added.
    ///
    /// # Errors
    /// What slurmctld or the way to it objects to.
    pub fn submit_described(&self, components: &[Description<'_>]) -> Result<Submitted, Error> {
        match components {
            [job] => self.driver().submit(job),
            components => self.driver().submit_heterogeneous(components),
        }
        .map_err(|failure| self.error(failure))
    }

    /// Chooses among clusters the one where a job would start first, and talks to it from then on. What the library says
    /// of clusters that are not to be had is in [`Client::log`].
    ///
    /// # Errors
    /// When none of them can be had.
    pub fn choose_cluster(&self, components: &[Description<'_>], names: &str) -> Result<String, Error> {
        let names = CString::new(names).map_err(|_| Error::Nul { what: "--clusters".into() })?;
        self.driver().choose_cluster(components, &names).map_err(|failure| self.error(failure))
    }

    /// Asks when a job would run. slurmctld's answer is in [`Client::log`], a line each, as sbatch prints it.
    ///
    /// # Errors
    /// What slurmctld or the way to it objects to.
    pub fn would_run(&self, components: &[Description<'_>]) -> Result<(), Error> {
        self.driver().would_run(components).map_err(|failure| self.error(failure))
    }
}
