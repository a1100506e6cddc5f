//! Counts the bytes that go into unpacking and the bytes that come out.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::limits::{Bound, Limits};
use super::scan::Summary;

/// Bytes read so far, for whoever shows progress, and the wish to stop; both may be used from another
/// thread.
#[derive(Debug, Default)]
pub struct Meter {
    bytes: AtomicU64,
    stopped: Arc<AtomicBool>,
}

impl Meter {
    /// A meter whose inputs end once `stopped` is set.
    pub fn new(stopped: Arc<AtomicBool>) -> Self {
        Self { bytes: AtomicU64::new(0), stopped }
    }

    /// The bytes of all inputs so far, packed as they are.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// True once no more is to be read: every input ends where its reader is.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

/// Unpacked bytes below which no ratio is asked for: short texts may be very regular.
const RATIO_FROM: u64 = 10 * 1024 * 1024;

/// The cost of one input so far, over all archives inside each other. Once a bound is reached,
/// nothing more of the input can be read.
#[derive(Debug, Default)]
pub(super) struct Budget {
    packed: Cell<u64>,
    unpacked: Cell<u64>,
    members: Cell<u64>,
    crashes: Cell<u64>,
    parsed: Cell<u64>,
    /// Bytes of fragments, and of crashes of archives, that wait in memory.
    fragments: Cell<u64>,
    waiting_crashes: Cell<u64>,
    reached: Cell<Option<Bound>>,
}

impl Budget {
    /// The bound that ended the input.
    pub(super) fn reached(&self) -> Option<Bound> {
        self.reached.get()
    }

    /// Ends the input at `bound`; the first one counts.
    pub(super) fn reach(&self, bound: Bound) -> BoundReached {
        let first = self.reached.get().unwrap_or(bound);
        self.reached.set(Some(first));
        BoundReached(first)
    }

    /// Counts one more member.
    pub(super) fn take_member(&self, limits: &Limits) -> Result<(), BoundReached> {
        self.members.set(self.members.get() + 1);
        let left = self.members.get() <= limits.archive_members;
        if left { Ok(()) } else { Err(self.reach(Bound::ArchiveMembers)) }
    }

    /// Counts one more text; returns the bound at which it stopped.
    pub(super) fn take_text(&self, text: &Summary, limits: &Limits) -> Option<Bound> {
        self.crashes.set(self.crashes.get() + text.crashes as u64);
        self.parsed.set(self.parsed.get() + text.parsed);
        let stopped = text.stopped.then_some(Bound::Crashes);
        let parsed = (self.parsed.get() > limits.parsed_bytes).then_some(Bound::ParsedBytes);
        let bound = stopped.or(parsed)?;
        self.reach(bound);
        Some(bound)
    }

    /// The limits of the next text: what is left of the input's.
    pub(super) fn limits_of_text(&self, limits: &Limits) -> Limits {
        Limits {
            crashes: limits.crashes.saturating_sub(self.crashes.get()),
            parsed_bytes: limits.parsed_bytes.saturating_sub(self.parsed.get()),
            ..*limits
        }
    }

    /// Bytes of fragments that may still be held.
    pub(super) fn fragment_room(&self, limits: &Limits) -> u64 {
        limits.fragment_bytes.saturating_sub(self.fragments.get())
    }

    /// The fragments of a member held `before` bytes and now hold `now`.
    pub(super) fn hold_fragments(
        &self,
        before: u64,
        now: u64,
        limits: &Limits,
    ) -> Result<(), BoundReached> {
        self.fragments.set(self.fragments.get().saturating_sub(before).saturating_add(now));
        let fits = self.fragments.get() <= limits.fragment_bytes;
        if fits { Ok(()) } else { Err(self.reach(Bound::FragmentBytes)) }
    }

    /// A crash of so many bytes begins to wait.
    pub(super) fn hold_crash(&self, bytes: u64, limits: &Limits) {
        self.waiting_crashes.set(self.waiting_crashes.get().saturating_add(bytes));
        if self.waiting_crashes.get() > limits.crash_bytes {
            self.reach(Bound::CrashBytes);
        }
    }

    /// Crashes of so many bytes were handed over.
    pub(super) fn release_crashes(&self, bytes: u64) {
        self.waiting_crashes.set(self.waiting_crashes.get().saturating_sub(bytes));
    }

