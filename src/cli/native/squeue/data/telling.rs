//! What several keys say in the same way.

use super::super::field::{NO_VAL, NO_VAL16};
use super::super::file_names::{self, Named};
use crate::cli::native::data::{Data, Flag, Number, Parser, flags};
use crate::cli::native::sluid;
use crate::cli::native::users::{Users, group_name, user_name};
use crate::job::Dialect;
use crate::job::value::Signal;
use crate::slurm::{Client, FilePatterns, JobInfo, StepInfo, Text};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::CStr;

/// `MEM_PER_CPU`
const PER_CPU: u64 = 1 << 63;
const NO_VAL64: u64 = u64::MAX - 1;

/// How data are told, and what was noticed on the way.
pub struct Telling<'a> {
    pub parser: &'a Parser,
    pub version: u8,
    known_users: &'a Users,
    file_patterns: FilePatterns,
    pub dialect: Dialect,
    /// What the cluster counts (`SelectTypeParameters`).
    pub selected: u32,
    users: RefCell<HashMap<u32, Option<String>>>,
    groups: RefCell<HashMap<u32, Option<String>>>,
    warnings: RefCell<Vec<String>>,
}

impl<'a> Telling<'a> {
    pub fn new(parser: &'a Parser, version: u8, users: &'a Users, client: &Client) -> Self {
        Self {
            parser,
            version,
            known_users: users,
            file_patterns: client.squeue_habits().file_patterns,
            dialect: client.dialect(),
            selected: client.configuration().select_parameters,
            users: RefCell::default(),
            groups: RefCell::default(),
            warnings: RefCell::default(),
        }
    }

    /// The warnings that stand beside the answer.
    pub fn warnings(self) -> Data {
        let warning = |text: String| {
            let mut data = Data::map();
            data.put("description", Data::text(text));
            data.put("source", self.parser.text(None));
            data
        };
        Data::List(self.warnings.into_inner().into_iter().map(warning).collect())
    }

    pub fn warn(&self, text: String) {
        self.warnings.borrow_mut().push(text);
    }

    pub fn text(&self, text: Text<'_>) -> Data {
        self.parser.text(text.map(CStr::to_bytes))
    }

    /// A number that may be none or no limit.
    pub fn number(&self, number: impl Into<Number>) -> Data {
        self.parser.number(number.into())
    }

    pub fn time(&self, time: i64) -> Data {
        self.number(time.cast_unsigned())
    }

    /// A number that has no other way to be none; from 25.05 that is warned of.
    pub fn plain(&self, number: u32) -> Data {
        let warns = self.version >= 43;
        match number {
            u32::MAX if warns && self.parser.complex => Data::Float(f64::INFINITY),
            NO_VAL if warns && self.parser.complex => Data::Null,
            u32::MAX if warns => {
                self.warn("Dumping (0xffffffff) as place holder for Infinity".into());
                number.into()
            }
            NO_VAL if warns => {
                self.warn("Dumping (0xfffffffe) as place holder for null".into());
                number.into()
            }
            number => number.into(),
        }
    }

    /// A number with a fraction that may be none or no limit.
    pub fn float(&self, number: f64) -> Data {
        let infinite = number.is_infinite() || number == f64::from(u32::MAX);
        let none = number.is_nan() || number == f64::from(NO_VAL);
        match (infinite, none) {
            (true, _) if self.parser.complex => return "Infinity".into(),
            (_, true) if self.parser.complex => return Data::Null,
            _ if self.parser.complex => return Data::Float(number),
            _ => {}
        }
        let set = !infinite && !none;
        let mut data = Data::map();
        data.put("set", Data::Bool(set));
        data.put("infinite", Data::Bool(infinite));
        data.put("number", Data::Float(if set { number } else { 0.0 }));
        data
    }

    /// Yes, no, or not said.
    pub fn truth(&self, truth: u16) -> Data {
        match truth {
            NO_VAL16 if self.parser.complex => Data::Null,
            truth => Data::Bool(truth != 0 && truth != NO_VAL16),
        }
    }

