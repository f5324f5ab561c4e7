//! The engine on processes of this machine.

#[macro_use]
mod engine_suite;

use engine_suite::{AnyArray, Fixture};
use proptest::prelude::*;
use srunx::job::JobId;
use srunx::scheduler::Scheduler;
use srunx::scheduler::local::{LocalOptions, LocalScheduler};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

struct Local {
    scheduler: Arc<LocalScheduler>,
    dir: tempfile::TempDir,
}

impl Local {
    fn new() -> Self {
        let options = LocalOptions {
            cpus: Some(8),
            minute: Duration::from_secs(1),
            kill_wait: Duration::from_millis(500),
            ..LocalOptions::default()
        };
        Self { scheduler: Arc::new(LocalScheduler::new(options).unwrap()), dir: tempfile::tempdir().unwrap() }
    }
}

impl Fixture for Local {
    fn scheduler(&self) -> Arc<dyn Scheduler> {
        self.scheduler.clone()
    }

    fn dir(&self) -> &Path {
        self.dir.path()
    }

    fn cancel_from_outside(&self, id: JobId) {
        self.scheduler.cancel(&[id]).unwrap();
    }
}

engine_suite!(Local::new());

/// Any expression of tasks up to 15, with a limit or without, and any exit codes; most are 0.
fn any_array() -> impl Strategy<Value = AnyArray> {
    let part = prop_oneof![
        (0..16_u32).prop_map(|task| task.to_string()),
        (0..16_u32, 0..9_u32).prop_map(|(first, more)| format!("{first}-{}", (first + more).min(15))),
        (0..8_u32, 1..8_u32, 1..5_u32)
            .prop_map(|(first, more, step)| format!("{first}-{}:{step}", first + more)),
    ];
    let limit = prop_oneof![Just(String::new()), (1..5_u32).prop_map(|limit| format!("%{limit}"))];
    let expression = (prop::collection::vec(part, 1..4), limit)
        .prop_map(|(parts, limit)| format!("{}{limit}", parts.join(",")));
    let code = prop_oneof![4 => Just(0_u8), 2 => any::<u8>(), 1 => Just(255)];
    (expression, prop::collection::vec(code, 1..8))
        .prop_map(|(expression, codes)| AnyArray { expression, codes })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn arrays_end_with_the_truth(first in any_array(), second in any_array()) {
        engine_suite::ends_are_the_truth(&Local::new(), &first, &second);
    }
}
