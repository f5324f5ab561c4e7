//! See `srunx_fuzz::time`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| srunx_fuzz::time(data));
