//! Everything that a diagnosis rests on, opened once and shared by all threads.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde::{Deserialize, Serialize};

use super::leads::{DiagnosedLead, Leads};
use super::subject::{Lists, Subject};
use crate::compile::{self, Compiled};
use crate::crash::PanicKind;
use crate::error::{Error, Result};
use crate::explain::{Section, sections};
use crate::kb::{Article, Guidance, KbSource, Owner, Releases};
use crate::matching::{Calibration, Matcher};
use crate::message::Bilingual;
use crate::signature::FrameLists;
use crate::store::{KnownIssue, Store};
use crate::symbols::Symbols;

/// General advice, for a panic kind or for every crash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Advice {
    /// The panic kind; absent for advice about every crash.
    pub panic_kind: Option<PanicKind>,
    /// The advice.
    pub text: Bilingual,
    /// The articles.
    pub articles: Vec<Article>,
}

/// A compiled knowledge base that is ready to diagnose crashes.
///
/// Documents are read once and shared, so that no lock is held while a diagnosis is made.
pub struct Knowledge {
    matcher: Matcher,
    digest: String,
    trouble: Option<Error>,
    guidance: BTreeMap<Option<PanicKind>, OnceLock<Vec<Advice>>>,
    /// Number of issues that ask for a panic kind.
    asking: BTreeMap<PanicKind, OnceLock<u32>>,
    leads: OnceLock<Leads>,
    symbols: Option<Arc<Symbols>>,
}

impl Knowledge {
    /// Opens the compiled form of `sources` below `cache`, compiling it when it is missing; in
    /// memory without a cache. Issues that are drafts match only with `drafts`.
    ///
    /// # Errors
    /// [`crate::error::Error::Io`] when a source cannot be read;
    /// [`crate::error::Error::Store`] and [`crate::error::Error::Index`] when the compiled form can
    /// neither be opened nor made.
    pub fn open(sources: &[KbSource], cache: Option<&Path>, drafts: bool) -> Result<Self> {
        Self::new(compile::open(sources, cache)?, drafts)
    }

    /// The knowledge in `compiled`.
    ///
    /// # Errors
    /// [`crate::error::Error::Store`] when the store is damaged.
    pub fn new(mut compiled: Compiled, drafts: bool) -> Result<Self> {
        let (digest, trouble) = (compiled.digest.clone(), compiled.opening.trouble.take());
        let matcher = Matcher::new(compiled, Calibration::SHIPPED, drafts)?;
        let kinds = PanicKind::ALL.iter().map(|kind| (Some(*kind), OnceLock::new()));
        let guidance = kinds.chain([(None, OnceLock::new())]).collect();
        let asking = PanicKind::ALL.iter().map(|kind| (*kind, OnceLock::new())).collect();
        let leads = OnceLock::new();
        Ok(Self { matcher, digest, trouble, guidance, asking, leads, symbols: None })
    }

