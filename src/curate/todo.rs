//! What a curator could do next: unmatched clusters, fixes that did not help, issues that nothing hits,
//! reviews of long ago, and articles that recorded crashes name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use time::Date;

use crate::diagnose::Leads;
use crate::kb::{Issue, KnowledgeBase, Status, date_of};
use crate::ledger::Reopening;
use crate::triage::{Cluster, ClusterTitle, ClusteredCrash, Clustering, Regression};

/// Months after which a review is to be done again.
pub const REVIEW_MONTHS: i32 = 18;

/// Something that a curator could do.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Todo {
    /// A cluster that is no known issue.
    Unmatched(UnmatchedCluster),
    /// A crash on a build with the fix has opened a cluster again.
    Reopened(Reopening),
    /// The same of crashes whose cluster has no name.
    Regressed(Regression),
    /// An issue that no recorded crash is a match of.
    NeverHit(String),
    /// An issue whose review is old.
    OldReview {
        /// The issue.
        issue: String,
        /// The day of the review.
        day: String,
    },
    /// An article that unmatched crashes name.
    Lead {
        /// Its number.
        number: String,
        /// Number of the crashes.
        crashes: usize,
    },
}

/// A cluster that is no known issue.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UnmatchedCluster {
    /// Its number in the ledger; absent for crashes that are not comparable.
    pub number: Option<i64>,
    /// What it is called.
    pub title: ClusterTitle,
    /// Number of its crashes.
    pub crashes: usize,
    /// Number of its known hosts.
    pub hosts: usize,
    /// The last day on which one was seen or recorded.
    pub last: String,
    /// The recorded crash that is most like all others.
    pub middle: String,
}

impl UnmatchedCluster {
    /// Hosts × crashes: a crash on many hosts comes before many on one.
    fn weight(&self) -> usize {
        self.hosts.max(1) * self.crashes
    }
}

/// The recorded crashes of a ledger, dealt into clusters.
#[derive(Clone, Copy)]
pub struct RecordedClusters<'a> {
    /// The clusters.
    pub found: &'a Clustering,
    /// The numbers of those that have fingerprints, in their order.
    pub numbers: &'a [i64],
    /// The fixes that did not help.
    pub reopenings: &'a [Reopening],
    /// The same of each cluster, as they are found now.
    pub regressions: &'a [Vec<Regression>],
    /// The day of each crash, seen or recorded, by its place.
    pub days: &'a HashMap<String, String>,
}

/// Everything that there is to do, the kinds in their order and each kind the weightiest first: about
/// the recorded crashes, those since the day `since` where one is given, and about the issues for which
/// `is_own` holds.
pub fn todos(
    kb: &KnowledgeBase,
    is_own: &dyn Fn(&Issue) -> bool,
    recorded: Option<RecordedClusters<'_>>,
    since: Option<Date>,
    today: Date,
) -> Vec<Todo> {
    let mut todos = Vec::new();
    let since = since.map(|day| day.to_string()).unwrap_or_default();
    if let Some(recorded) = recorded {
        todos.extend(unmatched(recorded, &since));
        todos.extend(fixes_that_did_not_help(recorded, &since));
        todos.extend(never_hit(kb, is_own, recorded.found));
    }
    todos.extend(old_reviews(kb, is_own, today));
    if let Some(recorded) = recorded {
        todos.extend(leads(kb, recorded, &since));
    }
    todos
}

/// Each cluster with its number, where it has one.
fn numbered(recorded: RecordedClusters<'_>) -> Vec<(&Cluster, Option<i64>)> {
    let mut numbers = recorded.numbers.iter();
    let clusters = recorded.found.clusters.iter();
    clusters
        .map(|cluster| {
            let has_number = !cluster.fingerprints.is_empty();
            (cluster, if has_number { numbers.next().copied() } else { None })
        })
        .collect()
}

fn day_of<'a>(recorded: RecordedClusters<'a>, crash: &ClusteredCrash) -> &'a str {
    recorded.days.get(&crash.place).map_or("", String::as_str)
}

fn unmatched(recorded: RecordedClusters<'_>, since: &str) -> Vec<Todo> {
    let crashes = &recorded.found.crashes;
    let unknown = numbered(recorded)
        .into_iter()
        .filter(|(cluster, _)| !matches!(cluster.title, ClusterTitle::Known(_)));
    let found = unknown.filter_map(|(cluster, number)| {
        let days = cluster.crashes.iter().map(|place| day_of(recorded, &crashes[*place]));
        let last = days.max().filter(|last| *last >= since)?;
        Some(UnmatchedCluster {
            number,
            title: cluster.title.clone(),
            crashes: cluster.crashes.len(),
            hosts: cluster.hosts.len(),
            last: last.to_owned(),
            middle: crashes[cluster.medoid].place.clone(),
        })
    });
    let mut found: Vec<UnmatchedCluster> = found.collect();
    // A stable sort: of equal ones the largest cluster is first, as in the list of clusters.
    found.sort_by_key(|cluster| std::cmp::Reverse(cluster.weight()));
    found.into_iter().map(Todo::Unmatched).collect()
}

