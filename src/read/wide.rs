//! Text of characters of two or four bytes, turned into UTF-8 where it begins and left alone where it
//! ends: one file may hold several encodings.
//!
//! PowerShell's `>>` adds UTF-16 to a file of any encoding, and `type x >> y` adds bytes to a file of
//! UTF-16. A form begins and ends by the bytes around its place alone, so that the sizes of the pieces
//! in which a text is read change nothing.

use std::io::{self, Read};

/// The form of the characters at one place of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum WideForm {
    /// UTF-8, or any other form whose letters are single bytes.
    #[default]
    Narrow,
    /// UTF-16, or UTF-32 for four bytes.
    Wide {
        /// Bytes of a unit.
        bytes: usize,
        /// True when the first byte counts most.
        big_endian: bool,
    },
}

const UTF_16_LE: WideForm = WideForm::Wide { bytes: 2, big_endian: false };
const UTF_16_BE: WideForm = WideForm::Wide { bytes: 2, big_endian: true };
const UTF_32_LE: WideForm = WideForm::Wide { bytes: 4, big_endian: false };
const UTF_32_BE: WideForm = WideForm::Wide { bytes: 4, big_endian: true };

/// Marks at the start of a text, the longer ones first.
const MARKS: &[(&[u8], WideForm)] = &[
    (b"\xff\xfe\0\0", UTF_32_LE),
    (b"\0\0\xfe\xff", UTF_32_BE),
    (b"\xff\xfe", UTF_16_LE),
    (b"\xfe\xff", UTF_16_BE),
];

/// Bytes behind a place by which its form is told.
const AHEAD: usize = 64;
/// Fewest bytes of narrow text that end a wide one: Japanese characters may look like a few letters.
const MIN_NARROW: usize = 8;
/// Stands for what no character is: UTF-8 has no such byte, so that the line is marked as damaged.
const UNREADABLE: u8 = 0xff;
const MAX_BYTES: usize = 4;

/// The form in which a text begins, by its first bytes, and the length of the mark that says so.
fn first_form(head: &[u8]) -> (WideForm, usize) {
    let marked = MARKS.iter().find(|(mark, _)| head.starts_with(mark));
    // Without a mark the letters of the first words tell, which need not be the first characters.
    marked.map_or_else(|| (unmarked_form(head), 0), |(mark, form)| (*form, mark.len()))
}

/// UTF-16 without a mark: nearly every second byte is a NUL.
fn unmarked_form(head: &[u8]) -> WideForm {
    // Nearly every text has none.
    if memchr::memchr(0, head).is_none() {
        return WideForm::Narrow;
    }
    let (even, odd, half) = (nulls_from(0, head), nulls_from(1, head), head.len() / 2);
    let begins_narrow = narrow_length(&head[..head.len().min(AHEAD)]) >= MIN_NARROW;
    if half < 2 || begins_narrow {
        return WideForm::Narrow;
    }
    match (is_mostly(odd, even, half), is_mostly(even, odd, half)) {
        (true, _) => UTF_16_LE,
        (_, true) => UTF_16_BE,
        _ => WideForm::Narrow,
    }
}

/// How many NULs are at every second byte, from `start` on.
fn nulls_from(start: usize, head: &[u8]) -> usize {
    head.iter().skip(start).step_by(2).filter(|byte| **byte == 0).count()
}

/// True when the NULs are `here`, out of `half` bytes, and hardly `there`.
fn is_mostly(here: usize, there: usize, half: usize) -> bool {
    here * 10 > half * 7 && there * 10 < half
}

/// A text on its way to UTF-8.
#[derive(Default)]
pub(super) struct Narrower {
    form: WideForm,
    /// Bytes of the mark that the text begins with.
    mark: usize,
    /// Bytes whose form the next ones tell.
    held: Vec<u8>,
    /// The byte before them, in narrow text.
    before: Option<u8>,
    /// The first half of a character of two units of UTF-16.
    high: Option<u16>,
    /// Bytes of `held` that are known not to begin narrow text.
    wide_until: usize,
}

impl Narrower {
    /// Begins a text with these first bytes, which are not taken yet.
    pub(super) fn new(head: &[u8]) -> Self {
        let (form, mark) = first_form(head);
        Self { form, mark, ..Self::default() }
    }

    /// The bytes of `head` as UTF-8.
    pub(super) fn all(head: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(head.len());
        Self::new(head).push(head, true, &mut out);
        out
    }

    /// Bytes that are held.
    pub(super) fn held_bytes(&self) -> u64 {
        self.held.capacity() as u64
    }

