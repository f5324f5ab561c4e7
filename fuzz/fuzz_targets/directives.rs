//! See `srunx_fuzz::directives`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| srunx_fuzz::directives(data));
