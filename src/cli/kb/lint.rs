//! `psod-match kb lint`: the faults of the files, each shown at its place; and the meaning of each code.

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use psod_match::kb::{
    CodeGroup, Example, Finding, FindingCode, FindingSeverity, KbTexts, KnowledgeBase,
    LintExamples, Position, lint, settle,
};
use psod_match::matching::{
    Calibration, CorpusRun, FrameWorth, Matcher, SignatureWorth, calibration_finding,
    corpus_findings, meeting_findings, run_corpus, telling_findings,
};
use psod_match::message::Catalog;
use psod_match::text::escape_terminal;
use serde_json::json;
use time::{Date, OffsetDateTime};

use super::super::args::{Common, Format, LintArguments};
use super::super::{Ending, Session};

/// Checks the knowledge base, or explains codes.
pub fn run(
    kb: &KnowledgeBase,
    arguments: &LintArguments,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    match &arguments.code {
        Some(name) => return explain(name, session),
        None if arguments.codes => return list_codes(session),
        None => {}
    }
    let checked = check(kb, arguments.today.unwrap_or_else(today), session)?;
    let LintOutcome { texts, matcher, findings: found, .. } = &checked;
    let common = session.common;
    for finding in found {
        if finding.severity != FindingSeverity::Advice || session.common.verbose {
            print(finding, texts, session)?;
        }
    }
    if common.verbose {
        print_worths(kb, matcher, session)?;
    }
    if session.output.format != Format::Json {
        session.say("lint-summary", &borrowed(&summary(kb, found)))?;
    }
    let fails = found.iter().any(|finding| finding.severity == FindingSeverity::Error);
    Ok(if fails { Ending::NotFound } else { Ending::Good })
}

/// What lint has found, and what it has found it with.
pub struct LintOutcome {
    /// The texts of all files.
    pub texts: KbTexts,
    /// The matcher, which also matches drafts: one must be good before it may match.
    pub matcher: Matcher,
    /// Every crash text with its answers.
    pub runs: Vec<CorpusRun>,
    /// The findings; of shipped files, which the reader cannot change, errors only.
    pub findings: Vec<Finding>,
}

/// Finds every fault of the knowledge base on a day.
pub fn check(
    kb: &KnowledgeBase,
    today: Date,
    session: &Session<'_>,
) -> anyhow::Result<LintOutcome> {
    let texts = KbTexts::read(&session.sources()?)?;
    let mut findings = lint(kb, &texts);
    let matcher = Matcher::new(session.compiled()?, Calibration::SHIPPED, true)?;
    let runs = run_corpus(kb, &matcher)?;
    findings.extend(corpus_findings(kb, &runs, &Calibration::SHIPPED));
    findings.extend(telling_findings(kb, &matcher)?);
    let common = session.common;
    if !common.kb.is_empty() {
        findings.extend(meeting_findings(kb, &runs, &Calibration::SHIPPED, &|path| {
            is_own(path, common)
        }));
    }
    findings.extend(calibration_finding(&session.sources()?)?);
    let mut findings = settle(findings, &texts, today);
    findings.retain(|finding| {
        finding.severity == FindingSeverity::Error || is_own(&finding.path, common)
    });
    Ok(LintOutcome { texts, matcher, runs, findings })
}

/// True for files that the reader can change: a team has no use for advice about shipped files.
fn is_own(path: &str, common: &Common) -> bool {
    common.kb.is_empty() || common.kb.iter().any(|kb| kb.join(path).is_file())
}

/// The label of the frames of each worth.
const WORTHS: [(FrameWorth, &str); 3] = [
    (FrameWorth::Telling, "label-telling"),
    (FrameWorth::Shared, "label-shared"),
    (FrameWorth::Plumbing, "label-plumbing"),
];

/// Prints which frames of each signature tell its issue from all others.
fn print_worths(
    kb: &KnowledgeBase,
    matcher: &Matcher,
    session: &mut Session<'_>,
) -> anyhow::Result<()> {
    for issue in kb.issues.values().filter(|issue| is_own(&issue.path, session.common)) {
        for worth in matcher.signature_worths(&issue.id)? {
            print_worth(&issue.id, &worth, session)?;
        }
    }
    Ok(())
}

