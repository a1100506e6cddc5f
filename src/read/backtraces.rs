//! Sorts frames into backtraces: that of the reporting PCPU, and those of others.

use std::collections::BTreeMap;

use super::fields::Heading;
use super::limits::Limits;
use crate::crash::{Backtrace, Frame, PanicKind, Role};

/// The backtraces of one crash while they are read.
#[derive(Default)]
pub(super) struct Backtraces {
    /// In printed order; `origin` is empty for the reporting PCPU's.
    list: Vec<Backtrace>,
    /// Where the next frame goes, by the foreign PCPU that writes the line: two may write at once.
    current: BTreeMap<Option<u32>, usize>,
    /// The PCPU that writes the crash's own lines, where they have a prefix.
    owner: Option<u32>,
    /// Frames of another PCPU came between, without a heading.
    interleaved: bool,
}

impl Backtraces {
    /// Notes that `writer` writes lines of the crash itself.
    fn own(&mut self, writer: Option<u32>) {
        self.owner = self.owner.or(writer);
    }

    /// The writer when it is not the PCPU of the crash.
    fn foreign(&self, writer: Option<u32>) -> Option<u32> {
        writer.filter(|_| self.owner.is_some() && self.owner != writer)
    }

    /// True when `writer` is known not to be the PCPU of the crash.
    pub(super) fn is_foreign(&self, writer: Option<u32>) -> bool {
        self.foreign(writer).is_some()
    }

    /// True when `frame` is the one before it, to the stack pointer: a line that a log holds twice.
    pub(super) fn repeats(&self, writer: Option<u32>, frame: &Frame) -> bool {
        let current = self.current.get(&self.foreign(writer));
        let last = current.and_then(|&index| self.list[index].frames.last());
        frame.sp.is_some() && frame.role != Role::Noise && last == Some(frame)
    }

    /// Begins the backtrace that a heading announces.
    pub(super) fn begin_headed(&mut self, writer: Option<u32>, heading: Heading) {
        let writer = self.foreign(writer);
        let origin = heading.origin.unwrap_or_else(|| origin_of(writer));
        let pcpu = heading.pcpu.or(writer.filter(|_| !origin.is_empty()));
        self.begin(writer, origin, pcpu);
    }

    /// The header and the message, which are lines of the crash itself, end a saved backtrace: the frames below are the reporting PCPU's.
    pub(super) fn leave_saved(&mut self, writer: Option<u32>) {
        self.own(writer);
        let writer = self.foreign(writer);
        let last = self.current.get(&writer).and_then(|&index| self.list.get(index));
        if last.is_some_and(|last| !last.origin.is_empty()) {
            self.begin(writer, origin_of(writer), None);
        }
    }

    /// Adds a frame; `owner` is the backtrace that a prefix names: `pcpu 118 Heartbeat NMI`. True when
    /// it is the first one of another PCPU that came between.
    pub(super) fn add_frame(
        &mut self,
        writer: Option<u32>,
        owner: Option<String>,
        frame: Frame,
    ) -> bool {
        self.own(writer);
        let writer = self.foreign(writer);
        let current = self.current.get(&writer).copied();
        let same = current
            .filter(|&index| owner.as_ref().is_none_or(|owner| *owner == self.list[index].origin));
        let index = match same {
            Some(index) => index,
            None => {
                let origin = owner.unwrap_or_else(|| origin_of(writer));
                let pcpu = origin.split_whitespace().find_map(|word| word.parse().ok());
                self.begin(writer, origin, pcpu)
            }
        };
        self.list[index].frames.push(frame);
        let between = current.is_none() && writer.is_some();
        let first = between && !self.interleaved;
        self.interleaved |= between;
        first
    }

    fn begin(&mut self, writer: Option<u32>, origin: String, pcpu: Option<u32>) -> usize {
        self.list.push(Backtrace { origin, pcpu, ..Backtrace::default() });
        let index = self.list.len() - 1;
        self.current.insert(writer, index);
        index
    }

