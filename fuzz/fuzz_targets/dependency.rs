//! See `srunx_fuzz::dependency`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| srunx_fuzz::dependency(data));
