//! See `srunx_fuzz::values`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| srunx_fuzz::values(data));
