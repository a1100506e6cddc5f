//! The known issues that come nearest to a crash, or to another issue: by frames side by side, and by
//! an article or a fix that both name.

use std::collections::{BTreeMap, BTreeSet};

use super::trial::frames_of;
use crate::crash::VMKERNEL;
use crate::diagnose::prepare;
use crate::error::Result;
use crate::kb::{Issue, KnowledgeBase};
use crate::matching::{Exclude, Match, Matcher};
use crate::read::{FoundCrash, crashes_in_text};
use crate::signature::CrashKeys;

/// A known issue that is near.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct NearIssue {
    /// Its id.
    pub issue: String,
    /// Its confidence for the crash, 0 to 1; 0 for one that only shares an article or a fix.
    pub confidence: f64,
    /// The crash text that it fits best, when an issue was asked about.
    pub crash: Option<String>,
    /// The frames that it looks for, each with the function of the crash that corresponds.
    pub rows: Vec<(String, Option<String>)>,
    /// What both name.
    pub shares: BTreeSet<Shared>,
}

/// Something that two issues name: they may be one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shared {
    /// The number of an article.
    Article(String),
    /// A release, or a version of a driver, with the fix of both.
    Fix(String),
}

/// The issues that come nearest to a crash, at most `most`, the nearest first.
///
/// # Errors
/// [`crate::error::Error::Store`] when the compiled knowledge base is damaged; so for both functions.
pub fn issues_near_crash(
    matcher: &Matcher,
    crash: FoundCrash,
    without: &str,
    most: usize,
) -> Result<Vec<NearIssue>> {
    let keys = prepare(crash, matcher).keys;
    let exclude = Exclude { issues: BTreeSet::from([without]), exemplar: None };
    let found = matcher.matches(&keys, &exclude)?.into_iter().take(most);
    let near = found.map(|found| NearIssue {
        confidence: found.confidence,
        rows: side_by_side(&found, &keys),
        issue: found.issue,
        ..NearIssue::default()
    });
    Ok(near.collect())
}

/// The frames that an issue looks for, each with the function of the crash that corresponds.
pub(super) fn side_by_side(found: &Match, keys: &CrashKeys) -> Vec<(String, Option<String>)> {
    frames_of(found, keys).into_iter().map(|frame| (frame.wanted, frame.found)).collect()
}

/// The issues that come nearest to an issue, by its crash texts, at most `most`; those that share an
/// article or a fix with it first.
pub fn issues_near_issue(
    kb: &KnowledgeBase,
    matcher: &Matcher,
    issue: &Issue,
    most: usize,
) -> Result<Vec<NearIssue>> {
    let mut near: BTreeMap<String, NearIssue> = BTreeMap::new();
    for exemplar in kb.exemplars_of(&issue.id) {
        for crash in crashes_in_text(&exemplar.text) {
            for mut found in issues_near_crash(matcher, crash, &issue.id, most)? {
                let known = near.entry(found.issue.clone()).or_default();
                if found.confidence > known.confidence {
                    found.crash = Some(exemplar.path.clone());
                    *known = found;
                }
            }
        }
    }
    for other in kb.issues.values().filter(|other| other.id != issue.id) {
        let shares = shared(issue, other, kb);
        if !shares.is_empty() {
            let known = near.entry(other.id.clone()).or_default();
            known.issue.clone_from(&other.id);
            known.shares = shares;
        }
    }
    let mut near: Vec<NearIssue> = near.into_values().filter(|one| !one.issue.is_empty()).collect();
    near.sort_by(|one, other| {
        let shares = other.shares.len().cmp(&one.shares.len());
        shares.then(other.confidence.total_cmp(&one.confidence))
    });
    near.truncate(most);
    Ok(near)
}

