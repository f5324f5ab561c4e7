//! See `srunx_fuzz::array`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| srunx_fuzz::array(data));
