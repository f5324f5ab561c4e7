//! Where the batch script comes from: a file, found as sbatch finds it, standard input, or `--wrap`.

use crate::sbatch::{Code, Refused, script};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The most that a release which looks at a script's size takes: 512 MiB.
const MOST: u64 = 512 << 20;

/// Finds a script: a name that begins with neither `.` nor `/` is looked for in the working folder and then along PATH;
/// one that is nowhere is kept.
pub fn find(name: &OsStr, cwd: &Path) -> OsString {
    if matches!(name.as_bytes().first(), None | Some(b'.' | b'/')) {
        return name.to_owned();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).filter(|folder| !folder.as_os_str().is_empty());
    let folders = std::iter::once(cwd.to_path_buf()).chain(folders);
    let joined = |folder: PathBuf| {
        let mut whole = OsString::new();
        if folder.as_os_str().as_bytes().starts_with(b".") {
            whole.push(cwd);
            whole.push("/");
        }
        whole.push(folder);
        whole.push("/");
        whole.push(name);
        whole
    };
    folders.map(joined).find(|file| Path::new(file).exists()).unwrap_or_else(|| name.to_owned())
}

/// Reads and checks a script; standard input where no file is named.
///
/// # Errors
/// What sbatch says of it.
pub fn read(file: Option<&OsStr>, size_is_checked: bool) -> Result<Vec<u8>, Refused> {
    let mut bytes = Vec::new();
    let limit = if size_is_checked { MOST } else { u64::MAX };
    let taken = match file {
        None => std::io::stdin().lock().take(limit).read_to_end(&mut bytes),
        Some(file) => {
            let unopened = |_| Refused::error(format!("Unable to open file {}", file.display()));
            let opened = File::open(file).map_err(unopened)?;
            if opened.metadata().is_ok_and(|metadata| metadata.len() > limit) {
                return Err(Refused::fatal(format!("Script file {} is too large", file.display())));
            }
            opened.take(limit).read_to_end(&mut bytes)
        }
    };
    // As sbatch takes it: what cannot be read ends the script.
    let _ = taken;
    if size_is_checked && bytes.len() as u64 >= MOST {
        let from = file.map_or("from STDIN".into(), |file| file.display().to_string());
        return Err(Refused::fatal(format!(
            "Script {from} is too big, read {} > {MOST} bytes.",
            bytes.len()
        )));
    }
    script::check(&bytes).map_err(|lines| Refused {
        lines: lines.iter().map(|line| format!("error: {line}")).collect(),
        code: Code::Error,
    })?;
    Ok(bytes)
}
