//! Connecting to Slurm for a command that follows jobs, which waits for a slurmctld that does not answer.

use super::args::Color;
use super::message;
use crate::slurm::{Client, ConnectOptions, Error, Waiting};
use std::cell::RefCell;
use std::time::Duration;

const A_DAY: Duration = Duration::from_secs(24 * 3600);

/// Connects, and says so when it has to wait.
///
/// # Errors
/// When Slurm cannot be used, or did not answer for that long.
pub fn connect(wait_for_controller: Duration, color: Color) -> Result<Client, Error> {
    // The same words again and again would fill the screen.
    let told = RefCell::new(String::new());
    let on_wait = |waiting: &Waiting| {
        let words = waiting.error.to_string();
        if told.replace(words.clone()) != words {
            message::warning(color, &words);
            let until = match waiting.left {
                left if left > A_DAY => "until it answers".to_owned(),
                left => format!("for another {} s (--wait-for-controller)", left.as_secs().max(1)),
            };
            message::note(color, &format!("trying again {until}"));
        }
    };
    Client::connect(&ConnectOptions { wait_for_controller, on_wait: &on_wait, ..ConnectOptions::default() })
}
