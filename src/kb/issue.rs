//! One known issue: the file format of `kb/issues/`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use strum::{EnumString, IntoStaticStr};

use super::front_matter::FrontMatterDocument;
use super::pattern::Signature;
use crate::error::Result;
use crate::text::unwrap_lines;

/// A known issue with its signatures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Path inside the knowledge base.
    pub path: String,
    /// `KB318512`, `PSOD-0001`, `TEAM-0001` or `DRAFT-…`.
    pub id: String,
    /// One line.
    pub title: String,
    /// The state of the work on it.
    pub status: Status,
    /// Who wrote the file.
    pub author: String,
    /// Date of the first version.
    pub created: String,
    /// What a second person has said about it.
    pub review: Review,
    /// Why it is retired; empty while it is not.
    pub retired_because: String,
    /// Issues that look alike; they are taken out together when the tool is measured.
    pub related: Vec<String>,
    /// The vendor's articles, the first one giving the id.
    pub articles: Vec<Article>,
    /// The hosts that may have the issue.
    pub affected: Affected,
    /// The builds and components with the fix.
    pub fix: Fix,
    /// The patterns by which it is recognised.
    pub signatures: Vec<Signature>,
    /// The section `## Cause`.
    pub cause: String,
    /// The section `## Fix`.
    pub fix_text: String,
    /// The section `## Workaround`; may be empty.
    pub workaround: String,
    /// The section `## Notes`; may be empty.
    pub notes: String,
    /// The translated texts in Japanese.
    pub japanese: Japanese,
    /// Headings of the body in their order, for lint.
    pub headings: Vec<String>,
}

/// The review of an issue; empty where there was none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Who has reviewed it.
    pub reviewer: String,
    /// The day, as `2026-11-23`.
    pub day: String,
    /// The digest of the pattern that was reviewed.
    pub pattern: String,
}

/// The texts of an issue in Japanese; empty where none has been written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Japanese {
    /// One line.
    pub title: String,
    /// The cause.
    pub cause: String,
    /// The fix.
    pub fix: String,
    /// The workaround until the host has the fix.
    pub workaround: String,
    /// The notes.
    pub notes: String,
}

/// The front matter of an issue file.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct IssueFront {
    #[allow(dead_code, reason = "the version is checked by its type: only 1 is read")]
    schema: SchemaVersion,
    id: String,
    title: String,
    #[serde(default)]
    title_ja: String,
    #[serde(default)]
    cause_ja: String,
    #[serde(default)]
    fix_ja: String,
    #[serde(default)]
    workaround_ja: String,
    #[serde(default)]
    notes_ja: String,
    status: Status,
    author: String,
    #[schemars(with = "String", extend("format" = "date"))]
    created: toml::value::Datetime,
    #[serde(default)]
    reviewer: String,
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    reviewed: Option<toml::value::Datetime>,
    #[serde(default)]
    reviewed_pattern: String,
    #[serde(default)]
    retired_because: String,
    #[serde(default)]
    related: Vec<String>,
    #[serde(default)]
    articles: Vec<Article>,
    #[serde(default)]
    affected: Affected,
    #[serde(default)]
    fix: Fix,
    #[serde(default)]
    signatures: Vec<Signature>,
}

/// The version of the file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "u32")]
pub(super) struct SchemaVersion;

impl TryFrom<u32> for SchemaVersion {
    type Error = String;

    fn try_from(number: u32) -> Result<Self, String> {
        match number {
            1 => Ok(Self),
            other => Err(format!("schema {other}, expected 1")),
        }
    }
}

/// The state of the work on an issue.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Status {
    /// Being written: matches only with `--drafts`.
    #[default]
    Draft,
    /// Matches; not yet reviewed by a second person.
    Test,
    /// Matches; reviewed by a named person.
    Reviewed,
    /// Hides the issue of the same id.
    Retired,
}

impl Status {
    /// True for issues that crashes are matched with; drafts only when they are asked for.
    pub fn may_match(self, drafts: bool) -> bool {
        match self {
            Self::Draft => drafts,
            Self::Retired => false,
            Self::Test | Self::Reviewed => true,
        }
    }

    /// The name, as the file writes it.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// A page that documents an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// Number of the article; a key for one without a number.
    pub id: String,
    /// The number that VMware gave it before 2024.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legacy_id: Option<String>,
    /// Language of the page.
    #[serde(default = "english")]
    pub language: String,
    /// Address of the page.
    pub url: String,
}

/// Whose page an article is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The vendor's own.
    Vendor,
    /// Another site's copy of an article that has a number.
    Copy,
    /// Somebody else's: a blog, a forum, a maker of hardware.
    Other,
}

