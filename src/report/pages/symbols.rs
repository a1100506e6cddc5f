//! The pages of tables of symbols.

use super::super::block::{Block, Tone};
use super::super::views::{
    CrashView, LearnedReport, PlacedFrame, SymbolReport, SymbolTableReport, SymbolsReport,
};
use super::super::{Detail, Printed};
use super::screen::title;
use crate::crash::{Frame, Role, Trust};
use crate::message::Catalog;
use crate::symbols::{InferredBuild, LookupOutcome, ModuleLookup};

impl Printed for SymbolTableReport {
    fn page(&self, catalog: &Catalog, _: Detail) -> Vec<Block> {
        let functions = self.functions.to_string();
        let written = self
            .written
            .map(|written| catalog.text(&format!("symbols-written-{}", written.as_str()), &[]));
        let values = [
            ("module", self.module.as_str()),
            ("version", &self.version),
            ("functions", &functions),
            ("source", &self.source),
            ("written", written.as_deref().unwrap_or_default()),
        ];
        let key = if written.is_some() { "symbols-table-written" } else { "symbols-table" };
        vec![Block::Paragraph(catalog.text(key, &values))]
    }
}

fn header(names: &[&str], catalog: &Catalog) -> Vec<String> {
    names.iter().map(|name| catalog.text(&format!("symbols-column-{name}"), &[])).collect()
}

impl SymbolTableReport {
    /// The headings and the rows of a list.
    pub fn table(tables: &[Self], catalog: &Catalog) -> (Vec<String>, Vec<Vec<String>>) {
        let header = header(&["module", "version", "functions", "source"], catalog);
        let rows = tables.iter().map(|one| {
            let functions = one.functions.to_string();
            vec![one.module.clone(), one.version.clone(), functions, one.source.clone()]
        });
        (header, rows.collect())
    }
}

impl SymbolReport {
    /// The headings and the rows of a list.
    pub fn table(symbols: &[Self], catalog: &Catalog) -> (Vec<String>, Vec<Vec<String>>) {
        let header = header(&["section", "address", "size", "name"], catalog);
        let rows = symbols.iter().map(|one| {
            let size = one.size.map(|size| format!("{size:#x}")).unwrap_or_default();
            let name = one.plain.as_ref().unwrap_or(&one.name).clone();
            vec![one.section.clone(), one.address.to_string(), size, name]
        });
        (header, rows.collect())
    }
}

impl Printed for SymbolsReport {
    fn page(&self, catalog: &Catalog, detail: Detail) -> Vec<Block> {
        let mut blocks = vec![title(catalog, &self.source)];
        if let Some(inferred) = &self.inferred {
            blocks.push(Block::Item(inferred_words(catalog, inferred)));
        }
        let modules = self.modules.iter();
        blocks.extend(modules.map(|module| Block::Item(lookup_words(catalog, module))));
        let defects = self.defects.iter().map(|defect| {
            let code = defect.code.published();
            let meaning = catalog.text(&format!("defect-{code}"), &[]);
            Block::Item(format!("{}: {meaning}", defect.text))
        });
        blocks.extend(defects);
        // `symbols check` wants no more.
        if detail == Detail::Short {
            return blocks;
        }
        for backtrace in &self.backtraces {
            if let Some(origin) = &backtrace.origin {
                blocks.push(Block::Heading(origin.clone(), Tone::Plain));
            }
            let frames = backtrace.frames.iter();
            blocks.extend(
                frames.flat_map(|frame| frame_lines(catalog, frame)).map(Block::Preformatted),
            );
        }
        blocks
    }
}

