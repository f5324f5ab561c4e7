//! `--verbose`: what was asked for, as sinfo understood it.

use super::fields::Split;
use super::options::Options;
use crate::slurm::SinfoHabits;
use std::borrow::Cow;
use std::fmt::Write;

/// The lines before the output.
pub fn text(options: &Options<'_>, habits: &SinfoHabits) -> String {
    let yes = |yes: bool| Cow::Borrowed(if yes { "true" } else { "false" });
    let has = |split| yes(options.splits.has(split));
    let given = |text: Option<Cow<'static, str>>, other: &'static str| text.unwrap_or(Cow::Borrowed(other));
    let lossy = |text: &std::ffi::OsStr| Cow::Owned(text.to_string_lossy().into_owned());
    let nodes = options.nodes.as_ref().map(|nodes| Cow::Owned(nodes.to_string_lossy().into_owned()));
    let mut text = String::new();
    let mut put = |name: &str, value: Cow<'_, str>| {
        // A string takes all that is written to it.
        let _ = writeln!(text, "{name}{value}");
    };
    let rule = || Cow::Borrowed("-----------------------------");
    put("", rule());
    put("dead        = ", yes(options.dead));
    put("exact       = ", Cow::Owned(u8::from(options.exact).to_string()));
    put("filtering   = ", yes(options.filters()));
    put("format      = ", String::from_utf8_lossy(&options.format));
    put("iterate     = ", Cow::Owned(options.iterate.to_string()));
    put("long        = ", yes(options.long));
    put("no_header   = ", yes(options.no_header));
    put("node_field  = ", yes(options.fitted_nodes));
    put("node_format = ", yes(options.each_node));
    put("nodes       = ", given(nodes, "n/a"));
    put("part_field  = ", yes(options.fitted_partitions));
    put("partition   = ", given(options.partition.as_deref().map(lossy), "n/a"));
    put("responding  = ", yes(options.responding));
    put("states      = ", given(options.states_text.as_deref().map(lossy), "(null)"));
    put("sort        = ", given(options.sort.as_deref().map(lossy), "(null)"));
    put("summarize   = ", yes(options.summarize));
    put("verbose     = ", Cow::Owned(options.verbose.to_string()));
    put("", rule());
    put("all_flag        = ", yes(options.all));
    put("alloc_mem_flag  = ", has(Split::AllocMem));
    put("avail_flag      = ", has(Split::Available));
    put("comment_flag    = ", has(Split::Comment));
    put("cpus_flag       = ", has(Split::Cpus));
    put("default_time_flag =", has(Split::DefaultTime));
    put("disk_flag       = ", has(Split::Disk));
    if habits.json {
        put("extra_flag      = ", has(Split::Extra));
    }
    put("features_flag   = ", has(Split::Features));
    put("features_flag_act = ", has(Split::FeaturesAct));
    put("groups_flag     = ", has(Split::Groups));
    put("gres_flag       = ", has(Split::Gres));
    put("gres_used_flag  = ", has(Split::GresUsed));
    put("job_size_flag   = ", has(Split::JobSize));
    put("max_time_flag   = ", has(Split::MaxTime));
    put("memory_flag     = ", has(Split::Memory));
    put("partition_flag  = ", has(Split::Partition));
    put("port_flag       = ", has(Split::Port));
    put("priority_job_factor_flag   = ", has(Split::PriorityJobFactor));
    put("priority_tier_flag   = ", has(Split::PriorityTier));
    put("reason_flag     = ", has(Split::Reason));
    put("reason_timestamp_flag = ", has(Split::ReasonTime));
    put("reason_user_flag = ", has(Split::ReasonUser));
    put("reservation_flag = ", yes(options.reservations));
    if habits.future {
        put("resv_name_flag   = ", has(Split::Reservation));
    }
    put("root_flag       = ", has(Split::Root));
    put("oversubscribe_flag      = ", has(Split::OverSubscribe));
    put("state_flag      = ", has(Split::State));
    if habits.json {
        put("statecomplete_flag = ", has(Split::StateComplete));
    }
    put("weight_flag     = ", has(Split::Weight));
    put("", rule());
    put("", Cow::Borrowed(""));
    text
}
