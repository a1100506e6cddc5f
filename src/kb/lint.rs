//! The rules for kb files that need no matcher. Each rule collects findings;
//! none prints and none stops the others.

use std::collections::BTreeSet;

use super::finding::{Finding, FindingCode};
use super::issue::{FixBuild, Issue};
use super::knowledge_base::KnowledgeBase;
use super::pattern::Signature;
use crate::crash::PanicKind;
use crate::read::crashes_in_text;
use crate::signature::{FrameLists, function_name};
use crate::text::{Template, find_ignore_case};

/// Longest title, in characters: one line of a terminal with room for the confidence.
const TITLE_LENGTH: usize = 100;
/// Fewest fixed words of a template that does not hold anywhere.
const TEMPLATE_WORDS: usize = 2;

/// One rule about one issue.
type IssueRule = fn(&KnowledgeBase, &Issue, &mut Vec<Finding>);

const ISSUE_RULES: &[IssueRule] = &[
    identity,
    articles,
    sections,
    signatures,
    update_lines,
    fixes,
    related,
    crash_texts,
    japanese,
];

/// Every finding about the files of `kb`, in the order of the paths.
pub fn lint(kb: &KnowledgeBase) -> Vec<Finding> {
    let mut findings = kb.findings.clone();
    for issue in kb.issues.values() {
        for rule in ISSUE_RULES {
            rule(kb, issue, &mut findings);
        }
    }
    exemplars(kb, &mut findings);
    guidance(kb, &mut findings);
    findings.sort();
    findings
}

fn identity(_: &KnowledgeBase, issue: &Issue, findings: &mut Vec<Finding>) {
    let mut add = |code, detail: &str| findings.push(Finding::new(&issue.path, code, detail));
    if issue.path != format!("issues/{}.md", issue.id) {
        add(FindingCode::IdFile, &issue.id);
    }
    if !has_id_form(&issue.id) {
        add(FindingCode::IdForm, &issue.id);
    }
    let is_one_line = |title: &str| title.chars().count() <= TITLE_LENGTH && !title.contains('\n');
    if issue.title.trim().is_empty() || !is_one_line(&issue.title) {
        add(FindingCode::Title, &issue.title);
    }
    if !is_one_line(&issue.japanese.title) {
        add(FindingCode::Title, &issue.japanese.title);
    }
}

/// The texts that a reader meets first should be there in Japanese too.
fn japanese(_: &KnowledgeBase, issue: &Issue, findings: &mut Vec<Finding>) {
    let texts = [("title_ja", &issue.japanese.title), ("fix_ja", &issue.japanese.fix)];
    let missing: Vec<&str> =
        texts.iter().filter(|(_, text)| text.trim().is_empty()).map(|(key, _)| *key).collect();
    if !missing.is_empty() {
        findings.push(Finding::new(&issue.path, FindingCode::NoJapanese, missing.join(", ")));
    }
}

/// `KB<digits>`, `PSOD-<4 digits>`, `TEAM-<4 digits>`, `DRAFT-<anything>`.
fn has_id_form(id: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    let numbered =
        |prefix: &str| id.strip_prefix(prefix).is_some_and(|n| n.len() == 4 && digits(n));
    id.strip_prefix("KB").is_some_and(digits)
        || numbered("PSOD-")
        || numbered("TEAM-")
        || id.strip_prefix("DRAFT-").is_some_and(|rest| !rest.is_empty())
}

fn articles(_: &KnowledgeBase, issue: &Issue, findings: &mut Vec<Finding>) {
    let named = issue.id.starts_with("KB");
    let first = issue.articles.first().map(|article| format!("KB{}", article.id));
    if named && first.as_deref() != Some(&issue.id) {
        findings.push(Finding::new(&issue.path, FindingCode::NoArticle, first.unwrap_or_default()));
    }
    for article in &issue.articles {
        if !article.url.starts_with("https://") && !article.url.starts_with("http://") {
            findings.push(Finding::new(&issue.path, FindingCode::ArticleUrl, &article.url));
        }
    }
}

