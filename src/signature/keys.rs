//! Everything of a crash that a signature may ask for, in comparable form.

use super::normalize::{function_name, module_name};
use crate::crash::{Crash, Frame, PanicKind, Role};

/// A story frame in comparable form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFrame {
    /// Function name without compiler suffixes.
    pub function: String,
    /// Module, where printed.
    pub module: Option<String>,
    /// Position in the backtrace that it comes from.
    pub index: usize,
}

/// The comparable parts of one crash.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CrashKeys {
    /// The panic kind; absent without a panic message.
    pub kind: Option<PanicKind>,
    /// The panic message, empty when absent.
    pub message: String,
    /// Names of the world that ran, as the message and the screen give it.
    pub worlds: Vec<String>,
    /// Modules: of the story frames, and those that the screen calls involved.
    pub modules: Vec<String>,
    /// Log lines around the panic.
    pub logs: Vec<String>,
    /// Story frames of the backtrace that decides.
    pub frames: Vec<KeyFrame>,
    /// Story frames of the reporting PCPU where another backtrace decides.
    pub reporter_frames: Vec<KeyFrame>,
}

impl CrashKeys {
    /// Takes the comparable parts of `crash`, whose roles must be assigned.
    pub fn of(crash: &Crash) -> Self {
        let frames = story(crash.deciding_frames());
        let reporter_frames = match crash.other_backtraces.iter().any(|other| other.decides) {
            true => story(&crash.backtrace),
            false => Vec::new(),
        };
        let all_frames = frames.iter().chain(&reporter_frames);
        let mut modules: Vec<String> = all_frames.filter_map(|f| f.module.clone()).collect();
        modules.extend(crash.host.drivers.iter().map(|driver| driver.name.clone()));
        modules.sort();
        modules.dedup();
        let in_message = crash.panic.as_ref().and_then(|panic| panic.world.as_ref());
        let mut worlds: Vec<String> = [in_message, crash.world.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(|w| w.name.clone())
            .collect();
        worlds.dedup();
        Self {
            kind: crash.kind(),
            message: crash.panic.as_ref().map(|p| p.message.clone()).unwrap_or_default(),
            worlds,
            modules,
            logs: crash.log_lines.clone(),
            frames,
            reporter_frames,
        }
    }
}

/// The named story frames; a function that calls itself counts once.
fn story(frames: &[Frame]) -> Vec<KeyFrame> {
    let mut story: Vec<KeyFrame> = Vec::with_capacity(frames.len());
    for (index, frame) in frames.iter().enumerate() {
        let Some(function) = frame.function.as_deref().filter(|_| frame.role == Role::Story) else {
            continue;
        };
        let function = function_name(function);
        if story.last().is_some_and(|last| last.function == function) {
            continue;
        }
        story.push(KeyFrame {
            function: function.to_owned(),
            module: frame.module.as_deref().and_then(module_name).map(str::to_owned),
            index,
        });
    }
    story
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::crashes_in_text;

    #[test]
    fn noise_and_repetition_are_left_out() {
        let found = crashes_in_text(
            "#GP Exception 13 in world 4376:usb @ 0x418029c15c43\n\
             [0x418029c15c43]DLM_free@vmkernel:nover+0x10a stack: 0x0\n\
             [0x418029c15c44]DLM_free@vmkernel:nover+0x10b stack: 0x0\n\
             [0x41802a0bb36d]hid_free_buffers@esx:nover+0x20 stack: 0x0\n\
             [0x0]blk_dev+0xfd76461f stack: 0x0\n",
        );
        let keys = CrashKeys::of(&found[0].crash);
        let functions: Vec<(&str, usize)> =
            keys.frames.iter().map(|frame| (frame.function.as_str(), frame.index)).collect();
        assert_eq!(functions, [("DLM_free", 0), ("hid_free_buffers", 2)]);
        assert_eq!(keys.worlds, ["usb"]);
        assert_eq!(keys.modules, ["esx", "vmkernel"]);
    }
}