    /// A list that is not there.
    pub fn gone(&self) -> Data {
        if self.parser.complex { Data::Null } else { Data::List(Vec::new()) }
    }

    pub fn flags(&self, value: impl Into<u64>, table: &[(u8, Flag)]) -> Data {
        let known: Vec<Flag> =
            table.iter().filter(|(first, _)| *first <= self.version).map(|(_, flag)| *flag).collect();
        flags(value.into(), &known)
    }

    /// MiB by CPU or by node, of a number that says which it is.
    pub fn memory(&self, memory: u64, by_cpu: bool) -> Data {
        let wanted = (memory & PER_CPU != 0) == by_cpu;
        self.number(if wanted { memory & !PER_CPU } else { NO_VAL64 })
    }

    pub fn parts(&self, text: Text<'_>) -> Data {
        let text = text.map(CStr::to_bytes).unwrap_or_default();
        let parts = text.split(|byte| *byte == b',').filter(|part| !part.is_empty());
        Data::List(parts.map(Data::text).collect())
    }

    pub fn user(&self, uid: u32) -> Data {
        let mut users = self.users.borrow_mut();
        let user = users.entry(uid).or_insert_with(|| user_name(uid));
        Data::text(user.clone().unwrap_or_default())
    }

    pub fn group(&self, gid: u32) -> Data {
        let mut groups = self.groups.borrow_mut();
        let group = groups.entry(gid).or_insert_with(|| group_name(gid));
        self.parser.text(group.as_ref().map(String::as_bytes))
    }

    /// The same of the REST interface.
    pub fn user_or_none(&self, uid: u32) -> Data {
        let mut users = self.users.borrow_mut();
        users.entry(uid).or_insert_with(|| user_name(uid)).clone().map_or(Data::NoText, Data::text)
    }

    /// The same of the REST interface.
    pub fn group_or_none(&self, gid: u32) -> Data {
        let mut groups = self.groups.borrow_mut();
        groups.entry(gid).or_insert_with(|| group_name(gid)).clone().map_or(Data::NoText, Data::text)
    }

    pub fn sluid(&self, id: u64) -> Data {
        match id {
            0 => self.parser.text(None),
            id => Data::text(sluid::text(id)),
        }
    }

    /// A wait status.
    pub fn exit_code(&self, status: u32) -> Data {
        let (exited, signal) = (status & 0x7f == 0, (status & 0x7f) as u16);
        let (word, code, signal) = match status {
            NO_VAL => ("PENDING", NO_VAL, NO_VAL16),
            _ if exited => match (status >> 8) & 0xff {
                0 => ("SUCCESS", 0, NO_VAL16),
                code => ("ERROR", code, NO_VAL16),
            },
            _ if signal != 0x7f => ("SIGNALED", NO_VAL, signal),
            _ if status & 0x80 != 0 => ("CORE_DUMPED", NO_VAL, NO_VAL16),
            _ => ("INVALID", status, NO_VAL16),
        };
        let mut data = Data::map();
        data.put("status", Data::List(vec![word.into()]));
        data.put("return_code", self.number(code));
        data.put("signal/id", self.number(signal));
        let name = match signal {
            NO_VAL16 => self.parser.text(None),
            signal => match Signal(signal).name(&self.dialect) {
                Some(name) => name.into(),
                None => Data::text(signal.to_string()),
            },
        };
        data.put("signal/name", name);
        data
    }

    /// A file's name with its patterns expanded.
    pub fn job_file(&self, job: &JobInfo<'_>, name: Text<'_>) -> Data {
        let user = self.known_users.user(job.user_id);
        self.file(name, &Named::of_job(job, &user))
    }

    /// The same of a step.
    pub fn step_file(&self, step: &StepInfo<'_>, name: Text<'_>) -> Data {
        let user = self.known_users.user(step.user_id);
        self.file(name, &Named::of_step(step, &user))
    }

    fn file(&self, name: Text<'_>, named: &Named<'_>) -> Data {
        let name = name.map(CStr::to_bytes).unwrap_or_default();
        Data::text(file_names::expand(name, named, self.file_patterns).unwrap_or_default())
    }
}
