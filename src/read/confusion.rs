//! Corrects characters that look alike on a photograph: in the words that every screen prints, in
//! numbers and in brackets. Names of functions are left alone: that needs a vocabulary.
//!
//! Each step is a function from a line to the corrected line, `None` where it has nothing to correct;
//! nothing is copied before a correction is found.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::frames::{begins_name, is_ascii_name_character};
use crate::text::{
    BEGINS_PAIR, decimal_digit, hexadecimal_digit, is_closing_bracket, is_zero_before_x,
    line_looks, look_in_line, pair_in_line,
};

/// The steps in their order; each sees the line as those before it left it.
const STEPS: &[fn(&str) -> Option<String>] = &[
    restore_star,
    restore_states,
    join_addresses,
    restore_underscores,
    restore_keywords,
    restore_spread_keywords,
    restore_bracket_signs,
    restore_zero,
    restore_closing_brackets,
    restore_kernel_module,
    restore_decimals,
    restore_hexadecimals,
];

/// The line with the characters that look alike on a photograph corrected; `None` when none were.
pub(super) fn confused(body: &str) -> Option<String> {
    corrected(body, STEPS, |text, step| step(text)).filter(|text| text != body)
}

/// The text after one correction for each row, which sees the text as those before it left it; `None`
/// when no row has anything to correct.
fn corrected<T>(
    body: &str,
    rows: &[T],
    correct: impl Fn(&str, &T) -> Option<String>,
) -> Option<String> {
    rows.iter().fold(None, |text: Option<String>, row| {
        correct(text.as_deref().unwrap_or(body), row).or(text)
    })
}

/// `xPCPU3:…`: the star before the reporting PCPU, read as a letter.
fn restore_star(body: &str) -> Option<String> {
    let rest = body.strip_prefix(['x', 'X', '#', '+', '°', '•'])?;
    rest.starts_with("PCPU").then(|| format!("*{rest}"))
}

/// Fewest state letters in a line: shorter words may be anything.
const MIN_STATES: usize = 16;

/// `PCPU  0: S5lU…`: state letters read as digits.
fn restore_states(body: &str) -> Option<String> {
    let (first, letters) = body.split_once(':')?;
    let letters = letters.trim();
    if !first.starts_with("PCPU") || letters.len() < MIN_STATES {
        return None;
    }
    let letters: String = letters.chars().map(state_of).collect::<Option<_>>()?;
    let restored = format!("{first}: {letters}");
    (restored != body).then_some(restored)
}

fn state_of(character: char) -> Option<char> {
    match character {
        'S' | '5' => Some('S'),
        'I' | '1' | 'l' | '|' => Some('I'),
        'U' | 'u' => Some('U'),
        'V' | 'v' => Some('V'),
        _ => None,
    }
}

/// `0x45394 9a1be20:[0x42002 b65ad3b]Func` with its addresses whole.
fn join_addresses(body: &str) -> Option<String> {
    let (before, rest) = body.split_once('[')?;
    let (ip, after) = rest.split_once(']')?;
    let ip = joined_number(ip)?;
    let sp = before.trim_end().strip_suffix([':', ';']).and_then(joined_number);
    let before = sp.map_or_else(|| before.to_owned(), |sp| format!("{sp}:"));
    let joined = format!("{before}[{ip}]{after}");
    (joined != body).then_some(joined)
}

/// A hexadecimal number, as it may be read, without the spaces inside.
fn joined_number(text: &str) -> Option<String> {
    let joined: String = text.split_whitespace().collect();
    is_number(&joined).then_some(joined)
}

/// True for `0x42002b65ad3b`, also with letters that look like its digits.
fn is_number(text: &str) -> bool {
    let Some((zero, digits)) = text.split_once(['x', 'X']) else {
        return false;
    };
    zero.chars().count() == 1
        && zero.starts_with(is_zero_before_x)
        && !digits.is_empty()
        && digits.chars().all(|c| hexadecimal_digit(c).is_some())
}