fn fixes_that_did_not_help(recorded: RecordedClusters<'_>, since: &str) -> Vec<Todo> {
    let reopened = recorded.reopenings.iter();
    let reopened = reopened.filter(|one| is_late(recorded, &one.crash.to_string(), since));
    let mut todos: Vec<Todo> = reopened.cloned().map(Todo::Reopened).collect();
    let without_number = numbered(recorded).into_iter().zip(recorded.regressions);
    let without_number = without_number.filter(|((_, number), _)| number.is_none());
    let regressed = without_number.flat_map(|(_, regressions)| regressions);
    let regressed = regressed.filter(|one| is_late(recorded, &one.crash, since));
    todos.extend(regressed.cloned().map(Todo::Regressed));
    todos
}

/// True for a crash that was seen since then, and for one without a day.
fn is_late(recorded: RecordedClusters<'_>, crash: &str, since: &str) -> bool {
    recorded.days.get(crash).is_none_or(|day| day.as_str() >= since)
}

fn never_hit(kb: &KnowledgeBase, is_own: &dyn Fn(&Issue) -> bool, found: &Clustering) -> Vec<Todo> {
    let known = found.crashes.iter().filter_map(|crash| crash.known.as_ref());
    let hit: BTreeSet<&str> = known.map(|known| known.issue.as_str()).collect();
    let issues = kb.issues.values().filter(|issue| issue.status.may_match(false) && is_own(issue));
    let never = issues.filter(|issue| !hit.contains(issue.id.as_str()));
    never.map(|issue| Todo::NeverHit(issue.id.clone())).collect()
}

fn old_reviews(kb: &KnowledgeBase, is_own: &dyn Fn(&Issue) -> bool, today: Date) -> Vec<Todo> {
    let limit = months_before(today, REVIEW_MONTHS);
    let reviewed = kb.issues.values().filter(|issue| issue.status == Status::Reviewed);
    let old = reviewed.filter(|issue| is_own(issue)).filter_map(|issue| {
        let day = date_of(&issue.review.day).filter(|day| *day < limit)?;
        Some((day, issue.id.clone()))
    });
    let mut old: Vec<(Date, String)> = old.collect();
    old.sort();
    old.into_iter().map(|(day, issue)| Todo::OldReview { issue, day: day.to_string() }).collect()
}

/// The same day some months before, or the last one of that month.
pub(super) fn months_before(day: Date, months: i32) -> Date {
    const YEAR: i32 = 12;
    let count = day.year() * YEAR + i32::from(u8::from(day.month())) - 1 - months;
    let month = u8::try_from(count.rem_euclid(YEAR) + 1).ok();
    let month = month.and_then(|month| time::Month::try_from(month).ok()).unwrap_or(day.month());
    let year = count.div_euclid(YEAR);
    let last = month.length(year);
    Date::from_calendar_date(year, month, day.day().min(last)).unwrap_or(day)
}

