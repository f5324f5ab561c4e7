//! A job in the words of the data parsers, from 23.11 on.

use super::super::distribution;
use super::super::row::{Entry, Rows};
use super::tres::Words;
use crate::cli::native::data::{Data, Flag, Number, Parser, flags};
use crate::cli::native::sluid;
use crate::cli::native::users::{group_name, user_name};
use crate::job::StateFlags as F;
use crate::job::value::Signal;
use crate::slurm::Text;
use crate::slurm::accounting::{AccountStep, INFINITE, NO_VAL, NO_VAL64, Tres};
use std::ffi::CStr;

/// `JOB_STATE_BASE`, and what is left of a state.
const BASE: u64 = 0xff;
const FLAGS: u64 = 0xffff_ff00;
const RECONFIG_FAIL: u64 = 1 << 17;
const POWER_UP_NODE: u64 = 1 << 18;

const STATES: &[Flag] = &[
    Flag::Equal(0, BASE, "PENDING"),
    Flag::Equal(1, BASE, "RUNNING"),
    Flag::Equal(2, BASE, "SUSPENDED"),
    Flag::Equal(3, BASE, "COMPLETED"),
    Flag::Equal(4, BASE, "CANCELLED"),
    Flag::Equal(5, BASE, "FAILED"),
    Flag::Equal(6, BASE, "TIMEOUT"),
    Flag::Equal(7, BASE, "NODE_FAIL"),
    Flag::Equal(8, BASE, "PREEMPTED"),
    Flag::Equal(9, BASE, "BOOT_FAIL"),
    Flag::Equal(10, BASE, "DEADLINE"),
    Flag::Equal(11, BASE, "OUT_OF_MEMORY"),
    Flag::Masked(F::LAUNCH_FAILED as u64, FLAGS, "LAUNCH_FAILED"),
    Flag::Masked(F::REQUEUE as u64, FLAGS, "REQUEUED"),
    Flag::Masked(F::REQUEUE_HOLD as u64, FLAGS, "REQUEUE_HOLD"),
    Flag::Masked(F::SPECIAL_EXIT as u64, FLAGS, "SPECIAL_EXIT"),
    Flag::Masked(F::RESIZING as u64, FLAGS, "RESIZING"),
    Flag::Masked(F::CONFIGURING as u64, FLAGS, "CONFIGURING"),
    Flag::Masked(F::COMPLETING as u64, FLAGS, "COMPLETING"),
    Flag::Masked(F::STOPPED as u64, FLAGS, "STOPPED"),
    Flag::Masked(RECONFIG_FAIL, FLAGS, "RECONFIG_FAIL"),
    Flag::Masked(POWER_UP_NODE, FLAGS, "POWER_UP_NODE"),
    Flag::Masked(F::REVOKED as u64, FLAGS, "REVOKED"),
    Flag::Masked(F::REQUEUE_FED as u64, FLAGS, "REQUEUE_FED"),
    Flag::Masked(F::RESV_DEL_HOLD as u64, FLAGS, "RESV_DEL_HOLD"),
    Flag::Masked(F::SIGNALING as u64, FLAGS, "SIGNALING"),
    Flag::Masked(F::STAGE_OUT as u64, FLAGS, "STAGE_OUT"),
    Flag::Masked(F::EXPEDITING as u64, FLAGS, "EXPEDITING"),
];

/// How the job was started.
const STARTED: &[Flag] = &[
    Flag::Equal(0, u64::MAX, "NONE"),
    Flag::Equal(0xf, u64::MAX, "CLEAR_SCHEDULING"),
    Flag::Bits(1 << 0, "NOT_SET"),
    Flag::Bits(1 << 1, "STARTED_ON_SUBMIT"),
    Flag::Bits(1 << 2, "STARTED_ON_SCHEDULE"),
    Flag::Bits(1 << 3, "STARTED_ON_BACKFILL"),
    Flag::Bits(1 << 4, "START_RECEIVED"),
    Flag::Bits(1 << 5, "JOB_ALTERED"),
];

const MEM_PER_CPU: u64 = 1 << 63;