    /// The shipped knowledge base, compiled in memory by the first call and kept for the life of
    /// the process: a library writes no files unasked.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn shipped() -> Result<&'static Self> {
        static SHIPPED: OnceLock<Knowledge> = OnceLock::new();
        static OPENING: Mutex<()> = Mutex::new(());
        // Two threads that ask at once shall not compile it twice.
        let _opening = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(knowledge) = SHIPPED.get() {
            return Ok(knowledge);
        }
        let knowledge = Self::open(&[KbSource::Shipped], None, false)?;
        Ok(SHIPPED.get_or_init(|| knowledge))
    }

    /// The same with the names of functions, by which those of a crash are checked and restored.
    #[must_use]
    pub fn with_symbols(self, symbols: Option<Arc<Symbols>>) -> Self {
        Self { symbols, ..self }
    }

    /// The matcher.
    pub fn matcher(&self) -> &Matcher {
        &self.matcher
    }

    /// The digest of the files of the knowledge base.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// True when names of functions come from files of symbols, too.
    pub fn has_symbols(&self) -> bool {
        self.symbols.is_some()
    }

    /// Why the cache was of no use and the knowledge base was compiled again, when it should have been
    /// of use.
    pub fn trouble(&self) -> Option<&Error> {
        self.trouble.as_ref()
    }

    /// The document of an issue, read when it is asked for the first time.
    pub(crate) fn issue(&self, id: &str) -> Result<Option<Arc<KnownIssue>>> {
        self.matcher.store().issue(id)
    }

    /// Number of issues that may match and whose signatures ask for a panic kind.
    pub(super) fn issues_of_kind(&self, kind: PanicKind) -> Result<u32> {
        let counted = self.asking.get(&kind);
        if let Some(count) = counted.and_then(OnceLock::get) {
            return Ok(*count);
        }
        let count = self.count_issues_of_kind(kind)?;
        Ok(counted.map_or(count, |counted| *counted.get_or_init(|| count)))
    }

    fn count_issues_of_kind(&self, kind: PanicKind) -> Result<u32> {
        let counts = self.matcher.store().issues_of_kind(kind.as_str())?.into_iter();
        let drafts = self.matcher.drafts();
        let may_match = counts.filter(|(status, _)| status.may_match(drafts));
        Ok(may_match.map(|(_, issues)| issues).sum())
    }

    /// The name under which the installed version of a module is listed; `None` for the kernel and
    /// what ships with it, which have that of the host.
    pub(super) fn package_of(&self, module: &str) -> Option<String> {
        match self.matcher.store().module(module).ok().flatten() {
            Some(entry) if matches!(entry.owner, Owner::Vmkernel | Owner::Inbox) => None,
            Some(entry) if !entry.vib.is_empty() => Some(entry.vib),
            _ => Some(module.to_owned()),
        }
    }

    /// The guidance for a panic kind; without one, that for every crash.
    pub(super) fn guidance(&self, kind: Option<PanicKind>) -> Result<&[Advice]> {
        let own = self.guidance_of(kind)?;
        if own.is_empty() && kind.is_some() { self.guidance_of(None) } else { Ok(own) }
    }

    /// The articles that name something of the crash; of all others a run reads the names alone.
    pub(super) fn leads_of(&self, subject: &Subject) -> Result<Vec<DiagnosedLead>> {
        let store = self.matcher.store();
        if self.leads.get().is_none() {
            let leads = Leads::new(store.lead_names()?);
            self.leads.get_or_init(|| leads);
        }
        let found = self.leads.get().map(|leads| leads.naming(subject)).unwrap_or_default();
        let read = found.iter().map(|naming| {
            let lead = store.lead(naming.place)?;
            Ok(lead.map(|lead| DiagnosedLead::new(lead, naming)))
        });
        Ok(read.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    }

    fn guidance_of(&self, kind: Option<PanicKind>) -> Result<&[Advice]> {
        let Some(read) = self.guidance.get(&kind) else {
            return Ok(&[]);
        };
        if let Some(advice) = read.get() {
            return Ok(advice);
        }
        let found = self.matcher.store().guidance(kind.map(PanicKind::as_str))?;
        Ok(read.get_or_init(|| found.into_iter().map(|found| advice(kind, found)).collect()))
    }
}

fn advice(panic_kind: Option<PanicKind>, guidance: Guidance) -> Advice {
    let text = Bilingual { english: guidance.text, japanese: guidance.advice_ja };
    Advice { panic_kind, text, articles: guidance.articles }
}

impl<'a> From<&'a Knowledge> for Lists<'a> {
    fn from(knowledge: &'a Knowledge) -> Self {
        Self { symbols: knowledge.symbols.as_deref(), ..Self::from(&knowledge.matcher) }
    }
}

/// The tables that a crash is read with when it is not matched: frame lists, releases, modules.
pub struct Handbook {
    frames: FrameLists,
    releases: Releases,
    store: Store,
    symbols: Option<Arc<Symbols>>,
}

impl Handbook {
    /// Takes the tables out of `store`.
    ///
    /// # Errors
    /// [`crate::error::Error::Store`] when the store is damaged.
    pub fn new(store: Store) -> Result<Self> {
        let (frames, releases) = (store.frame_lists()?, store.releases()?);
        Ok(Self { frames, releases, store, symbols: None })
    }

    /// The same with the names of functions, by which those of a crash are checked and restored.
    #[must_use]
    pub fn with_symbols(self, symbols: Option<Arc<Symbols>>) -> Self {
        Self { symbols, ..self }
    }

    /// Explains the screen of a crash, part by part.
    ///
    /// # Errors
    /// [`crate::error::Error::Store`] when the store is damaged.
    pub fn explain(&self, subject: &Subject) -> Result<Vec<Section>> {
        let entry = subject.host.entry.as_ref();
        sections(&subject.crash, entry, &|module| self.store.module(module))
    }
}

impl<'a> From<&'a Handbook> for Lists<'a> {
    fn from(handbook: &'a Handbook) -> Self {
        let symbols = handbook.symbols.as_deref();
        Self { frames: &handbook.frames, releases: &handbook.releases, symbols }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_of_no_use_is_no_secret() {
        let directory = tempfile::tempdir().expect("a directory");
        let sources = [KbSource::Directory(directory.path().to_path_buf())];
        let cache = directory.path().join("cache");
        let knowledge = Knowledge::open(&sources, Some(&cache), false).expect("compiled");
        assert!(knowledge.trouble().is_none());
        let file = directory.path().join("file");
        std::fs::write(&file, "no directory").expect("write");
        let knowledge = Knowledge::open(&sources, Some(&file), false).expect("compiled");
        let trouble = knowledge.trouble().expect("trouble").to_string();
        assert!(trouble.contains("not a directory; compiled in memory"), "{trouble}");
    }
}
