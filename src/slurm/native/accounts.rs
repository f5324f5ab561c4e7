//! A connection to slurmdbd and what is asked through it, in this release's layout.

mod condition;
mod list;
mod records;

use super::{Failure, Native, accounting_moved, errno, moved, raw};
use crate::slurm::accounting::{
    AccountJob, AccountStep, AccountTable, AccountingHabits, Accounts, JobCondition, OpenAccounts, Qos, Tres,
};
use list::List;
use std::ffi::{CStr, CString, c_char, c_void};
use std::mem::MaybeUninit;
use std::ptr::{self, NonNull};

impl OpenAccounts for Native {
    fn open_accounts(&self) -> Result<Box<dyn Accounts + '_>, Failure> {
        // The call tells of failure by errno alone.
        // SAFETY: errno is this thread's own.
        unsafe { *libc::__errno_location() = 0 };
        let mut persistent: u16 = 0;
        // SAFETY: `persistent` outlives the call.
        let connection = unsafe { self.library.slurmdb_connection_get(&mut persistent) };
        let code = errno();
        let session = Session { library: &self.library, connection };
        match code {
            0 if !connection.is_null() => Ok(Box::new(session)),
            _ => Err(Failure { call: "slurmdb_connection_get", code }),
        }
    }

    fn accounting_habits(&self) -> AccountingHabits {
        accounting_moved::HABITS
    }

    fn reason(&self, number: u32) -> Option<CString> {
        // SAFETY: the library's words are static or the thread's own, and are copied at once.
        unsafe { own(moved::reason_string(&self.library, number)) }
    }
}

/// An open connection, closed when it is dropped.
struct Session<'a> {
    library: &'a raw::Library,
    connection: *mut c_void,
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        if !self.connection.is_null() {
            // SAFETY: it came from slurmdb_connection_get and is not used again.
            unsafe { self.library.slurmdb_connection_close(&mut self.connection) };
        }
    }
}

impl Accounts for Session<'_> {
    fn jobs(&self, condition: &JobCondition) -> Result<Box<dyn AccountTable + '_>, Failure> {
        let mut lists = condition::Lists::new(self.library);
        let mut condition = lists.condition(condition);
        // SAFETY: the condition and all that it points to outlive the call.
        let reply = unsafe { self.library.slurmdb_jobs_get(self.connection, &mut condition) };
        let reply = self.reply("slurmdb_jobs_get", reply)?;
        let records = reply.items().into_iter().map(NonNull::cast).collect();
        Ok(Box::new(Table { reply, records }))
    }

    fn tres(&self) -> Result<Vec<Tres>, Failure> {
        // SAFETY: every member is a number or a pointer, for which zero bits are a value: no condition.
        let mut condition: raw::slurmdb_tres_cond_t = unsafe { MaybeUninit::zeroed().assume_init() };
        condition.with_deleted = 1;
        // SAFETY: the condition outlives the call.
        let reply = unsafe { self.library.slurmdb_tres_get(self.connection, &mut condition) };
        let reply = self.reply("slurmdb_tres_get", reply)?;
        let tres = reply.items().into_iter().map(|record| {
            // SAFETY: the reply is of whole records, which live as long as it does.
            unsafe {
                let record = record.cast::<raw::slurmdb_tres_rec_t>().as_ref();
                Tres { id: record.id, kind: own(record.type_), name: own(record.name) }
            }
        });
        Ok(tres.collect())
    }

    fn qos(&self) -> Result<Vec<Qos>, Failure> {
        // SAFETY: as above.
        let mut condition: raw::slurmdb_qos_cond_t = unsafe { MaybeUninit::zeroed().assume_init() };
        accounting_moved::with_deleted(&mut condition);
        // SAFETY: the condition outlives the call.
        let reply = unsafe { self.library.slurmdb_qos_get(self.connection, &mut condition) };
        let reply = self.reply("slurmdb_qos_get", reply)?;
        let qos = reply.items().into_iter().map(|record| {
            // SAFETY: as above.
            unsafe {
                let record = record.cast::<raw::slurmdb_qos_rec_t>().as_ref();
                Qos { id: record.id, name: own(record.name).unwrap_or_default() }
            }
        });
        Ok(qos.collect())
    }

    fn federation(&self, cluster: &CString) -> Result<Vec<CString>, Failure> {
        let wanted = List::of(self.library, [cluster.as_ptr().cast_mut().cast()]);
        // SAFETY: as above.
        let mut condition: raw::slurmdb_federation_cond_t = unsafe { MaybeUninit::zeroed().assume_init() };
        condition.cluster_list = wanted.as_ptr();
        // SAFETY: the condition and its list outlive the call.
        let reply = unsafe { self.library.slurmdb_federations_get(self.connection, &mut condition) };
        let reply = self.reply("slurmdb_federations_get", reply)?;
        let [federation] = reply.items()[..] else { return Ok(Vec::new()) };
        // SAFETY: the reply is of whole records, and so is the list of clusters in one.
        unsafe {
            let federation = federation.cast::<raw::slurmdb_federation_rec_t>().as_ref();
            let clusters = list::items(self.library, federation.cluster_list);
            let name = |cluster: NonNull<c_void>| own(cluster.cast::<raw::slurmdb_cluster_rec_t>().as_ref().name);
            Ok(clusters.into_iter().filter_map(name).collect())
        }
    }
}

impl Session<'_> {
    /// A list that the library handed over, or why it did not.
    fn reply(&self, call: &'static str, reply: *mut raw::xlist) -> Result<List<'_>, Failure> {
        let code = errno();
        // SAFETY: the list is the caller's from here on.
        unsafe { List::handed_over(self.library, reply) }.ok_or(Failure { call, code })
    }
}

/// # Safety
/// `text` is null or a NUL-terminated string.
unsafe fn own(text: *const c_char) -> Option<CString> {
    // SAFETY: the caller's promise.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_owned())
}

/// Jobs as they came, freed when it is dropped.
struct Table<'a> {
    reply: List<'a>,
    records: Vec<NonNull<raw::slurmdb_job_rec_t>>,
}

impl Table<'_> {
    fn record(&self, index: usize) -> &raw::slurmdb_job_rec_t {
        // SAFETY: the records belong to the reply, which lives as long as `self`.
        unsafe { self.records[index].as_ref() }
    }
}

impl AccountTable for Table<'_> {
    fn len(&self) -> usize {
        self.records.len()
    }

    fn job(&self, index: usize) -> AccountJob<'_> {
        // SAFETY: the record belongs to a reply that lives as long as `self`.
        unsafe { records::job(self.record(index)) }
    }

    fn steps(&self, index: usize) -> Vec<AccountStep<'_>> {
        let steps = self.record(index).steps;
        // SAFETY: the job's list is of whole steps, which live as long as `self`.
        unsafe {
            let steps = list::items(self.reply.library(), steps);
            steps.into_iter().map(|step| records::step(step.cast().as_ref())).collect()
        }
    }
}

/// A pointer to nothing where there is no list.
fn no_list() -> *mut raw::xlist {
    ptr::null_mut()
}