impl Article {
    /// Whose page its address leads to.
    pub fn origin(&self) -> Origin {
        const VENDOR: &[&str] = &[
            "kb.vmware.com",
            "docs.vmware.com",
            "knowledge.broadcom.com",
            "techdocs.broadcom.com",
        ];
        let site = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        let site = site.split(['/', '?', '#']).next().unwrap_or_default();
        if VENDOR.contains(&site) {
            Origin::Vendor
        } else if self.id.chars().all(|c| c.is_ascii_digit()) {
            Origin::Copy
        } else {
            Origin::Other
        }
    }

    /// True when this is its number, the new one or the old one.
    pub fn is_called(&self, number: &str) -> bool {
        self.id.eq_ignore_ascii_case(number) || self.legacy_id.as_deref() == Some(number)
    }

    /// Its number, with the one that it had before where that differs.
    pub fn numbers(&self) -> String {
        match &self.legacy_id {
            // Some pages kept the number that VMware gave them.
            Some(legacy) if *legacy != self.id => format!("{} / {legacy}", self.id),
            _ => self.id.clone(),
        }
    }
}

fn english() -> String {
    "en".to_owned()
}

/// The hosts that may have an issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Affected {
    /// Update lines, as prefixes.
    #[serde(default)]
    pub lines: Vec<String>,
    /// Conditions in words.
    #[serde(default)]
    pub text: String,
    /// Bounds inside single lines.
    #[serde(default)]
    pub builds: Vec<AffectedBuilds>,
    /// Drivers, firmware, plug-ins, hardware.
    #[serde(default)]
    pub components: Vec<Component>,
}

impl Affected {
    /// The affected update lines, those without bounds first.
    pub(crate) fn bounds(&self) -> impl Iterator<Item = AffectedBuilds> {
        let lines = self.lines.iter();
        lines
            .map(|line| AffectedBuilds { line: line.clone(), first: None, last: None })
            .chain(self.builds.iter().cloned())
    }
}

/// Bounds of the affected builds of one update line, both included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AffectedBuilds {
    /// Update line.
    pub line: String,
    /// First affected build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<u32>,
    /// Last affected build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<u32>,
}

/// A driver, firmware, plug-in or piece of hardware.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// `driver`, `firmware`, `plugin` or `hardware`.
    pub kind: String,
    /// Name.
    pub name: String,
    /// The version with the fix, or the affected versions in words.
    #[serde(default, alias = "versions", skip_serializing_if = "String::is_empty")]
    #[schemars(extend("alias" = "versions"))]
    pub version: String,
}

/// The builds and components with the fix.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fix {
    /// First fixed build of each update line that has one.
    #[serde(default)]
    pub builds: Vec<FixBuild>,
    /// First fixed driver, firmware or plug-in versions.
    #[serde(default)]
    pub components: Vec<Component>,
    /// True when the source names no fix, so that the section `## Fix` cannot be followed as advice.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unknown: bool,
}

/// The first build of an update line with the fix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FixBuild {
    /// Update line.
    pub line: String,
    /// Build; absent where the article names the update only and no release list knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<u32>,
    /// Update name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

