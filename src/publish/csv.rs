//! The issues as a table for spreadsheets: a row for each issue. No spreadsheet takes a cell for a
//! formula.

use super::card::Card;

/// A column: its name and its value.
type Column = (&'static str, fn(&Card) -> String);

/// The separator between several values of one cell.
const BETWEEN: &str = "; ";

/// The columns; `docs/exports.md` lists them.
const COLUMNS: &[Column] = &[
    ("id", |card| card.id.clone()),
    ("title", |card| card.title.clone()),
    ("title_ja", |card| card.title_ja.clone()),
    ("status", |card| card.status.clone()),
    ("strength", |card| card.strength.clone().unwrap_or_default()),
    ("articles", |card| joined(card.articles.iter().map(|article| article.id.clone()))),
    ("legacy_articles", |card| {
        joined(card.articles.iter().filter_map(|article| article.legacy_id.clone()))
    }),
    ("urls", |card| joined(card.articles.iter().map(|article| article.url.clone()))),
    ("lines", |card| joined(card.affected.covered.iter().cloned())),
    ("affected", |card| card.affected.text.clone()),
    ("kinds", |card| joined(card.kinds.iter().cloned())),
    ("modules", |card| joined(card.modules.iter().cloned())),
    ("functions", |card| joined(card.functions.iter().cloned())),
    ("fixes", |card| joined(card.own_fixes().map(|fix| fix.release()))),
    ("fixed_components", |card| {
        joined(card.fix.components.iter().map(super::card_text::component))
    }),
    ("cause", |card| card.cause.clone()),
    ("fix", |card| card.fix.text.clone()),
    ("workaround", |card| card.fix.workaround.clone()),
    ("cause_ja", |card| card.cause_ja.clone()),
    ("fix_ja", |card| card.fix.text_ja.clone()),
    ("workaround_ja", |card| card.fix.workaround_ja.clone()),
    ("notes", |card| card.notes.clone()),
    ("notes_ja", |card| card.notes_ja.clone()),
    ("related", |card| joined(card.related.iter().map(|other| other.id.clone()))),
    ("crashes", |card| joined(card.crashes.iter().map(|crash| crash.path.clone()))),
];

fn joined(values: impl IntoIterator<Item = String>) -> String {
    values.into_iter().collect::<Vec<_>>().join(BETWEEN)
}

/// Writes the table of `cards` in UTF-8, without a byte order mark, lines ending in CR LF.
pub fn csv(cards: &[Card]) -> Vec<u8> {
    let mut writer =
        ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing into memory does not fail, and every record has the same length.
    let _ = writer.write_record(COLUMNS.iter().map(|(name, _)| *name));
    for card in cards {
        let _ = writer.write_record(COLUMNS.iter().map(|(_, value)| harmless(&value(card))));
    }
    writer.into_inner().unwrap_or_default()
}

/// Characters that begin a formula, in their full-width forms too.
const FORMULA: &[char] = &['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Makes a cell that a spreadsheet shows and does not compute: a leading apostrophe marks it as
/// text. Control characters become visible, and the lines of a text are joined.
fn harmless(cell: &str) -> String {
    let starts_formula = cell.starts_with(FORMULA) || cell.trim_start().starts_with(FORMULA);
    let lines: Vec<&str> = cell.split('\n').map(|line| line.trim_end_matches('\r')).collect();
    let text = crate::text::escape_terminal(&lines.join(" ")).into_owned();
    if starts_formula { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cell: &str, expected: &str) {
        assert_eq!(harmless(cell), expected);
    }

    #[test]
    fn no_cell_is_a_formula() {
        check("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")");
        check("+1", "'+1");
        check("-1", "'-1");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\t=1", "'\\u{9}=1");
        check("\r=1", "'\\u{d}=1");
        check("  =1", "'  =1");
        check("＝1", "'＝1");
        check("a=1\nb", "a=1 b");
        check("", "");
    }
}