/// The frame, and below it its places in the source.
fn frame_lines(catalog: &Catalog, placed: &PlacedFrame) -> Vec<String> {
    let Frame { function, module, offset, ip, trust, role, .. } = &placed.frame;
    let address = ip.map(|ip| format!("[{ip}]")).unwrap_or_default();
    let name = placed.plain.as_deref().or(function.as_deref()).unwrap_or("?");
    let module = module.as_ref().map(|module| format!("@{module}")).unwrap_or_default();
    let offset = offset.map(|offset| format!("+{offset}")).unwrap_or_default();
    let mut line = format!("{address}{name}{module}{offset}");
    let word = match (trust, role) {
        (_, Role::Noise) => Some("noise"),
        (Trust::Symbols, _) => Some("symbols"),
        (Trust::Learned, _) => Some("learned"),
        (Trust::Repaired, _) => Some("repaired"),
        (Trust::Doubtful, _) => Some("doubtful"),
        (Trust::Printed, _) => None,
    };
    if let Some(word) = word {
        line.push_str(&format!("  ({})", catalog.text(&format!("symbols-trust-{word}"), &[])));
    }
    let places = placed.places.iter().map(|place| {
        let function = place.function.as_deref().unwrap_or("?");
        let line = place.line.map(|line| format!(":{line}")).unwrap_or_default();
        format!("    {function} {}{line}", place.file.as_deref().unwrap_or("?"))
    });
    std::iter::once(line).chain(places).collect()
}

impl Printed for LearnedReport {
    fn page(&self, catalog: &Catalog, _: Detail) -> Vec<Block> {
        let values = [
            ("build", self.build.to_string()),
            ("taught", self.taught.to_string()),
            ("crashes", self.crashes.to_string()),
            ("functions", self.functions.to_string()),
            ("contradicted", self.contradicted.to_string()),
        ];
        let values: Vec<(&str, &str)> =
            values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        vec![Block::Paragraph(catalog.text("symbols-learned", &values))]
    }
}

/// `release inferred: build 23307199, 6 of 6 starts agree`.
fn inferred_words(catalog: &Catalog, inferred: &InferredBuild) -> String {
    let (build, agree, of) =
        (inferred.build.to_string(), inferred.agree.to_string(), inferred.of.to_string());
    let values = [("build", build.as_str()), ("agree", &agree), ("of", &of)];
    catalog.text("symbols-inferred", &values)
}

/// One line: what was looked for, whether it is there, and what it did.
fn lookup_words(catalog: &Catalog, lookup: &ModuleLookup) -> String {
    let version = lookup.version.as_deref().unwrap_or_default();
    let module = format!("{} {version}", lookup.module);
    let versions = lookup.versions.join(", ");
    let values = [
        ("module", module.trim_end()),
        ("versions", &versions),
        ("source", lookup.source.as_deref().unwrap_or_default()),
        ("problem", lookup.problem.as_deref().unwrap_or_default()),
    ];
    let key = format!("symbols-outcome-{}", lookup.outcome.as_str());
    let mut parts = vec![catalog.text(&key, &values)];
    let counts = [
        ("checked", lookup.checked),
        ("failed", lookup.failed),
        ("repaired", lookup.repaired),
        ("named", lookup.named),
        ("owned", lookup.owned),
        ("learned", lookup.learned),
    ];
    for (name, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
        let (count, crashes) = (count.to_string(), lookup.sightings.to_string());
        let values = [("count", count.as_str()), ("crashes", &crashes)];
        parts.push(catalog.text(&format!("symbols-count-{name}"), &values));
    }
    if lookup.contradiction {
        parts.push(catalog.text("symbols-contradiction", &[]));
    }
    parts.join("; ")
}

/// What an answer shows: the inferred build, the modules whose table did something, and those whose table
/// would have, were it of the right version.
pub(super) fn symbols_words(catalog: &Catalog, crash: &CrashView) -> Option<String> {
    let telling = crash.symbols.iter().filter(|lookup| {
        let ModuleLookup { failed, repaired, named, owned, learned, .. } = lookup;
        failed + repaired + named + owned + learned > 0
            || lookup.contradiction
            || lookup.problem.is_some()
            || matches!(lookup.outcome, LookupOutcome::OtherVersion | LookupOutcome::NoVersion)
    });
    let inferred = crash.release.as_ref().and_then(|release| release.inferred.as_ref());
    let inferred = inferred.map(|inferred| inferred_words(catalog, inferred));
    let lookups = telling.map(|lookup| lookup_words(catalog, lookup));
    let parts: Vec<String> = inferred.into_iter().chain(lookups).collect();
    (!parts.is_empty()).then(|| parts.join(". "))
}
