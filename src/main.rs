//! The command line of psod-match: flags in, one library call, bytes out.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
