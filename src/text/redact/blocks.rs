//! Names whose kind another line tells: the columns below a header, what a command printed, and who
//! signed a letter.

use std::sync::LazyLock;

use regex::Regex;

use super::class::Class;
use super::public::is_common_word;
use super::values::{is_host, is_noun};

/// A column: its header, a header beside it without which it may be anything, and its class.
/// `Name` of a list of modules is evidence.
type Column = (&'static str, &'static str, Class);

const COLUMNS: &[Column] = &[
    ("Name", "PowerState", Class::Vm),
    ("Name", "Power State", Class::Vm),
    ("Name", "Guest OS", Class::Vm),
    ("Name", "GuestId", Class::Vm),
    ("Name", "VMX Cartel", Class::Vm),
    ("Name", "ConnectionState", Class::Host),
    ("Name", "Manufacturer", Class::Host),
    ("Name", "FreeSpace", Class::Datastore),
    ("Name", "CapacityGB", Class::Datastore),
    ("Name", "Virtual Switch", Class::Name),
    ("Name", "VLanId", Class::Name),
    ("Name", "VirtualSwitch", Class::Name),
    ("Name", "NumPorts", Class::Name),
    ("Name", "HAEnabled", Class::Name),
    ("Name", "CpuSharesLevel", Class::Name),
    ("Name", "Port Group", Class::Name),
    ("VM", "", Class::Vm),
    ("VM Name", "", Class::Vm),
    ("Display Name", "", Class::Vm),
    ("Virtual Machine", "", Class::Vm),
    ("Volume Name", "", Class::Datastore),
    ("Datastore", "", Class::Datastore),
    ("Portgroup", "", Class::Name),
    ("Port Group", "", Class::Name),
    ("PortGroup", "", Class::Name),
    ("Cluster", "", Class::Name),
    ("Datacenter", "", Class::Name),
    ("Resource Pool", "", Class::Name),
    ("ResourcePool", "", Class::Name),
    ("Folder", "", Class::Name),
    ("Host", "", Class::Host),
    ("VMHost", "", Class::Host),
    ("Hostname", "", Class::Host),
    ("Host Name", "", Class::Host),
    ("User", "", Class::User),
    ("UserName", "", Class::User),
    ("User Name", "", Class::User),
    ("User ID", "", Class::User),
    ("Principal", "", Class::User),
    ("Contact", "", Class::Name),
    ("Owner", "", Class::Name),
    ("Customer", "", Class::Name),
];

/// The end of a letter; the lines below it are who wrote it.
static CLOSING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\W*(?:(?:kind|best|warm|many)? ?regards|(?:many )?thanks(?: and regards)?|thank you|cheers|sincerely|yours \w+|best|(?:mit )?(?:freundlichen?|besten?|viele|liebe|schöne)n? gr[üu](?:ß|ss)en?|gru(?:ß|ss)|mfg|cordialement|saludos|cordiali saluti)\W*$",
    )
    .ok()
});

/// A command that prints the name of the host below itself.
static HOST_COMMAND: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[#$>\]] ?(?:hostname(?: -[fs])?|uname -n)\s*$").ok());

/// Lines below the end of a letter that may be a name, a company or a telephone number.
const SIGNATURE: usize = 4;

/// What the lines so far tell about the next one.
#[derive(Default)]
pub(super) struct Blocks {
    /// The number of cells of a row, and the columns with names.
    columns: (usize, Vec<(usize, Class)>),
    signature: usize,
    below_command: bool,
}

impl Blocks {
    /// Returns the names of the next line that the lines above it tell.
    pub(super) fn names_in<'a>(&mut self, line: &'a str) -> Vec<(Class, &'a str)> {
        let text = line.trim();
        let mut names = self.cells(line);
        if self.below_command && is_host(text) {
            names.push((Class::Host, text));
        }
        self.below_command = is_match(&HOST_COMMAND, text);
        if is_match(&CLOSING, text) {
            self.signature = SIGNATURE;
        } else if self.signature > 0 && !text.is_empty() {
            self.signature -= 1;
            if is_signature(text) {
                names.push((Class::Name, text));
            } else {
                self.signature = 0;
            }
        }
        names
    }

    /// The names of a row, where the columns of its table are known.
    fn cells<'a>(&mut self, line: &'a str) -> Vec<(Class, &'a str)> {
        let cells = cells(line);
        let columns = named_columns(&cells);
        if !columns.is_empty() || cells.is_empty() {
            self.columns = (cells.len(), columns);
            return Vec::new();
        }
        let (width, columns) = &self.columns;
        let found = columns
            .iter()
            .filter(|(column, _)| (*column == 0 || cells.len() == *width) && cells.len() > 1);
        let found = found.filter_map(|&(column, class)| Some((class, *cells.get(column)?)));
        found.filter(|(_, name)| is_cell(name)).collect()
    }
}

