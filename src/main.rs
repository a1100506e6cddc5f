//! The command line of psod-match: flags in, one library call, bytes out.

mod cli;

use std::process::ExitCode;

/// The allocator of musl has one lock for all threads: with it a batch on two processors is slower than
/// on one.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
