//! Texts in files whose lines are wrapped: a line break is no part of them, and in Japanese no space.

/// Joins the lines of each paragraph: with a space, except between Japanese characters and beside
/// their punctuation. Paragraphs stay apart, and so do items of lists, rows of tables and lines of code.
pub(crate) fn unwrap_lines(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let (mut new_paragraph, mut in_code) = (false, false);
    for line in text.lines() {
        let is_fence = line.trim_start().starts_with("```");
        let stays = in_code || is_fence || begins_line(line);
        in_code ^= is_fence;
        let line = if stays { line.trim_end() } else { line.trim() };
        if line.is_empty() {
            new_paragraph = true;
            continue;
        }
        if let (Some(last), Some(first)) = (joined.chars().next_back(), line.chars().next()) {
            if new_paragraph {
                joined.push_str("\n\n");
            } else if stays || joined.ends_with("```") {
                joined.push('\n');
            } else if needs_space_between(last, first) {
                joined.push(' ');
            }
        }
        joined.push_str(line);
        new_paragraph = false;
    }
    joined
}

/// True for a line that Markdown begins anew: an item of a list, a row of a table, code.
fn begins_line(line: &str) -> bool {
    let text = line.trim_start();
    let after_number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = after_number.len() < text.len() && after_number.starts_with(". ");
    is_numbered
        || ["- ", "* ", "|"].iter().any(|start| text.starts_with(start))
        || line.starts_with("    ")
}

fn needs_space_between(last: char, first: char) -> bool {
    let are_wide = is_wide(last) && is_wide(first);
    !are_wide && ![last, first].into_iter().any(is_punctuation)
}

/// True for characters of scripts that have no spaces between words.
fn is_wide(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
}

fn is_punctuation(character: char) -> bool {
    matches!(character, '、' | '。' | '「' | '」' | '・')
}

/// Finds the first place where `text` breaks the typography of `kb/README.md`.
#[cfg(test)]
pub(crate) fn typography_fault(text: &str) -> Option<String> {
    let characters: Vec<char> = text.chars().collect();
    let wide_form = characters.iter().find(|c| matches!(**c, '！'..='～' | '｡'..='ﾟ' | '\u{3000}'));
    let pair = characters.windows(2).find(|pair| is_faulty_pair(pair));
    wide_form.map(char::to_string).or_else(|| pair.map(|pair| pair.iter().collect()))
}

#[cfg(test)]
fn is_faulty_pair(pair: &[char]) -> bool {
    match *pair {
        [one, other] if is_letter(one) => {
            other.is_ascii_alphanumeric() || matches!(other, '(' | '`')
        }
        [one, other] if is_letter(other) => one.is_ascii_alphanumeric() || matches!(one, ')' | '`'),
        [one, other] => {
            one == ' ' && matches!(other, '、' | '。' | '」')
                || other == ' ' && matches!(one, '、' | '。' | '「')
        }
        _ => false,
    }
}

#[cfg(test)]
fn is_letter(character: char) -> bool {
    matches!(character, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | '一'..='龠' | '々')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_typography_are_found() {
        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            assert_eq!(typography_fault(text).as_deref(), expected, "{text}");
        }
        check("修正は 8.0b (21203435) に含まれています。ESXi の「x」です。", None);
        check("ESXiの", Some("iの"));
        check("修正（8.0b）", Some("（"));
        check("終わり。 次", Some("。 "));
    }

    #[test]
    fn line_breaks_are_spaces_only_beside_latin_letters() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(unwrap_lines(text), expected, "{text}");
        }
        check("", "");
        check("\nページの\n共有を\n", "ページの共有を");
        check("7.0\nUpdate 3l\nに更新", "7.0 Update 3l に更新");
        check("更新します。\nESXi の", "更新します。ESXi の");
        check("一。\n\n\n二。", "一。\n\n二。");
        check(
            "Update to\nESXi 7.0 –\nor later.\n\nThen restart.",
            "Update to ESXi 7.0 – or later.\n\nThen restart.",
        );
    }

    #[test]
    fn lists_tables_and_code_keep_their_lines() {
        #[track_caller]
        fn check(text: &str) {
            assert_eq!(unwrap_lines(text), text);
        }
        check("Either:\n- stop the\n- or start");
        check("1. one\n10. ten\n\n| a | b |\n| 1 | 2 |");
        check("Run this:\n    esxcli system version get\n    reboot");
        check("```\nesxcli one\nesxcli two\n```\nThen restart.");
    }
}