pub(super) fn is_match(search: &Option<Regex>, text: &str) -> bool {
    search.as_ref().is_some_and(|search| search.is_match(text))
}

/// The cells of a line: two blanks or a tab are between them.
fn cells(line: &str) -> Vec<&str> {
    let cells = line.split("  ").flat_map(|part| part.split(['\t', '│', '|']));
    cells.map(str::trim).filter(|cell| !cell.is_empty()).collect()
}

/// The columns of a header that hold names.
fn named_columns(cells: &[&str]) -> Vec<(usize, Class)> {
    let is_header = cells.len() > 1
        && cells.iter().all(|cell| {
            cell.starts_with(char::is_uppercase)
                && !cell.contains(|c: char| c.is_ascii_digit() || ":=_.".contains(c))
        });
    if !is_header {
        return Vec::new();
    }
    let columns = cells.iter().enumerate();
    columns.filter_map(|(column, cell)| Some((column, class_below(cell, cells)?))).collect()
}

/// The class of what stands below `header`, one of `headers`.
fn class_below(header: &str, headers: &[&str]) -> Option<Class> {
    let mut rows =
        COLUMNS.iter().filter(|(name, beside, _)| *name == header && has_header(headers, beside));
    rows.next().map(|(_, _, class)| *class)
}

/// Finds out whether a header begins with `wanted`; true where none is wanted.
fn has_header(headers: &[&str], wanted: &str) -> bool {
    wanted.is_empty() || headers.iter().any(|header| header.starts_with(wanted))
}

fn is_cell(cell: &str) -> bool {
    cell.contains(char::is_alphabetic) && !cell.starts_with("--") && !is_common_word(cell)
}

/// One to five words with a capital letter each, as names of people and companies have.
fn is_signature(text: &str) -> bool {
    const SMALL: &[&str] = &[
        "von", "van", "de", "der", "den", "und", "and", "of", "la", "di", "del", "da", "do", "du",
        "des", "et", "y",
    ];
    let words: Vec<&str> = text.split_whitespace().collect();
    words.len() <= 5
        && !text.contains(['@', ':', '=', '#', '[', '('])
        && words.first().is_some_and(|word| is_noun(word))
        && words.iter().all(|word| {
            word.starts_with(char::is_uppercase) || word.starts_with('&') || SMALL.contains(word)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut blocks = Blocks::default();
        let found: Vec<&str> =
            text.lines().flat_map(|line| blocks.names_in(line)).map(|(_, name)| name).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_line_tells_what_the_next_ones_name() {
        assert!(CLOSING.is_some() && HOST_COMMAND.is_some());
        check("Name   PowerState\n----   -----\nPay roll   PoweredOn\n\nx   y", &["Pay roll"]);
        check("Name   Version   Vendor\nlpfc   1.2   VMware", &[]);
        check("# hostname\nknecht\nmagd", &["knecht"]);
        check(
            "Best regards,\n\nKlara Glock\nTurm Technik\nsee the log",
            &["Klara Glock", "Turm Technik"],
        );
    }
}
