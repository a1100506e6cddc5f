//! Members that vm-support has cut: `NAME.FRAG-00000`, `NAME.FRAG-00001`, … are one text.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::rc::Rc;

use super::budget::Budget;
use super::limits::Limits;
use super::parse::FoundCrash;
use super::scan::{Scan, Summary};
use super::sniff::{Kind, RETYPE, kind_of};
use super::wide::Narrower;

/// The name without the mark of a fragment, and the fragment's number.
pub(super) fn fragment_of(name: &str) -> Option<(&str, u64)> {
    let (base, number) = name.rsplit_once(".FRAG-")?;
    let digits = !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit());
    digits.then(|| number.parse().ok()).flatten().map(|number| (base, number))
}

/// Bytes that a member costs beside its text: its name twice, and its place in the tables.
const OVERHEAD_BYTES: u64 = 1024;

/// One cut member, put together while its fragments arrive.
pub(super) struct Fragments {
    name: String,
    limits: Limits,
    budget: Rc<Budget>,
    /// Bytes that are held of all fragments so far, as the budget knows them.
    held: u64,
    next: u64,
    /// Fragments that came before an earlier one.
    waiting: BTreeMap<u64, Vec<u8>>,
    waiting_bytes: u64,
    sink: Sink,
    crashes: Vec<FoundCrash>,
}

/// Where the bytes go.
enum Sink {
    /// Nothing has come yet.
    Undecided,
    /// Text is searched as it comes.
    Text(Box<Scan>, Narrower),
    /// An archive must be whole before it can be unpacked.
    Packed(Vec<u8>),
    /// Neither text nor packed.
    Ignored(&'static str, &'static str),
}

/// A whole member.
pub(super) enum Whole {
    /// Text: its crashes, and its size.
    Text(Vec<FoundCrash>, Summary),
    /// An archive.
    Packed(Vec<u8>),
    /// Its kind, and the remedy.
    Other(&'static str, &'static str),
}

impl Fragments {
    /// Begins the member called `name`.
    pub(super) fn new(name: &str, limits: &Limits, budget: Rc<Budget>) -> Self {
        Self {
            name: name.to_owned(),
            limits: *limits,
            budget,
            held: 0,
            next: 0,
            waiting: BTreeMap::new(),
            waiting_bytes: 0,
            sink: Sink::Undecided,
            crashes: Vec::new(),
        }
    }

    /// Takes fragment `number`.
    ///
    /// # Errors
    /// When reading fails, or more would be held than the bound allows; the bytes before are kept.
    pub(super) fn push(&mut self, number: u64, reader: &mut dyn Read) -> io::Result<()> {
        let outcome =
            if number == self.next { self.read(reader) } else { self.keep(number, reader) };
        self.settle()?;
        outcome
    }

    /// Keeps a fragment that came before an earlier one.
    fn keep(&mut self, number: u64, reader: &mut dyn Read) -> io::Result<()> {
        let mut bytes = Vec::new();
        // One byte more than there is room for shows that the bound is reached.
        let room = self.budget.fragment_room(&self.limits).saturating_add(1);
        let outcome = reader.take(room).read_to_end(&mut bytes);
        bytes.shrink_to_fit();
        self.waiting_bytes += bytes.len() as u64;
        let replaced = self.waiting.insert(number, bytes);
        self.waiting_bytes -= replaced.map_or(0, |bytes| bytes.len() as u64);
        outcome.map(|_| ())
    }

