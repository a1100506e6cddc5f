//! The known issues that begin with the panic kind of a crash, where none of them is proven.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::diagnosis::rounded;
use super::knowledge::Knowledge;
use crate::crash::PanicKind;
use crate::error::Result;
use crate::matching::{EvidenceKind, Match};

/// Several known issues that begin with the panic kind of a crash. Their shares are only
/// comparable within one crash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Causes {
    /// The panic kind.
    pub panic_kind: PanicKind,
    /// Number of known issues whose signatures ask for it.
    pub known: u32,
    /// Those that are worth showing, in the order of the matches.
    pub shares: Vec<CauseShare>,
}

/// The share of one of several known issues.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CauseShare {
    /// Issue id.
    pub issue: String,
    /// Its share among the known issues with this panic kind, 0 to 1: its odds, divided by the sum
    /// of theirs.
    pub share: f64,
}

/// The known causes of a panic of this kind, of `found`, of which the first `shown` are worth
/// showing; `None` where it is not a symptom of several, or something else is worth showing.
pub(super) fn causes(
    kind: Option<PanicKind>,
    found: &[Match],
    shown: usize,
    knowledge: &Knowledge,
) -> Result<Option<Causes>> {
    let Some(panic_kind) = kind.filter(|kind| *kind != PanicKind::Other) else {
        return Ok(None);
    };
    let known = knowledge.issues_of_kind(panic_kind)?;
    let shares = shares(found, shown);
    let says_something = known > 1 && (shown == 0 || !shares.is_empty());
    Ok(says_something.then_some(Causes { panic_kind, known, shares }))
}

/// The shares of the first `shown`, of all that have the panic kind of the crash.
fn shares(found: &[Match], shown: usize) -> Vec<CauseShare> {
    let sum: f64 = found.iter().filter(|one| has_kind(one)).map(odds).sum();
    let shown = found.iter().take(shown).filter(|one| has_kind(one));
    shown
        .map(|one| CauseShare { issue: one.issue.clone(), share: rounded(odds(one) / sum, 4) })
        .collect()
}

fn has_kind(found: &Match) -> bool {
    let mut evidence = found.evidence.iter();
    evidence.any(|reason| reason.kind == EvidenceKind::PanicKind && reason.points > 0.0)
}

/// Of a confidence below that of a match, which is far from 1.
fn odds(found: &Match) -> f64 {
    found.confidence / (1.0 - found.confidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::{Diagnosis, diagnose, prepare};
    use crate::matching::Evidence;
    use crate::message::Sentence;
    use crate::read::crashes_in_text;

    fn found(issue: &str, confidence: f64, kind: EvidenceKind) -> Match {
        let detail = Sentence::new("evidence-kind", &[]);
        let evidence = vec![Evidence { kind, points: 0.7, detail }];
        Match { issue: issue.to_owned(), confidence, evidence, ..Match::default() }
    }

    #[test]
    fn a_share_is_of_all_that_have_the_kind_shown_or_not() {
        let kind = EvidenceKind::PanicKind;
        let found = [
            found("KB1", 0.75, EvidenceKind::Frames),
            found("KB2", 0.6, kind),
            found("KB3", 0.5, kind),
            found("KB4", 0.2, kind),
            found("KB5", 0.2, kind),
        ];
        let shares = shares(&found, 3);
        let shares: Vec<(&str, f64)> =
            shares.iter().map(|one| (one.issue.as_str(), one.share)).collect();
        assert_eq!(shares, [("KB2", 0.5), ("KB3", 0.3333)]);
    }

    fn diagnosis(text: &str) -> Diagnosis {
        let knowledge = Knowledge::shipped().expect("the shipped knowledge base");
        let found = crashes_in_text(text).remove(0);
        diagnose(&prepare(found, knowledge), knowledge).expect("a diagnosis")
    }

    #[test]
    fn a_kind_alone_has_several_known_causes() {
        let causes = diagnosis("@BlueScreen: PCPU 1: no heartbeat (2/2 IPIs received)\n").causes;
        assert!(causes.is_some_and(|causes| causes.known > 1 && causes.shares.is_empty()));
        let other = diagnosis("@BlueScreen: something that nobody has seen\n").causes;
        assert_eq!(other, None);
    }
}
