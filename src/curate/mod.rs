//! What would the team add to what it knows?
//!
//! [`fn@draft`] makes a known issue of crashes, [`fn@trial`] says what a change of the knowledge base
//! would do: which crashes become a match of an issue, and which stop being one. An issue goes its way by
//! `promoted` and `assign_ids`, a crash by `adopted`; each gives the texts of files as they would
//! be, and a person reads the difference. Nothing here writes files; [`Rematch`] keeps answers in the ledger.

mod adopt;
mod assign_ids;
mod change;
mod changelog;
mod classes;
mod draft;
#[cfg(test)]
mod edits;
mod front;
mod nearest;
mod promote;
mod rematch;
mod sheet;
mod stats;
mod todo;
mod trial;

pub use adopt::{AdoptAs, NotAdopted, adopted, adopted_as};
pub use assign_ids::{Assignment, assign_ids, next_number};
pub use change::FileChange;
pub use changelog::{Logged, LoggedKind, changelog};
pub use draft::{
    DraftCrash, DraftFile, DraftRefusal, DraftRequest, Drafted, DraftedIssue, RefusalReason,
    Separator, Standing, draft,
};
pub use nearest::{NearIssue, Shared, issues_near_crash, issues_near_issue};
pub use promote::{
    Refusal, Refused, Step, StepCandidate, demoted, files_of, mark_of, promoted, refusals, retired,
};
pub use rematch::{Rematch, Rematched, remembered};
pub use sheet::{Measured, Sheet, SheetFixture, sheet};
pub use stats::{KbStats, ReviewStats, stats};
pub use todo::{REVIEW_MONTHS, RecordedClusters, Todo, UnmatchedCluster, todos};
pub use trial::{
    Against, Effect, NamedCrash, Trial, TrialAnswer, TrialChange, TrialFrame, TrialLimit,
    TrialSide, trial,
};
