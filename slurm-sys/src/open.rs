//! Opening the shared library: which file, and which release it is.

use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_NOW};
use std::error::Error as _;
use std::ffi::{OsStr, OsString, c_long};
use std::fmt;

/// A Slurm release: 22.05 is `major` 22, `minor` 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release {
    /// The year.
    pub major: u8,
    /// The month.
    pub minor: u8,
}

impl Release {
    /// Takes the release out of a `SLURM_VERSION_NUMBER` (slurm_version.h): major, minor, micro, a byte each.
    #[must_use]
    pub const fn from_number(number: u32) -> Self {
        Self { major: (number >> 16) as u8, minor: (number >> 8) as u8 }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}.{:02}", self.major, self.minor)
    }
}

/// Every release and the number in its soname, newest first. A site has one as a rule; where there are more, the newest
/// that was built in is taken.
const SONAMES: &[(Release, u8)] = &[
    (Release { major: 26, minor: 5 }, 45),
    (Release { major: 25, minor: 11 }, 44),
    (Release { major: 25, minor: 5 }, 43),
    (Release { major: 24, minor: 11 }, 42),
    (Release { major: 24, minor: 5 }, 41),
    (Release { major: 23, minor: 11 }, 40),
    (Release { major: 23, minor: 2 }, 39),
    (Release { major: 22, minor: 5 }, 38),
    (Release { major: 21, minor: 8 }, 37),
    (Release { major: 20, minor: 11 }, 36),
];

/// The library, open, and what it says of itself.
pub struct Opened {
    /// Its handle; dropping it is harmless, as it stays loaded.
    pub library: libloading::Library,
    /// Its release; none where its API number is of no release in this crate's table.
    pub release: Option<Release>,
    /// The API number that `slurm_api_version` gave, the number in the soname.
    pub api: u8,
    /// The file name under which it was opened.
    pub file: OsString,
}

/// Why the library could not be opened.
#[derive(Debug)]
pub enum OpenError {
    /// No file of that name, or of any known soname, could be loaded. Holds the loader's words.
    NotFound(String),
    /// It was loaded and is no libslurm.
    NotSlurm(OsString),
}

/// Opens the file `named`, or else the library of the newest release in `wanted` that is there, or else any release's
/// (so that its release can be told to the user).
///
/// # Safety
/// Loading a library runs its initialisers: the caller vouches for the file.
///
/// # Errors
/// When nothing can be loaded, or what is loaded is not libslurm.
pub unsafe fn open(named: Option<&OsStr>, wanted: &[Release]) -> Result<Opened, OpenError> {
    let load = |file: &OsStr| {
        // RTLD_GLOBAL: the library's plugins look its symbols up in the global scope and end the process where they
        // find none.
        // SAFETY: the caller vouches for the file.
        unsafe { Library::open(Some(file), RTLD_NOW | RTLD_GLOBAL) }
    };
    if let Some(file) = named {
        return identify(load(file).map_err(|error| OpenError::NotFound(words(&error)))?, file);
    }
    let known = |release: &Release| wanted.contains(release);
    let (built_in, others): (Vec<_>, Vec<_>) = SONAMES.iter().partition(|(release, _)| known(release));
    let names = built_in.into_iter().chain(others).map(|(_, number)| format!("libslurm.so.{number}"));
    let mut last = String::new();
    for file in names.chain(["libslurm.so".to_owned()]) {
        match load(OsStr::new(&file)) {
            Ok(library) => return identify(library, OsStr::new(&file)),
            // Not there is the common case; any other trouble (a wrong architecture, a missing dependency) is worth
            // more to the user than the last «no such file».
            Err(error) => {
                let words = words(&error);
                if last.is_empty() || !words.contains("No such file") {
                    last = words;
                }
            }
        }
    }
    Err(OpenError::NotFound(last))
}

/// The loader's own words, which name the file; the error itself only says which call failed.
fn words(error: &libloading::Error) -> String {
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}

fn identify(library: Library, file: &OsStr) -> Result<Opened, OpenError> {
    let library = libloading::Library::from(library);
    // SAFETY: `long slurm_api_version(void)` in every release.
    let version = unsafe {
        match library.get::<unsafe extern "C" fn() -> c_long>(b"slurm_api_version\0") {
            Ok(api_version) => api_version(),
            Err(_) => return Err(OpenError::NotSlurm(file.to_owned())),
        }
    };
    // Packed as a version number is: the first part is the API's (slurm_version.h, SLURM_API_CURRENT).
    let api = Release::from_number(version as u32).major;
    let release = SONAMES.iter().find(|(_, number)| *number == api).map(|(release, _)| *release);
    Ok(Opened { library, release, api, file: file.to_owned() })
}
