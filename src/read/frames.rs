//! The spellings of a frame, from ESX 2.x to ESX 9.x, debuggers and bare names.

use std::ops::RangeInclusive;

use super::kernel_names::{has_hump, is_kernel_name};
use crate::crash::{Frame, Role, Trust};
use crate::text::{Hex, Scanner, find_ignore_case};

/// Offsets from here on are not calls: the nearest symbol below a wild address
/// was printed, as in `blk_dev+0xfd76461f` (VMware 1004250) and
/// `__vmk_versionInfo_str@#+0xd2f5e33b` (pastebin.com/swBEsCwY).
const ABSURD_OFFSET: u64 = 0x10_0000;

/// Where the code of a 64-bit VMkernel and of its modules lies: `0x418012343ffa`, `0x420039b1a4e6`. The
/// addresses of other programs are below or above.
const KERNEL_CODE: RangeInclusive<u64> = 0x4180_0000_0000..=0x42ff_ffff_ffff;

/// Most pieces of a name that a photograph has put spaces into; a sentence has more of them.
const PIECES: usize = 3;

/// A frame and the oddities of its line.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ParsedFrame {
    /// The frame.
    pub frame: Frame,
    /// The backtrace that a prefix assigns the frame to: `pcpu 118 Heartbeat NMI`.
    pub origin: Option<String>,
    /// A web page hid the name as a mail address.
    pub obfuscated: bool,
    /// The publisher masked a number.
    pub masked: bool,
    /// Spaces inside the name were removed.
    pub rejoined: bool,
    /// The place of the name holds something that is not a name.
    pub odd_name: bool,
    /// No other line looks like this; a bare name is a frame only near other crash lines.
    pub certain: bool,
    /// No program but the VMkernel prints this: a debugger prints the frames of any program.
    pub kernel: bool,
}

/// Reads a line as a frame that cannot be anything else, in any spelling.
pub(super) fn parse_certain_frame(body: &str) -> Option<ParsedFrame> {
    let parsed = bracketed(body)
        .or_else(|| debugger(body))
        .or_else(|| without_address(body))
        .or_else(|| panic_entry(body))?;
    let kernel = parsed.kernel || names_kernel(&parsed.frame);
    Some(ParsedFrame { certain: true, kernel, ..parsed })
}

/// True for a frame with the name of a function that only the VMkernel has.
fn names_kernel(frame: &Frame) -> bool {
    frame.function.as_deref().is_some_and(is_kernel_name)
}

/// True for a frame just as a 64-bit VMkernel prints it, with nothing before or after it:
/// `0x45396649b660:[0x4200120dfa6f]IntrCookie_DoInterrupt@vmkernel#nover+0x3c4 stack: 0x1, 0x2`.
pub(super) fn is_printed_frame(body: &str) -> bool {
    let mut scanner = Scanner::new(body);
    is_printed_symbol(&mut scanner)
        && (scanner.rest().is_empty()
            || scanner.eat(" stack: ") && scanner.rest().split(", ").all(is_printed_word))
}

fn is_printed_symbol(scanner: &mut Scanner<'_>) -> bool {
    (8..=16).contains(&eat_number(scanner))
        && scanner.eat(":[")
        && eat_number(scanner) == 12
        && scanner.eat("]")
        && !scanner.take_while(is_ascii_name_character).is_empty()
        && scanner.eat("@")
        && (scanner.eat("vmkernel#nover") || eat_module(scanner))
        && scanner.eat("+")
        && (1..=5).contains(&eat_number(scanner))
}

/// Consumes `(lpfc)#<None>`, `lpfc#v2_3_0_0`, `com.vmware.sunrpc#1`.
fn eat_module(scanner: &mut Scanner<'_>) -> bool {
    let opened = scanner.eat("(");
    let named = !scanner.take_while(|c| is_ascii_name_character(c) || c == '.').is_empty();
    named
        && scanner.eat(")") == opened
        && scanner.eat("#")
        && (scanner.eat("<None>") || !scanner.take_while(is_ascii_name_character).is_empty())
}