/// The sections of an issue in their order, and whether each is needed.
const SECTIONS: &[(&str, bool)] =
    &[("Cause", true), ("Fix", true), ("Workaround", false), ("Notes", false)];

fn sections(_: &KnowledgeBase, issue: &Issue, findings: &mut Vec<Finding>) {
    let position = |heading: &String| SECTIONS.iter().position(|(name, _)| name == heading);
    let mut last = None;
    for heading in &issue.headings {
        let place = position(heading);
        if place.is_none() || place <= last {
            findings.push(Finding::new(&issue.path, FindingCode::Section, heading));
        }
        last = place.or(last);
    }
    let texts = [&issue.cause, &issue.fix_text];
    for ((name, _), text) in SECTIONS.iter().filter(|(_, needed)| *needed).zip(texts) {
        if text.is_empty() {
            findings.push(Finding::new(&issue.path, FindingCode::Section, *name));
        }
    }
}

fn signatures(kb: &KnowledgeBase, issue: &Issue, findings: &mut Vec<Finding>) {
    if issue.signatures.is_empty() {
        findings.push(Finding::new(&issue.path, FindingCode::NoSignature, &issue.id));
    }
    let mut names = BTreeSet::new();
    for signature in &issue.signatures {
        if !names.insert(&signature.name) {
            findings.push(Finding::new(&issue.path, FindingCode::SignatureName, &signature.name));
        }
        for (code, detail) in signature_problems(signature, &kb.lists) {
            findings.push(Finding::new(&issue.path, code, detail));
        }
    }
}

fn signature_problems(signature: &Signature, lists: &FrameLists) -> Vec<(FindingCode, String)> {
    let mut problems = Vec::new();
    if !signature.recognises_something() {
        problems.push((FindingCode::EmptySignature, signature.name.clone()));
    }
    for kind in signature.kinds.iter().filter(|kind| PanicKind::from_name(kind).is_none()) {
        problems.push((FindingCode::PanicKind, kind.clone()));
    }
    for frame in signature.wanted_frames() {
        let function = frame.function.as_str();
        let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$');
        if function.is_empty() || !function.chars().all(name) || function_name(function) != function
        {
            problems.push((FindingCode::FrameForm, function.to_owned()));
        } else if lists.machinery.contains(function) {
            problems.push((FindingCode::MachineryFrame, function.to_owned()));
        }
    }
    for template in signature.messages.iter().chain(&signature.logs) {
        if Template::new(template).fixed_words().len() < TEMPLATE_WORDS {
            problems.push((FindingCode::ShortTemplate, template.clone()));
        }
    }
    problems
}

fn update_lines(kb: &KnowledgeBase, issue: &Issue, findings: &mut Vec<Finding>) {
    let builds = issue.affected.builds.iter().map(|builds| &builds.line);
    let fixes = issue.fix.builds.iter().map(|build| &build.line);
    for line in issue.affected.lines.iter().chain(builds).chain(fixes) {
        if !kb.releases.knows_line(line) {
            findings.push(Finding::new(&issue.path, FindingCode::UpdateLine, line));
        }
    }
}

fn fixes(kb: &KnowledgeBase, issue: &Issue, findings: &mut Vec<Finding>) {
    for FixBuild { line, build, name } in &issue.fix.builds {
        let listed = kb.releases.by_name(line, name).map(|entry| entry.build);
        match (listed, build) {
            (None, None) => findings.push(Finding::new(&issue.path, FindingCode::FixName, name)),
            (Some(listed), Some(build)) if listed != *build => {
                let detail = format!("{name}: {build}, releases.csv: {listed}");
                findings.push(Finding::new(&issue.path, FindingCode::FixBuild, detail));
            }
            _ => {}
        }
    }
}

fn related(kb: &KnowledgeBase, issue: &Issue, findings: &mut Vec<Finding>) {
    for id in issue.related.iter().filter(|id| !kb.issues.contains_key(*id)) {
        findings.push(Finding::new(&issue.path, FindingCode::Related, id));
    }
}

