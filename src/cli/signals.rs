//! The signals by which a user stops a run, as messages.

use crossbeam_channel::Receiver;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::io;
use std::thread;

/// From here on SIGINT, SIGTERM and SIGHUP arrive as their names and no longer end the process.
///
/// # Errors
/// When the handlers cannot be set.
pub fn listen() -> io::Result<Receiver<&'static str>> {
    let (sender, receiver) = crossbeam_channel::unbounded();
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            let name = match signal {
                SIGTERM => "SIGTERM",
                SIGHUP => "SIGHUP",
                _ => "SIGINT",
            };
            if sender.send(name).is_err() {
                break;
            }
        }
    })?;
    Ok(receiver)
}