/// `…]IDT-HandleInterrupt@vmkernel`: a hyphen read for an underscore.
fn restore_underscores(body: &str) -> Option<String> {
    let (before, rest) = body.rsplit_once(']')?;
    let (name, after) = rest.split_once('@')?;
    let hyphened =
        name.contains('-') && name.chars().all(|c| is_ascii_name_character(c) || c == '-');
    hyphened.then(|| format!("{before}]{}@{after}", name.replace('-', "_")))
}

/// Words that every screen prints, as it prints them.
const KEYWORDS: &[&str] = &[
    "VMware ESX Server",
    "VMware ESXi",
    "VMware ESX",
    "Releasebuild-",
    "x86_64",
    "@BlueScreen:",
    "Exception",
    "in world",
    "PCPU",
    "locked up. Failed to ack TLB invalidate",
    "no heartbeat",
    "IPIs received",
    "Spin count exceeded",
    "possible deadlock",
    "NMI IPI: Panic requested by another PCPU",
    "LINT1/NMI",
    "motherboard nonmaskable interrupt",
    "Panic requested by one or more 3rd party NMI handlers",
    "Machine Check Exception",
    "Hardware (Machine) Error",
    "NOT_IMPLEMENTED bora/",
    "ASSERT bora/",
    "Failed at bora/",
    "PCI bus error",
    "IOMMU Fault detected",
    "HW feature incompatibility detected",
    "COS Error: Oops",
    "COS Panic:",
    "BUG: failure at",
    "IOMMU UNIT",
    "did not complete",
    "CRITICAL: Lost access to boot device",
    "UEFI Secure Boot failed",
    "Lost heartbeat",
    "Code start:",
    "VMK uptime:",
    "TSC:",
    "stack:",
    "@vmkernel#nover",
    "vmkernel",
    "PanicvPanicInt",
    "Panic_",
    "Saved backtrace from:",
    "Backtrace for current CPU",
    "Starting coredump to disk",
    "Coredump to disk",
    "Disk dump successful",
    "No place on disk to dump data",
];

/// The characters of a text as they look, and their places in bytes with the end of the text: the same
/// looks for a keyword and for its damaged form. Spaces in a row are one.
fn looks_of(text: &str) -> (Vec<u8>, Vec<usize>) {
    let mut looks = Vec::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len() + 1);
    let bytes = text.as_bytes();
    let table = line_looks();
    let mut at = 0;
    while let Some(first) = bytes.get(at) {
        let (look, length) = match table.get(usize::from(*first)) {
            Some(look) if look & BEGINS_PAIR == 0 => (*look, 1),
            Some(look) => {
                match bytes.get(at + 1).and_then(|second| pair_in_line(*first, *second)) {
                    Some(pair) => (u8::try_from(pair).unwrap_or(b'?'), 2),
                    None => (look & !BEGINS_PAIR, 1),
                }
            }
            None => look_beyond_ascii(&text[at..]),
        };
        if look != b' ' || looks.last() != Some(&b' ') {
            looks.push(look);
            places.push(at);
        }
        at += length;
    }
    places.push(text.len());
    (looks, places)
}

/// The first character of `text` as it looks, and its length in bytes.
fn look_beyond_ascii(text: &str) -> (u8, usize) {
    text.chars().next().map_or((b'?', 1), |character| {
        (u8::try_from(look_in_line(character)).unwrap_or(b'?'), character.len_utf8())
    })
}

