//! Submitting: what slurmctld is asked for, by a workflow or by `srunx sbatch`, and what it answers.

use super::client::Client;
use super::description::Description;
use super::driver::Failure;
use super::environment::submission_environment;
use super::error::Error;
use super::records::Submitted;
use super::request::{TresNames, describe};
use crate::job::JobRequest;
use std::ffi::{CStr, CString};

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
        let tres = TresNames {
            gpu: self.driver().gpu_tres(),
            cpus: request.cpus_per_task.and_then(|cpus| self.driver().cpus_tres(cpus)),
        };
        let environment = submission_environment(request, self.surroundings(), tres.cpus.clone())?;
        let mut job = describe(request, environment, &tres)?;
        if let Some(push) = self.push() {
            job.resp_host = CString::new(push.host.as_str()).ok();
            job.other_port = Some(push.port);
        }
        self.driver().submit(&job).map_err(|failure| self.error(failure))
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