    /// True where `bytes` would come out as they are.
    fn passes(&self, bytes: &[u8]) -> bool {
        let is_plain = self.form == WideForm::Narrow && self.mark == 0 && self.held.is_empty();
        is_plain && memchr::memchr(0, bytes).is_none()
    }

    /// Takes the next bytes, `last` when none follow, and adds what they say to `out`.
    pub(super) fn push(&mut self, bytes: &[u8], last: bool, out: &mut Vec<u8>) {
        if self.passes(bytes) {
            self.before = bytes.last().copied().or(self.before);
            return out.extend_from_slice(bytes);
        }
        let skipped = self.mark.min(bytes.len());
        self.mark -= skipped;
        self.held.extend_from_slice(&bytes[skipped..]);
        let held = std::mem::take(&mut self.held);
        let mut done = 0;
        while done < held.len() && (last || held.len() - done > AHEAD + MAX_BYTES) {
            done += match self.form {
                WideForm::Narrow => self.narrow(&held[done..], last, out),
                WideForm::Wide { bytes, big_endian } => {
                    self.wide(&held[done..], bytes, big_endian, out)
                }
            };
        }
        self.held = held;
        self.held.drain(..done);
    }

    /// Takes narrow text up to the next place where it may end; returns the number of bytes.
    fn narrow(&mut self, rest: &[u8], last: bool, out: &mut Vec<u8>) -> usize {
        let decided = if last { rest.len() } else { rest.len() - AHEAD - MAX_BYTES };
        let null = memchr::memchr(0, &rest[..decided.max(1)]).unwrap_or(decided.max(1));
        if null > 0 {
            out.extend_from_slice(&rest[..null]);
            self.before = rest[..null].last().copied();
            return null;
        }
        if let Some((form, skipped)) = form_at_null(self.before, rest) {
            self.form = form;
            self.wide_until = 0;
            self.before = None;
            return skipped;
        }
        let run = rest[..decided.max(1)].iter().take_while(|byte| **byte == 0).count();
        // Only the last NULs of a hole may belong to a character.
        let passed = run.saturating_sub(MAX_BYTES - 1).max(1);
        out.resize(out.len() + passed, 0);
        self.before = Some(0);
        passed
    }

    /// Takes one unit of wide text, or finds that it has ended; returns the number of bytes.
    fn wide(&mut self, rest: &[u8], bytes: usize, big_endian: bool, out: &mut Vec<u8>) -> usize {
        let Some(unit) = rest.get(..bytes) else {
            self.cut(rest, out);
            return rest.len();
        };
        let digits = unit.iter().copied();
        let number: u32 =
            if big_endian { digits.fold(0, with_digit) } else { digits.rev().fold(0, with_digit) };
        // A hole, or the end of what was written last: another form may follow.
        let ended = number == 0 || !unit.contains(&0) && self.is_narrow(rest);
        self.wide_until = self.wide_until.saturating_sub(bytes);
        if ended {
            self.unreadable_half(out);
            self.form = WideForm::Narrow;
            return 0;
        }
        self.character(number, bytes, out);
        bytes
    }

    /// True where a text of single bytes begins.
    fn is_narrow(&mut self, rest: &[u8]) -> bool {
        if self.wide_until > 0 {
            return false;
        }
        let window = &rest[..rest.len().min(AHEAD)];
        let length = narrow_length(window);
        let is_whole = length == window.len();
        let is_narrow = length >= MIN_NARROW
            && match &window[..length] {
                // The last letter is the first half of a character that follows the line.
                [.., b'\n', _] => window.get(length) == Some(&0) || is_whole,
                text => is_whole && text.iter().any(|byte| matches!(byte, b' ' | b'\n' | 0x80..)),
            };
        if !is_narrow {
            self.wide_until = length;
        }
        is_narrow
    }

    fn character(&mut self, number: u32, bytes: usize, out: &mut Vec<u8>) {
        const HIGH: std::ops::RangeInclusive<u32> = 0xd800..=0xdbff;
        const LOW: std::ops::RangeInclusive<u32> = 0xdc00..=0xdfff;
        let unit = u16::try_from(number).ok().filter(|_| bytes == 2);
        if HIGH.contains(&number) && unit.is_some() {
            self.unreadable_half(out);
            self.high = unit;
            return;
        }
        let high = self.high.filter(|_| LOW.contains(&number));
        let number = match high {
            Some(high) => 0x1_0000 + ((u32::from(high) - 0xd800) << 10) + (number - 0xdc00),
            None => number,
        };
        if high.is_some() {
            self.high = None;
        }
        self.unreadable_half(out);
        match char::from_u32(number) {
            Some(character) => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
            None => out.push(UNREADABLE),
        }
    }

