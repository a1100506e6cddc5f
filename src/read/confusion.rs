//! Puts characters right that look alike on a photograph: in the words that every screen prints, in
//! numbers and in brackets. Names of functions are left alone: that needs a vocabulary.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::text::{
    decimal_digit, hexadecimal_digit, is_closing_bracket, is_zero_before_x, look_in_line,
    pair_in_line,
};

/// What puts a line right step by step; each sees what those before it made.
const STEPS: &[fn(&str) -> Option<String>] = &[
    restore_signs,
    restore_keywords,
    restore_spread_keywords,
    restore_brackets,
    restore_decimals,
    restore_hexadecimals,
];

/// The line with the characters that look alike on a photograph put right; `None` when none were.
pub(super) fn confused(body: &str) -> Option<String> {
    STEPS.iter().fold(None, |text, step| step(text.as_deref().unwrap_or(body)).or(text))
}

/// The star in front of the reporting PCPU read as a letter, state letters read as digits, blanks
/// inside addresses, a hyphen for an underscore.
fn restore_signs(body: &str) -> Option<String> {
    let mut text = body.to_owned();
    if let Some(rest) = body.strip_prefix(['x', 'X', '#', '+', '°', '•'])
        && rest.starts_with("PCPU")
    {
        text = format!("*{rest}");
    }
    if let Some((first, letters)) = text.split_once(':')
        && first.starts_with("PCPU")
        && letters.trim().len() >= 16
        && letters
            .trim()
            .chars()
            .all(|c| matches!(c, 'S' | 'I' | 'U' | 'V' | '1' | 'l' | '|' | '5' | 'u' | 'v'))
    {
        let letter = |c| match c {
            '1' | 'l' | '|' => 'I',
            '5' => 'S',
            other => other.to_ascii_uppercase(),
        };
        text = format!("{first}: {}", letters.trim().chars().map(letter).collect::<String>());
    }
    text = without_blanks_in_addresses(&text).unwrap_or(text);
    let symbol = text.rfind(']').map_or(0, |close| close + 1);
    if let Some(at) = text[symbol..].find('@').map(|at| symbol + at) {
        let name = &text[symbol..at];
        let hyphened = name.contains('-')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        if hyphened && symbol > 0 {
            text = format!("{}{}{}", &text[..symbol], name.replace('-', "_"), &text[at..]);
        }
    }
    (text != body).then_some(text)
}

/// `0x45394 9a1be20:[0x42002 b65ad3b]Func` with its addresses whole.
fn without_blanks_in_addresses(body: &str) -> Option<String> {
    let open = body.find('[')?;
    let close = open + body[open..].find(']')?;
    let whole = |text: &str| -> Option<String> {
        let joined: String = text.split_whitespace().collect();
        let (zero, digits) = joined.split_once(['x', 'X'])?;
        let number = zero.chars().count() == 1
            && zero.starts_with(is_zero_before_x)
            && !digits.is_empty()
            && digits.chars().all(|c| hexadecimal_digit(c).is_some());
        number.then_some(joined)
    };
    let ip = whole(&body[open + 1..close])?;
    let before = body[..open].trim_end();
    let sp = before.strip_suffix([':', ';']).and_then(whole);
    let before = sp.map_or_else(|| body[..open].to_owned(), |sp| format!("{sp}:"));
    Some(format!("{before}[{ip}]{}", &body[close + 1..]))
}

/// Words of the screen itself, as it prints them.
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

/// What looks alike becomes one character: the same in a keyword and in its damaged form.
fn skeleton_of(text: &str) -> (String, Vec<usize>) {
    let mut skeleton = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let pair = match rest.as_bytes() {
            [first, second, ..] => pair_in_line(*first, *second),
            _ => None,
        };
        let (look, length) = match pair {
            Some(look) => (look, 2),
            None => (look_in_line(character), character.len_utf8()),
        };
        let blank_again = look == ' ' && skeleton.ends_with(' ');
        if !blank_again {
            places.push(text.len() - rest.len());
            skeleton.push(look);
        }
        rest = &rest[length..];
    }
    places.push(text.len());
    (skeleton, places)
}

