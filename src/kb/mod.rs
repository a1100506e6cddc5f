//! What does the team know? Issue files, exemplars, guidance, releases, frame lists and modules, read
//! from the shipped directory and from a team's own.
//!
//! [`KnowledgeBase::read`] turns files into types and collects a [`Finding`] for each fault; [`lint`]
//! checks them against each other. Nothing here knows the store, the index or the matcher.

mod coefficients;
mod conditions;
mod exemplar;
mod expected;
mod finding;
mod front_matter;
mod guidance;
mod ids;
mod issue;
mod knowledge_base;
mod leads;
mod lint;
mod modules;
mod pattern;
mod place;
mod rarity;
mod releases;
mod source;
mod state;
mod subjects;
mod texts;
mod update_names;
mod version;

pub use coefficients::{CALIBRATION_FILE, Coefficients, Fitted};
pub use conditions::{
    CONDITIONS, Checked, Condition, ConditionAnswer, ConditionRow, EvidenceKind, EvidencePoints,
    ShownRule, SignatureConditions, State, Worth, conditions,
};
pub use exemplar::{Exemplar, Expectation};
pub(crate) use expected::parse as expected_rows;
pub use expected::{ExpectedRow, expected_csv};
pub use finding::{CodeGroup, Finding, FindingCode, FindingPlace, FindingSeverity, Position};
pub(crate) use front_matter::range_of as front_matter_range;
pub use guidance::Guidance;
pub use ids::{AssignedId, AssignedIds, IDS_FILE, TEAM_IDS};
pub use issue::{
    Affected, AffectedBuilds, Article, Component, Fix, FixBuild, Issue, Japanese, Origin, Review,
    Status,
};
pub use knowledge_base::KnowledgeBase;
pub use leads::{Lead, LeadName};
pub use lint::{Example, LintExamples, date_of, lint, settle};
pub(crate) use lint::{is_generic, is_same_person};
pub use modules::{ModuleEntry, Modules, Owner};
pub use pattern::{
    CheckPattern, ComponentKind, ComponentPattern, FramePattern, HostPattern, Signature,
    SomeFrames, SourcePlace,
};
pub use place::has_place;
pub use rarity::{RARITY_FILE, Rarity};
pub use releases::{Branch, ReleaseEntry, Releases, compare_lines, line_has_prefix};
pub(crate) use releases::{line_numbers, line_prefixes};
pub(crate) use source::DIGEST_DIGITS;
pub use source::{KbFile, KbSource, MAX_FILE_BYTES, Unread, digest_of};
pub(crate) use state::{KbState, state_of};
pub use subjects::Subjects;
pub use texts::KbTexts;
pub use version::{Version, VersionRange, VersionRangeError};
