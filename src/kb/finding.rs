//! Findings: the faults of kb files, each with a stable code, a place and the text at fault.

use serde::Serialize;
use strum::{IntoStaticStr, VariantArray};

/// Declares the codes together with their names and severities.
macro_rules! finding_codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal $severity:ident,)*) => {
        /// A kind of fault. Code and name never change once they are given, and the code of a
        /// removed rule is not given again. The texts are `lint-<name>`, `lint-<name>-why` and
        /// `lint-<name>-remedy` in the message table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(Serialize, IntoStaticStr, VariantArray)]
        #[strum(serialize_all = "kebab-case")]
        pub enum FindingCode {
            $($(#[$doc])* #[serde(rename = $code)] $variant,)*
        }

        impl FindingCode {
            /// Every code, in order.
            pub const ALL: &[FindingCode] = Self::VARIANTS;

            /// The published code, `P031`.
            pub fn code(self) -> &'static str {
                match self {
                    $(FindingCode::$variant => $code,)*
                }
            }

            /// The published name, `fix-build`.
            pub fn as_str(self) -> &'static str {
                self.into()
            }

            /// The severity of a finding with this code.
            pub fn severity(self) -> FindingSeverity {
                match self {
                    $(FindingCode::$variant => FindingSeverity::$severity,)*
                }
            }
        }
    };
}

