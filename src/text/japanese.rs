//! Japanese text in files whose lines are wrapped: a line break is no blank there.

/// Joins the lines of each paragraph: with a blank where Japanese and Latin letters meet, with
/// nothing between Japanese characters and beside their punctuation. Paragraphs stay apart.
pub fn unwrap_lines(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut new_paragraph = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            new_paragraph = true;
            continue;
        }
        if let (Some(last), Some(first)) = (joined.chars().next_back(), line.chars().next()) {
            if new_paragraph {
                joined.push_str("\n\n");
            } else if is_blank_between(last, first) {
                joined.push(' ');
            }
        }
        joined.push_str(line);
        new_paragraph = false;
    }
    joined
}

fn is_blank_between(last: char, first: char) -> bool {
    let punctuation = |c| matches!(c, '、' | '。' | '「' | '」' | '・');
    (last.is_ascii() || first.is_ascii()) && !punctuation(last) && !punctuation(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_are_blanks_only_beside_latin_letters() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(unwrap_lines(text), expected, "{text}");
        }
        check("", "");
        check("\nページの\n共有を\n", "ページの共有を");
        check("7.0\nUpdate 3l\nに更新", "7.0 Update 3l に更新");
        check("更新します。\nESXi の", "更新します。ESXi の");
        check("一。\n\n\n二。", "一。\n\n二。");
    }
}