fn is_printed_word(word: &str) -> bool {
    let mut scanner = Scanner::new(word);
    eat_number(&mut scanner) > 0 && scanner.rest().is_empty()
}

/// Consumes `0x42`: the number of its digits, 0 for no number.
fn eat_number(scanner: &mut Scanner<'_>) -> usize {
    if scanner.eat("0x") { scanner.take_while(|c| c.is_ascii_hexdigit()).len() } else { 0 }
}

/// True for the characters that a function's name may begin with.
pub(super) fn begins_name(character: char) -> bool {
    character.is_ascii_alphabetic() || character == '_'
}

/// True for the characters of a function's name.
pub(super) fn is_ascii_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// `PanicvPanicInt`: a list of bare names starts with it (Broadcom 430676).
fn panic_entry(body: &str) -> Option<ParsedFrame> {
    let symbol = without_mark(body);
    if symbol.starts_with("Panic") {
        parse_bare_frame(body).filter(|parsed| parsed.certain)
    } else {
        None
    }
}

/// `0x3a37f48:[0x64bfa4]TLBDoInvalidate+0x38f stack: 0x3a37f54, 0x40, 0x2`, also without
/// the stack pointer and with masked or space-padded addresses.
fn bracketed(body: &str) -> Option<ParsedFrame> {
    let (before, ip, after) = split_brackets(body)?;
    let before = before.trim_end().trim_end_matches(':').trim_end();
    let (origin, sp) = match before.rsplit_once(": ") {
        // A line number or a label before a frame is not an owner.
        Some((origin, sp)) => {
            let owner = find_ignore_case(origin, "cpu").is_some() || origin.contains("NMI");
            (owner.then(|| origin.trim().to_owned()), sp)
        }
        None => (None, before),
    };
    let sp = sp.split_whitespace().next_back().unwrap_or_default();
    let (symbol, stack) = split_stack(after);
    let mut parsed = parse_symbol(symbol);
    parsed.masked |= Hex::parse(ip).is_none();
    parsed.frame.ip = Hex::parse(ip);
    parsed.frame.sp = Hex::parse(sp);
    parsed.frame.stack = stack;
    parsed.origin = origin;
    parsed.frame.role = role_of(&parsed.frame);
    // `[0x00400550]> pdf` is the prompt of a disassembler.
    let frame = &parsed.frame;
    parsed.kernel = frame.sp.is_some()
        || frame.module.is_some()
        || frame.version.is_some()
        || frame.offset.is_some()
        || !frame.stack.is_empty()
        || parsed.masked;
    Some(parsed)
}

/// Splits at the first `[0x…]` that is at the start or after a colon.
fn split_brackets(body: &str) -> Option<(&str, &str, &str)> {
    for open in memchr::memchr_iter(b'[', body.as_bytes()) {
        let before = &body[..open];
        let placed = before.trim_end().is_empty() || before.trim_end().ends_with(':');
        let mut scanner = Scanner::new(&body[open + 1..]);
        scanner.skip_blanks();
        let address = scanner.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '#' | '*'));
        let plausible = address.starts_with("0x") || address.starts_with("##");
        if placed && plausible && scanner.skip_blanks().eat("]") {
            return Some((before, address, scanner.rest()));
        }
    }
    None
}

/// Separates the stack words; the last one may be cut at the console's width.
fn split_stack(text: &str) -> (&str, Vec<String>) {
    let Some(at) = find_ignore_case(text, "stack:") else {
        return (text.trim(), Vec::new());
    };
    let words = text[at + "stack:".len()..]
        .split(',')
        .map(|word| word.trim().to_owned())
        .filter(|word| !word.is_empty())
        .collect();
    (text[..at].trim(), words)
}

