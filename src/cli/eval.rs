//! `psod-match eval …`: the measurements.

mod calibrate;
mod forms;
mod thresholds;

use super::Status;
use super::args::{Common, EvalCommand};
use super::output::Output;

/// Runs one measurement.
pub fn run(command: EvalCommand, common: &Common, output: &mut Output) -> anyhow::Result<Status> {
    match command {
        EvalCommand::Kb(arguments) if arguments.thresholds => thresholds::run(common, output),
        EvalCommand::Kb(arguments) => forms::run(&arguments, common, output),
        EvalCommand::Calibrate(arguments) => calibrate::run(&arguments, common, output),
        EvalCommand::Backtraces(arguments) => {
            super::eval_backtraces::run(&arguments, common, output)
        }
    }
}
