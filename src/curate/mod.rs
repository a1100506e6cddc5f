//! What would the team add to what it knows?
//!
//! [`fn@draft`] makes a known issue of crashes, [`fn@trial`] says what a change of the knowledge base
//! would do: which crashes become a match of an issue, and which stop being one. Nothing here writes.

mod draft;
mod trial;

pub use draft::{
    DraftCrash, DraftFile, DraftRefusal, DraftRequest, Drafted, DraftedIssue, RefusalReason,
    Separator, Standing, draft,
};
pub use trial::{
    Against, Effect, NamedCrash, Trial, TrialAnswer, TrialChange, TrialFrame, TrialLimit,
    TrialSide, trial,
};
