//! A panic of the program while it deals with one input is a complaint about that input.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    /// On a thread that may panic without ending the run: where the last panic was.
    static CAUGHT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Does `work`; where it panics, returns the message in one line and prints nothing.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let message = CAUGHT.with_borrow_mut(|caught| {
                caught.as_mut().map(|caught| *caught = panic.to_string())
            });
            if message.is_none() {
                usual(panic);
            }
        }));
    });
    let outer = CAUGHT.replace(Some(String::new()));
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    let message = CAUGHT.replace(outer).unwrap_or_default();
    outcome.map_err(|_| message.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_one_line_and_the_work_goes_on() {
        assert_eq!(caught(|| 1), Ok(1));
        let message = caught(|| -> u8 { panic!("first\nsecond") }).expect_err("a panic");
        assert!(message.contains("fault.rs") && message.ends_with("first second"), "{message}");
        assert_eq!(caught(|| 2), Ok(2));
    }
}