finding_codes! {
    /// The front matter or a table cannot be read.
    Syntax = "P001" Error,
    /// A key that does not exist.
    UnknownKey = "P002" Error,
    /// A value of the wrong type, or not one of the allowed values.
    WrongValue = "P003" Error,
    /// A required key is missing.
    MissingKey = "P004" Error,
    /// A file for which the knowledge base has no place.
    UnexpectedFile = "P005" Error,
    /// The file is not named after its id.
    IdFile = "P006" Error,
    /// The id does not have one of the known forms.
    IdForm = "P007" Error,
    /// Two files have the same id.
    DuplicateId = "P008" Error,
    /// The title is empty or longer than one line.
    Title = "P009" Error,
    /// Two issues have the same title.
    DuplicateTitle = "P010" Error,
    /// A section is missing, empty, unknown or out of order.
    Section = "P011" Error,
    /// A control character, one that reorders text, or bytes that are not UTF-8.
    OddCharacter = "P012" Error,
    /// A tab or a carriage return.
    LineForm = "P013" Warning,
    /// An issue without a signature.
    NoSignature = "P014" Error,
    /// A signature without anything to recognise.
    EmptySignature = "P015" Error,
    /// Two signatures of one issue have the same name.
    SignatureName = "P016" Error,
    /// The texts that people read first are missing in Japanese.
    NoJapanese = "P017" Advice,
    /// A file that is a link, too long, or cannot be read.
    UnreadFile = "P018" Error,

    /// The article of the id is not cited first.
    NoArticle = "P020" Error,
    /// The address of an article is not absolute.
    ArticleUrl = "P021" Error,
    /// The address of an article has another number.
    ArticleNumber = "P022" Error,
    /// An article is cited by an old number whose new one is known.
    OldArticle = "P023" Error,
    /// Two unrelated issues cite the same article.
    SharedArticle = "P024" Error,
    /// `related` names an issue that does not exist.
    Related = "P025" Error,
    /// `related` names the issue itself, or one twice.
    RelatedTwice = "P026" Warning,

    /// An update line that no release has.
    UpdateLine = "P030" Error,
    /// Name and build of a fix disagree.
    FixBuild = "P031" Error,
    /// A fix that resolves to no build.
    FixName = "P032" Error,
    /// Two fixes in one update line.
    FixTwice = "P033" Error,
    /// A build that no release has.
    UnknownBuild = "P034" Warning,
    /// A fix before the first affected build.
    FixedBeforeAffected = "P035" Error,
    /// A build of another update line.
    BuildLine = "P036" Error,
    /// Affected builds whose first is after the last.
    BoundsReversed = "P037" Error,
    /// Affected builds that overlap.
    BoundsOverlap = "P038" Error,
    /// Affected builds at or after the fix.
    AffectedAfterFix = "P039" Error,

    /// A panic kind that does not exist.
    PanicKind = "P040" Error,
    /// A frame entry that is not a function name.
    FrameForm = "P041" Error,
    /// A signature asks for a machinery frame.
    MachineryFrame = "P042" Error,
    /// A template of a message or log line that matches almost anywhere.
    ShortTemplate = "P043" Error,
    /// A signature frame that no crash text of the issue prints.
    FrameNotPrinted = "P044" Error,
    /// A signature that no crash text of the issue shows.
    SignatureNotShown = "P045" Error,
    /// A signature of nothing but frequent frames.
    GenericFrames = "P046" Error,
    /// An address, world id, time, PID or build in a pattern.
    RawNumber = "P047" Error,
    /// An optional frame at the top or bottom.
    OptionalEnd = "P048" Warning,
    /// A signature that forbids a function that it asks for.
    Unsatisfiable = "P049" Error,
    /// `least` asks for none of the functions, or for more than there are.
    SomeLeast = "P050" Error,
    /// A machine check whose mask and value contradict each other.
    MaskValue = "P051" Error,
    /// Exception numbers that do not belong to the panic kinds.
    ExceptionKind = "P052" Error,
    /// A signature that crashes of several other issues show.
    TooBroad = "P053" Error,
    /// A value that is twice in a list.
    DuplicateValue = "P054" Warning,
    /// A condition that no crash text of the issue fulfils.
    UnshownCondition = "P055" Warning,
    /// A version range that cannot be read.
    VersionRange = "P056" Error,
    /// A source file and line that cannot be read.
    SourceForm = "P057" Error,
    /// A module that modules.csv does not have.
    UnknownModule = "P058" Warning,
    /// A placeholder that does not exist.
    OddPlaceholder = "P059" Error,

    /// An issue without a crash text.
    NoCrash = "P060" Error,
    /// An issue that looks like another crash, without a crash that it is known not to match.
    NoNearMiss = "P061" Error,
    /// A crash text of an issue that is found without being a match or possible.
    NotFound = "P062" Error,
    /// A near miss that matches.
    FalseMatch = "P063" Error,
    /// A crash text of an issue for which another issue is found first.
    NotFoundFirst = "P064" Error,
    /// Something that identifies a site, a person or a machine.
    Personal = "P065" Error,
    /// The same crash text under two expectations.
    SameCrash = "P066" Error,
    /// A crash text whose `EXPECT` does not fit its place, or without `SOURCE`.
    CrashHeader = "P067" Error,
    /// A crash text for an issue that does not exist.
    CrashIssue = "P068" Error,
    /// A crash text in which no crash is found.
    CrashEmpty = "P069" Error,

    /// A published crash of no issue that matches.
    UnknownMatches = "P070" Error,
    /// Every crash of an issue matches another issue too.
    Subsumed = "P071" Error,
    /// Two issues that their crashes cannot tell apart.
    SameIssue = "P072" Error,
    /// A crash text that names a signature that its issue does not have.
    CrashSignature = "P073" Error,
    /// A crash text that is not named after its issue.
    CrashName = "P074" Warning,
    /// A crash text that is very long.
    CrashSize = "P075" Warning,

    /// A signature without a frame or text that tells the issue from all others.
    NoTellingFrame = "P076" Advice,
    /// A team's file that meets a shipped one.
    MeetsShipped = "P077" Advice,

    /// A frame list that is not in order, repeats a name, or has a star before its end.
    FrameList = "P080" Error,
    /// A row of modules.csv without a known owner, without a title or source, or a second one.
    ModuleRow = "P081" Error,
    /// Coefficients that were fitted to other files than these.
    CalibrationStamp = "P082" Error,
    /// A row of leads.csv without number, names, title or source, or a second one.
    LeadRow = "P083" Error,

    /// A comment that allows a finding without an end and a reason.
    AllowForm = "P090" Error,
    /// A comment that allows a finding has expired.
    AllowExpired = "P091" Warning,
    /// A comment that allows a finding that does not exist.
    AllowUnused = "P092" Advice,

    /// A reviewed issue that does not say by whom, when, and which pattern.
    NoReview = "P100" Error,
    /// An issue that its own author has reviewed.
    OwnReview = "P101" Error,
    /// A pattern that was changed after the review.
    ChangedAfterReview = "P102" Error,
    /// A retired issue that does not say why.
    NoReason = "P103" Error,
    /// An id that is not in the list of given ids, that is another issue there, or whose file is gone.
    IdReused = "P104" Error,
}

