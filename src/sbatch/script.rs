//! The batch script: what it must look like, and the one that `--wrap` makes.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// Why sbatch does not take a script: the lines that it prints, each an error.
pub type Objection = &'static [&'static str];

/// Checks what sbatch checks before it sends a script.
///
/// # Errors
/// The lines to print.
pub fn check(script: &[u8]) -> Result<(), Objection> {
    // As isspace(3) has it, which knows a blank more than Rust.
    let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0x0b;
    // The text is a C string to this check: what stands behind a NUL does not count.
    let text = script.split(|byte| *byte == 0).next().unwrap_or_default();
    if script.is_empty() {
        Err(&["Batch script is empty!"])
    } else if text.iter().all(blank) {
        Err(&["Batch script contains only whitespace!"])
    } else if !script.starts_with(b"#!") {
        Err(&[
            "This does not look like a batch script.  The first",
            "line must start with #! followed by the path to an interpreter.",
            "For instance: #!/bin/sh",
        ])
    } else if script.contains(&0) {
        Err(&["The Slurm controller does not allow scripts that", "contain a NULL character '\\0'."])
    } else if script.windows(2).any(|pair| pair == b"\r\n") {
        Err(&[
            "Batch script contains DOS line breaks (\\r\\n)",
            "instead of expected UNIX line breaks (\\n).",
        ])
    } else {
        Ok(())
    }
}

/// The script that `--wrap` makes of a command line (sbatch(1), `--wrap`).
#[must_use]
pub fn wrap(command: &OsStr) -> Vec<u8> {
    let mut script = b"#!/bin/sh\n# This script was created by sbatch --wrap.\n\n".to_vec();
    script.extend_from_slice(command.as_bytes());
    script.push(b'\n');
    script
}

/// Puts a burst buffer's lines (`--bbf`) behind a script's first line.
#[must_use]
pub fn with_burst_buffer(script: &[u8], lines: &[u8]) -> Vec<u8> {
    if lines.is_empty() {
        return script.to_vec();
    }
    let first = script.iter().position(|byte| *byte == b'\n').map_or(script.len(), |at| at + 1);
    let mut spliced = script[..first].to_vec();
    if !spliced.ends_with(b"\n") {
        spliced.push(b'\n');
    }
    spliced.extend_from_slice(lines);
    if !lines.ends_with(b"\n") {
        spliced.push(b'\n');
    }
    spliced.extend_from_slice(&script[first..]);
    spliced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_that_sbatch_refuses() {
        let first = |script: &[u8]| check(script).err().and_then(|lines| lines.first().copied());
        assert_eq!(first(b"#!/bin/sh\ntrue\n"), None);
        assert_eq!(first(b"#!"), None);
        assert_eq!(first(b""), Some("Batch script is empty!"));
        assert_eq!(first(b" \n\t\x0b"), Some("Batch script contains only whitespace!"));
        assert_eq!(first(b" \n\0#!"), Some("Batch script contains only whitespace!"));
        assert_eq!(first(b"echo"), Some("This does not look like a batch script.  The first"));
        assert_eq!(first(b"#!/bin/sh\n\0"), Some("The Slurm controller does not allow scripts that"));
        assert_eq!(first(b"#!/bin/sh\r\n"), Some("Batch script contains DOS line breaks (\\r\\n)"));
        assert_eq!(first(b"#!/bin/sh\n\r"), None);
    }

    #[test]
    fn a_command_is_wrapped_as_it_is() {
        let script = wrap(OsStr::new("echo 'a b'"));
        assert_eq!(script, b"#!/bin/sh\n# This script was created by sbatch --wrap.\n\necho 'a b'\n");
    }

    #[test]
    fn burst_buffer_lines_stand_behind_the_first() {
        assert_eq!(with_burst_buffer(b"#!/bin/sh\ntrue\n", b"#BB x"), b"#!/bin/sh\n#BB x\ntrue\n");
        assert_eq!(with_burst_buffer(b"#!/bin/sh", b"#BB x\n"), b"#!/bin/sh\n#BB x\n");
    }
}