    fn unreadable_half(&mut self, out: &mut Vec<u8>) {
        if self.high.take().is_some() {
            out.push(UNREADABLE);
        }
    }

    /// Takes the bytes of a character that the end of the text cuts. After a hole the order of the bytes
    /// may have been guessed, so that the last one is a letter, or its NUL.
    fn cut(&mut self, rest: &[u8], out: &mut Vec<u8>) {
        self.unreadable_half(out);
        match rest {
            [byte] if is_letter(*byte) => out.push(*byte),
            _ if rest.iter().all(|byte| *byte == 0) => {}
            _ => out.push(UNREADABLE),
        }
    }
}

/// The number with one more digit of eight bits.
fn with_digit(number: u32, digit: u8) -> u32 {
    number << 8 | u32::from(digit)
}

/// The wide form that begins where narrow text has a NUL, and the bytes up to its next unit.
///
/// The letter before the NUL is the first half of a character, unless a line or a mark ends there. After
/// a hole nothing tells the order of the bytes: the usual one is taken.
fn form_at_null(before: Option<u8>, rest: &[u8]) -> Option<(WideForm, usize)> {
    const LITTLE: [(WideForm, usize); 2] = [(UTF_16_LE, 1), (UTF_32_LE, 3)];
    const BIG: [(WideForm, usize); 2] = [(UTF_16_BE, 1), (UTF_32_BE, 3)];
    let nulls = rest.iter().take(MAX_BYTES).take_while(|byte| **byte == 0).count();
    let follows = before.is_some_and(|byte| byte == 0 || is_letter(byte) && byte != b'\n');
    let forms = if follows { LITTLE } else { BIG };
    let (form, length) = forms.into_iter().find(|(_, length)| *length == nulls)?;
    let skipped = if follows { length } else { 0 };
    is_wide(&rest[skipped..], form).then_some((form, skipped))
}

/// True when most units of the next bytes are letters of `form`, and none is a NUL.
fn is_wide(rest: &[u8], form: WideForm) -> bool {
    let WideForm::Wide { bytes, big_endian } = form else {
        return false;
    };
    let window = &rest[..rest.len().min(AHEAD)];
    let units = window.chunks_exact(bytes);
    let place = if big_endian { bytes - 1 } else { 0 };
    let (mut all, mut letters) = (0, 0);
    for unit in units {
        let nulls = unit.iter().filter(|byte| **byte == 0).count();
        if nulls == bytes {
            return false;
        }
        all += 1;
        letters += usize::from(nulls == bytes - 1 && is_letter(unit[place]));
    }
    all >= 2 && letters * 5 >= all * 3
}

