//! The command line of psod-eval: `kb`, `calibrate` and `backtraces`.

mod commands;

use std::process::ExitCode;

fn main() -> ExitCode {
    commands::main()
}