/// Reads `function@module#version+0xoffset` in any of its spellings.
fn parse_symbol(text: &str) -> ParsedFrame {
    if let Some(whole) = rejoined(text) {
        let mut parsed = parse_symbol(&whole);
        parsed.rejoined = true;
        parsed.frame.trust = Trust::Repaired;
        return parsed;
    }
    let mut parsed = ParsedFrame::default();
    let mut scanner = Scanner::new(text.trim_matches('`'));
    // `[email protected]#v2_3_0_0+0x3b`: the page took `Func@module` for a mail address.
    if scanner.eat("[email") {
        parsed.obfuscated = true;
        scanner.until("]");
        scanner.skip_blanks();
    } else {
        let name = scanner.take_while(is_name_character);
        let name = name.trim_end_matches('.');
        let known = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && !name.eq_ignore_ascii_case("unknown");
        parsed.frame.function = known.then(|| name.to_owned());
        scanner.eat("()");
        let rest = scanner.rest();
        parsed.odd_name = is_odd(name, rest);
    }
    let (qualifier, offset) = match scanner.rest().rsplit_once('+') {
        Some((qualifier, offset)) => (qualifier, offset.split_whitespace().next()),
        None => (scanner.rest(), None),
    };
    if let Some(offset) = offset {
        parsed.frame.offset = Hex::parse(offset);
        parsed.masked |= parsed.frame.offset.is_none();
    }
    read_qualifier(qualifier.trim(), &mut parsed.frame);
    parsed
}

/// True when the place of the name, or the text right after it, holds a sign that no name has.
fn is_odd(name: &str, rest: &str) -> bool {
    let unresolved = ["<unknown>", "<None>"].iter().any(|known| rest.starts_with(known));
    let ends = rest.is_empty() || rest.starts_with(['@', '#', '+', ' ', '(']);
    !unresolved && !ends || (name.is_empty() && !rest.is_empty() && rest.starts_with('('))
}

/// `xhci_conf igure_msg@(vmkusb)#…`: reading a photograph put spaces into the name (Broadcom 420938).
fn rejoined(text: &str) -> Option<String> {
    let (name, rest) = text.split_at(text.find(['@', '+'])?);
    let parts: Vec<&str> = name.split_whitespace().collect();
    // `Hea p_Free+0x130` names no module, and a sentence may hold a plus.
    let few = rest.starts_with('@') || parts.len() <= PIECES;
    let names = parts.iter().all(|part| part.chars().all(is_name_character));
    (parts.len() > 1 && few && names).then(|| format!("{}{rest}", parts.concat()))
}

/// Reads `@module#version`, `@(module)#<None>`, `@module:version` (4.1) and `@#` (`<None>#<None>` eaten as HTML).
fn read_qualifier(text: &str, frame: &mut Frame) {
    let (module, version) = match text.strip_prefix('@') {
        Some(module) => module.split_once(['#', ':']).unwrap_or((module, "")),
        None => ("", text.strip_prefix('#').unwrap_or_default()),
    };
    let module = module.trim_matches(['(', ')', ' ']);
    frame.module = printed(module);
    frame.version = printed(version.trim());
}

fn printed(text: &str) -> Option<String> {
    let absent = text.is_empty() || text == "<None>" || text == "&lt;None&gt;";
    (!absent).then(|| text.to_owned())
}

fn is_name_character(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '.' | '$' | '~')
}

