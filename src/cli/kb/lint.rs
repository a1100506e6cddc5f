//! `psod-match kb lint`: the rules over the files, then those that need the matcher.

use psod_match::kb::{Finding, KnowledgeBase, Severity, lint};
use psod_match::matching::{Calibration, evaluate, findings};
use psod_match::message::Catalog;

use super::super::args::{Common, Format};
use super::super::output::Output;
use super::super::{Status, compiled, matcher};

/// The rules over the files, then those that need the matcher.
pub fn run_lint(
    kb: &KnowledgeBase,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Status> {
    let mut found = lint(kb);
    let matcher = matcher(compiled(common)?, common)?;
    found.extend(findings(&evaluate(kb, &matcher)?, &Calibration::SHIPPED));
    let (advice, errors): (Vec<&Finding>, Vec<&Finding>) =
        found.iter().partition(|finding| finding.severity == Severity::Advice);
    let shown = if common.verbose { advice.as_slice() } else { &[] };
    for finding in errors.iter().chain(shown) {
        match output.format {
            Format::Json => output.json(finding)?,
            Format::Text | Format::Markdown | Format::Html => {
                output.text(&finding_text(finding))?
            }
        }
    }
    if output.format != Format::Json {
        let (issues, crashes) = (kb.issues.len().to_string(), kb.exemplars.len().to_string());
        let (advice, count) = (advice.len().to_string(), errors.len().to_string());
        let values = [
            ("issues", issues.as_str()),
            ("crashes", &crashes),
            ("advice", &advice),
            ("count", &count),
        ];
        output.text(&format!("{}\n", Catalog::english().text("lint-summary", &values)))?;
    }
    Ok(if errors.is_empty() { Status::Good } else { Status::NotFound })
}

fn finding_text(finding: &Finding) -> String {
    let catalog = Catalog::english();
    let code = finding.code.as_str();
    let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
    let values = [("detail", finding.detail.as_str())];
    let problem = catalog.text(&format!("lint-{code}"), &values);
    let remedy = catalog.text(&format!("lint-{code}-remedy"), &values);
    format!("{}{line}: {code}: {problem}\n    {remedy}\n", finding.path)
}
