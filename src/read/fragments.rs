//! Members that vm-support has cut: `NAME.FRAG-00000`, `NAME.FRAG-00001`, … are one text.

use std::collections::BTreeMap;
use std::io::{self, Read};

use super::limits::Limits;
use super::parse::FoundCrash;
use super::scan::{Scan, Summary};
use super::sniff::{Kind, kind_of};

/// The name without the mark of a fragment, and the fragment's number.
pub(super) fn fragment_of(name: &str) -> Option<(&str, u64)> {
    let (base, number) = name.rsplit_once(".FRAG-")?;
    let digits = !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit());
    digits.then(|| number.parse().ok()).flatten().map(|number| (base, number))
}

/// One cut member, put together while its fragments arrive.
pub(super) struct Fragments {
    name: String,
    limits: Limits,
    next: u64,
    /// Fragments that came before an earlier one.
    waiting: BTreeMap<u64, Vec<u8>>,
    waiting_bytes: u64,
    sink: Sink,
    crashes: Vec<FoundCrash>,
    cut: bool,
}

/// Where the bytes go.
enum Sink {
    /// Nothing has come yet.
    Undecided,
    /// Text is searched as it comes.
    Text(Box<Scan>),
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
    pub(super) fn new(name: &str, limits: &Limits) -> Self {
        Self {
            name: name.to_owned(),
            limits: *limits,
            next: 0,
            waiting: BTreeMap::new(),
            waiting_bytes: 0,
            sink: Sink::Undecided,
            crashes: Vec::new(),
            cut: false,
        }
    }

    /// Takes fragment `number`.
    ///
    /// # Errors
    /// When reading fails; the bytes before are kept.
    pub(super) fn push(&mut self, number: u64, reader: &mut dyn Read) -> io::Result<()> {
        if number != self.next {
            let left = self.limits.fragment_bytes.saturating_sub(self.waiting_bytes);
            let mut bytes = Vec::new();
            let outcome = reader.take(left).read_to_end(&mut bytes);
            self.cut |= bytes.len() as u64 == left;
            self.waiting_bytes += bytes.len() as u64;
            self.waiting.insert(number, bytes);
            return outcome.map(|_| ());
        }
        let mut buffer = vec![0; 256 * 1024];
        let outcome = loop {
            match reader.read(&mut buffer) {
                Ok(0) => break Ok(()),
                Ok(length) => self.feed(&buffer[..length]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        self.next += 1;
        while let Some(bytes) = self.waiting.remove(&self.next) {
            self.feed(&bytes);
            self.next += 1;
        }
        outcome
    }

    fn feed(&mut self, bytes: &[u8]) {
        if let Sink::Undecided = self.sink {
            self.sink = match kind_of(&self.name, bytes) {
                Kind::Text(_) => Sink::Text(Box::new(Scan::new(&self.limits))),
                Kind::Compressed(_) | Kind::Tar | Kind::Zip => Sink::Packed(Vec::new()),
                Kind::Other(found, remedy) => Sink::Ignored(found, remedy),
            };
        }
        let crashes = &mut self.crashes;
        match &mut self.sink {
            Sink::Text(scan) => scan.push(bytes, &mut |crash| crashes.push(crash)),
            Sink::Packed(packed) => {
                let left = usize::try_from(self.limits.fragment_bytes).unwrap_or(usize::MAX);
                let room = left.saturating_sub(packed.len()).min(bytes.len());
                self.cut |= room < bytes.len();
                packed.extend_from_slice(&bytes[..room]);
            }
            Sink::Undecided | Sink::Ignored(..) => {}
        }
    }

    /// Ends the member: the whole, the numbers that are missing, and whether a bound cut it.
    pub(super) fn finish(mut self) -> (Whole, Vec<u64>, bool) {
        let mut missing = Vec::new();
        for (number, bytes) in std::mem::take(&mut self.waiting) {
            missing.extend((self.next..number).take(MAX_MISSING));
            self.feed(&bytes);
            self.next = number + 1;
        }
        missing.truncate(MAX_MISSING);
        let mut crashes = self.crashes;
        let whole = match self.sink {
            Sink::Text(scan) => {
                let summary = scan.finish(&mut |crash| crashes.push(crash));
                Whole::Text(crashes, summary)
            }
            Sink::Packed(packed) => Whole::Packed(packed),
            Sink::Ignored(found, remedy) => Whole::Other(found, remedy),
            Sink::Undecided => Whole::Text(crashes, Summary::default()),
        };
        (whole, missing, self.cut)
    }
}

/// Missing fragments that are named one by one.
const MAX_MISSING: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: &str = "@BlueScreen: PCPU 1 locked up. Failed to ack TLB invalidate.\n\
        0x3a37f48:[0x64bfa4]TLBDoInvalidate+0x38f stack: 0x1\n";

    /// Puts fragments together in the order given; writes crashes, missing numbers, cut.
    #[track_caller]
    fn check(fragments: &[(u64, &str)], limits: Limits, expected: &str) {
        let mut whole = Fragments::new("vmkernel.log", &limits);
        for (number, text) in fragments {
            whole.push(*number, &mut text.as_bytes()).expect("memory");
        }
        let (whole, missing, cut) = whole.finish();
        let Whole::Text(crashes, _) = whole else { panic!("text") };
        assert_eq!(format!("{} {missing:?} {cut}", crashes.len()), expected);
    }

    #[test]
    fn fragments_are_joined_in_the_order_of_their_numbers() {
        let (one, two) = SCREEN.split_at(70);
        check(&[(0, one), (1, two)], Limits::default(), "1 [] false");
        check(&[(1, two), (0, one)], Limits::default(), "1 [] false");
        check(&[(0, one), (3, two)], Limits::default(), "1 [1, 2] false");
        let few = Limits { fragment_bytes: 4, ..Limits::default() };
        check(&[(1, two), (0, one)], few, "1 [] true");
    }

    #[test]
    fn only_marked_names_are_fragments() {
        assert_eq!(fragment_of("var/core/a.gz.FRAG-00012"), Some(("var/core/a.gz", 12)));
        assert_eq!(fragment_of("a.FRAG-"), None);
        assert_eq!(fragment_of("a.FRAG-1x"), None);
    }
}
