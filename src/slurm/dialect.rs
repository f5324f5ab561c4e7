//! Which [`Dialect`] the commands of the release in use read their options in.

use super::client::Client;
use crate::job::Dialect;

/// What the driver of a release knows of it.
pub(super) trait Speaks {
    /// How this release reads the values of options.
    fn dialect(&self) -> Dialect;
}

impl Client {
    /// How the commands of the release that we talk through read the values of their options.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.driver().dialect()
    }
}
