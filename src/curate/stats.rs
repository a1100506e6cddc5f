//! What a knowledge base holds, in numbers.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use time::Date;

use super::todo::{REVIEW_MONTHS, months_before};
use crate::kb::{Expectation, Issue, KnowledgeBase, Status, date_of};

/// The numbers of a knowledge base, or of the files of a team in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct KbStats {
    /// The issues, retired ones too.
    pub issues: usize,
    /// The issues of each status.
    pub by_status: BTreeMap<String, usize>,
    /// The issues that ask for each panic kind; one may ask for several.
    pub by_kind: BTreeMap<String, usize>,
    /// Issues whose signatures ask for no kind.
    pub without_kind: usize,
    /// The different articles that are cited.
    pub articles: usize,
    /// Issues that cite none.
    pub without_article: usize,
    /// Crash texts of issues.
    pub crash_texts: usize,
    /// Issues with one crash text or none.
    pub with_one_crash_text: usize,
    /// Near misses.
    pub near_misses: usize,
    /// Crash texts that nothing may match.
    pub unknown: usize,
    /// Reviews, and how old they are.
    pub reviews: ReviewStats,
    /// Issues that may match and that no recorded crash is a match of; absent without a ledger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub never_hit: Option<usize>,
}

/// The reviews of some issues.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ReviewStats {
    /// Reviewed issues.
    pub reviewed: usize,
    /// Those whose pattern was changed afterwards.
    pub changed_since: usize,
    /// Those that were reviewed more than 18 months ago.
    pub old: usize,
    /// The oldest day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest: Option<String>,
    /// The day of the one in the middle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median: Option<String>,
}

/// The numbers of the files of `kb` for whose paths `counts` holds, on a day. `is_hit` says whether a
/// recorded crash is a match of an issue.
pub fn stats(
    kb: &KnowledgeBase,
    counts: &dyn Fn(&str) -> bool,
    is_hit: Option<&dyn Fn(&str) -> bool>,
    today: Date,
) -> KbStats {
    let all = kb.issues.values().chain(kb.retired.values());
    let issues: Vec<&Issue> = all.filter(|issue| counts(&issue.path)).collect();
    let mut stats = KbStats { issues: issues.len(), ..KbStats::default() };
    let mut articles: Vec<&str> = Vec::new();
    for issue in &issues {
        *stats.by_status.entry(issue.status.as_str().to_owned()).or_default() += 1;
        let mut kinds: Vec<&String> =
            issue.signatures.iter().flat_map(|signature| &signature.kinds).collect();
        kinds.sort();
        kinds.dedup();
        stats.without_kind += usize::from(kinds.is_empty());
        for kind in kinds {
            *stats.by_kind.entry(kind.clone()).or_default() += 1;
        }
        articles.extend(issue.articles.iter().map(|article| article.id.as_str()));
        stats.without_article += usize::from(issue.articles.is_empty());
        let is_alive = issue.status != Status::Retired;
        let texts = kb.exemplars_of(&issue.id).take(2).count();
        stats.with_one_crash_text += usize::from(is_alive && texts < 2);
    }
    articles.sort_unstable();
    articles.dedup();
    stats.articles = articles.len();
    for exemplar in kb.exemplars.values().filter(|exemplar| counts(&exemplar.path)) {
        let place = match exemplar.expectation {
            Expectation::Issue(_) => &mut stats.crash_texts,
            Expectation::Not(_) => &mut stats.near_misses,
            Expectation::Nothing => &mut stats.unknown,
        };
        *place += 1;
    }
    stats.reviews = reviews(&issues, today);
    stats.never_hit = is_hit.map(|is_hit| {
        let matching = issues.iter().filter(|issue| issue.status.may_match(false));
        matching.filter(|issue| !is_hit(&issue.id)).count()
    });
    stats
}

fn reviews(issues: &[&Issue], today: Date) -> ReviewStats {
    let reviewed = issues.iter().filter(|issue| issue.status == Status::Reviewed);
    let mut days: Vec<Date> =
        reviewed.clone().filter_map(|issue| date_of(&issue.review.day)).collect();
    days.sort();
    let limit = months_before(today, REVIEW_MONTHS);
    let changed = reviewed.clone().filter(|issue| issue.review.pattern != issue.pattern_digest());
    ReviewStats {
        reviewed: reviewed.clone().count(),
        changed_since: changed.count(),
        old: days.iter().filter(|day| **day < limit).count(),
        oldest: days.first().map(Date::to_string),
        median: days.get(days.len() / 2).map(Date::to_string),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::{Exemplar, Review};

    fn kb() -> KnowledgeBase {
        let mut kb = KnowledgeBase::default();
        for (id, status, day) in [
            ("TEAM-0001", Status::Reviewed, "2024-01-01"),
            ("TEAM-0002", Status::Reviewed, "2026-11-01"),
            ("TEAM-0003", Status::Test, ""),
            ("KB1", Status::Test, ""),
        ] {
            let mut issue = Issue { id: id.into(), status, ..Issue::default() };
            issue.path = format!("issues/{id}.md");
            issue.review = Review { day: day.into(), ..Review::default() };
            if id == "TEAM-0002" {
                issue.review.pattern = issue.pattern_digest();
            }
            kb.issues.insert(id.into(), issue);
        }
        for (path, expect) in [
            ("crashes/TEAM-0001-1.txt", "TEAM-0001"),
            ("crashes/TEAM-0001-2.txt", "TEAM-0001"),
            ("near/x.txt", "not TEAM-0001"),
            ("unknown/y.txt", "none"),
        ] {
            let text = format!("EXPECT: {expect}\nSOURCE: us\n\nx\n");
            kb.exemplars.insert(path.into(), Exemplar::parse(path, &text).expect("an exemplar"));
        }
        kb
    }

    #[test]
    fn files_are_counted_by_what_they_are() {
        let today = date_of("2026-11-26").expect("a day");
        let own = stats(&kb(), &|path| !path.contains("KB1"), Some(&|id| id == "TEAM-0001"), today);
        assert_eq!((own.issues, own.crash_texts, own.near_misses, own.unknown), (3, 2, 1, 1));
        assert_eq!((own.with_one_crash_text, own.never_hit), (2, Some(2)));
        assert_eq!(own.by_status["reviewed"], 2);
        assert_eq!((own.reviews.old, own.reviews.changed_since), (1, 1));
        assert_eq!(own.reviews.oldest.as_deref(), Some("2024-01-01"));
        let all = stats(&kb(), &|_| true, None, today);
        assert_eq!((all.issues, all.never_hit), (4, None));
    }
}
