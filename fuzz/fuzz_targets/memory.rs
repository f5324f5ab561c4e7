//! See `srunx_fuzz::memory`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| srunx_fuzz::memory(data));
