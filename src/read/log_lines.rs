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
    fn a_screen_is_not_a_log() {
        let line = "2024-06-21T21:50:40.305Z cpu3:2097152)ScsiDeviceIO: 1: done\n";
        assert!(is_log(line.repeat(8).as_bytes()));
        assert!(!is_log(line.repeat(7).as_bytes()));
        assert!(!is_log(format!("{}{}", line.repeat(8), "a line\n".repeat(8)).as_bytes()));
        assert!(!is_log(b""));
    }
}
