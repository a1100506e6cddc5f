#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| psod_match_fuzz::run("ledger", data));
