//! The lines of a backtrace as the screen prints them, which its frames tell again: a body keeps them once.

use super::body::damaged;
use crate::crash::{Crash, Frame, ScreenPart};
use crate::error::Result;

/// Before the place of a frame, instead of its line.
const PLACE: char = '=';
/// Frames that are looked at for a line: the screen may leave some out.
const NEAR: usize = 8;

/// The crash with the places of frames instead of their lines.
pub(super) fn without_lines(crash: &Crash) -> Crash {
    let printed: Vec<Option<String>> = frames(crash).map(printed).collect();
    let mut short = crash.clone();
    let mut next = 0;
    for line in short.screen.iter_mut().filter(|line| line.part == ScreenPart::Stack) {
        let near = next..printed.len().min(next + NEAR);
        let place = near.into_iter().find(|place| printed[*place].as_ref() == Some(&line.text));
        if let Some(place) = place {
            line.text = format!("{PLACE}{place}");
            next = place + 1;
        } else if line.text.starts_with(PLACE) {
            line.text.insert(0, PLACE);
        }
    }
    short
}

/// The opposite of [`without_lines`].
///
/// # Errors
/// [`crate::error::Error::Stored`] for the place of a frame that is not there.
pub(super) fn with_lines(mut crash: Crash) -> Result<Crash> {
    let mut lines = std::mem::take(&mut crash.screen);
    for line in lines.iter_mut().filter(|line| line.part == ScreenPart::Stack) {
        let Some(place) = line.text.strip_prefix(PLACE) else { continue };
        line.text = if place.starts_with(PLACE) {
            place.to_owned()
        } else {
            let place = place.parse().ok();
            let frame = place.and_then(|place: usize| frames(&crash).nth(place));
            let text = frame.and_then(printed);
            text.ok_or_else(|| damaged(&"a frame of it is not there"))?
        };
    }
    crash.screen = lines;
    Ok(crash)
}

/// Every frame, in the order in which most screens print them.
fn frames(crash: &Crash) -> impl Iterator<Item = &Frame> {
    let others = crash.other_backtraces.iter().flat_map(|other| &other.frames);
    crash.backtrace.iter().chain(others)
}

/// The line of a frame as the VMkernel prints it; `None` for one of which a part is missing.
fn printed(frame: &Frame) -> Option<String> {
    let Frame { function, module, version, offset, ip, sp, stack, .. } = frame;
    let (function, module, version) = (function.as_ref()?, module.as_ref()?, version.as_ref()?);
    let (offset, ip, sp) = (offset.as_ref()?, ip.as_ref()?, sp.as_ref()?);
    let stack = stack.join(", ");
    Some(format!("{sp}:[{ip}]{function}@{module}#{version}+{offset} stack: {stack}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::crashes_in_text;

    #[test]
    fn lines_come_back_and_some_are_left_out() {
        let (mut all, mut left_out) = (0, 0);
        for directory in ["tests/corpus", "kb/crashes"] {
            for entry in std::fs::read_dir(directory).expect("a directory") {
                let path = entry.expect("an entry").path();
                let Ok(text) = std::fs::read_to_string(&path) else { continue };
                for found in crashes_in_text(&text) {
                    let short = without_lines(&found.crash);
                    let lines = short.screen.iter().filter(|line| line.part == ScreenPart::Stack);
                    all += lines.clone().count();
                    left_out += lines.filter(|line| line.text.starts_with(PLACE)).count();
                    assert_eq!(with_lines(short).expect("restored"), found.crash, "{path:?}");
                }
            }
        }
        // Many of these texts are damaged, or of releases that print frames in another way.
        assert!(left_out > all / 5, "{left_out} of {all}");
    }

    #[test]
    fn a_line_that_looks_like_a_place_stays() {
        let text = "#PF Exception 14 in world 2097460:helper IP 0x42002b65ad3b addr 0x8\n\
            0x453949a1be20:[0x42002b65ad3b]Walk@vmkernel#nover+0x45f stack: 0x1, 0x2\n\
            0x453949a1be30:[0x42002b65ad3b]Talk@vmkernel#nover+0x45f stack: 0x1\n";
        let mut crash = crashes_in_text(text)[0].crash.clone();
        let stack = crash.screen.iter_mut().filter(|line| line.part == ScreenPart::Stack);
        for (line, text) in stack.zip(["=0", "==7"]) {
            text.clone_into(&mut line.text);
        }
        assert_eq!(with_lines(without_lines(&crash)).expect("restored"), crash);
        let stack = crash.screen.iter_mut().find(|line| line.part == ScreenPart::Stack);
        "=99".clone_into(&mut stack.expect("a line").text);
        let error = with_lines(crash).expect_err("damaged").to_string();
        assert!(error.contains("a frame of it is not there"), "{error}");
    }
}
