//! What may be in output that a person sees.

/// Unicode's format characters (category Cf), which hide or reorder text, and its line separators.
const INVISIBLE: &[std::ops::RangeInclusive<char>] = &[
    '\u{ad}'..='\u{ad}',
    '\u{600}'..='\u{605}',
    '\u{61c}'..='\u{61c}',
    '\u{6dd}'..='\u{6dd}',
    '\u{70f}'..='\u{70f}',
    '\u{890}'..='\u{891}',
    '\u{8e2}'..='\u{8e2}',
    '\u{180e}'..='\u{180e}',
    '\u{200b}'..='\u{200f}',
    '\u{2028}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    '\u{feff}'..='\u{feff}',
    '\u{fff9}'..='\u{fffb}',
    '\u{110bd}'..='\u{110bd}',
    '\u{110cd}'..='\u{110cd}',
    '\u{13430}'..='\u{1343f}',
    '\u{1bca0}'..='\u{1bca3}',
    '\u{1d173}'..='\u{1d17a}',
    '\u{e0001}'..='\u{e007f}',
];

/// The colours of `report/render/text.rs`.
const COLOURS: &[&str] = &["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[32m", "\u{1b}[33m"];

/// The elements of `templates/explain.html`.
const ELEMENTS: &[&str] = &[
    "!doctype", "html", "head", "meta", "title", "style", "body", "h1", "p", "div", "a", "section",
    "h2", "ul", "li", "main", "article",
];

/// Checks that nothing but line ends is invisible in `output`.
pub fn check_plain(output: &str) {
    for character in output.chars().filter(|character| *character != '\n') {
        let hidden = character.is_control() || INVISIBLE.iter().any(|row| row.contains(&character));
        assert!(!hidden, "{character:?} is not escaped in {output:?}");
    }
}

/// Checks a page for a terminal, which has colours of its own.
pub fn check_terminal(output: &str) {
    let mut plain = output.to_owned();
    for colour in COLOURS {
        plain = plain.replace(colour, "");
    }
    check_plain(&plain);
}

/// Checks a Markdown page: a `<` begins nothing but an address.
pub fn check_markdown(output: &str) {
    check_plain(output);
    let mut lines = output.lines();
    while let Some(line) = lines.next() {
        if is_fence(line) {
            // Nothing between two fences is markup.
            assert!(lines.any(|other| other == line), "no end of {line:?}");
            continue;
        }
        let text = without_code(line);
        for (start, _) in text.match_indices('<') {
            let link = ["<https://", "<http://"].iter().any(|link| text[start..].starts_with(link));
            assert!(link, "markup in {line:?}");
        }
    }
}

fn is_fence(text: &str) -> bool {
    text.len() >= 3 && text.bytes().all(|byte| byte == b'`')
}

/// The line without what stands between equal numbers of backticks: nothing in there is markup.
fn without_code(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        let ticks = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let (before, code) = (&rest[..start], &rest[start + ticks..]);
        text.push_str(before);
        let end = code.find(&"`".repeat(ticks)).filter(|_| !before.ends_with('\\'));
        rest = end.map_or(code, |end| &code[end + ticks..]);
    }
    text + rest
}

/// Checks an HTML page: a `<` begins nothing but the elements of the template.
pub fn check_html(output: &str) {
    check_plain(output);
    for (start, _) in output.match_indices('<') {
        let rest = output[start + 1..].trim_start_matches('/');
        let name: String =
            rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '!').collect();
        assert!(ELEMENTS.contains(&name.as_str()), "<{name} in the page");
    }
}

/// Checks one object of JSON Lines: one line that is JSON.
pub fn check_json(output: &str) {
    assert!(!output.contains('\n'), "a line end in {output:?}");
    serde_json::from_str::<serde_json::Value>(output).expect("JSON");
}