/// `#1 0x0000418012343ffa in Heap_Free (heap=…) at bora/vmkernel/main/heap.c:4314`.
fn debugger(body: &str) -> Option<ParsedFrame> {
    // `=> #0  DLM_free` marks the frame that is looked at.
    let body = body.trim_start_matches(['=', '>', ' ']);
    let set_apart = set_debugger_apart(body);
    let mut scanner = Scanner::new(set_apart.as_deref().unwrap_or(body));
    if !scanner.eat("#") {
        return None;
    }
    scanner.decimal::<u64>()?;
    let mut ip = None;
    if scanner.skip_blanks().rest().starts_with("0x") {
        let address = scanner.take_while(|c| !c.is_whitespace());
        ip = Some(address);
        scanner.skip_blanks().eat("in ");
    }
    let text = scanner.skip_blanks().rest();
    let name = scanner.take_while(is_name_character);
    let rest = scanner.skip_blanks().rest();
    // `#1 GitHub` is an entry of a list.
    let alone = rest.is_empty() && is_telling(name) && (ip.is_some() || is_kernel_name(name));
    let called = rest.starts_with('(') || alone;
    let spread = if called { None } else { called_in_pieces(text) };
    if name.is_empty() || !(called || spread.is_some()) {
        return None;
    }
    let mut parsed = parse_symbol(spread.as_deref().unwrap_or(name));
    if spread.is_some() {
        parsed.rejoined = true;
        parsed.frame.trust = Trust::Repaired;
    }
    parsed.masked = ip.is_some_and(|ip| Hex::parse(ip).is_none());
    parsed.frame.ip = ip.and_then(Hex::parse);
    let in_kernel = parsed.frame.ip.is_some_and(|ip| KERNEL_CODE.contains(&ip.0));
    parsed.kernel = in_kernel || parsed.masked || body.contains("bora/vmkernel/");
    Some(parsed)
}

/// `#10x0000418012343ffainHeap_Free(heap=…)`, of which a page has eaten the blanks, with them. A word of
/// 16 digits cannot go on with `in`, so nothing else is meant.
fn set_debugger_apart(body: &str) -> Option<String> {
    const ADDRESS_DIGITS: usize = 16;
    let (number, rest) = body.strip_prefix('#')?.split_once("0x")?;
    let (address, rest) = rest.split_at_checked(ADDRESS_DIGITS)?;
    let name = rest.strip_prefix("in")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_address = address.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_named = name.starts_with(begins_name);
    (is_number && is_address && is_named).then(|| format!("#{number} 0x{address} in {name}"))
}

/// `Heap _Free (heap=0x431a455dc000, …)`: the name before arguments, without its spaces.
fn called_in_pieces(text: &str) -> Option<String> {
    let (name, arguments) = text.split_once('(')?;
    let pieces: Vec<&str> = name.split_whitespace().collect();
    let name = pieces.concat();
    (pieces.len() <= PIECES && is_telling(&name) && arguments.contains('=')).then_some(name)
}

/// `SunRPC_MsgCntxtRun@com.vmware.sunrpc#1+0x5db`, `CpuSched_StartWorld@vmkernel`.
fn without_address(body: &str) -> Option<ParsedFrame> {
    if !body.contains('@') {
        return None;
    }
    let (symbol, stack) = split_stack(without_mark(body));
    let (name, qualifier) = symbol.split_once('@')?;
    let pieces = name.split_whitespace().count();
    let whole: String = name.split_whitespace().collect();
    let named = is_function_name(&whole) && !qualifier.is_empty();
    let typical = is_qualifier(qualifier) || qualifier == "esx" && is_telling(&whole);
    let single = pieces <= PIECES && !qualifier.contains(char::is_whitespace);
    let sure = pieces == 1 || qualifier.contains('#');
    if !(named && typical && single && sure) {
        return None;
    }
    let mut parsed = parse_symbol(symbol);
    parsed.frame.stack = stack;
    parsed.frame.role = role_of(&parsed.frame);
    // `operator_2@esx` may be the name of a user.
    parsed.kernel = qualifier != "esx" || has_hump(name);
    Some(parsed)
}