impl Issue {
    /// Reads the file `path`, which has the content `text`.
    ///
    /// # Errors
    /// [`crate::error::Error::KbSyntax`] with the line and the text that was expected there.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        Ok(Self::from_document(path, FrontMatterDocument::parse(path, text)?))
    }

    /// True when the issue cites the article with this number, new or old.
    pub fn cites(&self, number: &str) -> bool {
        self.articles.iter().any(|article| article.is_called(number))
    }

    /// A short hash of its signatures; comments, blanks and the order of keys do not count. It is kept with a review, so that lint finds a pattern that was changed afterwards.
    pub fn pattern_digest(&self) -> String {
        const DIGITS: usize = 16;
        // Nothing in a signature can fail to be written as JSON.
        let pattern = serde_json::to_string(&self.signatures).unwrap_or_default();
        let digest = Sha256::digest(pattern.as_bytes());
        digest.iter().take(DIGITS / 2).map(|byte| format!("{byte:02x}")).collect()
    }

    /// The issue of the file `path` that consists of `document`.
    pub(super) fn from_document(path: &str, document: FrontMatterDocument<IssueFront>) -> Self {
        let headings = document.sections.iter().map(|(heading, _)| heading.clone()).collect();
        let [cause, fix_text, workaround, notes] = ["Cause", "Fix", "Workaround", "Notes"]
            .map(|heading| unwrap_lines(document.section(heading).unwrap_or_default()));
        let front = document.front;
        Self {
            path: path.to_owned(),
            id: front.id,
            title: front.title,
            status: front.status,
            author: front.author,
            created: front.created.to_string(),
            review: Review {
                reviewer: front.reviewer,
                day: front.reviewed.map(|day| day.to_string()).unwrap_or_default(),
                pattern: front.reviewed_pattern,
            },
            retired_because: front.retired_because,
            related: front.related,
            articles: front.articles,
            affected: front.affected,
            fix: front.fix,
            signatures: front.signatures,
            cause,
            fix_text,
            workaround,
            notes,
            japanese: Japanese {
                title: front.title_ja,
                cause: unwrap_lines(&front.cause_ja),
                fix: unwrap_lines(&front.fix_ja),
                workaround: unwrap_lines(&front.workaround_ja),
                notes: unwrap_lines(&front.notes_ja),
            },
            headings,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::{KbSource, KnowledgeBase};

    #[test]
    fn an_unknown_key_is_an_error_with_its_line() {
        let text = "+++\nschema = 1\nid = \"KB1\"\ntitel = \"x\"\n+++\n";
        let error = Issue::parse("issues/KB1.md", text).expect_err("an unknown key");
        assert!(error.to_string().starts_with("issues/KB1.md:4: unknown field `titel`"), "{error}");
    }

    #[test]
    fn every_shipped_issue_can_be_stored_and_read_back() {
        let kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped kb");
        for issue in kb.issues.values() {
            let stored = serde_json::to_string(issue).expect("JSON");
            assert_eq!(&serde_json::from_str::<Issue>(&stored).expect("an issue"), issue);
        }
    }

    #[test]
    fn pages_of_other_sites_are_told_from_the_vendors() {
        #[track_caller]
        fn check(id: &str, url: &str, expected: Origin) {
            let language = "en".to_owned();
            let article = Article { id: id.into(), legacy_id: None, language, url: url.into() };
            assert_eq!(article.origin(), expected, "{url}");
        }
        check("318512", "https://knowledge.broadcom.com/external/article/318512", Origin::Vendor);
        check("94787", "https://www.findbugzero.com/vmware/defects/94787", Origin::Copy);
        check("94787", "https://example.com/?from=knowledge.broadcom.com", Origin::Copy);
        check("virten-mismatch", "https://www.virten.net/tag/kickstart/", Origin::Other);
    }

    /// The digest of an issue with this pattern.
    fn digest(pattern: &str) -> String {
        let head = "+++\nschema = 1\nid = \"KB1\"\ntitle = \"t\"\nstatus = \"test\"\nauthor = \"a\"\n\
            created = 2026-11-23\n";
        let text = format!("{head}{pattern}+++\n\n## Cause\n");
        Issue::parse("issues/KB1.md", &text).expect("an issue").pattern_digest()
    }

    /// A digest that changes with the program would make every review look outdated.
    #[test]
    fn the_digest_of_a_pattern_stays_and_follows_the_pattern_alone() {
        let pattern = "[[signatures]]\nname = \"m\"\nkinds = [\"page-fault\"]\nexceptions = [14]\n\
            worlds = [\"w\"]\nmessages = [\"x {n}\"]\nsources = [\"a.c:1\"]\nlogs = [\"l\"]\n\
            modules = [\"foo\"]\nframes = [\"A\", { function = \"B\", module = \"m\", gap = 2 }]\n\
            some = { least = 1, of = [\"C\"] }\nforbid = [\"D\"]\n\
            machine_check = { vendor = \"intel\", banks = [1], mask = \"0xff\", value = \"0x1\" }\n\
            host = { components = [{ kind = \"driver\", name = \"foo\", versions = \"< 2.4\" }] }\n";
        assert_eq!(digest(pattern), "eea66e776041d085");
        assert_eq!(digest(pattern), digest(&format!("# a comment\n{pattern}")));
        assert_ne!(digest(pattern), digest(&pattern.replace("gap = 2", "gap = 3")));
    }

    #[test]
    fn another_schema_is_an_error() {
        let text = "+++\nschema = 2\nid = \"KB1\"\n+++\n";
        let error = Issue::parse("issues/KB1.md", text).expect_err("another schema");
        assert_eq!(error.to_string(), "issues/KB1.md:2: schema 2, expected 1");
    }

    #[test]
    fn japanese_texts_are_unwrapped() {
        let text = "+++\nschema = 1\nid = \"KB1\"\ntitle = \"t\"\ntitle_ja = \"題\"\nstatus = \"test\"\n\
            author = \"a\"\ncreated = 2026-11-23\nfix_ja = \"\"\"\n8.0b に\n更新します。\n\"\"\"\n+++\n";
        let japanese = Issue::parse("issues/KB1.md", text).expect("an issue").japanese;
        let expected = Japanese {
            title: "題".into(),
            fix: "8.0b に更新します。".into(),
            ..Japanese::default()
        };
        assert_eq!(japanese, expected);
    }
}
