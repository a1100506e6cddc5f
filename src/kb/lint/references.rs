//! Rules about articles and other issues.

use std::collections::{BTreeMap, BTreeSet};

use super::patterns::keyed_items;
use super::{FileFindings, IssueCheck, LintSubject};
use crate::kb::finding::{Finding, FindingCode};
use crate::kb::issue::{Article, Issue};
use crate::kb::knowledge_base::KnowledgeBase;

pub(super) fn check_articles(IssueCheck { subject, issue, findings }: &mut IssueCheck<'_>) {
    let is_named_after_article = issue.id.starts_with("KB");
    let first = issue.articles.first().map(|article| format!("KB{}", article.id));
    if is_named_after_article && first.as_deref() != Some(&issue.id) {
        let detail = first.unwrap_or_default();
        findings.add_value(FindingCode::NoArticle, "articles[0].id", detail);
    }
    for (key, article) in keyed_items("articles", &issue.articles) {
        if !article.url.starts_with("https://") && !article.url.starts_with("http://") {
            findings.add_value(FindingCode::ArticleUrl, format!("{key}.url"), &article.url);
        } else if let Some(number) = number_in(&article.url).filter(|n| !has_number(article, n)) {
            let detail = format!("{number}, {}", article.id);
            findings.add_value(FindingCode::ArticleNumber, format!("{key}.url"), detail);
        }
        if let Some(new) = subject.renumbered.get(article.id.as_str()) {
            let detail = format!("{} → {new}", article.id);
            findings.add_value(FindingCode::OldArticle, format!("{key}.id"), detail);
        }
    }
}

/// The number of an article in its address.
fn number_in(url: &str) -> Option<&str> {
    let marks = ["/article/", "articleNumber=", "legacyId=", "externalId="];
    let rest = marks.iter().find_map(|mark| url.split_once(mark).map(|(_, rest)| rest))?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

fn has_number(article: &Article, number: &str) -> bool {
    article.id == number || article.legacy_id.as_deref() == Some(number)
}

/// The numbers that articles of the knowledge base had before, with those that they have now.
pub(super) fn renumbered_articles(kb: &KnowledgeBase) -> BTreeMap<&str, &str> {
    let issues = kb.issues.values().flat_map(|issue| &issue.articles);
    let guidance = kb.guidance.values().flat_map(|guidance| &guidance.articles);
    let mut renumbered = BTreeMap::new();
    for article in issues.chain(guidance) {
        if let Some(old) = article.legacy_id.as_deref().filter(|old| *old != article.id) {
            renumbered.entry(old).or_insert(article.id.as_str());
        }
    }
    renumbered
}

pub(super) fn check_related(IssueCheck { subject, issue, findings }: &mut IssueCheck<'_>) {
    let mut seen = BTreeSet::from([issue.id.as_str()]);
    for (key, id) in keyed_items("related", &issue.related) {
        if !seen.insert(id) {
            findings.add_value(FindingCode::RelatedTwice, key, id);
        } else if !subject.has_issue_file(id) {
            findings.add_value(FindingCode::Related, key, id);
        }
    }
}

/// Finds issues that cite one article: they are one issue, or related.
pub(super) fn check_shared_articles(subject: &LintSubject<'_>, findings: &mut Vec<Finding>) {
    let mut citing: BTreeMap<&str, Vec<&Issue>> = BTreeMap::new();
    for issue in subject.kb.issues.values() {
        let mut findings = FileFindings::new(&issue.path, findings);
        for (key, article) in keyed_items("articles", &issue.articles) {
            let others = citing.entry(&article.id).or_default();
            let stranger = others
                .iter()
                .find(|other| other.id != issue.id && !subject.are_related(&issue.id, &other.id));
            if let Some(other) = stranger {
                let detail = format!("{}, {}", article.id, other.id);
                findings.add_value(FindingCode::SharedArticle, format!("{key}.id"), detail);
            }
            others.push(issue);
        }
    }
}
