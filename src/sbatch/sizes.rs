//! How many nodes and tasks options come to, as far as sbatch itself computes it.

use super::declared::Context;
use super::given::{Notices, Refused};
use super::node_list;
use super::options::Options;
use super::resolve::base;
use crate::job::Hostlist;
use crate::job::value::distribution;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

/// Nodes and tasks while they are being settled.
pub(super) struct Sizes {
    pub tasks: i64,
    pub tasks_set: bool,
    pub min: i64,
    pub max: i64,
    pub nodes_set: bool,
    /// The nodes that were named, where they were counted.
    named: Option<Hostlist>,
}

impl Sizes {
    pub fn of(options: &Options) -> Self {
        let nodes = options.nodes.as_ref();
        Self {
            tasks: options.ntasks.map_or(1, i64::from),
            tasks_set: options.ntasks.is_some(),
            min: nodes.map_or(1, |nodes| i64::from(nodes.min)),
            max: nodes.map_or(0, |nodes| i64::from(nodes.max)),
            nodes_set: nodes.is_some(),
            named: None,
        }
    }

    /// How many nodes a host file must name.
    pub fn asked(&self) -> Option<i64> {
        match (self.tasks_set, self.nodes_set) {
            (true, _) => Some(self.tasks),
            (false, true) if self.max > 0 => Some(self.max),
            (false, true) if self.min > 0 => Some(self.min),
            _ => None,
        }
    }

    /// What the node list and `--ntasks-per-node` come to.
    pub fn follow(&mut self, options: &mut Options, context: &Context<'_>) -> Result<(), Refused> {
        let dialect = context.dialect;
        if let Some(list) = &options.nodelist {
            let braces = dialect.braces_in_node_lists && list.as_bytes().contains(&b'{');
            let said = dialect.sizes_left_to_slurmctld && self.nodes_set;
            if !said && !braces {
                let named = hosts(list, context)?;
                let mut each = named.clone();
                each.sort();
                let count = i64::try_from(each.len()).unwrap_or(i64::MAX);
                self.min = if self.nodes_set { self.min.max(count) } else { count };
                self.nodes_set = true;
                self.named = Some(each);
            }
        }
        if !dialect.sizes_left_to_slurmctld
            && !self.tasks_set
            && (self.max == 0 || self.min == self.max)
            && let Some(per_node) = options.ntasks_per_node
        {
            self.tasks = self.min * i64::from(per_node);
            self.tasks_set = true;
        }
        Ok(())
    }

    /// A plane needs tasks enough to reach each node.
    pub fn fit_plane(&self, options: &Options) -> Result<(), Refused> {
        let Some(plane) = options.plane_size.map(i64::from).filter(|plane| *plane > 0) else { return Ok(()) };
        let short = self.min <= 0 || self.tasks / plane < self.min;
        if base(options) == distribution::PLANE && short && (self.min - 1) * plane >= self.tasks {
            return Err(Refused::error("Too few processes for the requested {plane,node} distribution"));
        }
        Ok(())
    }

    /// Tasks where only nodes were asked for, and no more nodes than tasks.
    pub fn fit_tasks(
        &mut self,
        options: &mut Options,
        context: &Context<'_>,
        notices: &mut Notices,
    ) -> Result<(), Refused> {
        let dialect = context.dialect;
        let left_alone = dialect.sizes_left_to_slurmctld && options.ntasks_per_node.is_some();
        let exact = self.min == self.max || self.max == 0;
        if (self.nodes_set || options.extra_node_info) && exact && !left_alone && !self.tasks_set {
            self.tasks = self.min.max(1);
            for count in [options.sockets_per_node, options.cores_per_socket, options.threads_per_core]
                .into_iter()
                .flatten()
            {
                self.tasks *= i64::from(count);
                self.tasks_set = true;
            }
            if self.tasks_set && options.verbose > 0 {
                notices.info(format!("Number of tasks implicitly set to {}.", self.tasks));
            }
        } else if self.nodes_set && self.tasks_set {
            if self.tasks < self.max {
                self.max = self.tasks;
            }
            if self.tasks < self.min {
                let text = format!(
                    "can't run {} processes on {} nodes, setting nnodes to {}",
                    self.tasks, self.min, self.tasks
                );
                match dialect.warns {
                    true => notices.warning(text),
                    false => notices.info(format!("Warning: {text}")),
                }
                (self.min, self.max) = (self.tasks, self.tasks);
                let kept = usize::try_from(self.min).unwrap_or(0);
                if let (false, Some(named)) = (dialect.sizes_left_to_slurmctld, &mut self.named)
                    && named.len() > kept as u64
                {
                    *named = named.iter().take(kept).collect();
                    options.nodelist = Some(named.to_string().into());
                }
            }
        }
        Ok(())
    }

    /// An arbitrary distribution asks for what its node list holds.
    pub fn fit_arbitrary(&mut self, options: &Options, context: &Context<'_>) -> Result<(), Refused> {
        let Some(list) = options.nodelist.as_ref().filter(|_| base(options) == distribution::ARBITRARY)
        else {
            return Ok(());
        };
        let braces = context.dialect.braces_in_node_lists && list.as_bytes().contains(&b'{');
        if (self.nodes_set && self.tasks_set) || braces {
            return Ok(());
        }
        // Up to 22.05 the list was sorted when it was counted, and each node counts once.
        let mut hosts = match (context.dialect.arbitrary_checked, self.named.take()) {
            (false, Some(named)) => named,
            _ => hosts(list, context)?,
        };
        let count = |hosts: &Hostlist| i64::try_from(hosts.len()).unwrap_or(i64::MAX);
        if !self.tasks_set {
            (self.tasks_set, self.tasks) = (true, count(&hosts));
        }
        if !self.nodes_set {
            hosts.sort();
            self.nodes_set = true;
            (self.min, self.max) = (count(&hosts), count(&hosts));
        }
        Ok(())
    }
}

/// A node list, expanded.
fn hosts(list: &OsString, context: &Context<'_>) -> Result<Hostlist, Refused> {
    node_list::read(list, context.dialect).ok_or_else(|| match context.dialect.sizes_left_to_slurmctld {
        true => Refused::fatal("Invalid node list specified"),
        false => Refused::error("memory allocation failure"),
    })
}
