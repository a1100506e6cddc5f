//! A cursor over one line: each method consumes the text that it recognises, or leaves the position
//! alone.

/// A position inside one line of text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    /// Starts at the first character of `text`.
    pub(crate) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// Returns the text that is not consumed yet.
    pub(crate) fn rest(&self) -> &'a str {
        self.rest
    }

    /// Consumes spaces and tabs.
    pub(crate) fn skip_blanks(&mut self) -> &mut Self {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\u{a0}']);
        self
    }

    /// Consumes `literal` if it comes next.
    pub(crate) fn eat(&mut self, literal: &str) -> bool {
        match self.rest.strip_prefix(literal) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Consumes the characters for which `wanted` holds; may be empty.
    pub(crate) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|character| !wanted(character)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// Consumes a decimal number of at most 64 bits; `None` also where it is too large for a `T`.
    pub(crate) fn decimal<T: TryFrom<u64>>(&mut self) -> Option<T> {
        let mut ahead = *self;
        let number: u64 = ahead.take_while(|c| c.is_ascii_digit()).parse().ok()?;
        *self = ahead;
        number.try_into().ok()
    }

    /// Consumes everything before `literal`, and `literal` itself.
    pub(crate) fn until(&mut self, literal: &str) -> Option<&'a str> {
        let (before, rest) = self.rest.split_once(literal)?;
        self.rest = rest;
        Some(before)
    }

    /// Moves to the end of the first occurrence of `literal`, without regard to ASCII case.
    pub(crate) fn jump_behind(&mut self, literal: &str) -> bool {
        match find_ignore_case(self.rest, literal) {
            Some(start) => {
                self.rest = &self.rest[start + literal.len()..];
                true
            }
            None => false,
        }
    }
}

/// Returns the byte position of the first occurrence of an ASCII `needle` in `text`, without regard to case.
pub(crate) fn find_ignore_case(text: &str, needle: &str) -> Option<usize> {
    let (text, needle) = (text.as_bytes(), needle.as_bytes());
    let (&first, _) = needle.split_first()?;
    let (lower, upper) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    memchr::memchr2_iter(lower, upper, text).find(|&start| {
        text.get(start..start + needle.len())
            .is_some_and(|window| window.eq_ignore_ascii_case(needle))
    })
}

/// Returns `text` after an ASCII `start`, without regard to case; `None` when it starts otherwise.
pub(crate) fn strip_ignore_case<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(start.len())?;
    head.eq_ignore_ascii_case(start).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consumes_only_what_it_recognises() {
        let mut scanner = Scanner::new("PCPU 12 locked");
        assert!(!scanner.eat("cpu"));
        assert!(scanner.eat("PCPU"));
        assert_eq!(scanner.decimal::<u64>(), None);
        assert_eq!(scanner.skip_blanks().decimal(), Some(12));
        assert_eq!(scanner.rest(), " locked");
        assert!(scanner.jump_behind("LOCK"));
        assert_eq!(scanner.rest(), "ed");
    }

    #[test]
    fn finds_without_regard_to_case_and_never_splits_a_character() {
        assert_eq!(find_ignore_case("aé FAILED", "failed"), Some(4));
        assert_eq!(find_ignore_case("fail", "failed"), None);
        assert_eq!(find_ignore_case("x", ""), None);
    }
}