struct Maker<'a> {
    rows: &'a Rows<'a>,
    parser: &'a Parser,
    tres: &'a [Tres],
}

/// One job and its steps.
pub fn job(rows: &Rows<'_>, entry: &Entry<'_>, parser: &Parser, tres: &[Tres]) -> Data {
    Maker { rows, parser, tres }.job(entry)
}

impl Maker<'_> {
    fn text(&self, text: Text<'_>) -> Data {
        self.parser.text(text.map(CStr::to_bytes))
    }

    fn own(&self, text: Option<String>) -> Data {
        self.parser.text(text.as_ref().map(String::as_bytes))
    }

    fn words(&self) -> Words {
        let nothing: fn() -> Data = if self.parser.complex { || Data::Null } else { || Data::text("") };
        Words { nothing, null_amounts: false }
    }

    fn number(&self, number: impl Into<Number>) -> Data {
        self.parser.number(number.into())
    }

    fn exit_code(&self, status: u32) -> Data {
        let (word, code, signal) = match status & 0x7f {
            _ if status == NO_VAL => ("PENDING", NO_VAL, None),
            0 => match status >> 8 & 0xff {
                0 => ("SUCCESS", 0, None),
                code => ("ERROR", code, None),
            },
            0x7f => ("INVALID", status, None),
            signal => ("SIGNALED", NO_VAL, Some(signal as u16)),
        };
        let mut data = Data::map();
        data.put("status", Data::List(vec![word.into()]));
        data.put("return_code", self.number(code));
        data.put("signal/id", self.number(signal.unwrap_or(u16::MAX - 1)));
        data.put("signal/name", self.own(signal.map(|signal| Signal(signal).to_string())));
        data
    }

    fn job(&self, entry: &Entry<'_>) -> Data {
        let (job, habits) = (&entry.job, &self.rows.habits);
        let mut data = Data::map();
        data.put("account", self.text(job.account));
        data.put("comment/administrator", self.text(job.admin_comment));
        data.put("allocation_nodes", job.alloc_nodes.into());
        data.put("array/job_id", job.array_job_id.into());
        data.put("array/limits/max/running/tasks", job.array_max_tasks.into());
        data.put("array/task_id", self.number(job.array_task_id));
        data.put("array/task", self.text(job.array_task_str));
        let known = !habits.bare_associations;
        data.put("association/account", self.text(job.account.filter(|_| known)));
        data.put("association/cluster", self.text(job.cluster));
        data.put("association/partition", self.text(None));
        data.put("association/user", self.text(job.user.filter(|_| known)));
        data.put("association/id", job.associd.into());
        data.put("block", self.text(job.blockid));
        data.put("cluster", self.text(job.cluster));
        data.put("constraints", self.text(job.constraints));
        data.put("container", self.text(job.container));
        if habits.exclusive {
            data.put("sluid", Data::text(sluid::text(job.db_index)));
        }
        data.put("derived_exit_code", self.exit_code(job.derived_ec));
        data.put("comment/job", self.text(job.derived_es));
        data.put("time/elapsed", job.elapsed.into());
        data.put("time/eligible", job.eligible.into());
        data.put("time/end", job.end.into());
        if habits.exclusive {
            data.put("exclusive", self.text(job.exclusive));
        }
        data.put("exit_code", self.exit_code(job.exitcode));
        data.put("extra", self.text(job.extra));
        data.put("failed_node", self.text(job.failed_node));
        data.put("flags", flags(job.flags.into(), STARTED));
        data.put("group", self.own(group_name(job.gid)));
        data.put("het/job_id", job.het_job_id.into());
        data.put("het/job_offset", self.number(job.het_job_offset));
        data.put("job_id", job.jobid.into());
        data.put("name", self.text(job.jobname));
        data.put("licenses", self.text(job.licenses));
        data.put("mcs/label", self.text(job.mcs_label));
        data.put("nodes", self.text(job.nodes));
        if habits.exclusive {
            data.put("oversubscribe", self.text(job.oversubscribe));
        }
        data.put("partition", self.text(job.partition));
        data.put("hold", Data::Bool(job.priority == 0));
        data.put("priority", self.number(job.priority));
        let qos = match job.qosid {
            0 | INFINITE => None,
            id => self.rows.qos_name(id),
        };
        data.put("qos", self.own(qos));
        if habits.restarts {
            data.put("qosreq", self.text(job.qos_req));
        }
        data.put("required/CPUs", job.req_cpus.into());
        let of = |per_cpu: bool| {
            if (job.req_mem & MEM_PER_CPU != 0) == per_cpu { job.req_mem & !MEM_PER_CPU } else { NO_VAL64 }
        };
        data.put("required/memory_per_cpu", self.number(of(true)));
        data.put("required/memory_per_node", self.number(of(false)));
        data.put("kill_request_user", Data::text(user_name(job.requid).unwrap_or_default()));
        if habits.restarts {
            data.put("restart_cnt", job.restart_cnt.into());
        }
        data.put("reservation/id", job.resvid.into());
        data.put("reservation/name", self.text(job.resv_name));
        if habits.step_stdio {
            data.put("reservation/requested", self.text(job.resv_req));
        }
        if habits.stdio {
            data.put("time/planned", self.number(self.rows.planned_seconds(job) as u64));
        }
        data.put("script", self.text(job.script));
        if habits.step_stdio {
            data.put("segment_size", job.segment_size.into());
        }
        if habits.exclusive {
            data.put("original_sluid", Data::text(sluid::text(job.sluid)));
        }
        if habits.stdio {
            for (key, path) in [
                ("stdin_expanded", job.std_in),
                ("stdout_expanded", job.std_out),
                ("stderr_expanded", job.std_err),
            ] {
                let path = path.filter(|path| !path.is_empty()).map(|path| self.rows.expanded(entry, path));
                data.put(key, self.parser.text(path.as_deref()));
            }
            data.put("stdout", self.text(job.std_out));
            data.put("stderr", self.text(job.std_err));
            data.put("stdin", self.text(job.std_in));
        }
        data.put("time/start", job.start.into());
        data.put("state/current", flags(job.state.into(), STATES));
        let reason = self.rows.client.reason(job.state_reason_prev).unwrap_or_default();
        data.put("state/reason", Data::text(reason.as_bytes()));
        let steps = entry.steps.iter().map(|step| self.step(entry, step));
        data.put("steps", Data::List(steps.collect()));
        data.put("time/submission", job.submit.into());
        data.put("submit_line", self.text(job.submit_line));
        data.put("time/suspended", job.suspended.into());
        data.put("comment/system", self.text(job.system_comment));
        let cpu = |data: &mut Data, paths: [&'static str; 2], time: (u64, u64)| {
            data.put(paths[0], time.0.into());
            data.put(paths[1], time.1.into());
        };
        cpu(
            &mut data,
            ["time/system/seconds", "time/system/microseconds"],
            entry.with_steps(job.sys_cpu, |step| step.sys_cpu),
        );
        data.put("time/limit", self.number(job.timelimit));
        cpu(
            &mut data,
            ["time/total/seconds", "time/total/microseconds"],
            entry.with_steps(job.tot_cpu, |step| step.tot_cpu),
        );
        data.put("tres/allocated", self.words().list(job.tres_alloc_str, self.tres));
        data.put("tres/requested", self.words().list(job.tres_req_str, self.tres));
        data.put("used_gres", self.text(None));
        let user = job.user.filter(|user| !user.is_empty()).map(|user| Data::text(user.to_bytes()));
        data.put("user", user.or_else(|| user_name(job.uid).map(Data::text)).unwrap_or(Data::Null));
        cpu(
            &mut data,
            ["time/user/seconds", "time/user/microseconds"],
            entry.with_steps(job.user_cpu, |step| step.user_cpu),
        );
        data.put("wckey", self.wckey(job.wckey));
        data.put("working_directory", self.text(job.work_dir));
        data
    }

    /// A star before it says that nobody asked for it.
    fn wckey(&self, wckey: Text<'_>) -> Data {
        let (given, name) = match wckey.map(CStr::to_bytes) {
            None if self.parser.complex => return Data::Null,
            Some([b'*', name @ ..]) => (false, Some(name)),
            name => (true, name),
        };
        let mut data = Data::map();
        data.put("wckey", self.parser.text(name));
        data.put("flags", Data::List(if given { Vec::new() } else { vec!["ASSIGNED_DEFAULT".into()] }));
        data
    }

    fn step(&self, entry: &Entry<'_>, step: &AccountStep<'_>) -> Data {
        let habits = &self.rows.habits;
        let mut data = Data::map();
        data.put("time/elapsed", step.elapsed.into());
        data.put("time/end", self.number(step.end as u64));
        data.put("exit_code", self.exit_code(step.exitcode));
        data.put("nodes/count", step.nnodes.into());
        data.put("nodes/range", self.text(step.nodes));
        data.put("tasks/count", step.ntasks.into());
        if !habits.exclusive {
            data.put("pid", self.text(None));
        }
        data.put("CPU/requested_frequency/min", self.number(step.req_cpufreq_min));
        data.put("CPU/requested_frequency/max", self.number(step.req_cpufreq_max));
        data.put("CPU/governor", Data::text(super::super::row::cpu_frequency(step.req_cpufreq_gov)));
        data.put("kill_request_user", Data::text(user_name(step.requid).unwrap_or_default()));
        data.put("time/start", self.number(step.start as u64));
        data.put("state", flags(step.state.into(), STATES));
        // The number's bits are told as if they were a whole number's.
        data.put("statistics/CPU/actual_frequency", step.usage.act_cpufreq.to_bits().into());
        data.put("statistics/energy/consumed", self.number(step.usage.consumed_energy));
        let id = format!("{}.{}", entry.job.jobid, self.rows.step_name(step));
        data.put("step/id", Data::text(id));
        data.put("step/name", self.text(step.stepname));
        if habits.step_stdio {
            data.put("step/stderr", self.text(step.std_err));
            data.put("step/stdin", self.text(step.std_in));
            data.put("step/stdout", self.text(step.std_out));
            for (key, path) in [
                ("step/stderr_expanded", step.std_err),
                ("step/stdin_expanded", step.std_in),
                ("step/stdout_expanded", step.std_out),
            ] {
                let path = path.filter(|path| !path.is_empty());
                let path = path.map(|path| self.rows.step_expanded(entry, step, path));
                data.put(key, self.parser.text(path.as_deref()));
            }
        }
        if habits.exclusive {
            data.put("submit_line", self.text(step.submit_line));
        }
        data.put("time/suspended", step.suspended.into());
        data.put("time/system/seconds", step.sys_cpu.0.into());
        data.put("time/system/microseconds", step.sys_cpu.1.into());
        data.put("task/distribution", Data::text(distribution::text(step.task_dist)));
        if habits.step_stdio {
            data.put("time/limit", self.number(step.timelimit));
        }
        data.put("time/total/seconds", step.tot_cpu.0.into());
        data.put("time/total/microseconds", step.tot_cpu.1.into());
        data.put("time/user/seconds", step.user_cpu.0.into());
        data.put("time/user/microseconds", step.user_cpu.1.into());
        if let Some(hosts) = super::hosts(step.nodes) {
            data.put("nodes/list", hosts);
        }
        let (words, usage) = (self.words(), &step.usage);
        data.put("tres/requested/max", words.extremes(&usage.tres_in, true, step.nodes, self.tres));
        data.put("tres/requested/min", words.extremes(&usage.tres_in, false, step.nodes, self.tres));
        data.put("tres/consumed/max", words.extremes(&usage.tres_out, true, step.nodes, self.tres));
        data.put("tres/consumed/min", words.extremes(&usage.tres_out, false, step.nodes, self.tres));
        data.put("tres/requested/average", words.list(usage.tres_in.ave, self.tres));
        data.put("tres/requested/total", words.list(usage.tres_in.tot, self.tres));
        data.put("tres/consumed/average", words.list(usage.tres_out.ave, self.tres));
        data.put("tres/consumed/total", words.list(usage.tres_out.tot, self.tres));
        data.put("tres/allocated", words.list(step.tres_alloc_str, self.tres));
        data
    }
}
