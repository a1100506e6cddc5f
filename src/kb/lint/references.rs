//! Rules about articles and other issues.

use std::collections::{BTreeMap, BTreeSet};

use super::Rules;
use crate::kb::finding::{Finding, FindingCode};
use crate::kb::issue::{Article, Issue};

pub(super) fn articles(rules: &Rules<'_>, issue: &Issue, findings: &mut Vec<Finding>) {
    let named = issue.id.starts_with("KB");
    let first = issue.articles.first().map(|article| format!("KB{}", article.id));
    if named && first.as_deref() != Some(&issue.id) {
        let finding = Finding::new(&issue.path, FindingCode::NoArticle, first.unwrap_or_default());
        findings.push(finding.value("articles[0].id"));
    }
    for (index, article) in issue.articles.iter().enumerate() {
        let key = format!("articles[{index}]");
        let mut add = |code, key: String, detail: String| {
            findings.push(Finding::new(&issue.path, code, detail).value(key));
        };
        if !article.url.starts_with("https://") && !article.url.starts_with("http://") {
            add(FindingCode::ArticleUrl, format!("{key}.url"), article.url.clone());
        } else if let Some(number) = number_of(&article.url).filter(|n| !is_number(article, n)) {
            let detail = format!("{number}, {}", article.id);
            add(FindingCode::ArticleNumber, format!("{key}.url"), detail);
        }
        if let Some(new) = new_number(rules, &article.id) {
            add(FindingCode::OldArticle, format!("{key}.id"), format!("{} → {new}", article.id));
        }
    }
}

/// The number of an article in its address.
fn number_of(url: &str) -> Option<&str> {
    let marks = ["/article/", "articleNumber=", "legacyId=", "externalId="];
    let rest = marks.iter().find_map(|mark| url.split_once(mark).map(|(_, rest)| rest))?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

fn is_number(article: &Article, number: &str) -> bool {
    article.id == number || article.legacy_id.as_deref() == Some(number)
}

/// The number that some article of the knowledge base has now and that was `old` before.
fn new_number<'a>(rules: &'a Rules<'_>, old: &str) -> Option<&'a str> {
    let issues = rules.kb.issues.values().flat_map(|issue| &issue.articles);
    let guidance = rules.kb.guidance.values().flat_map(|guidance| &guidance.articles);
    let is_new =
        |article: &&Article| article.legacy_id.as_deref() == Some(old) && article.id != old;
    issues.chain(guidance).find(is_new).map(|article| article.id.as_str())
}

pub(super) fn related(rules: &Rules<'_>, issue: &Issue, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::from([issue.id.as_str()]);
    for (index, id) in issue.related.iter().enumerate() {
        let is_known = rules.kb.issues.contains_key(id) || rules.unread.contains(id);
        let code = match (is_known, seen.insert(id)) {
            (_, false) => FindingCode::RelatedTwice,
            (false, _) => FindingCode::Related,
            (true, _) => continue,
        };
        findings.push(Finding::new(&issue.path, code, id).value(format!("related[{index}]")));
    }
}

/// Two issues of one article are either one issue, or related.
pub(super) fn shared_articles(rules: &Rules<'_>, findings: &mut Vec<Finding>) {
    let mut citing: BTreeMap<&str, Vec<&Issue>> = BTreeMap::new();
    for issue in rules.kb.issues.values() {
        for (index, article) in issue.articles.iter().enumerate() {
            let others = citing.entry(&article.id).or_default();
            let related = rules.kb.related_to(&issue.id);
            let stranger = others
                .iter()
                .find(|other| other.id != issue.id && !related.contains(other.id.as_str()));
            if let Some(other) = stranger {
                let detail = format!("{}, {}", article.id, other.id);
                let finding = Finding::new(&issue.path, FindingCode::SharedArticle, detail);
                findings.push(finding.value(format!("articles[{index}].id")));
            }
            others.push(issue);
        }
    }
}