/// The articles and fixes that both issues name.
fn shared(one: &Issue, other: &Issue, kb: &KnowledgeBase) -> BTreeSet<Shared> {
    let articles = common(&articles_of(one), &articles_of(other)).into_iter();
    let mut shared: BTreeSet<Shared> = articles.map(Shared::Article).collect();
    let versions = common(&versions_of(one), &versions_of(other)).into_iter();
    shared.extend(versions.map(Shared::Fix));
    let releases = common(&releases_of(one), &releases_of(other));
    // A release fixes hundreds of issues: it says something only about those of one module.
    if !releases.is_empty() && have_common_module(one, other, kb) {
        shared.extend(releases.into_iter().map(Shared::Fix));
    }
    shared
}

fn common(one: &BTreeSet<String>, other: &BTreeSet<String>) -> Vec<String> {
    one.intersection(other).cloned().collect()
}

/// The numbers of its articles, the old ones too.
fn articles_of(issue: &Issue) -> BTreeSet<String> {
    let articles = issue.articles.iter();
    articles.flat_map(|article| article.legacy_id.iter().chain([&article.id])).cloned().collect()
}

/// The versions of drivers, firmware and plug-ins with the fix.
fn versions_of(issue: &Issue) -> BTreeSet<String> {
    let components = issue.fix.components.iter().filter(|one| !one.version.is_empty());
    components.map(|one| format!("{} {}", one.name, one.version)).collect()
}

/// The releases with the fix.
fn releases_of(issue: &Issue) -> BTreeSet<String> {
    issue.fix.builds.iter().map(|fix| fix.name.clone()).filter(|name| !name.is_empty()).collect()
}

/// True when a module other than the kernel takes part in both.
fn have_common_module(one: &Issue, other: &Issue, kb: &KnowledgeBase) -> bool {
    let [one, other] = [one, other].map(|issue| kb.subjects_of(&issue.id).modules);
    common(&one, &other).iter().any(|module| module != VMKERNEL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile;
    use crate::kb::KbSource;
    use crate::matching::Calibration;

    fn shipped() -> (KnowledgeBase, Matcher) {
        let sources = [KbSource::Shipped];
        let compiled = compile::open(&sources, None).expect("compiled");
        let matcher = Matcher::new(compiled, Calibration::SHIPPED, true).expect("a matcher");
        (KnowledgeBase::read(&sources).expect("the shipped kb"), matcher)
    }

    #[test]
    fn the_nearest_issue_of_a_crash_shows_its_frames_beside_those_of_the_crash() {
        let (kb, matcher) = shipped();
        let text = &kb.exemplars["crashes/KB318512-1.txt"].text;
        let crash = crashes_in_text(text).remove(0);
        let found = issues_near_crash(&matcher, crash, "", 3).expect("issues");
        assert_eq!(found[0].issue, "KB318512");
        let (wanted, printed) = &found[0].rows[0];
        assert!(wanted.starts_with("PFrame_IsBackedByLPage"), "{wanted}");
        assert_eq!(printed.as_deref(), Some("PFrame_IsBackedByLPage"));
    }

    #[test]
    fn an_issue_is_near_one_with_its_article_or_the_fix_of_its_driver() {
        let (mut kb, matcher) = shipped();
        let mut twin = Issue { id: "TEAM-0001".into(), ..kb.issues["KB370976"].clone() };
        twin.signatures.clear();
        twin.fix.builds.clear();
        kb.issues.insert(twin.id.clone(), twin.clone());
        let found = issues_near_issue(&kb, &matcher, &twin, 5).expect("issues");
        assert_eq!(found.len(), 1, "{found:#?}");
        let shares = [Shared::Article("370976".into()), Shared::Fix("i40en 2.4.1.0".into())];
        assert_eq!((found[0].issue.as_str(), &found[0].shares), ("KB370976", &shares.into()));
        let own = kb.issues["KB318512"].clone();
        let found = issues_near_issue(&kb, &matcher, &own, 5).expect("issues");
        assert!(found.iter().all(|near| near.issue != "KB318512"), "{found:#?}");
    }
}