/// A search for keywords by their looks.
///
/// There are few keywords, a line is short, and most of its letters begin no keyword: to look at each
/// place for those that begin there is as fast as an automaton, which would take longer to build than
/// to read a screen with it.
struct KeywordSearch {
    /// The looks of each keyword with the keyword, in the order of the looks.
    keywords: Vec<(Vec<u8>, &'static str)>,
    /// For each look, a bit for each look that follows it at the start of a keyword.
    starts: [[u64; 2]; 128],
}

/// A keyword in the looks of a text: its place, and its spelling.
struct FoundKeyword {
    looks: Range<usize>,
    keyword: &'static str,
}

impl KeywordSearch {
    /// The search for `keywords`, each with its spelling in the text that is searched: two characters
    /// or more.
    fn new(keywords: impl Iterator<Item = (String, &'static str)>) -> Self {
        let mut keywords: Vec<(Vec<u8>, &str)> =
            keywords.map(|(spelling, keyword)| (looks_of(&spelling).0, keyword)).collect();
        keywords.sort();
        let mut starts = [[0; 2]; 128];
        for (looks, _) in &keywords {
            if let [first, second, ..] = looks.as_slice() {
                starts[usize::from(first % 128)][usize::from(second % 128 / 64)] |=
                    1 << (second % 64);
            }
        }
        Self { keywords, starts }
    }

    /// The next place where the first two looks of a keyword are.
    fn next_begin(&self, looks: &[u8]) -> Option<usize> {
        looks.windows(2).position(|pair| self.begins_keyword(pair[0], pair[1]))
    }

    /// True where a keyword begins with these two looks.
    fn begins_keyword(&self, first: u8, second: u8) -> bool {
        let followers = self.starts[usize::from(first % 128)][usize::from(second % 128 / 64)];
        followers >> (second % 64) & 1 == 1
    }

    /// The keywords in `looks`, from left to right; of those that begin at one place the longest.
    fn find_all(&self, looks: &[u8]) -> Vec<FoundKeyword> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(skipped) = self.next_begin(&looks[at..]) {
            at += skipped;
            match self.longest_at(&looks[at..]) {
                Some((length, keyword)) => {
                    found.push(FoundKeyword { looks: at..at + length, keyword });
                    at += length;
                }
                None => at += 1,
            }
        }
        found
    }

    /// The longest keyword at the start of `looks`, and its length.
    fn longest_at(&self, looks: &[u8]) -> Option<(usize, &'static str)> {
        let from = self.keywords.partition_point(|(keyword, _)| keyword[0] < looks[0]);
        let of_letter = self.keywords[from..].iter().take_while(|(word, _)| word[0] == looks[0]);
        // Of two that are the start of one another the longer one comes later.
        let fitting = of_letter.filter(|(keyword, _)| looks.starts_with(keyword));
        fitting.last().map(|(keyword, printed)| (keyword.len(), *printed))
    }

    /// Replaces the keywords of `body` that are spelled otherwise. `read` is the text that is searched,
    /// and `place` gives the byte of `body` for one of it.
    fn restore(
        &self,
        body: &str,
        read: &str,
        place: impl Fn(usize) -> usize,
        is_damaged: fn(&str, Range<usize>, &str) -> bool,
    ) -> Option<String> {
        let (looks, places) = looks_of(read);
        let mut restored = Replaced::new(body);
        for FoundKeyword { looks, keyword } in self.find_all(&looks) {
            let (start, end) = (places[looks.start], places[looks.end]);
            let range = place(start)..place(end - 1) + 1;
            if is_damaged(body, range.clone(), keyword) {
                restored.replace(range.start, range.end, keyword);
            }
        }
        restored.finish()
    }
}

static KEYWORD_SEARCH: LazyLock<KeywordSearch> = LazyLock::new(|| {
    KeywordSearch::new(KEYWORDS.iter().map(|keyword| ((*keyword).to_owned(), *keyword)))
});

/// A text in which some parts are replaced; copied only from the first replacement on.
struct Replaced<'a> {
    body: &'a str,
    text: String,
    kept: usize,
}

impl<'a> Replaced<'a> {
    fn new(body: &'a str) -> Self {
        Replaced { body, text: String::new(), kept: 0 }
    }

    /// Puts `part` in the place of the bytes from `start` to `end`.
    fn replace(&mut self, start: usize, end: usize, part: &str) {
        if self.body[start..end] != *part {
            self.text.push_str(&self.body[self.kept..start]);
            self.text.push_str(part);
            self.kept = end;
        }
    }

    /// The text; `None` when nothing was replaced.
    fn finish(mut self) -> Option<String> {
        if self.kept == 0 {
            return None;
        }
        self.text.push_str(&self.body[self.kept..]);
        Some(self.text)
    }
}

fn restore_keywords(body: &str) -> Option<String> {
    KEYWORD_SEARCH.restore(
        body,
        body,
        |at| at,
        |body, found, keyword| {
            // `IntrCookie_VmkernelInterrupt` is spelled right: the word is a part of a name.
            let is_part = body[..found.start].ends_with(is_ascii_name_character)
                || body[found.end..].starts_with(is_ascii_name_character);
            !(is_part && body[found].eq_ignore_ascii_case(keyword))
        },
    )
}