/// Prints the worth of the frames of one signature: as an object, or a line for each worth.
fn print_worth(
    issue: &str,
    worth: &SignatureWorth,
    session: &mut Session<'_>,
) -> anyhow::Result<()> {
    let (catalog, output) = (session.catalog, &mut session.output);
    let names = WORTHS.map(|(wanted, _)| {
        let frames = worth.frames.iter().filter(|(_, worth)| *worth == wanted);
        frames.map(|(frame, _)| frame.name()).collect::<Vec<_>>()
    });
    let signature = &worth.signature.name;
    if output.format == Format::Json {
        let [telling, shared, plumbing] = names;
        return output.json(&json!({
            "issue": issue,
            "signature": signature,
            "decisive_text": worth.decisive,
            "telling": telling,
            "shared": shared,
            "plumbing": plumbing,
        }));
    }
    let mut lines = vec![format!("{issue} {signature}")];
    for ((_, label), names) in WORTHS.iter().zip(names).filter(|(_, names)| !names.is_empty()) {
        lines.push(format!("  {}: {}", catalog.text(label, &[]), names.join(", ")));
    }
    for line in lines {
        output.text(&format!("{}\n", escape_terminal(&line)))?;
    }
    Ok(())
}

/// The day on the clock: the library takes it as an argument.
pub fn today() -> Date {
    OffsetDateTime::now_utc().date()
}