/// The length of the text of single bytes that `window` begins with.
fn narrow_length(window: &[u8]) -> usize {
    let end = window.iter().position(|byte| !is_letter(*byte) && *byte < 0x80);
    let text = &window[..end.unwrap_or(window.len())];
    match std::str::from_utf8(text) {
        Err(error) if error.error_len().is_some() => error.valid_up_to(),
        // A character that the window cuts is none that is damaged.
        _ => text.len(),
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_graphic() || byte.is_ascii_whitespace() || byte == 0x1b
}

/// A reader of UTF-8 over one of any form.
pub(super) struct Narrowed<R> {
    reader: R,
    narrower: Narrower,
    /// Bytes that came out and were not asked for yet, from `given` on.
    out: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Narrowed<R> {
    /// Begins before the first byte of `reader`.
    pub(super) fn new(reader: R, narrower: Narrower) -> Self {
        Self { reader, narrower, out: Vec::new(), given: 0, ended: false }
    }
}

impl<R: Read> Read for Narrowed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.out.len() && !self.ended && !buffer.is_empty() {
            let length = self.reader.read(buffer)?;
            if length > 0 && self.narrower.passes(&buffer[..length]) {
                self.narrower.before = Some(buffer[length - 1]);
                return Ok(length);
            }
            self.ended = length == 0;
            self.out.clear();
            self.given = 0;
            self.narrower.push(&buffer[..length], self.ended, &mut self.out);
        }
        let length = buffer.len().min(self.out.len() - self.given);
        buffer[..length].copy_from_slice(&self.out[self.given..self.given + length]);
        self.given += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    fn utf_32(text: &str, order: fn(u32) -> [u8; 4]) -> Vec<u8> {
        text.chars().flat_map(|character| order(u32::from(character))).collect()
    }

    /// Reads `parts` in a row, in pieces of several sizes.
    #[track_caller]
    fn check(parts: &[&[u8]], expected: &str) {
        let bytes = parts.concat();
        for size in [1, 2, 3, 7, 64, 100, bytes.len().max(1)] {
            let mut narrower = Narrower::new(&bytes);
            let mut out = Vec::new();
            for piece in bytes.chunks(size) {
                narrower.push(piece, false, &mut out);
            }
            narrower.push(&[], true, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), expected, "pieces of {size}");
        }
        let mut read = Vec::new();
        let mut narrowed = Narrowed::new(bytes.as_slice(), Narrower::new(&bytes));
        narrowed.read_to_end(&mut read).expect("memory");
        assert_eq!(String::from_utf8_lossy(&read), expected);
    }

    const TEXT: &str = "VMware ESXi 7.0.3 [Releasebuild-1 x86_64]\r\n@BlueScreen: CrashMe\r\n";
    const LOG: &str = "an ordinary line\nand one more\n";
    const PROSE: &str =
        "ホストが停止しました。あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほ 𝒳\r\n";

    #[test]
    fn every_form_alone_becomes_utf_8() {
        for text in [TEXT, LOG, &format!("{TEXT}{PROSE}{TEXT}")] {
            check(&[text.as_bytes()], text);
            check(&[b"\xff\xfe", &utf_16(text, u16::to_le_bytes)], text);
            check(&[b"\xfe\xff", &utf_16(text, u16::to_be_bytes)], text);
            check(&[&utf_16(text, u16::to_le_bytes)], text);
            check(&[&utf_16(text, u16::to_be_bytes)], text);
            check(&[b"\xff\xfe\0\0", &utf_32(text, u32::to_le_bytes)], text);
            check(&[b"\0\0\xfe\xff", &utf_32(text, u32::to_be_bytes)], text);
            check(&[&utf_32(text, u32::to_le_bytes)], text);
            check(&[&utf_32(text, u32::to_be_bytes)], text);
        }
        check(&[b"\xff\xfe", &utf_16(PROSE, u16::to_le_bytes)], PROSE);
    }

    #[test]
    fn one_form_follows_another() {
        let forms = [utf_16(TEXT, u16::to_le_bytes), utf_16(TEXT, u16::to_be_bytes)];
        let long = [utf_32(TEXT, u32::to_le_bytes), utf_32(TEXT, u32::to_be_bytes)];
        for wide in forms.iter().chain(&long) {
            check(&[LOG.as_bytes(), wide], &format!("{LOG}{TEXT}"));
            check(&[LOG.as_bytes(), wide, LOG.as_bytes()], &format!("{LOG}{TEXT}{LOG}"));
            check(&[wide, LOG.as_bytes()], &format!("{TEXT}{LOG}"));
            check(&[wide, b"@BlueScreen: CrashMe\n"], &format!("{TEXT}@BlueScreen: CrashMe\n"));
            check(&[wide, PROSE.as_bytes(), LOG.as_bytes()], &format!("{TEXT}{PROSE}{LOG}"));
        }
        let [little, _] = &forms;
        check(
            &[b"\xff\xfe", little, b"short line\n", little],
            &format!("{TEXT}short line\n{TEXT}"),
        );
    }

    #[test]
    fn holes_stay_and_what_no_character_is_is_marked() {
        let hole = "\0".repeat(99);
        check(&[LOG.as_bytes(), hole.as_bytes(), LOG.as_bytes()], &format!("{LOG}{hole}{LOG}"));
        let wide = utf_16(TEXT, u16::to_le_bytes);
        // The last NUL of the hole may be the first half of a character.
        for (wide, left) in [(&wide, &hole[1..]), (&utf_16(TEXT, u16::to_be_bytes), &hole)] {
            check(&[LOG.as_bytes(), hole.as_bytes(), wide], &format!("{LOG}{left}{TEXT}"));
        }
        check(&[&wide, &[0; 4], &wide], &format!("{TEXT}\0\0\0{TEXT}"));
        let broken = [&wide, b"\x00\xd8".as_slice(), &wide].concat();
        check(&[b"\xff\xfe", &broken], &format!("{TEXT}\u{fffd}{TEXT}"));
        check(&[b"\xff\xfe", &wide, b"\xe3"], &format!("{TEXT}\u{fffd}"));
    }
}