    /// The main backtrace, the others with the one that decides marked, and whether a bound cut.
    pub(super) fn finish(
        self,
        kind: Option<PanicKind>,
        culprits: &[u32],
        limits: &Limits,
    ) -> (Vec<Frame>, Vec<Backtrace>, bool) {
        let mut others = self.list;
        others.retain(|backtrace| !backtrace.frames.is_empty());
        let mut cut = false;
        for backtrace in &mut others {
            cut |= shorten(&mut backtrace.frames, limits.frames);
        }
        // A log prints the backtrace twice, once cut at the console's width: the longer one counts.
        let main = (0..others.len())
            .filter(|&index| others[index].origin.is_empty())
            .max_by_key(|&index| (others[index].frames.len(), usize::MAX - index));
        let frames = main.map(|index| others.remove(index).frames).unwrap_or_default();
        for backtrace in others.iter_mut().filter(|backtrace| backtrace.origin.is_empty()) {
            backtrace.origin = "current CPU, printed again".to_owned();
        }
        let names_culprit = kind.is_some_and(PanicKind::names_culprit);
        let decides = others
            .iter()
            .position(|other| names_culprit && is_usable(other) && is_of(other, culprits))
            .or_else(|| others.iter().position(|_| frames.is_empty()));
        if let Some(index) = decides {
            others[index].decides = true;
        }
        (frames, others, cut)
    }
}

/// Empty for the PCPU of the crash, else a heading that names the writer.
fn origin_of(foreign: Option<u32>) -> String {
    foreign.map_or_else(String::new, |pcpu| format!("pcpu {pcpu} between the lines of the crash"))
}

fn is_usable(backtrace: &Backtrace) -> bool {
    backtrace.frames.iter().filter(|frame| is_named_story(frame)).count() >= 2
}

fn is_named_story(frame: &Frame) -> bool {
    frame.function.is_some() && frame.role == Role::Story
}

fn is_of(backtrace: &Backtrace, pcpus: &[u32]) -> bool {
    backtrace.pcpu.is_some_and(|pcpu| pcpus.contains(&pcpu))
}

/// Keeps the first and the last half of a backtrace that is too long.
fn shorten(frames: &mut Vec<Frame>, most: u64) -> bool {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    if frames.len() <= most {
        return false;
    }
    let half = most / 2;
    let tail = frames.len() - (most - half);
    frames.drain(half..tail);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(function: &str) -> Frame {
        Frame { function: Some(function.to_owned()), ..Frame::default() }
    }

    #[test]
    fn frames_of_two_pcpus_that_write_at_once_are_kept_apart() {
        let mut backtraces = Backtraces::default();
        for (writer, function) in [(2, "A"), (3, "X"), (2, "B"), (3, "Y"), (2, "C")] {
            backtraces.add_frame(Some(writer), None, frame(function));
        }
        let (main, others, _) = backtraces.finish(None, &[], &Limits::default());
        assert_eq!(main, ["A", "B", "C"].map(frame));
        assert_eq!((others.len(), others[0].pcpu, others[0].frames.len()), (1, Some(3), 2));
        assert!(!others[0].decides);
    }

    #[test]
    fn the_saved_backtrace_of_the_culprit_decides() {
        let mut backtraces = Backtraces::default();
        let heading =
            Heading { origin: Some("pcpu 9 Heartbeat NMI".into()), pcpu: Some(9), world: None };
        backtraces.begin_headed(None, heading);
        for function in ["A", "B"] {
            backtraces.add_frame(None, None, frame(function));
        }
        backtraces.leave_saved(None);
        backtraces.add_frame(None, None, frame("Panic"));
        let kind = Some(PanicKind::NoHeartbeat);
        let (main, others, _) = backtraces.finish(kind, &[9], &Limits::default());
        assert_eq!((main.len(), others[0].decides), (1, true));
    }

    #[test]
    fn of_too_many_frames_the_ends_are_kept() {
        let mut backtraces = Backtraces::default();
        for number in 0..10 {
            backtraces.add_frame(None, None, frame(&number.to_string()));
        }
        let limits = Limits { frames: 4, ..Limits::default() };
        let (main, _, cut) = backtraces.finish(None, &[], &limits);
        assert_eq!((main, cut), (["0", "1", "8", "9"].map(frame).to_vec(), true));
    }
}