/// Fewest bytes, spaces left out, of a keyword that is found with spaces inside: shorter ones occur
/// across the words of ordinary sentences.
const MIN_SPREAD_BYTES: usize = 8;

/// The search for the long keywords in a text without spaces.
static SPREAD_SEARCH: LazyLock<KeywordSearch> = LazyLock::new(|| {
    let keywords = KEYWORDS.iter().map(|keyword| (keyword.replace(is_space, ""), *keyword));
    KeywordSearch::new(keywords.filter(|(whole, _)| whole.len() >= MIN_SPREAD_BYTES))
});

/// Where the byte of `text` is that is the one at `place` without the spaces.
fn place_with_spaces(text: &str, place: usize) -> usize {
    let mut solid = text.bytes().enumerate().filter(|(_, byte)| !is_space(char::from(*byte)));
    solid.nth(place).map_or(text.len(), |(at, _)| at)
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

/// `NOT_IMPLEM ENTED bora/vmke rnel/main`, `#PF E xception`: a photograph puts spaces into words.
fn restore_spread_keywords(body: &str) -> Option<String> {
    if !body.contains(is_space) {
        return None;
    }
    SPREAD_SEARCH.restore(
        body,
        &body.replace(is_space, ""),
        |at| place_with_spaces(body, at),
        |body, found, keyword| {
            // With as many spaces the keyword is right already, or was corrected. One word is a name.
            let words = body[found].split_whitespace().count();
            words > 1 && words != keyword.split_whitespace().count()
        },
    )
}

/// Digits of an address of a 64-bit VMkernel.
const ADDRESS_DIGITS: usize = 12;

/// Signs that an opening bracket of an address is read with, and the right ones.
const BRACKET_SIGNS: &[(&str, &str)] = &[(";[", ":["), (":(0x", ":[0x"), (":{0x", ":[0x")];

fn restore_bracket_signs(body: &str) -> Option<String> {
    corrected(body, BRACKET_SIGNS, |text, (read, printed)| {
        text.contains(read).then(|| text.replace(read, printed))
    })
}

/// `[9x4200120c0321]Func`, `[x4200120c0321]Func`: the zero is lost or read as another sign.
fn restore_zero(body: &str) -> Option<String> {
    let (before, rest) = body.split_once('[')?;
    let (address, after) = rest.split_once(']')?;
    let (zero, digits) = address.split_once('x')?;
    let whole =
        digits.len() == ADDRESS_DIGITS && digits.chars().all(|c| hexadecimal_digit(c).is_some());
    let lost = zero != "0" && zero.chars().count() <= 2 && !zero.contains("0x");
    let named = after.starts_with(begins_name);
    (whole && lost && named).then(|| format!("{before}[0x{digits}]{after}"))
}

/// What follows the module of the VMkernel, and the sign before it.
const KERNEL_MODULE: &str = "vmkernel#";
const KERNEL_VERSION: &str = "nover+";
/// How tesseract reads the first and the last letters of [`KERNEL_MODULE`] in console fonts.
const KERNEL_STARTS: &[&str] = &["un", "vn", "um", "wn", "wm"];
const KERNEL_ENDS: &[&str] = &["it", "ff", "tt", "H", "f", "t", "&", "R", "B"];
/// Letters of the rest that may be wrong.
const KERNEL_ERRORS: usize = 2;

/// `Panic@unkernelitnover+0x1`: the module of the VMkernel, in letters of a console font.
fn restore_kernel_module(body: &str) -> Option<String> {
    let at = body.find(KERNEL_VERSION)?;
    let start = body[..at].rfind('@')? + 1;
    let read = &body[start..at];
    if read == KERNEL_MODULE || read.len() > KERNEL_MODULE.len() + 2 {
        return None;
    }
    let begun = KERNEL_STARTS.iter().find_map(|start| read.strip_prefix(start));
    let read = begun.map_or_else(|| read.to_owned(), |rest| format!("vm{rest}"));
    let ended = KERNEL_ENDS.iter().find_map(|end| read.strip_suffix(end));
    let read = ended.map_or_else(|| read.clone(), |rest| format!("{rest}#"));
    let is_kernel = strsim::levenshtein(&read, KERNEL_MODULE) <= KERNEL_ERRORS;
    is_kernel.then(|| format!("{}{KERNEL_MODULE}{}", &body[..start], &body[at..]))
}

/// `[0x4200ad65566d1Func`: the closing bracket was read as a 1.
fn restore_closing_brackets(body: &str) -> Option<String> {
    let mut restored = Replaced::new(body);
    for open in memchr::memchr_iter(b'[', body.as_bytes()) {
        let close = open + "[0x".len() + ADDRESS_DIGITS;
        let is_address = body.get(open + 1..close).is_some_and(is_number);
        let mut after = body.get(close..).unwrap_or_default().chars();
        let looks_closed = after.next().is_some_and(is_closing_bracket);
        let name_follows = after.next().is_some_and(begins_name);
        if is_address && looks_closed && name_follows {
            restored.replace(close, close + 1, "]");
        }
    }
    restored.finish()
}

/// `Ox6f`, `@x6ad2`, `0x42OO1899`: numbers after a zero and an x.
pub(super) fn restore_hexadecimals(body: &str) -> Option<String> {
    let mut restored = Replaced::new(body);
    let mut after_last = 0;
    for at in memchr::memchr2_iter(b'x', b'X', body.as_bytes()) {
        let Some(zero) = body[..at].chars().next_back().filter(|c| is_zero_before_x(*c)) else {
            continue;
        };
        let start = at - zero.len_utf8();
        let digits = &body[at + 1..];
        let length = digits.find(|c| hexadecimal_digit(c).is_none()).unwrap_or(digits.len());
        let (digits, after) = digits.split_at(length);
        let ends =
            !after.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '#' | '*'));
        // A word such as `oxide` has no digit.
        let is_number = digits.chars().any(|c| c.is_ascii_digit()) || zero == '0';
        let inside_word = body[..start].ends_with(is_ascii_name_character);
        if start < after_last || inside_word || digits.is_empty() || !ends || !is_number {
            continue;
        }
        after_last = at + 1 + length;
        let is_right = body[start..].starts_with("0x")
            && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        if !is_right {
            let digits: String = digits.chars().filter_map(hexadecimal_digit).collect();
            restored.replace(start, after_last, &format!("0x{digits}"));
        }
    }
    restored.finish()
}

