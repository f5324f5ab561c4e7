//! The library's version, as Slurm's commands print it.

use super::client::Client;

/// The driver's side of [`Client::library_version`].
pub(super) trait TellVersion {
    /// `SLURM_VERSION_NUMBER` of the build that the library is of, as its plugins state it; none where there are none.
    fn version(&self) -> Option<u32>;
}

impl Client {
    /// `22.05.8`; the release alone where the library's plugins are not to be found.
    #[must_use]
    pub fn library_version(&self) -> String {
        match self.driver().version() {
            Some(number) => format!("{}.{}", self.release(), number & 0xff),
            None => self.release().to_string(),
        }
    }
}
