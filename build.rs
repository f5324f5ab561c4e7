//! How the programs are linked: so that they start quickly. A command of Slurm's costs a few milliseconds, and a tenth of
//! that would go into what the loader does before `main`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |name: &str, wanted: &str| env::var(name).is_ok_and(|value| value == wanted);
    if !is("CARGO_CFG_TARGET_OS", "linux") || !is("CARGO_CFG_TARGET_ENV", "gnu") {
        return;
    }
    // At a fixed address there are no 10,000 pointers to be put right, nor their pages to be copied.
    println!("cargo:rustc-link-arg-bin=srunx=-no-pie");
    // The unwinder becomes part of the program: one library less to look for, map and bind.
    if let Some(folder) = unwinder() {
        println!("cargo:rustc-link-arg-bin=srunx=-L{}", folder.display());
    }
}

/// A folder in which `-lgcc_s`, which rustc asks for, finds the static unwinder; none where the compiler has none.
fn unwinder() -> Option<PathBuf> {
    let cross = env::var("HOST").ok()? != env::var("TARGET").ok()?;
    let asked = Command::new("cc").arg("-print-file-name=libgcc_eh.a").output().ok().filter(|_| !cross)?;
    // A file that it does not know is told back as it was named.
    let file = String::from_utf8(asked.stdout).ok()?;
    Path::new(file.trim()).is_absolute().then_some(())?;
    let folder = PathBuf::from(env::var_os("OUT_DIR")?).join("unwinder");
    fs::create_dir_all(&folder).ok()?;
    fs::write(folder.join("libgcc_s.so"), "INPUT(-lgcc_eh -lgcc)\n").ok()?;
    Some(folder)
}