/// Words before decimal numbers, and the signs between their digits.
static DECIMALS: LazyLock<[(Finder<'static>, &'static str); 9]> = LazyLock::new(|| {
    [
        ("build-", ""),
        ("PCPU ", ","),
        ("*PCPU", ""),
        ("in world ", ""),
        ("Exception ", ""),
        ("VMware ESXi ", "."),
        ("VMware ESX ", "."),
        ("VMK uptime: ", ":."),
        ("TSC: ", ""),
    ]
    .map(|(word, between)| (Finder::new(word), between))
});

fn restore_decimals(body: &str) -> Option<String> {
    corrected(body, &*DECIMALS, |text, (word, between)| restore_decimals_after(text, word, between))
}

/// Corrects the decimal numbers after `word`, with the signs `between` between their digits.
fn restore_decimals_after(body: &str, word: &Finder<'_>, between: &str) -> Option<String> {
    let mut restored = Replaced::new(body);
    for found in word.find_iter(body.as_bytes()) {
        let start = found + word.needle().len();
        let number = body[start..]
            .split(|c: char| decimal_digit(c).is_none() && !between.contains(c))
            .next()
            .unwrap_or_default();
        let ends = !body[start + number.len()..].starts_with(|c: char| c.is_ascii_alphanumeric());
        let has_digit =
            number.chars().any(|c| c.is_ascii_digit()) || matches!(number, "O" | "l" | "I");
        if start >= restored.kept && ends && has_digit {
            let corrected: String = number.chars().map(|c| decimal_digit(c).unwrap_or(c)).collect();
            restored.replace(start, start + number.len(), &corrected);
        }
    }
    restored.finish()
}

#[cfg(test)]
mod tests;
