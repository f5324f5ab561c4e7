//! What slurmdbd keeps, asked for as sacct asks: jobs that meet a condition with their steps, read in place, and the names
//! that stand behind numbers.

mod condition;
mod records;

pub use condition::{JobCondition, SelectedStep};
pub use records::{AccountJob, AccountStep, Figures, Usage};
pub use slurm_sys::moved::accounting::Habits as AccountingHabits;

use super::client::Client;
use super::driver::Failure;
use super::error::Error;
use std::ffi::CString;

/// `NO_VAL`: a number that nobody set.
pub const NO_VAL: u32 = u32::MAX - 1;
/// `INFINITE`: no limit.
pub const INFINITE: u32 = u32::MAX;
/// `NO_VAL64`
pub const NO_VAL64: u64 = u64::MAX - 1;
/// `INFINITE64`
pub const INFINITE64: u64 = u64::MAX;

/// One of the resources that are counted (`slurmdb_tres_rec_t`): `1=cpu`, `1001=gres/gpu`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tres {
    /// `id`: what stands before the equals sign in a record.
    pub id: u32,
    /// `type`
    pub kind: Option<CString>,
    /// `name`, of a generic resource or a licence.
    pub name: Option<CString>,
}

/// A QOS (`slurmdb_qos_rec_t`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qos {
    /// `id`
    pub id: u32,
    /// `name`
    pub name: CString,
}

/// A reply of jobs.
pub trait AccountTable {
    /// How many jobs.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// One job.
    ///
    /// # Panics
    /// When `index` is not below [`AccountTable::len`].
    fn job(&self, index: usize) -> AccountJob<'_>;
    /// The steps of a job, in the order in which slurmdbd told them.
    ///
    /// # Panics
    /// When `index` is not below [`AccountTable::len`].
    fn steps(&self, index: usize) -> Vec<AccountStep<'_>>;
}

/// The driver's side of [`Client::accounting`].
pub(super) trait OpenAccounts {
    /// `slurmdb_connection_get`
    fn open_accounts(&self) -> Result<Box<dyn Accounts + '_>, Failure>;
    /// What sacct of this release is and does.
    fn accounting_habits(&self) -> AccountingHabits;
    /// slurmctld's word for a reason.
    fn reason(&self, number: u32) -> Option<CString>;
}

/// The driver's side of [`Accounting`]: an open connection.
pub(super) trait Accounts {
    /// `slurmdb_jobs_get`
    fn jobs(&self, condition: &JobCondition) -> Result<Box<dyn AccountTable + '_>, Failure>;
    /// `slurmdb_tres_get`, those that were deleted among them.
    fn tres(&self) -> Result<Vec<Tres>, Failure>;
    /// `slurmdb_qos_get`, those that were deleted among them.
    fn qos(&self) -> Result<Vec<Qos>, Failure>;
    /// `slurmdb_federations_get`: the clusters of the one federation that `cluster` is in; empty for none.
    fn federation(&self, cluster: &CString) -> Result<Vec<CString>, Failure>;
}

/// A connection to slurmdbd.
pub struct Accounting<'a> {
    client: &'a Client,
    accounts: Box<dyn Accounts + 'a>,
}

impl Client {
    /// Connects to slurmdbd.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn accounting(&self) -> Result<Accounting<'_>, Error> {
        let accounts = self.driver().open_accounts().map_err(|failure| self.error(failure))?;
        Ok(Accounting { client: self, accounts })
    }

    /// What sacct of the release in use is and does.
    #[must_use]
    pub fn accounting_habits(&self) -> AccountingHabits {
        self.driver().accounting_habits()
    }

    /// slurmctld's word for a reason why a job waits, `Resources`; for a number that is none, the release's word for that.
    #[must_use]
    pub fn reason(&self, number: u32) -> Option<CString> {
        self.driver().reason(number)
    }
}

impl Accounting<'_> {
    /// The jobs that meet `condition`.
    ///
    /// # Errors
    /// When slurmdbd refuses or cannot be asked.
    pub fn jobs(&self, condition: &JobCondition) -> Result<Box<dyn AccountTable + '_>, Error> {
        self.accounts.jobs(condition).map_err(|failure| self.client.error(failure))
    }

    /// All resources that are counted or ever were.
    ///
    /// # Errors
    /// When slurmdbd cannot be asked.
    pub fn tres(&self) -> Result<Vec<Tres>, Error> {
        self.accounts.tres().map_err(|failure| self.client.error(failure))
    }

    /// All QOS that are or ever were.
    ///
    /// # Errors
    /// When slurmdbd cannot be asked.
    pub fn qos(&self) -> Result<Vec<Qos>, Error> {
        self.accounts.qos().map_err(|failure| self.client.error(failure))
    }

    /// The clusters of the federation that `cluster` is in; empty where it is in none.
    ///
    /// # Errors
    /// When slurmdbd cannot be asked.
    pub fn federation(&self, cluster: &CString) -> Result<Vec<CString>, Error> {
        self.accounts.federation(cluster).map_err(|failure| self.client.error(failure))
    }
}