static KEYWORD_SEARCH: LazyLock<AhoCorasick> =
    LazyLock::new(|| search_of(KEYWORDS.iter().map(|keyword| skeleton_of(keyword).0)));

fn restore_keywords(body: &str) -> Option<String> {
    let (skeleton, places) = skeleton_of(body);
    let mut restored = String::with_capacity(body.len());
    let mut kept = 0;
    for found in KEYWORD_SEARCH.find_iter(&skeleton) {
        let (start, end) = (places[found.start()], places[found.end()]);
        let keyword = KEYWORDS[found.pattern()];
        // `IntrCookie_VmkernelInterrupt` is spelled right: the word is a part of a name.
        let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let part = body[..start].ends_with(inside) || body[end..].starts_with(inside);
        if part && body[start..end].eq_ignore_ascii_case(keyword) {
            continue;
        }
        restored.push_str(&body[kept..start]);
        restored.push_str(keyword);
        kept = end;
    }
    restored.push_str(&body[kept..]);
    (restored != body).then_some(restored)
}

/// What finds these skeletons. Not as a table of all states: to build one takes longer than to read
/// a screen with it.
fn search_of(skeletons: impl IntoIterator<Item = String>) -> AhoCorasick {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(skeletons)
        .expect("the keywords are a small set of literals")
}

/// Fewest characters, blanks left out, of a keyword that is found with blanks inside: shorter ones
/// stand across the words of ordinary sentences.
const SPREAD_KEYWORD: usize = 8;

/// The long keywords, and what finds them in a text without blanks.
static SPREAD_SEARCH: LazyLock<(AhoCorasick, Vec<&str>)> = LazyLock::new(|| {
    let unspread = KEYWORDS.iter().map(|keyword| (unspread(keyword).0, *keyword));
    let long = unspread.filter(|(whole, _)| whole.len() >= SPREAD_KEYWORD);
    let (skeletons, keywords): (Vec<String>, Vec<&str>) =
        long.map(|(whole, keyword)| (skeleton_of(&whole).0, keyword)).unzip();
    (search_of(skeletons), keywords)
});

/// `text` without its blanks, and where each of the bytes that are left stood.
fn unspread(text: &str) -> (String, Vec<usize>) {
    let mut whole = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    for (at, character) in text.char_indices().filter(|(_, c)| !matches!(c, ' ' | '\t')) {
        whole.push(character);
        places.extend(at..at + character.len_utf8());
    }
    (whole, places)
}

/// `NOT_IMPLEM ENTED bora/vmke rnel/main`, `#PF E xception`: a photograph puts blanks into words.
fn restore_spread_keywords(body: &str) -> Option<String> {
    let (whole, bytes) = unspread(body);
    let (skeleton, places) = skeleton_of(&whole);
    let mut restored = String::with_capacity(body.len());
    let mut kept = 0;
    for found in SPREAD_SEARCH.0.find_iter(&skeleton) {
        let start = bytes[places[found.start()]];
        let end = bytes[places[found.end()] - 1] + 1;
        let keyword = SPREAD_SEARCH.1[found.pattern()];
        // With as many blanks the keyword is right already, or was put right. One word is a name.
        let words = body[start..end].split_whitespace().count();
        if words > 1 && words != keyword.split_whitespace().count() {
            restored.push_str(&body[kept..start]);
            restored.push_str(keyword);
            kept = end;
        }
    }
    restored.push_str(&body[kept..]);
    (kept > 0).then_some(restored)
}

/// Digits of an address of a 64-bit VMkernel.
const ADDRESS_DIGITS: usize = 12;

