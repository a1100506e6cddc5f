//! What an interrupt (SIGINT, Ctrl-C) does: the run ends with what was answered so far. A second one
//! ends it at once.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::SIGINT;
use signal_hook::flag;

use super::Ending;

/// A flag that the first interrupt sets.
pub fn interrupted() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    // In this order: the second interrupt finds the flag set. Where no signal can be had, an interrupt
    // does what it always did.
    let at_once =
        flag::register_conditional_shutdown(SIGINT, Ending::Interrupted as i32, Arc::clone(&flag));
    if at_once.is_ok() {
        let _ = flag::register(SIGINT, Arc::clone(&flag));
    }
    flag
}
