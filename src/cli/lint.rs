//! `psod-match kb lint`: what is wrong in the files, shown where it stands; and what each code means.

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use psod_match::kb::{
    Example, Finding, FindingCode, KbTexts, KnowledgeBase, LintExamples, Position, Severity, lint,
    settle,
};
use psod_match::matching::{
    Calibration, Matcher, calibration_finding, corpus_findings, run_corpus,
};
use psod_match::message::Catalog;
use psod_match::text::escape_terminal;
use serde_json::json;
use time::{Date, OffsetDateTime};

use super::args::{Common, Format, LintArguments};
use super::output::Output;
use super::{Status, compiled, sources};

/// Checks the knowledge base, or explains codes.
pub fn run(
    kb: &KnowledgeBase,
    arguments: &LintArguments,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Status> {
    match &arguments.code {
        Some(name) => return explain(name, common.catalog(), output),
        None if arguments.codes => return list(common.catalog(), output),
        None => {}
    }
    let texts = KbTexts::read(&sources(common)?)?;
    let mut findings = lint(kb, &texts);
    // A draft must be good before it may match.
    let matcher = Matcher::new(compiled(common)?, Calibration::SHIPPED, true)?;
    findings.extend(corpus_findings(kb, &run_corpus(kb, &matcher)?, &Calibration::SHIPPED));
    findings.extend(calibration_finding(&sources(common)?)?);
    let mut found = settle(findings, &texts, arguments.today.unwrap_or_else(today));
    found.retain(|finding| finding.severity == Severity::Error || is_own(finding, common));
    let is_shown = |finding: &&Finding| finding.severity != Severity::Advice || common.verbose;
    for finding in found.iter().filter(is_shown) {
        print(finding, &texts, common, output)?;
    }
    if output.format != Format::Json {
        output.text(&format!("{}\n", summary(kb, &found, common.catalog())))?;
    }
    let fails = found.iter().any(|finding| finding.severity == Severity::Error);
    Ok(if fails { Status::NotFound } else { Status::Good })
}

/// True for findings about files that the reader can change: a team has no use for advice about
/// shipped files.
fn is_own(finding: &Finding, common: &Common) -> bool {
    common.kb.is_empty() || common.kb.iter().any(|kb| kb.join(&finding.path).is_file())
}

/// The day on the clock; the library is told.
pub fn today() -> Date {
    OffsetDateTime::now_utc().date()
}

fn summary(kb: &KnowledgeBase, found: &[Finding], catalog: &Catalog) -> String {
    let count = |severity| found.iter().filter(|f| f.severity == severity).count().to_string();
    let numbers = [
        ("issues", kb.issues.len().to_string()),
        ("crashes", kb.exemplars.len().to_string()),
        ("advice", count(Severity::Advice)),
        ("warnings", count(Severity::Warning)),
        ("errors", count(Severity::Error)),
    ];
    let values: Vec<(&str, &str)> =
        numbers.iter().map(|(name, number)| (*name, number.as_str())).collect();
    catalog.text("lint-summary", &values)
}

/// Prints one finding: as an object, or with the lines of the file that it is about.
pub fn print(
    finding: &Finding,
    texts: &KbTexts,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<()> {
    let catalog = common.catalog();
    if output.format == Format::Json {
        return output.json(&json!({
            "path": finding.path,
            "line": finding.position.map(|position| position.line),
            "column": finding.position.map(|position| position.column),
            "code": finding.code.code(),
            "name": finding.code.as_str(),
            "severity": finding.severity,
            "text": text(finding.code, "", &finding.detail, catalog),
            "remedy": text(finding.code, "-remedy", &finding.detail, catalog),
        }));
    }
    Ok(output.text(&format!("{}\n", shown(finding, texts.get(&finding.path), catalog)))?)
}

/// A text about a code, with what was found.
fn text(code: FindingCode, end: &str, detail: &str, catalog: &Catalog) -> String {
    catalog.text(&format!("lint-{}{end}", code.as_str()), &[("detail", detail)])
}

/// Columns that a line of a file may take; a longer one is cut around what is marked.
const WIDTH: usize = 100;

/// A finding as a compiler would print it.
fn shown(finding: &Finding, file: Option<&str>, catalog: &Catalog) -> String {
    let Finding { path, code, detail, .. } = finding;
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Advice => Level::NOTE.with_name("advice"),
    };
    let id = format!("{} {}", code.code(), code.as_str());
    let problem = text(*code, "", detail, catalog);
    let problem = catalog.text("lint-finding", &[("path", path), ("problem", &problem)]);
    let title = level.primary_title(escape_terminal(&problem)).id(id);
    let line = finding.position.zip(file).map(|(position, file)| Line::of(file, position));
    let place = line.as_ref().map(|line| {
        let mark = AnnotationKind::Primary.span(line.start..line.end);
        let snippet = Snippet::source(line.text.as_str()).line_start(line.number);
        snippet.path(escape_terminal(path)).annotation(mark)
    });
    let remedy = text(*code, "-remedy", detail, catalog);
    let remedy = Level::HELP.no_name().message(escape_terminal(&remedy));
    let group = match place {
        Some(place) => title.element(place).element(remedy),
        None => title.element(Origin::path(escape_terminal(path))).element(remedy),
    };
    Renderer::styled().term_width(WIDTH).render(&[group])
}

/// One line of a file, made harmless for a terminal, and what is marked in it.
struct Line {
    text: String,
    number: usize,
    start: usize,
    end: usize,
}

impl Line {
    fn of(file: &str, position: Position) -> Self {
        let start = file[..position.start].rfind('\n').map_or(0, |end| end + 1);
        let length = file[start..].find('\n').unwrap_or(file.len() - start);
        let line = &file[start..start + length];
        let mark = position.start - start..position.end.min(start + length) - start;
        let before = escape_terminal(&line[..mark.start]).into_owned();
        let marked = escape_terminal(&line[mark.clone()]).into_owned();
        let behind = escape_terminal(&line[mark.end..]).into_owned();
        Self {
            number: position.line,
            start: before.len(),
            end: before.len() + marked.len(),
            text: before + &marked + &behind,
        }
    }
}

/// Explains one code.
fn explain(name: &str, catalog: &Catalog, output: &mut Output) -> anyhow::Result<Status> {
    let Some(code) = FindingCode::find(name) else {
        let codes = FindingCode::ALL.iter();
        let alike = |code: &&FindingCode| {
            let names = [code.code(), code.as_str()];
            let scores = names.map(|known| strsim::jaro_winkler(known, name));
            scores[0].max(scores[1])
        };
        let nearest = codes.max_by(|one, other| alike(one).total_cmp(&alike(other)));
        let hint = nearest.map_or(String::new(), |code| {
            format!(", did you mean {} {}?", code.code(), code.as_str())
        });
        anyhow::bail!("there is no code {name}{hint} `psod-match kb lint --codes` lists them")
    };
    let examples = LintExamples::shipped();
    let example = examples.of(code);
    if output.format == Format::Json {
        output.json(&object(code, example, catalog))?;
    } else {
        output.text(&page(code, example, catalog))?;
    }
    Ok(Status::Good)
}

fn object(code: FindingCode, example: Option<&Example>, catalog: &Catalog) -> serde_json::Value {
    json!({
        "code": code.code(),
        "name": code.as_str(),
        "severity": code.severity(),
        "text": text(code, "", "…", catalog),
        "why": text(code, "-why", "…", catalog),
        "remedy": text(code, "-remedy", "…", catalog),
        "path": example.map(|example| &example.path),
        "bad": example.map(|example| &example.bad),
        "good": example.map(|example| &example.good).filter(|good| !good.is_empty()),
    })
}

/// What a code means, as Markdown that reads well on a terminal too.
pub fn page(code: FindingCode, example: Option<&Example>, catalog: &Catalog) -> String {
    let label = |key: &str| catalog.text(key, &[]);
    let mut page = format!("### {} {}\n\n", code.code(), code.as_str());
    let severity = label(&format!("lint-severity-{}", code.severity().as_str()));
    let problem = text(code, "", "…", catalog);
    page.push_str(&format!("{severity}: {problem}\n\n"));
    page.push_str(&format!("{}\n\n", text(code, "-why", "…", catalog)));
    page.push_str(&format!("{}: {}\n", label("lint-remedy"), text(code, "-remedy", "…", catalog)));
    for (key, example) in example.into_iter().flat_map(|e| [("lint-bad", e), ("lint-good", e)]) {
        let lines = if key == "lint-bad" { &example.bad } else { &example.good };
        if !lines.is_empty() {
            let lines = clipped(lines);
            page.push_str(&format!("\n{} (`{}`):\n\n{lines}", label(key), example.path));
        }
    }
    page
}

/// The lines of an example as a block of code; what is not seen is escaped.
fn clipped(lines: &str) -> String {
    const MOST: usize = 16;
    let escaped: Vec<_> = lines.lines().map(|line| escape_terminal(line)).collect();
    let mut block: String = escaped
        .iter()
        .take(MOST)
        .map(|line| format!("    {line}\n").replace("    \n", "\n"))
        .collect();
    if escaped.len() > MOST {
        block.push_str("    …\n");
    }
    block
}

/// One row for each code; as Markdown, every code with its example: `docs/lint.md`.
fn list(catalog: &Catalog, output: &mut Output) -> anyhow::Result<Status> {
    let examples = LintExamples::shipped();
    match output.format {
        Format::Json => {
            for code in FindingCode::ALL {
                output.json(&object(*code, examples.of(*code), catalog))?;
            }
        }
        Format::Markdown => output.text(&document(&examples, catalog))?,
        Format::Text | Format::Html => {
            let rows = FindingCode::ALL.iter().map(|code| row(*code, catalog).to_vec());
            output.table(&["code", "name", "severity", "finding"], rows.collect())?;
        }
    }
    Ok(Status::Good)
}

fn row(code: FindingCode, catalog: &Catalog) -> [String; 4] {
    let severity = catalog.text(&format!("lint-severity-{}", code.severity().as_str()), &[]);
    let problem = text(code, "", "…", catalog);
    [code.code().to_owned(), code.as_str().to_owned(), severity, problem]
}

fn document(examples: &LintExamples, catalog: &Catalog) -> String {
    let mut document = format!("{}\n", catalog.text("lint-document", &[]));
    let mut groups: Vec<_> = FindingCode::ALL.iter().map(|code| code.group()).collect();
    groups.sort();
    groups.dedup();
    let of = |group| FindingCode::ALL.iter().filter(move |code| code.group() == group);
    for group in &groups {
        let heading = catalog.text(group.key(), &[]);
        document.push_str(&format!(
            "\n## {heading}\n\n| code | name | severity | finding |\n|---|---|---|---|\n"
        ));
        for code in of(*group) {
            let [number, name, severity, problem] = row(*code, catalog);
            let anchor = format!("#{}-{name}", number.to_lowercase());
            let link = format!("[{number}]({anchor})");
            document.push_str(&format!("| {link} | `{name}` | {severity} | {problem} |\n"));
        }
    }
    for code in groups.iter().flat_map(|group| of(*group)) {
        document.push_str(&format!("\n{}", page(*code, examples.of(*code), catalog)));
    }
    document
}
