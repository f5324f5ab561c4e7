//! The engine on processes of this machine.

#[macro_use]
mod engine_suite;

use engine_suite::Fixture;
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
            minute: Duration::from_millis(300),
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
