//! Why jobs wait: the words that slurmctld has for it, by number.

use crate::slurm::Client;
use std::ffi::CString;

/// More than any release has.
const ENOUGH: u32 = 1000;

/// Whether a word is what the library says of a number that is no reason: a number, or that it is none.
fn is_none(word: &CString) -> bool {
    let word = word.as_bytes();
    word.first().is_none_or(u8::is_ascii_digit) || word == b"InvaildReason" || word == b"InvalidReason"
}

/// The number of the first reason with that name, in small or capital letters.
pub fn named(client: &Client, name: &[u8]) -> Option<u32> {
    (0..ENOUGH).find(|number| {
        client
            .reason(*number)
            .is_some_and(|word| !is_none(&word) && word.as_bytes().eq_ignore_ascii_case(name))
    })
}

/// The words for the first `count` of them.
pub fn listed(client: &Client, count: u32) -> Vec<String> {
    let word = |number| client.reason(number).unwrap_or_default().to_string_lossy().into_owned();
    (0..count).map(word).collect()
}
