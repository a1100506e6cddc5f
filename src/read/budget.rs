//! Counts the bytes that go into unpacking and the bytes that come out.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::limits::{Bound, Limits};

/// Bytes read so far, for whoever shows progress; may be read from another thread.
#[derive(Debug, Default)]
pub struct Meter(AtomicU64);

impl Meter {
    /// The bytes of all inputs so far, packed as they are.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Unpacked bytes below which no ratio is asked for: short texts may be very regular.
const RATIO_FROM: u64 = 10 * 1024 * 1024;

/// The cost of one input so far.
#[derive(Debug, Default)]
pub(super) struct Budget {
    packed: Cell<u64>,
    unpacked: Cell<u64>,
}

impl Budget {
    /// The bound that is used up.
    fn exceeded(&self, limits: &Limits) -> Option<Bound> {
        let (packed, unpacked) = (self.packed.get(), self.unpacked.get());
        if unpacked > limits.archive_bytes {
            return Some(Bound::ArchiveBytes);
        }
        let ratio = unpacked > RATIO_FROM && unpacked / packed.max(1) > limits.archive_ratio;
        ratio.then_some(Bound::ArchiveRatio)
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
        let length = self.reader.read(buffer)?;
        self.meter.0.fetch_add(length as u64, Ordering::Relaxed);
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

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(bound) = self.budget.exceeded(&self.limits) {
            return Err(io::Error::other(BoundReached(bound)));
        }
        let length = self.reader.read(buffer)?;
        self.budget.unpacked.set(self.budget.unpacked.get() + length as u64);
        Ok(length)
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
