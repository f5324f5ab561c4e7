//! Which version of its release the library is.

use super::{Native, copy};
use crate::slurm::version::TellVersion;
use slurm_sys::libloading::Library;

impl TellVersion for Native {
    fn version(&self) -> Option<u32> {
        let conf = self.parsed.filter(|conf| !conf.is_null())?;
        // SAFETY: the library filled it in when it was initialised; its strings are null or NUL-terminated.
        let (folders, kind) = unsafe { (copy((*conf).plugindir), copy((*conf).authtype)) };
        let file = format!("{}.so", kind.replace('/', "_"));
        folders.split(':').find_map(|folder| {
            // SAFETY: the library loads the same plugin before it asks anything of slurmctld. A plugin states the version
            // of Slurm that it was built with in a number.
            unsafe {
                let plugin = Library::new(format!("{folder}/{file}")).ok()?;
                let version = **plugin.get::<*const u32>(b"plugin_version\0").ok()?;
                // Where it is in use, it stays.
                std::mem::forget(plugin);
                Some(version)
            }
        })
    }

    fn api_version(&self) -> u32 {
        // SAFETY: it only returns a number, which has 32 bits in a long.
        unsafe { self.library.slurm_api_version() as u32 }
    }
}