/// Every signature frame must be printed by a crash text of the issue, and every signature shown.
fn crash_texts(kb: &KnowledgeBase, issue: &Issue, findings: &mut Vec<Finding>) {
    let texts: Vec<&str> = kb.exemplars_of(&issue.id).map(|e| e.text.as_str()).collect();
    if texts.is_empty() {
        findings.push(Finding::new(&issue.path, FindingCode::NoCrash, &issue.id));
        return;
    }
    for signature in &issue.signatures {
        for function in signature.wanted_frames().map(|frame| &frame.function) {
            if !texts.iter().any(|text| text.contains(function)) {
                findings.push(Finding::new(&issue.path, FindingCode::FrameNotPrinted, function));
            }
        }
        if !texts.iter().any(|text| is_shown(signature, text)) {
            findings.push(Finding::new(
                &issue.path,
                FindingCode::SignatureNotShown,
                &signature.name,
            ));
        }
    }
}

/// True when `text` prints every frame of the signature, and one of its messages and log lines each.
fn is_shown(signature: &Signature, text: &str) -> bool {
    let any = |templates: &[String]| {
        let line = |template: &Template| text.lines().any(|line| template.is_in(line));
        templates.is_empty() || templates.iter().any(|source| line(&Template::new(source)))
    };
    signature.frames.iter().all(|frame| text.contains(&frame.function))
        && any(&signature.messages)
        && any(&signature.logs)
}

fn exemplars(kb: &KnowledgeBase, findings: &mut Vec<Finding>) {
    for exemplar in kb.exemplars.values() {
        let mut add =
            |code, detail: &str| findings.push(Finding::new(&exemplar.path, code, detail));
        if exemplar.source.is_empty() {
            add(FindingCode::CrashHeader, "SOURCE");
        }
        let (folder, name) = exemplar.path.split_once('/').unwrap_or_default();
        let named = match (folder, exemplar.issue()) {
            ("crashes", Some(id)) => name.starts_with(&format!("{id}-")),
            ("crashes", None) | (_, Some(_)) => false,
            _ => true,
        };
        if !named {
            add(FindingCode::CrashHeader, "EXPECT");
        }
        if let Some(id) = exemplar.issue().filter(|id| !kb.issues.contains_key(*id)) {
            add(FindingCode::CrashIssue, id);
        }
        if crashes_in_text(&exemplar.text).is_empty() {
            add(FindingCode::CrashEmpty, "");
        }
    }
}

