//! Tables for a terminal and for Markdown.

use comfy_table::{ContentArrangement, Table, presets};

/// Sets a table in `width` columns of a terminal, long cells in several lines.
pub fn table(header: &[&str], rows: Vec<Vec<String>>, width: usize) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(u16::MAX));
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