impl FindingCode {
    /// The code called `text`: `P031`, `p031` or `fix-build`.
    pub fn find(text: &str) -> Option<Self> {
        let mut codes = Self::ALL.iter().copied();
        codes.find(|code| code.code().eq_ignore_ascii_case(text) || code.as_str() == text)
    }

    /// True when such a finding means that a file is left out of the knowledge base.
    pub(super) fn leaves_out_file(self) -> bool {
        matches!(self, FindingCode::Syntax | FindingCode::UnreadFile | FindingCode::DuplicateId)
    }

    /// The group of codes that this one belongs to.
    pub fn group(self) -> CodeGroup {
        let number = self.code().trim_start_matches('P').parse().unwrap_or(0);
        let found = CodeGroup::TABLE.iter().rev().find(|(first, _)| *first <= number);
        found.map_or(CodeGroup::Structure, |(_, group)| *group)
    }
}

/// The subject of a code: a heading of `docs/lint.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum CodeGroup {
    /// The form of a file.
    Structure,
    /// Articles and other issues.
    References,
    /// Update lines and builds.
    Builds,
    /// Signatures.
    Patterns,
    /// Crash texts.
    Fixtures,
    /// Issues and crashes compared with each other.
    Corpus,
    /// The lists and tables beside the issues.
    Tables,
    /// Comments that allow findings.
    Allowing,
    /// The way of an issue: reviews, retirement, ids.
    Lifecycle,
}

impl CodeGroup {
    /// The number of the first code of each group.
    pub const TABLE: &[(u32, CodeGroup)] = &[
        (0, CodeGroup::Structure),
        (20, CodeGroup::References),
        (30, CodeGroup::Builds),
        (40, CodeGroup::Patterns),
        (60, CodeGroup::Fixtures),
        (70, CodeGroup::Corpus),
        (73, CodeGroup::Fixtures),
        (76, CodeGroup::Corpus),
        (80, CodeGroup::Tables),
        (90, CodeGroup::Allowing),
        (100, CodeGroup::Lifecycle),
    ];

    /// The key of its heading in the message table.
    pub fn key(self) -> String {
        format!("lint-group-{}", <&str>::from(self))
    }
}

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum FindingSeverity {
    /// The file is wrong: lint fails.
    Error,
    /// The file is probably wrong: lint shows it and does not fail.
    Warning,
    /// The file could be better: lint only counts it.
    Advice,
}

impl FindingSeverity {
    /// The published code.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// A place in a file, as a rule knows it; the text of the file turns it into a [`Position`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FindingPlace {
    /// The file as a whole.
    File,
    /// A line, counted from 1.
    Line(usize),
    /// The value of a key of the front matter: `signatures[1].frames[2]`, counted from 0.
    Value(String),
    /// The name of a key of the front matter.
    Key(String),
    /// The first occurrence of this text.
    Text(String),
    /// Bytes of the file: the first one, and the one after the last.
    Bytes(usize, usize),
}

/// A stretch of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// First byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