/// True for `vmkernel#nover+0x3c4`, `(lpfc)#<None>`, `vmkernel:nover`, `vmkernel`; false for the host of a
/// prompt (`admin@jump:~$exit`) or of a mail address.
fn is_qualifier(text: &str) -> bool {
    let (place, offset) = text.rsplit_once('+').unwrap_or((text, ""));
    let (module, version) = place.split_once(['#', ':']).unwrap_or((place, ""));
    let version = version.trim();
    let versioned = place.contains('#')
        && (version
            .starts_with(|c: char| matches!(c, 'v' | '<' | '*' | '#') || c.is_ascii_digit())
            || version.starts_with("nover"));
    let known = versioned
        || offset.trim_start().starts_with("0x")
        || module.starts_with("vmkernel")
        || module.starts_with('(') && module.contains(')');
    let plain = place.chars().all(|c| c.is_alphanumeric() || "._-<>()*# :".contains(c));
    known && plain && !text.contains("//")
}

/// Reads `HeapCheckMemoryPressure`, `lpfc_external_dif_cmpl()`, `TimerAlloc+0x12`: a bare name, of
/// which only that of the panic entry is certain.
pub(super) fn parse_bare_frame(body: &str) -> Option<ParsedFrame> {
    let numbered = without_number(body);
    let symbol = numbered.unwrap_or_else(|| without_mark(body));
    let (name, offset) = symbol.split_once("+0x").unwrap_or((symbol, ""));
    // `kthread+0x127/0x150`: Linux prints the length of the function too.
    if offset.contains('/') {
        return None;
    }
    let name = name.strip_suffix("()").unwrap_or(name);
    // `#2 panic`: a debugger numbers its frames, so that any name is one there.
    if !(is_telling(name) || numbered.is_some() && is_function_name(name)) {
        return None;
    }
    let certain = name == "PanicvPanicInt" || name.starts_with("Panic_");
    let parsed = parse_symbol(symbol);
    let placed = parsed.frame.offset.is_some_and(|offset| offset.0 < ABSURD_OFFSET);
    let kernel = certain || placed || is_kernel_name(name);
    Some(ParsedFrame { certain, kernel, ..parsed })
}

/// The text after the number of a debugger's frame: `#3 free`.
pub(super) fn without_number(body: &str) -> Option<&str> {
    let mut scanner = Scanner::new(body.trim_start_matches(['=', '>', ' ']));
    let numbered = scanner.eat("#") && scanner.decimal::<u16>().is_some();
    (numbered && scanner.rest().starts_with(' ')).then(|| scanner.rest().trim())
}

/// A name in a list of nothing but names: `panic` and `idle` are functions too.
pub(super) fn parse_listed_name(body: &str) -> Option<ParsedFrame> {
    let symbol = without_number(body).unwrap_or_else(|| without_mark(body));
    is_function_name(symbol).then(|| parse_symbol(symbol))
}

/// True for the name of a function that is not a word of a sentence: it has an underscore, a digit, or
/// a capital inside.
pub(super) fn is_telling(name: &str) -> bool {
    const MIN_BYTES: usize = 6;
    let mut after_first = name.chars().skip(1);
    name.len() >= MIN_BYTES
        && is_function_name(name)
        && name.bytes().any(|c| c.is_ascii_lowercase())
        && (after_first.any(|c| c.is_ascii_uppercase())
            || name.bytes().any(|c| c == b'_' || c.is_ascii_digit()))
}

/// True for a name as a compiler takes it.
pub(super) fn is_function_name(name: &str) -> bool {
    name.starts_with(begins_name) && name.chars().all(is_compiled_name_character)
}

/// True for the characters of a name as a compiler makes it: `func.isra.0`.
pub(super) fn is_compiled_name_character(character: char) -> bool {
    is_ascii_name_character(character) || matches!(character, '.' | '$')
}

/// Strips list marks.
pub(super) fn without_mark(body: &str) -> &str {
    body.trim_start_matches(['-', '*', '>', '•', '·', ' ']).trim()
}

fn role_of(frame: &Frame) -> Role {
    let null = frame.ip == Some(Hex(0)) && frame.function.is_none();
    let absurd = frame.offset.is_some_and(|offset| offset.0 >= ABSURD_OFFSET);
    if null || absurd { Role::Noise } else { Role::Story }
}

#[cfg(test)]
mod tests;
