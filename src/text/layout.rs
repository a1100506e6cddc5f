//! Tables for a terminal and for Markdown.

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use unicode_width::UnicodeWidthStr;

/// Widest first column that stays whole: the name of a row is read as one.
const MAX_NAME_WIDTH: usize = 24;
/// Blanks around a cell.
const PADDING: usize = 2;

/// Sets a table in `width` columns of a terminal, long cells in several lines.
pub fn table(header: &[&str], rows: Vec<Vec<String>>, width: usize) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(u16::MAX));
    let names = rows.iter().filter_map(|row| row.first());
    let widest = names.map(|name| name.width()).max().unwrap_or_default();
    if widest <= MAX_NAME_WIDTH {
        table.set_header(header);
        let whole = Width::Fixed(u16::try_from(widest + PADDING).unwrap_or(u16::MAX));
        if let Some(column) = table.column_mut(0) {
            column.set_constraint(ColumnConstraint::LowerBoundary(whole));
        }
    }
    written(table, header, rows)
}

/// Sets a table as Markdown: a cell is one line, however long.
pub fn markdown_table(header: &[&str], rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_content_arrangement(ContentArrangement::Disabled);
    written(table, header, rows)
}

fn written(mut table: Table, header: &[&str], rows: Vec<Vec<String>>) -> String {
    table.set_header(header).add_rows(rows);
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}
