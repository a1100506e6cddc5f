//! Fixes that did not help: a crash of a known issue on a build that has its fix.

use std::collections::BTreeMap;

use super::cluster::{Cluster, ClusterTitle, Clustering};
use crate::crash::Release;
use crate::diagnose::Knowledge;
use crate::error::Result;
use crate::matching::{Applies, FixedRelease, HostRelease, applicability};
use crate::store::KnownIssue;

/// A crash of an issue on a build that has the fix; the first one of each fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regression {
    /// The issue.
    pub issue: String,
    /// The update line of the crash.
    pub line: String,
    /// The first release of this line with the fix, by name.
    pub fix: String,
    /// The place of the crash.
    pub crash: String,
    /// Its build.
    pub build: u32,
}

/// The fixes that did not help, of each cluster that is a known issue, in the order of the clusters and
/// of their crashes. Only the build decides: which drivers are installed differs from crash to crash.
///
/// # Errors
/// [`crate::error::Error::Store`] when the knowledge base cannot be read.
pub fn regressions(found: &Clustering, knowledge: &Knowledge) -> Result<Vec<Vec<Regression>>> {
    let clusters = found.clusters.iter();
    clusters.map(|cluster| regressions_of(cluster, found, knowledge)).collect()
}

fn regressions_of(
    cluster: &Cluster,
    found: &Clustering,
    knowledge: &Knowledge,
) -> Result<Vec<Regression>> {
    let ClusterTitle::Known(known) = &cluster.title else { return Ok(Vec::new()) };
    let Some(issue) = knowledge.issue(&known.issue)? else { return Ok(Vec::new()) };
    let mut fixes: BTreeMap<(Option<&str>, u32), Option<FixedRelease>> = BTreeMap::new();
    let mut regressions: Vec<Regression> = Vec::new();
    for place in &cluster.crashes {
        let crash = &found.crashes[*place];
        // On a build with the fix an answer is less sure, and often no match: the backtrace, which
        // brought the crash here, counts. What is said to be something else says nothing.
        if !crash.may_be(known) {
            continue;
        }
        let Some(build) = crash.build else { continue };
        let line = crash.line.as_deref();
        let fix =
            fixes.entry((line, build)).or_insert_with(|| fix_in(&issue, line, build, knowledge));
        let Some(fix) = fix else { continue };
        if regressions.iter().all(|one| (&one.line, &one.fix) != (&fix.line, &fix.name)) {
            regressions.push(Regression {
                issue: known.issue.clone(),
                line: fix.line.clone(),
                fix: fix.name.clone(),
                crash: crash.place.clone(),
                build,
            });
        }
    }
    Ok(regressions)
}

/// The first release of the line with the fix, when the build has that.
fn fix_in(
    issue: &KnownIssue,
    line: Option<&str>,
    build: u32,
    knowledge: &Knowledge,
) -> Option<FixedRelease> {
    let releases = knowledge.matcher().releases();
    let version = line.map(str::to_owned);
    let release = Release { version, build: Some(build), ..Release::default() };
    let host = HostRelease::new(Some(&release), releases);
    let answer = applicability(&issue.issue, &host, &[], releases);
    answer.own_line.filter(|_| answer.applies == Applies::Fixed)
}
