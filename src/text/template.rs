//! Templates of machine output: `{n}` is a number, `{w}` one word, `*` anything.
//!
//! A regular-expression engine would spend more time compiling the patterns of
//! a knowledge base than one run of the program may take, and curators need
//! nothing beyond these three placeholders.

/// A compiled template; matching ignores ASCII case and may start anywhere.
///
/// The text between two `*` is a segment. Taking the leftmost place for each
/// segment in turn is enough to decide, so hostile text costs no backtracking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    segments: Vec<Vec<TemplatePart>>,
    /// The letter in lower case that every text begins with that starts with the template; `None`
    /// where it may be any.
    first: Option<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum TemplatePart {
    Literal(String),
    Number,
    Word,
}

/// True for the characters of a number: digits, and the letters that publishers mask digits with.
fn is_number_character(character: char) -> bool {
    character.is_ascii_hexdigit() || matches!(character, 'x' | 'X' | '#' | '*' | 'n' | 'N')
}

fn is_word_character(character: char) -> bool {
    !character.is_whitespace() && !matches!(character, ',' | ';' | '(' | ')' | '[' | ']' | '"')
}

impl Template {
    /// Compiles `source`; every text is a template, an unknown `{…}` is itself.
    pub fn new(source: &str) -> Self {
        let segments: Vec<Vec<TemplatePart>> =
            source.to_ascii_lowercase().split('*').map(compile_segment).collect();
        let first = match segments.first().and_then(|segment| segment.first()) {
            Some(TemplatePart::Literal(literal)) => literal.bytes().next(),
            _ => None,
        };
        Self { segments, first }
    }

    /// True when the template occurs somewhere in `text`.
    pub fn is_in(&self, text: &str) -> bool {
        end_of_segments(&self.segments, text).is_some()
            && self.segments.iter().any(|segment| !segment.is_empty())
    }

    /// False where the template is in no part of `text`, told by its first fixed text alone.
    pub(super) fn may_be_in(&self, text: &str) -> bool {
        let literal =
            self.segments.iter().flatten().find(|part| matches!(part, TemplatePart::Literal(_)));
        literal.is_none_or(|literal| find_segment(std::slice::from_ref(literal), text).is_some())
    }

    /// True when `text` starts with the template, with anything where it has `*`; one that is empty, or
    /// opens with `*`, starts nothing.
    pub fn starts(&self, text: &str) -> bool {
        // Nearly every text begins with another letter.
        let letter = text.as_bytes().first().map(u8::to_ascii_lowercase);
        if self.first.is_some() && self.first != letter {
            return false;
        }
        let Some((first, others)) = self.segments.split_first() else {
            return false;
        };
        matches_here(first, text)
            .filter(|length| *length > 0)
            .is_some_and(|length| end_of_segments(others, &text[length..]).is_some())
    }

    /// True when the template covers all of `text`, as for names.
    pub fn is_all_of(&self, text: &str) -> bool {
        let Some((first, others)) = self.segments.split_first() else {
            return false;
        };
        let Some(start) = matches_here(first, text) else {
            return false;
        };
        let Some((last, middle)) = others.split_last() else {
            return start == text.len();
        };
        let rest = &text[start..];
        let Some(end) = end_of_segments(middle, rest) else {
            return false;
        };
        let rest = &rest[end..];
        rest.char_indices()
            .map(|(index, _)| index)
            .chain([rest.len()])
            .any(|index| matches_here(last, &rest[index..]) == Some(rest.len() - index))
    }

    /// The fixed parts of the template, in lower case, in order: each is in every text that the
    /// template is in.
    pub(crate) fn literals(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().flatten().filter_map(|part| match part {
            TemplatePart::Literal(literal) => Some(literal.as_str()),
            _ => None,
        })
    }

    /// The fixed words of the template, in lower case, in order.
    pub fn fixed_words(&self) -> Vec<&str> {
        self.literals()
            .flat_map(|literal| literal.split(|c: char| !c.is_alphanumeric() && c != '_'))
            .filter(|word| word.chars().any(char::is_alphabetic))
            .collect()
    }
}

