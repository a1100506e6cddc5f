//! The lines of a log by their first bytes: each begins with a clock.

/// Lines of the start of a text by which a log is told.
const MAX_LINES: usize = 64;
/// Fewest lines that make a log.
const MIN_LINES: usize = 8;

/// True when nearly all lines in `head`, the start of a text, are lines of a log.
pub(super) fn is_log(head: &[u8]) -> bool {
    let end = memchr::memrchr(b'\n', head).unwrap_or(0);
    let lines = head[..end].split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let (mut all, mut clocks) = (0, 0);
    for line in lines.take(MAX_LINES) {
        all += 1;
        clocks += usize::from(starts_with_clock(line));
    }
    all >= MIN_LINES && clocks * 4 >= all * 3
}

/// The first line of `bytes` from `start` on that no log writes, and where the lines begin that are
/// not known yet.
pub(super) fn find_odd_line(bytes: &[u8], start: usize) -> (Option<usize>, usize) {
    let mut start = start.min(bytes.len());
    while let Some(length) = memchr::memchr(b'\n', &bytes[start..]) {
        if is_odd(&bytes[start..start + length]) {
            return (Some(start), start);
        }
        start += length + 1;
    }
    (None, start)
}

/// True for a line without a clock; an empty one, and `--> ` with which management agents go on, are
/// lines of a log too.
fn is_odd(line: &[u8]) -> bool {
    !starts_with_clock(line) && !line.trim_ascii().is_empty() && !line.starts_with(b"-->")
}

/// Words before an anchor with which no message, header or heading of a screen begins:
/// `VMware ESX 9.0.0.0 [Releasebuild-…`, `PCPU 18 locked up. Failed to ack …`.
const MIN_WORDS_BEFORE: usize = 5;
/// A longer line may be a part of a log that lost its line breaks.
const MAX_LINE_BYTES: usize = 512;
/// Bytes in which the mark of the PCPU is looked for.
const MAX_PREFIX_BYTES: usize = 200;

/// True for a line of the VMkernel's log that says so much before its anchor, at byte `anchor`, that
/// it is no line of a screen. Frames may have owners before them, and the first words of a screen its
/// message behind them, so that they are none of these.
pub(super) fn only_mentions(line: &[u8], anchor: usize) -> bool {
    const SCREENS: [&[u8]; 4] = [b"[0x", b"@vmkernel", b"\\n", b"The system has found a problem"];
    if line.len() > MAX_LINE_BYTES || !starts_with_clock(line) {
        return false;
    }
    let prefix = &line[..anchor.min(MAX_PREFIX_BYTES)];
    // The last one: a line may have run into another, which begins with a mark of its own.
    let mark = memchr::memmem::rfind(prefix, b" cpu");
    let Some(start) = mark.and_then(|mark| Some(mark + memchr::memchr(b')', &prefix[mark..])? + 1))
    else {
        return false;
    };
    let words = line[start..anchor].split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let is_broken = line.iter().any(|byte| matches!(byte, b'\r' | 0x0b | 0x0c | b'<' | 0x80..));
    let has_screen = SCREENS.iter().any(|part| memchr::memmem::find(line, part).is_some());
    words.count() >= MIN_WORDS_BEFORE && !is_broken && !has_screen
}

/// `2024-06-21T21:50:40.305Z`, `0:08:04:55.679` (3.x, 4.x), `Mar  3 10:11:12` (syslog).
pub(super) fn starts_with_clock(line: &[u8]) -> bool {
    match line.first() {
        Some(byte) if byte.is_ascii_digit() => {
            has(line, b'-', &[4, 7]) && has(line, b':', &[13]) || starts_with_uptime(line)
        }
        Some(byte) if byte.is_ascii_uppercase() => {
            has(line, b' ', &[3, 6]) && has(line, b':', &[9, 12])
        }
        _ => false,
    }
}

fn has(line: &[u8], sign: u8, places: &[usize]) -> bool {
    places.iter().all(|place| line.get(*place) == Some(&sign))
}

fn starts_with_uptime(line: &[u8]) -> bool {
    let days = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
    matches!(line.get(days..), Some([b':', _, _, b':', _, _, b':', ..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: bool) {
        assert_eq!(is_odd(line.as_bytes()), expected, "{line}");
    }

    #[test]
    fn lines_of_logs_begin_with_a_clock() {
        check("2024-06-21T21:50:40.305Z In(182) vmkernel: cpu93:2098107)x", false);
        check("0:08:04:55.679 cpu0:1024)Host: 4781: x", false);
        check("112:08:04:55.679 cpu0:1024)x", false);
        check("Mar  3 10:11:12 esx vmkernel: x", false);
        check("--> }", false);
        check("", false);
        check("\r", false);
        check("0x45396649b660:[0x4200120dfa6f]IntrCookie_DoInterrupt", true);
        check("#PF Exception 14 in world 1:x", true);
        check("VMware ESXi 7.0.3 [Releasebuild-23307199 x86_64]", true);
        check("*PCPU89:37036812/ssacli", true);
    }

    #[test]
    fn no_line_that_begins_a_crash_only_mentions_it() {
        use super::super::anchors::ANCHORS_OF_LOGS;
        use super::super::classify::classify;
        use super::super::item::Item;
        use super::super::unglue::lines_of;
        let mut checked = 0;
        for entry in std::fs::read_dir("tests/corpus").expect("the corpus") {
            let path = entry.expect("an entry").path();
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            for body in text.lines() {
                // As it is, and as a log would have it.
                let logged = format!("2024-06-21T21:50:40.305Z cpu93:2098107){body}");
                for line in [body, &logged] {
                    let begins = lines_of(1, line)
                        .into_iter()
                        .any(|line| classify(line).item.as_ref().is_some_and(Item::starts_region));
                    let Some(anchor) = ANCHORS_OF_LOGS.find(line.as_bytes()) else { continue };
                    checked += usize::from(begins);
                    let mentions = only_mentions(line.as_bytes(), anchor);
                    assert!(!begins || !mentions, "{}: {line}", path.display());
                }
            }
        }
        assert!(checked > 1000, "{checked}");
        let dense = "2024-06-21T21:50:40.305Z cpu93:2098107)Device: 1: the Cmd 0x1a of BlueScreen";
        assert!(only_mentions(dense.as_bytes(), dense.len() - 10));
    }

    #[test]
    fn a_screen_is_not_a_log() {
        let line = "2024-06-21T21:50:40.305Z cpu3:2097152)ScsiDeviceIO: 1: done\n";
        assert!(is_log(line.repeat(8).as_bytes()));
        assert!(!is_log(line.repeat(7).as_bytes()));
        assert!(!is_log(format!("{}{}", line.repeat(8), "a line\n".repeat(8)).as_bytes()));
        assert!(!is_log(b""));
    }
}
