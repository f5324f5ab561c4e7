//! Jobs and steps of slurmdbd's in this release's layout, as views.

use super::{accounting_moved, moved, raw};
use crate::slurm::Text;
use crate::slurm::accounting::{AccountJob, AccountStep, Figures, Usage};
use std::ffi::{CStr, c_char};

/// # Safety
/// `text` is null or a NUL-terminated string that lives as long as `'a`.
unsafe fn text<'a>(text: *const c_char) -> Text<'a> {
    // SAFETY: the caller's promise.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) })
}

/// # Safety
/// `record` is a whole record of the library's: every string is null or NUL-terminated, and lives as long as `'a`.
pub unsafe fn job<'a>(record: &'a raw::slurmdb_job_rec_t) -> AccountJob<'a> {
    let [user_cpu, sys_cpu, tot_cpu] = accounting_moved::job_cpu(record);
    // SAFETY: the caller's promise.
    unsafe {
        AccountJob {
            account: text(record.account),
            admin_comment: text(record.admin_comment),
            alloc_nodes: record.alloc_nodes,
            array_job_id: record.array_job_id,
            array_max_tasks: record.array_max_tasks,
            array_task_id: record.array_task_id,
            array_task_str: text(record.array_task_str),
            associd: record.associd,
            blockid: text(record.blockid),
            cluster: text(record.cluster),
            constraints: text(record.constraints),
            container: text(accounting_moved::job_container(record)),
            db_index: record.db_index,
            derived_ec: record.derived_ec,
            derived_es: text(record.derived_es),
            elapsed: record.elapsed,
            eligible: record.eligible,
            end: record.end,
            env: text(accounting_moved::job_env(record)),
            exclusive: text(accounting_moved::job_exclusive(record)),
            exitcode: record.exitcode,
            extra: text(accounting_moved::job_extra(record)),
            failed_node: text(accounting_moved::job_failed_node(record)),
            flags: record.flags,
            gid: record.gid,
            het_job_id: record.het_job_id,
            het_job_offset: record.het_job_offset,
            jobid: record.jobid,
            jobname: text(record.jobname),
            licenses: text(accounting_moved::job_licenses(record)),
            mcs_label: text(record.mcs_label),
            nodes: text(record.nodes),
            oversubscribe: text(accounting_moved::job_oversubscribe(record)),
            partition: text(record.partition),
            priority: record.priority,
            qosid: record.qosid,
            qos_req: text(accounting_moved::job_qos_req(record)),
            req_cpus: record.req_cpus,
            req_mem: record.req_mem,
            requid: record.requid,
            restart_cnt: moved::accounted_restarts(record),
            resvid: record.resvid,
            resv_name: text(record.resv_name),
            resv_req: text(accounting_moved::job_resv_req(record)),
            script: text(accounting_moved::job_script(record)),
            segment_size: accounting_moved::job_segment_size(record),
            show_full: record.show_full != 0,
            sluid: accounting_moved::job_sluid(record),
            start: record.start,
            state: record.state,
            state_reason_prev: record.state_reason_prev,
            std_err: text(accounting_moved::job_std_err(record)),
            std_in: text(accounting_moved::job_std_in(record)),
            std_out: text(accounting_moved::job_std_out(record)),
            submit: record.submit,
            submit_line: text(accounting_moved::job_submit_line(record)),
            suspended: record.suspended,
            system_comment: text(record.system_comment),
            timelimit: record.timelimit,
            track_steps: accounting_moved::job_track_steps(record),
            tres_alloc_str: text(record.tres_alloc_str),
            tres_req_str: text(record.tres_req_str),
            uid: record.uid,
            user: text(record.user),
            user_cpu,
            sys_cpu,
            tot_cpu,
            wckey: text(record.wckey),
            wckeyid: record.wckeyid,
            work_dir: text(record.work_dir),
        }
    }
}

/// # Safety
/// As for [`job`].
pub unsafe fn step<'a>(record: &'a raw::slurmdb_step_rec_t) -> AccountStep<'a> {
    let [user_cpu, sys_cpu, tot_cpu] = accounting_moved::step_cpu(record);
    // SAFETY: the caller's promise.
    unsafe {
        AccountStep {
            container: text(accounting_moved::step_container(record)),
            cwd: text(accounting_moved::step_cwd(record)),
            elapsed: record.elapsed,
            end: record.end,
            exitcode: record.exitcode.cast_unsigned(),
            nnodes: record.nnodes,
            nodes: text(record.nodes),
            ntasks: record.ntasks,
            req_cpufreq_min: record.req_cpufreq_min,
            req_cpufreq_max: record.req_cpufreq_max,
            req_cpufreq_gov: record.req_cpufreq_gov,
            requid: record.requid,
            start: record.start,
            state: record.state,
            usage: usage(&record.stats),
            step_id: record.step_id.step_id,
            step_het_comp: record.step_id.step_het_comp,
            sluid: accounting_moved::step_sluid(&record.step_id),
            std_err: text(accounting_moved::step_std_err(record)),
            std_in: text(accounting_moved::step_std_in(record)),
            std_out: text(accounting_moved::step_std_out(record)),
            stepname: text(record.stepname),
            submit_line: text(accounting_moved::step_submit_line(record)),
            suspended: record.suspended,
            task_dist: record.task_dist,
            timelimit: accounting_moved::step_timelimit(record),
            tres_alloc_str: text(record.tres_alloc_str),
            user_cpu,
            sys_cpu,
            tot_cpu,
        }
    }
}

/// # Safety
/// As for [`job`].
unsafe fn usage<'a>(stats: &'a raw::slurmdb_stats_t) -> Usage<'a> {
    // SAFETY: the caller's promise.
    unsafe {
        Usage {
            act_cpufreq: stats.act_cpufreq,
            consumed_energy: stats.consumed_energy,
            tres_in: Figures {
                ave: text(stats.tres_usage_in_ave),
                max: text(stats.tres_usage_in_max),
                max_node: text(stats.tres_usage_in_max_nodeid),
                max_task: text(stats.tres_usage_in_max_taskid),
                min: text(stats.tres_usage_in_min),
                min_node: text(stats.tres_usage_in_min_nodeid),
                min_task: text(stats.tres_usage_in_min_taskid),
                tot: text(stats.tres_usage_in_tot),
            },
            tres_out: Figures {
                ave: text(stats.tres_usage_out_ave),
                max: text(stats.tres_usage_out_max),
                max_node: text(stats.tres_usage_out_max_nodeid),
                max_task: text(stats.tres_usage_out_max_taskid),
                min: text(stats.tres_usage_out_min),
                min_node: text(stats.tres_usage_out_min_nodeid),
                min_task: text(stats.tres_usage_out_min_taskid),
                tot: text(stats.tres_usage_out_tot),
            },
        }
    }
}