/// The leads that crashes name which are no known issue, those of the most crashes first.
fn leads(kb: &KnowledgeBase, recorded: RecordedClusters<'_>, since: &str) -> Vec<Todo> {
    let leads = Leads::new(kb.leads.values().map(|lead| lead.names.clone()).collect());
    let numbers: Vec<&str> = kb.leads.values().map(|lead| lead.number.as_str()).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let unknown = recorded.found.crashes.iter().filter(|crash| crash.known.is_none());
    for crash in unknown.filter(|crash| day_of(recorded, crash) >= since) {
        let story = crash.frames.iter().map(|frame| frame.function.as_str());
        for place in leads.places(&crash.message.to_ascii_lowercase(), story) {
            *counts.entry(numbers[place]).or_default() += 1;
        }
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, crashes)| std::cmp::Reverse(*crashes));
    let leads = counts.into_iter();
    leads.map(|(number, crashes)| Todo::Lead { number: number.to_owned(), crashes }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::{Lead, LeadName, Review};
    use crate::matching::Weights;
    use crate::triage::{CUT, Constraints, Known, cluster};

    /// A crash of these functions on a host, of an issue where one is given.
    fn crash(place: &str, functions: &str, host: &str, issue: Option<&str>) -> ClusteredCrash {
        let text =
            functions.split_whitespace().fold("@BlueScreen: Oops\n".to_owned(), |text, name| {
                format!("{text}[0x42]{name}@vmkernel#nover+0x1 stack: 0x0\n")
            });
        let found = crate::read::crashes_in_text(&text).remove(0);
        let knowledge = crate::diagnose::Knowledge::shipped().expect("the shipped knowledge");
        let subject = crate::diagnose::prepare(found, knowledge);
        let answer = crate::diagnose::diagnose(&subject, knowledge).expect("an answer");
        let weights = Weights::default();
        let crash = ClusteredCrash::new(place.to_owned(), &subject, &answer, &weights);
        let known = issue.map(|issue| Known {
            issue: issue.to_owned(),
            title: String::new(),
            title_ja: String::new(),
        });
        ClusteredCrash { host: Some(host.to_owned()), known, ..crash }
    }

    fn day(text: &str) -> Date {
        date_of(text).expect("a day")
    }

    fn kb() -> KnowledgeBase {
        let mut kb = KnowledgeBase::default();
        for (id, status, reviewed) in [
            ("TEAM-0001", Status::Test, ""),
            ("TEAM-0002", Status::Reviewed, "2025-05-25"),
            ("TEAM-0003", Status::Reviewed, "2025-05-26"),
            ("TEAM-0004", Status::Draft, ""),
            ("KB1", Status::Test, ""),
        ] {
            let review = Review { day: reviewed.to_owned(), ..Review::default() };
            let issue = Issue { id: id.to_owned(), status, review, ..Issue::default() };
            kb.issues.insert(id.to_owned(), issue);
        }
        let lead = Lead {
            number: "77".into(),
            names: vec![LeadName::Function("Delta".into()), LeadName::Message("oOPS".into())],
            lines: Vec::new(),
            fixed: String::new(),
            title: String::new(),
            title_ja: String::new(),
            source: String::new(),
        };
        kb.leads.insert("77".into(), lead);
        kb
    }

    /// Checks what there is to do about five recorded crashes, in short.
    #[track_caller]
    fn check(since: Option<&str>, expected: &[&str]) {
        let crashes = vec![
            crash("1", "Alpha Beta Gamma", "a", None),
            crash("2", "Alpha Beta Gamma", "a", None),
            crash("3", "Alpha Beta Gamma", "a", None),
            crash("4", "Delta Epsilon Zeta", "b", None),
            crash("5", "Delta Epsilon Zeta", "c", None),
            crash("6", "Eta Theta Iota", "c", Some("TEAM-0003")),
        ];
        let found = cluster(crashes, &Constraints::default(), CUT);
        let days = (1..=6).map(|number| (number.to_string(), format!("2026-11-0{number}")));
        let reopening =
            Reopening { cluster: 3, issue: "TEAM-0003".into(), crash: 6, ..Reopening::default() };
        let recorded = RecordedClusters {
            found: &found,
            numbers: &[1, 2, 3],
            reopenings: &[reopening],
            regressions: &[Vec::new(), Vec::new(), Vec::new()],
            days: &days.collect(),
        };
        let (since, today) = (since.map(day), day("2026-11-26"));
        let todos =
            todos(&kb(), &|issue| issue.id.starts_with("TEAM"), Some(recorded), since, today);
        assert_eq!(todos.iter().map(short).collect::<Vec<_>>(), expected);
    }

    fn short(todo: &Todo) -> String {
        match todo {
            Todo::Unmatched(one) => format!("C-{:?} {}×{}", one.number, one.hosts, one.crashes),
            Todo::Reopened(one) => format!("reopened {}", one.issue),
            Todo::Regressed(one) => format!("regressed {}", one.issue),
            Todo::NeverHit(issue) => format!("never {issue}"),
            Todo::OldReview { issue, day } => format!("old {issue} {day}"),
            Todo::Lead { number, crashes } => format!("lead {number} {crashes}"),
        }
    }

    #[test]
    fn the_weightiest_comes_first_and_only_own_issues_are_named() {
        let rest = ["reopened TEAM-0003", "never TEAM-0001", "never TEAM-0002"];
        let old = "old TEAM-0002 2025-05-25";
        let [reopened, one, two] = rest;
        check(None, &["C-Some(2) 2×2", "C-Some(1) 1×3", reopened, one, two, old, "lead 77 5"]);
        check(Some("2026-11-04"), &["C-Some(2) 2×2", reopened, one, two, old, "lead 77 2"]);
        check(Some("2026-11-07"), &[one, two, old]);
    }

    #[test]
    fn months_end_on_their_last_day() {
        assert_eq!(months_before(day("2026-11-26"), 18), day("2025-05-26"));
        assert_eq!(months_before(day("2026-08-31"), 18), day("2025-02-28"));
        assert_eq!(months_before(day("2026-01-31"), 1), day("2025-12-31"));
    }
}
