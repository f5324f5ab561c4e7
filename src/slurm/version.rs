//! The library's version, as Slurm's commands print it.

use super::client::Client;

/// The driver's side of [`Client::library_version`].
pub(super) trait TellVersion {
    /// `SLURM_VERSION_NUMBER` of the build that the library is of, as its plugins state it; none where there are none.
    fn version(&self) -> Option<u32>;
    /// `slurm_api_version`: current, revision and age of libtool's, a byte each.
    fn api_version(&self) -> u32;
}

impl Client {
    /// `slurm 22.05.8`, or by the name that the package gives itself, such as Debian's `slurm-wlm`: what `--version` prints.
    /// That name is also the last part of the folder of its plugins.
    #[must_use]
    pub fn package_version(&self) -> String {
        let folder = self.configuration().plugins.rsplit(':').next().unwrap_or_default();
        let name = folder.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let package = if name.starts_with("slurm") { name } else { "slurm" };
        format!("{package} {}", self.library_version())
    }

    /// `22.05.8`; the release alone where the library's plugins are not to be found.
    #[must_use]
    pub fn library_version(&self) -> String {
        match self.driver().version() {
            Some(number) => format!("{}.{}", self.release(), number & 0xff),
            None => self.release().to_string(),
        }
    }

    /// The version of the library's interface as one number, of which its three parts are a byte each.
    #[must_use]
    pub fn api_version(&self) -> u32 {
        self.driver().api_version()
    }
}