/// One fault of a kb file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Path inside the knowledge base.
    pub path: String,
    /// The place that the rule names.
    pub place: FindingPlace,
    /// The same in the text of the file; absent where the file as a whole is meant.
    pub position: Option<Position>,
    /// The kind of fault.
    pub code: FindingCode,
    /// The severity of its code.
    pub severity: FindingSeverity,
    /// The text at fault, as the file has it.
    pub detail: String,
}

impl Finding {
    /// A finding about the file as a whole.
    pub fn new(path: &str, code: FindingCode, detail: impl Into<String>) -> Self {
        let (severity, detail) = (code.severity(), detail.into());
        Self {
            path: path.to_owned(),
            place: FindingPlace::File,
            position: None,
            code,
            severity,
            detail,
        }
    }

    /// The same finding at a line.
    pub fn at(self, line: usize) -> Self {
        self.in_place(FindingPlace::Line(line))
    }

    /// The same finding at the value of a key of the front matter.
    pub fn value(self, key: impl Into<String>) -> Self {
        self.in_place(FindingPlace::Value(key.into()))
    }

    /// The same finding at the first occurrence of `text`.
    pub fn text(self, text: impl Into<String>) -> Self {
        self.in_place(FindingPlace::Text(text.into()))
    }

    /// The same finding at a place.
    pub fn in_place(mut self, place: FindingPlace) -> Self {
        self.place = place;
        self
    }
}

/// Adds findings about one file.
pub(super) struct FileFindings<'a> {
    path: &'a str,
    found: &'a mut Vec<Finding>,
}

impl<'a> FileFindings<'a> {
    /// Findings about the file `path`, which are added to `found`.
    pub(super) fn new(path: &'a str, found: &'a mut Vec<Finding>) -> Self {
        Self { path, found }
    }

    /// Adds a finding about the file as a whole.
    pub(super) fn add(&mut self, code: FindingCode, detail: impl Into<String>) {
        self.add_at(code, FindingPlace::File, detail);
    }

    /// Adds a finding at the value of a key of the front matter.
    pub(super) fn add_value(
        &mut self,
        code: FindingCode,
        key: impl Into<String>,
        detail: impl Into<String>,
    ) {
        self.add_at(code, FindingPlace::Value(key.into()), detail);
    }

    /// Adds a finding at a place.
    pub(super) fn add_at(
        &mut self,
        code: FindingCode,
        place: FindingPlace,
        detail: impl Into<String>,
    ) {
        self.found.push(Finding::new(self.path, code, detail).in_place(place));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::message::{Catalog, Language};

    #[test]
    fn every_code_has_a_text_a_reason_and_a_remedy() {
        for language in [Language::English, Language::Japanese] {
            for code in FindingCode::ALL {
                for end in ["", "-why", "-remedy"] {
                    let key = format!("lint-{}{end}", code.as_str());
                    assert!(Catalog::of(language).has(&key), "{key} is missing in {language:?}");
                }
            }
        }
    }

    #[test]
    fn codes_and_names_are_unique_and_in_order() {
        let codes: Vec<&str> = FindingCode::ALL.iter().map(|code| code.code()).collect();
        assert!(codes.is_sorted() && codes.iter().all(|code| code.len() == 4), "{codes:?}");
        let names: BTreeSet<&str> = FindingCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), codes.len());
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
    }

    #[test]
    fn codes_are_found_by_number_and_name() {
        assert_eq!(FindingCode::find("p031"), Some(FindingCode::FixBuild));
        assert_eq!(FindingCode::find("fix-build"), Some(FindingCode::FixBuild));
        assert_eq!(FindingCode::find("P000"), None);
        assert_eq!(FindingCode::Subsumed.group(), CodeGroup::Corpus);
        assert_eq!(FindingCode::CrashName.group(), CodeGroup::Fixtures);
        assert_eq!(FindingCode::MeetsShipped.group(), CodeGroup::Corpus);
    }
}
