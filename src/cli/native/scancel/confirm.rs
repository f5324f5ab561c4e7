//! `--interactive`: asks before each job.

use super::cancel::Choice;
use crate::slurm::Text;
use std::io::{BufRead, Write};

/// As long as a line of an answer may be; a longer one counts as several.
const LINE: usize = 127;

/// Asks on standard output until the answer begins with y or n. Where nobody answers any more it is no.
pub fn confirm(choice: &Choice, name: Text<'_>, partition: Text<'_>) -> bool {
    let shown =
        |text: Text<'_>| text.map_or_else(|| "(null)".to_owned(), |text| text.to_string_lossy().into_owned());
    let what = match choice.step {
        None => format!("job_id={}", choice.asked),
        Some(step) => format!("step_id={}.{step}", choice.asked),
    };
    let input = &mut std::io::stdin().lock();
    loop {
        print!("Cancel {what} name={} partition={} [y/n]? ", shown(name), shown(partition));
        let _ = std::io::stdout().flush();
        let mut line = Vec::new();
        match std::io::Read::take(&mut *input, LINE as u64).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return false,
            Ok(_) => {}
        }
        match line.first() {
            Some(b'y' | b'Y') => return true,
            Some(b'n' | b'N') => return false,
            _ => {}
        }
    }
}