fn compile_segment(source: &str) -> Vec<TemplatePart> {
    let mut parts = Vec::new();
    let mut rest = source;
    loop {
        let next = [("{n}", TemplatePart::Number), ("{w}", TemplatePart::Word)]
            .into_iter()
            .filter_map(|(placeholder, part)| Some((rest.split_once(placeholder)?, part)))
            .min_by_key(|((literal, _), _)| literal.len());
        let literal = next.as_ref().map_or(rest, |((literal, _), _)| literal);
        if !literal.is_empty() {
            parts.push(TemplatePart::Literal(literal.to_owned()));
        }
        let Some(((_, after), part)) = next else {
            return parts;
        };
        parts.push(part);
        rest = after;
    }
}

/// End of the leftmost match of all segments in turn, with anything between them.
fn end_of_segments(segments: &[Vec<TemplatePart>], text: &str) -> Option<usize> {
    let mut end = 0;
    for segment in segments {
        end += find_segment(segment, &text[end..])?;
    }
    Some(end)
}

/// End of the leftmost match of `segment` in `text`.
fn find_segment(segment: &[TemplatePart], text: &str) -> Option<usize> {
    let Some(first) = segment.first() else {
        return Some(0);
    };
    if let TemplatePart::Literal(literal) = first {
        // Literals are in lower case and never empty.
        let letter = *literal.as_bytes().first()?;
        return memchr::memchr2_iter(letter, letter.to_ascii_uppercase(), text.as_bytes())
            .find_map(|start| end_of_match(segment, text, start));
    }
    text.char_indices().find_map(|(start, _)| end_of_match(segment, text, start))
}

/// End of the match of `segment` at `start`.
fn end_of_match(segment: &[TemplatePart], text: &str, start: usize) -> Option<usize> {
    matches_here(segment, text.get(start..)?).map(|length| start + length)
}

/// Length of the match of `segment` at the start of `text`.
fn matches_here(segment: &[TemplatePart], text: &str) -> Option<usize> {
    let mut position = 0;
    for part in segment {
        let rest = &text[position..];
        position += match part {
            TemplatePart::Literal(literal) => length_of_literal(literal, rest)?,
            TemplatePart::Number => span(rest, is_number_character)?,
            TemplatePart::Word => span(rest, is_word_character)?,
        };
    }
    Some(position)
}

/// Length of `literal` when `text` starts with it in any case.
fn length_of_literal(literal: &str, text: &str) -> Option<usize> {
    let start = text.as_bytes().get(..literal.len())?;
    start.eq_ignore_ascii_case(literal.as_bytes()).then_some(literal.len())
}

fn span(text: &str, wanted: fn(char) -> bool) -> Option<usize> {
    let length = text.find(|c| !wanted(c)).unwrap_or(text.len());
    (length > 0).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(template: &str, text: &str, expected: bool) {
        assert_eq!(Template::new(template).is_in(text), expected, "{template:?} in {text:?}");
    }

    #[test]
    fn placeholders_stand_for_numbers_words_and_anything() {
        check("world.c:{n}", "NOT_IMPLEMENTED bora/main/world.c:2307", true);
        check("world.c:{n}", "world.c:", false);
        check("PCPU {n} locked", "pcpu ## LOCKED up", true);
        check("heap {w} already", "Heap tcpip already at its maximum", true);
        check("heap {w} already", "Heap two words already", false);
        check("failed*gcpEntry", "Failed at bora (gcpEntry)", true);
        check("a*b*c", "xaxxbxxc", true);
        check("--{n}", "---1", true);
        check("Größe {n}", "GRößE 0XFF", true);
        check("", "anything", false);
    }

    #[test]
    fn names_are_compared_whole() {
        assert!(Template::new("HELPER_UPLIN*").is_all_of("HELPER_UPLINK_ASYNC"));
        assert!(Template::new("HELPER_UPLIN*").is_all_of("helper_uplin"));
        assert!(!Template::new("usb").is_all_of("usb0102"));
        assert!(Template::new("nmlx5_*").is_all_of("nmlx5_core"));
    }

    #[test]
    fn a_name_pattern_may_open_with_anything() {
        assert!(Template::new("*pollW").is_all_of("vmnic4-pollW"));
    }

    #[test]
    fn fixed_words_leave_placeholders_out() {
        assert_eq!(
            Template::new("Heap {w} already at {n}").fixed_words(),
            ["heap", "already", "at"]
        );
    }
}