fn summary(kb: &KnowledgeBase, found: &[Finding]) -> [(&'static str, String); 5] {
    [
        ("issues", kb.issues.len().to_string()),
        ("crashes", kb.exemplars.len().to_string()),
        ("advice", count(found, FindingSeverity::Advice)),
        ("warnings", count(found, FindingSeverity::Warning)),
        ("errors", count(found, FindingSeverity::Error)),
    ]
}

/// Named values as a text takes them.
pub fn borrowed<'a>(values: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    values.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

fn count(found: &[Finding], severity: FindingSeverity) -> String {
    found.iter().filter(|finding| finding.severity == severity).count().to_string()
}

/// Prints one finding: as an object, or with the line of the file at which it is.
pub fn print(finding: &Finding, texts: &KbTexts, session: &mut Session<'_>) -> anyhow::Result<()> {
    let (catalog, output) = (session.catalog, &mut session.output);
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
    let message = message(finding, texts.get(&finding.path), catalog);
    let message = if output.format == Format::Markdown { fenced(&message) } else { message };
    Ok(output.text(&format!("{message}\n"))?)
}

/// A block of code of Markdown, where nothing becomes a link.
fn fenced(message: &str) -> String {
    const SHORTEST: usize = 3;
    let longest = message.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(SHORTEST.max(longest + 1));
    format!("{fence}\n{message}\n{fence}\n")
}

/// A text about a code, with the text at fault.
fn text(code: FindingCode, end: &str, detail: &str, catalog: &Catalog) -> String {
    catalog.text(&format!("lint-{}{end}", code.as_str()), &[("detail", detail)])
}

/// Columns that a line of a file may take; a longer one is cut around its marked part.
const MAX_WIDTH: usize = 100;

/// A finding in the form of a compiler's message.
fn message(finding: &Finding, file: Option<&str>, catalog: &Catalog) -> String {
    let Finding { path, code, detail, .. } = finding;
    let level = match finding.severity {
        FindingSeverity::Error => Level::ERROR,
        FindingSeverity::Warning => Level::WARNING,
        FindingSeverity::Advice => Level::NOTE.with_name("advice"),
    };
    let id = format!("{} {}", code.code(), code.as_str());
    let problem = text(*code, "", detail, catalog);
    let problem = catalog.text("lint-finding", &[("path", path), ("problem", &problem)]);
    let title = level.primary_title(escape_terminal(&problem)).id(id);
    let line = finding.position.zip(file).map(|(position, file)| MarkedLine::new(file, position));
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
    Renderer::styled().term_width(MAX_WIDTH).render(&[group])
}

/// One line of a file, made harmless for a terminal, with its marked part.
struct MarkedLine {
    text: String,
    number: usize,
    start: usize,
    end: usize,
}

impl MarkedLine {
    fn new(file: &str, position: Position) -> Self {
        let start = file[..position.start].rfind('\n').map_or(0, |end| end + 1);
        let length = file[start..].find('\n').unwrap_or(file.len() - start);
        let line = &file[start..start + length];
        let mark = position.start - start..position.end.min(start + length) - start;
        let before = escape_terminal(&line[..mark.start]).into_owned();
        let marked = escape_terminal(&line[mark.clone()]).into_owned();
        let after = escape_terminal(&line[mark.end..]).into_owned();
        Self {
            number: position.line,
            start: before.len(),
            end: before.len() + marked.len(),
            text: before + &marked + &after,
        }
    }
}

/// Explains one code.
fn explain(name: &str, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let (catalog, output) = (session.catalog, &mut session.output);
    let Some(code) = FindingCode::find(name) else {
        let nearest = FindingCode::ALL
            .iter()
            .max_by(|one, other| likeness(**one, name).total_cmp(&likeness(**other, name)));
        let hint = nearest.map_or(String::new(), |code| {
            format!(", did you mean {} {}?", code.code(), code.as_str())
        });
        anyhow::bail!("there is no code {name}{hint} `psod-match kb lint --codes` lists them")
    };
    let examples = LintExamples::shipped();
    let example = examples.example(code);
    if output.format == Format::Json {
        output.json(&object(code, example, catalog))?;
    } else {
        output.text(&page(code, example, catalog))?;
    }
    Ok(Ending::Good)
}

/// How alike a code and a misspelled name are.
fn likeness(code: FindingCode, name: &str) -> f64 {
    strsim::jaro_winkler(code.code(), name).max(strsim::jaro_winkler(code.as_str(), name))
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

/// The meaning of a code, as Markdown that reads well on a terminal too.
fn page(code: FindingCode, example: Option<&Example>, catalog: &Catalog) -> String {
    let mut page = format!("### {} {}\n\n", code.code(), code.as_str());
    let [_, _, severity, problem] = row(code, catalog);
    page.push_str(&format!("{severity}: {problem}\n\n"));
    page.push_str(&format!("{}\n\n", text(code, "-why", "…", catalog)));
    let remedy = catalog.text("lint-remedy", &[]);
    page.push_str(&format!("{remedy}: {}\n", text(code, "-remedy", "…", catalog)));
    if let Some(example) = example {
        for (key, lines) in [("lint-bad", &example.bad), ("lint-good", &example.good)] {
            if !lines.is_empty() {
                let (label, block) = (catalog.text(key, &[]), code_block(lines));
                page.push_str(&format!("\n{label} (`{}`):\n\n{block}", example.path));
            }
        }
    }
    page
}

/// Lines of an example that a page shows.
const MAX_EXAMPLE_LINES: usize = 16;

/// The lines of an example as a block of code, with invisible characters escaped.
fn code_block(lines: &str) -> String {
    let escaped: Vec<_> = lines.lines().map(|line| escape_terminal(line)).collect();
    let mut block: String = escaped
        .iter()
        .take(MAX_EXAMPLE_LINES)
        .map(|line| format!("    {line}\n").replace("    \n", "\n"))
        .collect();
    if escaped.len() > MAX_EXAMPLE_LINES {
        block.push_str("    …\n");
    }
    block
}

/// Prints one row for each code; as Markdown, every code with its example: `docs/lint.md`.
fn list_codes(session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let (catalog, output) = (session.catalog, &mut session.output);
    let examples = LintExamples::shipped();
    match output.format {
        Format::Json => {
            for code in FindingCode::ALL {
                output.json(&object(*code, examples.example(*code), catalog))?;
            }
        }
        Format::Markdown => output.text(&document(&examples, catalog))?,
        Format::Text | Format::Html => {
            let rows = FindingCode::ALL.iter().map(|code| row(*code, catalog).to_vec());
            output.table(&["code", "name", "severity", "finding"], rows.collect())?;
        }
    }
    Ok(Ending::Good)
}

fn row(code: FindingCode, catalog: &Catalog) -> [String; 4] {
    let severity = catalog.text(&format!("lint-severity-{}", code.severity().as_str()), &[]);
    let problem = text(code, "", "…", catalog);
    [code.code().to_owned(), code.as_str().to_owned(), severity, problem]
}

fn codes_of(group: CodeGroup) -> impl Iterator<Item = &'static FindingCode> {
    FindingCode::ALL.iter().filter(move |code| code.group() == group)
}

/// `docs/lint.md`.
fn document(examples: &LintExamples, catalog: &Catalog) -> String {
    let mut document = format!("{}\n", catalog.text("lint-document", &[]));
    let mut groups: Vec<_> = FindingCode::ALL.iter().map(|code| code.group()).collect();
    groups.sort();
    groups.dedup();
    for group in &groups {
        let heading = catalog.text(&group.key(), &[]);
        document.push_str(&format!(
            "\n## {heading}\n\n| code | name | severity | finding |\n|---|---|---|---|\n"
        ));
        for code in codes_of(*group) {
            let [number, name, severity, problem] = row(*code, catalog);
            let anchor = format!("#{}-{name}", number.to_lowercase());
            let link = format!("[{number}]({anchor})");
            document.push_str(&format!("| {link} | `{name}` | {severity} | {problem} |\n"));
        }
    }
    for code in groups.iter().flat_map(|group| codes_of(*group)) {
        document.push_str(&format!("\n{}", page(*code, examples.example(*code), catalog)));
    }
    document
}
