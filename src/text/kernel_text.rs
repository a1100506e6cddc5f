//! The parts of a line that the VMkernel wrote itself, without the names that others chose.
//!
//! Whoever owns a virtual machine chooses its name, which becomes the name of its worlds, and log
//! lines repeat it. A text that proves a known issue must never come out of such a name.

use std::ops::Range;

use super::template::Template;

/// Most words with a colon that lead a log line: level, program, module, line, function, device.
const MAX_LABELS: usize = 8;
/// The registers that follow the name of a world in a panic message.
const AFTER_WORLD: &[&str] = &[" IP 0x", " @ 0x"];
/// What may precede a world.
const PREPOSITION: &str = "in ";
/// Programs beside the VMkernel that write to its log, with names out of a guest's settings.
const PROGRAMS: &[&str] = &["vmx:", "mks:", "svga:", "hostd:", "vpxa:", "fdm:", "vobd:"];
/// In place of a name: no template asks for it.
const NAME: char = '\u{fffd}';

/// True when `template` is found in a panic message outside of the name of a world, or begins in front
/// of one, as `world {n}:OCFlush` does.
pub(crate) fn is_in_message(template: &Template, message: &str) -> bool {
    let Some((from, name)) = world_of(message) else {
        return template.is_in(message);
    };
    // For most templates: no copy of the message is needed.
    if !template.may_be_in(message) {
        return false;
    }
    let nameless = format!("{}{NAME}{}", &message[..name.start], &message[name.end..]);
    let with_preposition = message[..from].strip_suffix(PREPOSITION).map_or(from, str::len);
    template.is_in(&nameless)
        || template.starts(&message[from..])
        || template.starts(&message[with_preposition..])
}

/// A panic message with `instead` in the place of the name of its world.
pub(crate) fn without_world_name(message: &str, instead: &str) -> String {
    match world_of(message) {
        Some((_, name)) => format!("{}{instead}{}", &message[..name.start], &message[name.end..]),
        None => message.to_owned(),
    }
}

/// Where `world N:` begins in a message, and where the name after it is. It ends before the last of
/// the registers that follow, so that a name like `x IP 0x1 @BlueScreen` ends nothing.
fn world_of(message: &str) -> Option<(usize, Range<usize>)> {
    let from = message.find("world ")?;
    let id = from + "world ".len();
    let length =
        message[id..].find(':').filter(|length| !message[id..][..*length].contains(' '))?;
    let start = id + length + 1;
    let ends = AFTER_WORLD.iter().filter_map(|after| message[start..].rfind(after));
    let end = ends.max().map_or(message.len(), |end| start + end);
    Some((from, start..end))
}

/// True when `template` begins where the text of a log line begins: at its start, or after labels such
/// as `WARNING: `, `Heap: `, `2746: `, `0000:3b:00.0: `. `Starting world vmm0:Heap is full` has no such
/// place in the name.
pub(crate) fn is_in_log_line(template: &Template, line: &str) -> bool {
    // For most templates: to look for the first words is less than to pass over the labels.
    if !template.may_be_in(line) {
        return false;
    }
    let mut text = line;
    for _ in 0..=MAX_LABELS {
        if template.starts(text) {
            return true;
        }
        let Some(rest) = after_label(text) else {
            return false;
        };
        text = rest;
    }
    false
}

/// The text after one label: a word that a colon and a blank end, `cpu85:19435559)`, `In(182) ` or
/// `<6>`.
fn after_label(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let end = text.find(' ').unwrap_or(text.len());
    let word = &text[..end];
    if let Some(start) = word.find(')').filter(|_| word.starts_with("cpu")) {
        return Some(&text[start + 1..]);
    }
    if let Some(start) = word.find('>').filter(|_| word.starts_with('<')) {
        return Some(&text[start + 1..]);
    }
    let is_level = word.ends_with(')') && word.contains('(');
    if PROGRAMS.contains(&word) {
        return None;
    }
    let is_label = word.len() > 1 && word.ends_with(':') && !word.contains(['"', '\'', '[']);
    (is_label || is_level).then(|| text[end..].trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_message(template: &str, message: &str, expected: bool) {
        let template = Template::new(template);
        assert_eq!(is_in_message(&template, message), expected, "{message}");
    }

    #[test]
    fn a_name_in_a_message_proves_nothing() {
        let lost = "Lost heartbeat";
        check_message(lost, "Lost heartbeat (comm=cimserver)", true);
        check_message(
            lost,
            "#PF Exception 14 in world 2097:vmm0:Lost heartbeat IP 0x1 addr 0x0",
            false,
        );
        check_message(lost, "#PF Exception 14 in world 2097:Lost heartbeat", false);
        let name = "x IP 0x1 Lost heartbeat";
        check_message(
            lost,
            &format!("#PF Exception 14 in world 7:vmx:{name} IP 0x1 addr 0x0"),
            false,
        );
        check_message("IP 0x1 addr 0x0", "#PF Exception 14 in world 7:x IP 0x1 addr 0x0", true);
        check_message("PCPU {n}", "PCPU 3 locked up (world 7:x)", true);
    }

    #[test]
    fn a_template_about_a_world_begins_in_front_of_its_name() {
        let message = "#PF Exception 14 in world 33:OCFlush IP 0x1 addr 0x0";
        check_message("in world {n}:OCFlush", message, true);
        check_message("world {n}:OCFlush IP 0x1 addr 0x0", message, true);
        let forged = "#PF Exception 14 in world 33:vmm0:in world 1:OCFlush IP 0x1 addr 0x0";
        check_message("in world {n}:OCFlush", forged, false);
    }

    #[track_caller]
    fn check_line(template: &str, line: &str, expected: bool) {
        assert_eq!(is_in_log_line(&Template::new(template), line), expected, "{line}");
    }

    #[test]
    fn a_text_counts_where_the_text_of_a_log_line_begins() {
        let full = "Heap net already at its maximum size";
        check_line(full, "WARNING: Heap: 3534: Heap net already at its maximum size. Cannot", true);
        check_line(
            full,
            "In(182) vmkernel: cpu85:19435559)Heap net already at its maximum size",
            true,
        );
        check_line(full, "<6>Heap net already at its maximum size", true);
        check_line(full, "heap net already at its maximum size", true);
        check_line("SCM: Ran out of *", "qlnativefc: vmhba#(#:#.#): SCM: Ran out of IOCBs", true);
        check_line(
            "Heap: *at its maximum size",
            "WARNING: Heap: 3534: Heap net already at its maximum size",
            true,
        );
    }

    #[test]
    fn a_name_in_a_log_line_proves_nothing() {
        let full = "Heap net already at its maximum size";
        for line in [
            "World: vm 77: 1647: Starting world vmm0:Heap net already at its maximum size of type 8",
            "Net: 2312: connected Heap net already at its maximum size eth0 to vDS, portID 0x3",
            "Config: 681: \"displayName\" = \"Heap net already at its maximum size\"",
            "vmx: \"Heap net already at its maximum size\" is powered on",
            "vmx: Heap net already at its maximum size",
            "VMNIX: said Heap net already at its maximum size",
            "",
        ] {
            check_line(full, line, false);
        }
    }
}
