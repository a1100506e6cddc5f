//! An issue that is in no knowledge base yet, beside the known ones.
//!
//! Whoever looks for a signature asks the same crashes again and again. The known issues are compared
//! with each crash once ([`Contest`]), so that only the proposed one is compared anew, and nothing has
//! to be compiled for it.

use super::face::{Face, PreparedCrash, Words};
use super::matcher::{Exclude, Match, Matcher};
use crate::error::Result;
use crate::kb::Signature;
use crate::signature::CrashKeys;
use crate::store::{StoredExemplar, StoredFace, StoredSignature};

/// An issue that is proposed.
#[derive(Debug)]
pub struct Proposal {
    id: String,
    face: Face,
}

/// A crash beside the known issues.
#[derive(Clone, Debug)]
pub struct Contest {
    /// All that a signature may ask of the crash.
    pub keys: CrashKeys,
    found: Vec<Match>,
}

impl Matcher {
    /// Compares a crash with the known issues.
    ///
    /// # Errors
    /// [`crate::error::Error::Store`] when the store is damaged.
    pub fn contest(&self, keys: CrashKeys) -> Result<Contest> {
        let found = self.compared(&keys, &Exclude::default(), self.drafts(), Words::OfAll)?;
        Ok(Contest { keys, found })
    }

    /// An issue of one signature, `decisive` when its texts hold for no crash of another issue, with
    /// its recorded crashes.
    pub fn propose(
        &self,
        id: &str,
        signature: Signature,
        decisive: bool,
        exemplars: Vec<StoredExemplar>,
    ) -> Proposal {
        let signatures = vec![StoredSignature { decisive, pattern: signature }];
        let face = Face::new(StoredFace { signatures, exemplars }, self.weights());
        Proposal { id: id.to_owned(), face }
    }

    /// The answer about a crash as it is, best first.
    pub fn answer(&self, contest: &Contest) -> Vec<Match> {
        let mut found = contest.found.clone();
        self.settle(&mut found, Words::OfAll);
        found
    }

    /// The answer about a crash if the proposed issue were known, best first; the recorded crash
    /// `without` is left out of it.
    pub fn answer_with(
        &self,
        contest: &Contest,
        proposal: &Proposal,
        without: Option<&str>,
    ) -> Vec<Match> {
        let mut found = contest.found.clone();
        if proposal.face.may_be(contest.keys.kind) {
            let prepared = PreparedCrash::new(&contest.keys, self.weights());
            found.extend(self.best_of(proposal.id.clone(), &proposal.face, &prepared, without));
        }
        self.settle(&mut found, Words::OfAll);
        found
    }
}