    fn check(&self, limits: &Limits) -> io::Result<()> {
        let (packed, unpacked) = (self.packed.get(), self.unpacked.get());
        if unpacked > limits.archive_bytes {
            self.reach(Bound::ArchiveBytes);
        } else if unpacked > RATIO_FROM && unpacked / packed.max(1) > limits.archive_ratio {
            self.reach(Bound::ArchiveRatio);
        }
        self.reached().map_or(Ok(()), |bound| Err(io::Error::other(BoundReached(bound))))
    }
}

/// The failure of a read that would go beyond a bound.
#[derive(Debug, thiserror::Error)]
#[error("the bound {code} is reached; --limit {code}=NUMBER raises it", code = .0.as_str())]
pub(super) struct BoundReached(pub Bound);

/// Counts the bytes that are read of the input itself.
pub(super) struct Packed<'a, R> {
    pub reader: R,
    pub meter: &'a Meter,
    pub budget: Rc<Budget>,
}

impl<R: Read> Read for Packed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(bound) = self.budget.reached() {
            return Err(io::Error::other(BoundReached(bound)));
        }
        if self.meter.is_stopped() {
            return Ok(0);
        }
        let length = self.reader.read(buffer)?;
        self.meter.bytes.fetch_add(length as u64, Ordering::Relaxed);
        self.budget.packed.set(self.budget.packed.get() + length as u64);
        Ok(length)
    }
}

impl<R: Seek> Seek for Packed<'_, R> {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.reader.seek(place)
    }
}

/// Counts the bytes that a decoder gives out, and ends it at a bound.
pub(super) struct Unpacked<R> {
    pub reader: R,
    pub budget: Rc<Budget>,
    pub limits: Limits,
}

/// Names the bound that a decoder was given.
fn named(error: io::Error) -> io::Error {
    /// Words of the decoders of xz and of Zstandard.
    const TOO_WIDE: [&str; 2] = ["mem_limit_kb", "too much memory"];
    let text = error.to_string();
    let too_wide = TOO_WIDE.iter().any(|words| text.contains(words));
    if too_wide { io::Error::other(BoundReached(Bound::WindowBytes)) } else { error }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.budget.check(&self.limits)?;
        let length = self.reader.read(buffer).map_err(named)?;
        self.budget.unpacked.set(self.budget.unpacked.get() + length as u64);
        Ok(length)
    }
}

/// Where in an archive the reader is, and up to where headers may go.
pub(super) struct HeaderPlace {
    taken: Cell<u64>,
    until: Cell<u64>,
}

impl HeaderPlace {
    /// The start of an archive, with so many bytes of headers.
    pub(super) fn new(headers: u64) -> Self {
        Self { taken: Cell::new(0), until: Cell::new(headers) }
    }

    /// After `content` bytes from here, so many bytes of headers may follow.
    pub(super) fn skip(&self, content: u64, headers: u64) {
        self.until.set(self.taken.get().saturating_add(content).saturating_add(headers));
    }
}

/// Ends the input where what describes the members of an archive is longer than may be held: the name
/// of a tar's member or the directory of a zip would else be read whole into memory.
pub(super) struct Headers<R> {
    pub reader: R,
    pub budget: Rc<Budget>,
    pub place: Rc<HeaderPlace>,
}

impl<R: Read> Read for Headers<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let taken = self.place.taken.get();
        let left = self.place.until.get().saturating_sub(taken);
        if left == 0 && !buffer.is_empty() {
            return Err(io::Error::other(self.budget.reach(Bound::HeaderBytes)));
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let length = self.reader.read(&mut buffer[..most])?;
        self.place.taken.set(taken + length as u64);
        Ok(length)
    }
}

impl<R: Seek> Seek for Headers<R> {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.reader.seek(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpack(bytes: u64, limits: Limits) -> io::Result<u64> {
        let reader = io::repeat(0).take(bytes);
        let mut unpacked = Unpacked { reader, budget: Rc::default(), limits };
        io::copy(&mut unpacked, &mut io::sink())
    }

    #[test]
    fn unpacking_ends_at_the_bounds() {
        assert_eq!(unpack(1000, Limits::default()).ok(), Some(1000));
        let few = Limits { archive_bytes: 100, ..Limits::default() };
        let error = unpack(1_000_000, few).expect_err("a bound").to_string();
        assert!(error.contains("archive-bytes"), "{error}");
        let error = unpack(100_000_000, Limits::default()).expect_err("a bound").to_string();
        assert!(error.contains("archive-ratio"), "{error}");
    }
}