fn guidance(kb: &KnowledgeBase, findings: &mut Vec<Finding>) {
    for guidance in kb.guidance.values() {
        let mut add =
            |code, detail: &str| findings.push(Finding::new(&guidance.path, code, detail));
        if guidance.path != format!("guidance/{}.md", guidance.id) {
            add(FindingCode::IdFile, &guidance.id);
        }
        if guidance.text.is_empty() {
            add(FindingCode::Section, "Advice");
        }
        if guidance.advice_ja.is_empty() {
            add(FindingCode::NoJapanese, "advice_ja");
        }
        for kind in guidance.kinds.iter().filter(|kind| PanicKind::from_name(kind).is_none()) {
            add(FindingCode::PanicKind, kind);
        }
        for article in
            guidance.articles.iter().filter(|a| find_ignore_case(&a.url, "http") != Some(0))
        {
            add(FindingCode::ArticleUrl, &article.url);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::KbSource;

    const GOOD: &str = "+++\nschema = 1\nid = \"KB1\"\ntitle = \"Page fault in foo\"\nstatus = \"test\"\n\
        title_ja = \"foo のページ違反\"\nfix_ja = \"更新します。\"\nauthor = \"a\"\ncreated = 2026-11-23\n[[articles]]\nid = \"1\"\nurl = \"https://example.org/1\"\n\
        [affected]\nlines = [\"7.0\"]\n[[fix.builds]]\nline = \"7.0.3\"\nname = \"7.0 Update 3l\"\nbuild = 21424296\n\
        [[signatures]]\nname = \"main\"\nkinds = [\"page-fault\"]\nframes = [\"foo_bar\"]\n+++\n\n\
        ## Cause\n\nA bug.\n\n## Fix\n\nUpdate.\n";
    const CRASH: &str = "EXPECT: KB1\nSOURCE: https://example.org/1\n\n\
        #PF Exception 14 in world 1:x IP 0x1 addr 0x2\n[0x1]foo_bar@vmkernel#nover+0x1\n";
    const RELEASES: &str =
        "line,name,build,date,branch,vendor_name\n7.0.3,7.0 Update 3l,21424296,,,x\n";

    /// Checks the findings after replacing `from` by `to` in the good issue.
    #[track_caller]
    fn check(from: &str, to: &str, expected: &[(&str, &str)]) {
        assert!(GOOD.contains(from), "{from}");
        let directory = tempfile::tempdir().expect("a directory");
        let write = |path: &str, text: &str| {
            let path = directory.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("create");
            std::fs::write(path, text).expect("write");
        };
        write("issues/KB1.md", &GOOD.replace(from, to));
        write("crashes/KB1-1.txt", CRASH);
        write("releases.csv", RELEASES);
        write("frames/machinery.txt", "Panic\n");
        let sources = [KbSource::Directory(directory.path().to_path_buf())];
        let kb = KnowledgeBase::read(&sources).expect("a kb");
        let found = lint(&kb);
        let found: Vec<(&str, &str)> =
            found.iter().map(|finding| (finding.code.as_str(), finding.detail.as_str())).collect();
        assert_eq!(found, expected, "{from} -> {to}");
    }

    #[test]
    fn a_good_issue_has_no_findings() {
        check("KB1", "KB1", &[]);
    }

    #[test]
    fn every_rule_finds_its_fault() {
        check("title = \"Page fault in foo\"", "title = \"\"", &[("title", "")]);
        check("url = \"https://example.org/1\"", "url = \"www\"", &[("article-url", "www")]);
        check("[[articles]]\nid = \"1\"", "[[articles]]\nid = \"2\"", &[("no-article", "KB2")]);
        check("title_ja = \"foo のページ違反\"", "", &[("no-japanese", "title_ja")]);
        check("foo のページ違反", "一行\\n二行", &[("title", "一行\n二行")]);
        check("## Cause\n\nA bug.", "## Cause\n", &[("section", "Cause")]);
        check("## Fix", "## Remedy", &[("section", "Fix"), ("section", "Remedy")]);
        check("kinds = [\"page-fault\"]", "kinds = [\"pf\"]", &[("panic-kind", "pf")]);
        check("lines = [\"7.0\"]", "lines = [\"7.9\"]", &[("update-line", "7.9")]);
        check(
            "build = 21424296",
            "build = 5",
            &[("fix-build", "7.0 Update 3l: 5, releases.csv: 21424296")],
        );
        check("7.0 Update 3l\"\nbuild = 21424296", "7.0 U3x\"", &[("fix-name", "7.0 U3x")]);
        check("7.0 Update 3l\"\nbuild = 21424296", "7.0 U3l\"", &[]);
        check(
            "frames = [\"foo_bar\"]",
            "frames = [\"Panic\"]",
            &[
                ("machinery-frame", "Panic"),
                ("frame-not-printed", "Panic"),
                ("signature-not-shown", "main"),
            ],
        );
        check(
            "frames = [\"foo_bar\"]",
            "frames = [\"foo_bar+0x1\"]",
            &[
                ("frame-form", "foo_bar+0x1"),
                ("frame-not-printed", "foo_bar+0x1"),
                ("signature-not-shown", "main"),
            ],
        );
        check("frames = [\"foo_bar\"]", "messages = [\"* {n}\"]", &[("short-template", "* {n}")]);
        check("frames = [\"foo_bar\"]", "", &[("empty-signature", "main")]);
        check("status = \"test\"", "status = \"test\"\nrelated = [\"KB9\"]", &[("related", "KB9")]);
        check(
            "id = \"KB1\"",
            "id = \"KX1\"",
            &[("crash-issue", "KB1"), ("id-file", "KX1"), ("id-form", "KX1"), ("no-crash", "KX1")],
        );
    }
}
