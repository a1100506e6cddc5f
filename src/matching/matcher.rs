//! Candidates out of the index, scored against the crash, best first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::align::{Step, Weights};
use super::calibrate::Calibration;
use super::score::{Evidence, Score, score};
use crate::compile::Compiled;
use crate::error::Result;
use crate::index::{CrashTerms, Index};
use crate::kb::{Releases, Status};
use crate::signature::{CrashKeys, FrameLists};
use crate::store::{Store, StoredExemplar, StoredSignature};

/// One known issue that a crash may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// Issue id.
    pub issue: String,
    /// The signature that fits best.
    pub signature: String,
    /// 0 to 1.
    pub confidence: f64,
    /// The reasons, the weightiest first.
    pub evidence: Vec<Evidence>,
    /// The frames that correspond.
    pub alignment: Vec<Step>,
}

/// What a measurement leaves out.
#[derive(Clone, Debug, Default)]
pub struct Exclude<'a> {
    /// Issues.
    pub issues: BTreeSet<&'a str>,
    /// Path of an exemplar.
    pub exemplar: Option<&'a str>,
}

/// What an issue looks like to the matcher.
#[derive(Debug)]
struct Face {
    signatures: Vec<StoredSignature>,
    exemplars: Vec<StoredExemplar>,
}

/// Matches crashes against one compiled knowledge base; may be shared between threads.
pub struct Matcher {
    store: Mutex<Store>,
    index: Index,
    lists: FrameLists,
    releases: Releases,
    weights: Weights,
    calibration: Calibration,
    statuses: BTreeMap<String, Status>,
    drafts: bool,
    faces: Mutex<BTreeMap<String, Arc<Face>>>,
}

impl Matcher {
    /// A matcher over `compiled`; issues that are drafts match only with `drafts`.
    ///
    /// # Errors
    /// [`crate::error::Error::Store`] when the store is damaged; so for every method here.
    pub fn new(compiled: Compiled, calibration: Calibration, drafts: bool) -> Result<Self> {
        let store = compiled.store;
        let lists = store.frame_lists()?;
        let weights = Weights::new(store.rarity()?, lists.shared.clone());
        let releases = store.releases()?;
        let statuses = store.issue_ids()?.into_iter().collect();
        Ok(Self {
            store: Mutex::new(store),
            index: compiled.index,
            lists,
            releases,
            weights,
            calibration,
            statuses,
            drafts,
            faces: Mutex::default(),
        })
    }

    /// The frame lists of the knowledge base.
    pub fn lists(&self) -> &FrameLists {
        &self.lists
    }

    /// The releases that the knowledge base lists.
    pub fn releases(&self) -> &Releases {
        &self.releases
    }

    /// The numbers of the score.
    pub fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// Runs `read` with the store.
    pub fn with_store<T>(&self, read: impl FnOnce(&Store) -> T) -> T {
        // A panic while reading leaves nothing half done in a store that is only read.
        read(&self.store.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How much a function weighs; 0 for one that says nothing.
    pub fn weight(&self, function: &str) -> f64 {
        self.weights.of(function)
    }

    /// The issues worth showing for a crash, best first; equal confidences order by issue id.
    pub fn matches(&self, crash: &CrashKeys, exclude: &Exclude<'_>) -> Result<Vec<Match>> {
        let mut found = Vec::new();
        for candidate in self.index.candidates(&CrashTerms::of(crash))? {
            let issue = candidate.issue;
            if exclude.issues.contains(issue.as_str()) || !self.may_match(&issue) {
                continue;
            }
            let face = self.face(&issue)?;
            found.extend(self.best_of(issue, &face, crash, exclude.exemplar));
        }
        found.retain(|found| found.confidence >= self.calibration.possible_threshold);
        found.sort_by(|one, other| {
            other.confidence.total_cmp(&one.confidence).then_with(|| one.issue.cmp(&other.issue))
        });
        Ok(found)
    }

    fn may_match(&self, issue: &str) -> bool {
        match self.statuses.get(issue) {
            Some(Status::Draft) => self.drafts,
            Some(Status::Retired) | None => false,
            Some(Status::Test | Status::Reviewed) => true,
        }
    }

    /// Reads an issue's signatures and exemplars once, whatever the number of crashes.
    fn face(&self, issue: &str) -> Result<Arc<Face>> {
        let mut faces = self.faces.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(face) = faces.get(issue) {
            return Ok(Arc::clone(face));
        }
        let face = self.with_store(|store| -> Result<Face> {
            Ok(Face { signatures: store.signatures(issue)?, exemplars: store.exemplars(issue)? })
        })?;
        let face = Arc::new(face);
        faces.insert(issue.to_owned(), Arc::clone(&face));
        Ok(face)
    }

    /// The best pair of a signature and an exemplar of one issue.
    fn best_of(
        &self,
        issue: String,
        face: &Face,
        crash: &CrashKeys,
        without: Option<&str>,
    ) -> Option<Match> {
        let exemplars =
            face.exemplars.iter().filter(|exemplar| Some(exemplar.path.as_str()) != without);
        let choices: Vec<Option<&StoredExemplar>> = exemplars.map(Some).chain([None]).collect();
        let mut best: Option<(f64, &str, Score)> = None;
        for signature in &face.signatures {
            for exemplar in &choices {
                let scored = score(signature, *exemplar, crash, &self.weights, &self.calibration);
                let Some(scored) = scored else {
                    continue;
                };
                let confidence = self.confidence(&scored);
                if best.as_ref().is_none_or(|(most, _, _)| confidence > *most) {
                    best = Some((confidence, &signature.name, scored));
                }
            }
        }
        let (confidence, signature, scored) = best?;
        Some(Match {
            issue,
            signature: signature.to_owned(),
            confidence,
            evidence: scored.evidence,
            alignment: scored.steps,
        })
    }

    /// What is not proven stays below the threshold of a match, however much speaks for it.
    fn confidence(&self, score: &Score) -> f64 {
        const BELOW: f64 = 0.01;
        let confidence = self.calibration.confidence(self.calibration.prior + score.points());
        match score.proven {
            true => confidence,
            false => confidence.min(self.calibration.match_threshold - BELOW),
        }
    }
}