/// `[0x4200ad65566d1Func`: the closing bracket was read as a 1; `;[0x` and `:(0x` likewise.
fn restore_brackets(body: &str) -> Option<String> {
    let mut text = body.replace(";[", ":[").replace(":(0x", ":[0x").replace(":{0x", ":[0x");
    text = with_zero(&text).unwrap_or(text);
    let mut from = 0;
    while let Some(open) = text.get(from..).and_then(|rest| rest.find('[')).map(|at| from + at) {
        from = open + 1;
        let close = open + "[0x".len() + ADDRESS_DIGITS;
        let digits = text.get(open + 1..close).and_then(|address| address.split_once(['x', 'X']));
        let digits = digits.is_some_and(|(zero, digits)| {
            let zero = zero.chars().count() == 1 && zero.starts_with(is_zero_before_x);
            zero && digits.chars().all(|c| hexadecimal_digit(c).is_some())
        });
        let mut behind = text.get(close..).unwrap_or_default().chars();
        let looks_closed = behind.next().is_some_and(is_closing_bracket);
        let name_follows = behind.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        if digits && looks_closed && name_follows {
            text.replace_range(close..=close, "]");
        }
    }
    (text != body).then_some(text)
}

/// `[9x4200120c0321]Func`, `[x4200120c0321]Func`: the zero is lost or read as another sign.
fn with_zero(body: &str) -> Option<String> {
    let open = body.find('[')?;
    let (address, behind) = body[open + 1..].split_once(']')?;
    let (zero, digits) = address.split_once('x')?;
    let whole =
        digits.len() == ADDRESS_DIGITS && digits.chars().all(|c| hexadecimal_digit(c).is_some());
    let lost = zero != "0" && zero.chars().count() <= 2 && !zero.contains("0x");
    let named = behind.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    (whole && lost && named).then(|| format!("{}[0x{digits}]{behind}", &body[..open]))
}

/// `Ox6f`, `@x6ad2`, `0x42OO1899`: numbers behind a zero and an x.
pub(super) fn restore_hexadecimals(body: &str) -> Option<String> {
    let mut restored = String::new();
    let mut kept = 0;
    for at in memchr::memchr2_iter(b'x', b'X', body.as_bytes()) {
        let Some(zero) = body[..at].chars().next_back().filter(|c| is_zero_before_x(*c)) else {
            continue;
        };
        let start = at - zero.len_utf8();
        let inside_word = body[..start].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let digits = &body[at + 1..];
        let length = digits.find(|c| hexadecimal_digit(c).is_none()).unwrap_or(digits.len());
        let (digits, behind) = digits.split_at(length);
        let ends = !behind
            .starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '#' | '*'));
        // A word such as `oxide` has no digit.
        let number = digits.chars().any(|c| c.is_ascii_digit()) || zero == '0';
        if start < kept || inside_word || digits.is_empty() || !ends || !number {
            continue;
        }
        restored.push_str(&body[kept..start]);
        restored.push_str("0x");
        restored.extend(digits.chars().filter_map(hexadecimal_digit));
        kept = at + 1 + length;
    }
    restored.push_str(&body[kept..]);
    (kept > 0 && restored != body).then_some(restored)
}

/// Words in front of decimal numbers, and what may stand between their digits.
const DECIMALS: &[(&str, &str)] = &[
    ("build-", ""),
    ("PCPU ", ","),
    ("*PCPU", ""),
    ("in world ", ""),
    ("Exception ", ""),
    ("VMware ESXi ", "."),
    ("VMware ESX ", "."),
    ("VMK uptime: ", ":."),
    ("TSC: ", ""),
];

fn restore_decimals(body: &str) -> Option<String> {
    let mut text = body.to_owned();
    for (word, between) in DECIMALS {
        let mut from = 0;
        while let Some(start) =
            text.get(from..).and_then(|rest| rest.find(word)).map(|at| from + at + word.len())
        {
            from = start;
            let allowed = |c: char| decimal_digit(c).is_some() || between.contains(c);
            let length = text[start..].find(|c| !allowed(c)).unwrap_or(text.len() - start);
            let (number, behind) = text[start..].split_at(length);
            let ends = !behind.starts_with(|c: char| c.is_ascii_alphanumeric());
            let digits =
                number.chars().any(|c| c.is_ascii_digit()) || matches!(number, "O" | "l" | "I");
            if ends && digits {
                let fixed: String = number.chars().map(|c| decimal_digit(c).unwrap_or(c)).collect();
                text.replace_range(start..start + length, &fixed);
            }
        }
    }
    (text != body).then_some(text)
}

#[cfg(test)]
mod tests;