    fn read(&mut self, reader: &mut dyn Read) -> io::Result<()> {
        let mut buffer = vec![0; 64 * 1024];
        let outcome = loop {
            match reader.read(&mut buffer) {
                Ok(0) => break Ok(()),
                Ok(length) => {
                    self.feed(&buffer[..length]);
                    if let Sink::Packed(_) = self.sink {
                        self.settle()?;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        self.next += 1;
        while let Some(bytes) = self.waiting.remove(&self.next) {
            self.waiting_bytes -= bytes.len() as u64;
            self.feed(&bytes);
            self.next += 1;
        }
        if let Sink::Text(scan, _) = &mut self.sink {
            scan.free();
        }
        outcome
    }

    /// Tells the budget how much is held now.
    fn settle(&mut self) -> io::Result<()> {
        let sink = match &self.sink {
            Sink::Text(scan, narrower) => scan.held_bytes() + narrower.held_bytes(),
            Sink::Packed(packed) => packed.len() as u64,
            Sink::Undecided | Sink::Ignored(..) => 0,
        };
        let crashes = self.crashes.iter().map(FoundCrash::held_bytes).sum::<u64>();
        let now = OVERHEAD_BYTES + self.name.len() as u64 + self.waiting_bytes + sink + crashes;
        let before = std::mem::replace(&mut self.held, now);
        self.budget.hold_fragments(before, now, &self.limits).map_err(io::Error::other)
    }

    fn feed(&mut self, bytes: &[u8]) {
        if let Sink::Undecided = self.sink {
            self.sink = match kind_of(&self.name, bytes) {
                Kind::Text => {
                    let limits = self.budget.limits_of_text(&self.limits);
                    Sink::Text(Box::new(Scan::new(&limits)), Narrower::new(bytes))
                }
                Kind::Compressed(_) | Kind::Tar | Kind::Zip => Sink::Packed(Vec::new()),
                Kind::Picture(found) => Sink::Ignored(found, RETYPE),
                Kind::Other(found, remedy) => Sink::Ignored(found, remedy),
            };
        }
        let crashes = &mut self.crashes;
        match &mut self.sink {
            Sink::Text(scan, narrower) => {
                let mut text = Vec::new();
                narrower.push(bytes, false, &mut text);
                scan.push(&text, &mut |crash| crashes.push(crash));
            }
            Sink::Packed(packed) => packed.extend_from_slice(bytes),
            Sink::Undecided | Sink::Ignored(..) => {}
        }
    }

    /// Ends the member: the whole, and the numbers that are missing.
    pub(super) fn finish(mut self) -> (Whole, Vec<u64>) {
        let mut missing = Vec::new();
        for (number, bytes) in std::mem::take(&mut self.waiting) {
            missing.extend((self.next..number).take(MAX_MISSING));
            self.feed(&bytes);
            self.next = number + 1;
        }
        missing.truncate(MAX_MISSING);
        let mut crashes = self.crashes;
        let whole = match self.sink {
            Sink::Text(mut scan, mut narrower) => {
                let mut rest = Vec::new();
                narrower.push(&[], true, &mut rest);
                scan.push(&rest, &mut |crash| crashes.push(crash));
                let summary = scan.finish(&mut |crash| crashes.push(crash));
                Whole::Text(crashes, summary)
            }
            Sink::Packed(packed) => Whole::Packed(packed),
            Sink::Ignored(found, remedy) => Whole::Other(found, remedy),
            Sink::Undecided => Whole::Text(crashes, Summary::default()),
        };
        (whole, missing)
    }
}

/// Missing fragments that are named one by one.
const MAX_MISSING: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: &str = "@BlueScreen: PCPU 1 locked up. Failed to ack TLB invalidate.\n\
        0x3a37f48:[0x64bfa4]TLBDoInvalidate+0x38f stack: 0x1\n";

    /// Puts fragments together in the order given; writes crashes, missing numbers, the bound reached.
    #[track_caller]
    fn check(fragments: &[(u64, &str)], limits: Limits, expected: &str) {
        let budget = Rc::<Budget>::default();
        let mut whole = Fragments::new("vmkernel.log", &limits, Rc::clone(&budget));
        let _ = fragments
            .iter()
            .try_for_each(|(number, text)| whole.push(*number, &mut text.as_bytes()));
        let (whole, missing) = whole.finish();
        let crashes = if let Whole::Text(crashes, _) = whole { crashes.len() } else { 0 };
        assert_eq!(format!("{crashes} {missing:?} {:?}", budget.reached()), expected);
    }

    #[test]
    fn fragments_are_joined_in_the_order_of_their_numbers() {
        let (one, two) = SCREEN.split_at(70);
        check(&[(0, one), (1, two)], Limits::default(), "1 [] None");
        check(&[(1, two), (0, one)], Limits::default(), "1 [] None");
        check(&[(0, one), (3, two)], Limits::default(), "1 [1, 2] None");
        let few = Limits { fragment_bytes: 4, ..Limits::default() };
        check(&[(1, two), (0, one)], few, "0 [0] Some(FragmentBytes)");
    }

    #[test]
    fn only_marked_names_are_fragments() {
        assert_eq!(fragment_of("var/core/a.gz.FRAG-00012"), Some(("var/core/a.gz", 12)));
        assert_eq!(fragment_of("a.FRAG-"), None);
        assert_eq!(fragment_of("a.FRAG-1x"), None);
    }
}
