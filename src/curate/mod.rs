//! What would the team add to what it knows?
//!
//! [`fn@trial`] says what a change of the knowledge base would do: which crashes become a match of an
//! issue, and which stop being one. Nothing here writes.

mod trial;

pub use trial::{
    Against, Effect, NamedCrash, Trial, TrialAnswer, TrialChange, TrialFrame, TrialLimit,
    TrialSide, trial,
};
