//! Opens the compiled knowledge base, and one that is compiled again when the one in the cache fails.
//!
//! Checksums find what the disk has done to the cache. What they cannot find, such as a file that was
//! made up, shows itself in a question that fails: it costs time, and never the answer.

use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use anyhow::Context;
use etcetera::BaseStrategy;
use psod_match::compile::{Compiled, Opening, Place};
use psod_match::diagnose::{Handbook, Knowledge};
use psod_match::error::Error;
use psod_match::index::SearchIndex;
use psod_match::kb::KbSource;
use psod_match::store::Store;

use super::Session;
use super::fault::caught;
use super::output::complain;

/// The sources of the knowledge base, and the cache.
pub struct Origin {
    sources: Vec<KbSource>,
    cache: Option<PathBuf>,
}

impl Origin {
    fn place<'a>(&'a self, distrust: Option<&'a str>) -> Place<'a> {
        Place { distrust, ..Place::new(&self.sources, self.cache.as_deref()) }
    }
}

/// A compiled knowledge base that is asked, and the one that takes its place after a question failed.
pub struct Asked<K> {
    opened: K,
    from_cache: bool,
    again: OnceLock<K>,
    /// Several threads may fail at once; one of them compiles.
    compiling: Mutex<()>,
    origin: Origin,
    open: Open<K>,
}

type Open<K> = Box<dyn Fn(Place<'_>) -> anyhow::Result<(K, Opening)> + Sync>;

impl<K> Asked<K> {
    fn new(origin: Origin, open: Open<K>) -> anyhow::Result<Self> {
        let first = attempt(|| open(origin.place(None)));
        let (opened, opening) = match first {
            Ok(opened) => opened?,
            Err(problem) => open(origin.place(Some(&problem)))?,
        };
        complain_of_trouble(&opening);
        let (again, compiling) = (OnceLock::new(), Mutex::new(()));
        Ok(Self { opened, from_cache: !opening.fresh, again, compiling, origin, open })
    }

    /// What was opened first.
    pub fn opened(&self) -> &K {
        &self.opened
    }

    /// Asks `question`; of one that is compiled again when the one in the cache is at fault.
    pub fn ask<T>(&self, question: impl Fn(&K) -> anyhow::Result<T>) -> anyhow::Result<T> {
        if !self.from_cache {
            return question(&self.opened);
        }
        if let Some(again) = self.again.get() {
            return question(again);
        }
        match attempt(|| question(&self.opened)) {
            Ok(answer) => answer,
            Err(problem) => question(self.again(&problem)?),
        }
    }

    fn again(&self, problem: &str) -> anyhow::Result<&K> {
        let _compiling = self.compiling.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(again) = self.again.get() {
            return Ok(again);
        }
        let (again, opening) = (self.open)(self.origin.place(Some(problem)))?;
        complain_of_trouble(&opening);
        Ok(self.again.get_or_init(|| again))
    }
}

/// The answer; a problem when the compiled knowledge base is at fault, or may be.
pub fn attempt<T>(
    question: impl FnOnce() -> anyhow::Result<T>,
) -> Result<anyhow::Result<T>, String> {
    match caught(question)? {
        Err(error) if error.downcast_ref().is_some_and(Error::is_of_compiled) => {
            Err(format!("{error:#}"))
        }
        answer => Ok(answer),
    }
}

impl Session<'_> {
    fn origin(&self) -> anyhow::Result<Origin> {
        Ok(Origin { sources: self.sources()?, cache: cache_directory() })
    }

    /// What recognises crashes. It is kept to the end of the process, which is sooner there when
    /// nobody takes it to pieces first.
    pub fn knowledge(&self) -> anyhow::Result<&'static Asked<Knowledge>> {
        let (drafts, symbols) = (self.common.drafts, self.symbols()?);
        let knowledge = Asked::new(
            self.origin()?,
            Box::new(move |place| {
                let (compiled, opening) = opened(place)?;
                Ok((Knowledge::new(compiled, drafts)?.with_symbols(symbols.clone()), opening))
            }),
        );
        Ok(Box::leak(Box::new(knowledge?)))
    }

    /// What knows the names that screens print: it is asked when the first picture is read.
    pub fn ask_names(&self) -> anyhow::Result<Box<dyn Fn() -> Vec<String> + Send + Sync>> {
        let origin = self.origin()?;
        Ok(Box::new(move || {
            let names = printed_names(origin.place(None))
                .or_else(|problem| printed_names(origin.place(Some(&problem))));
            // What is wrong with the files themselves is said by those who match the crash.
            names.unwrap_or_default()
        }))
    }

    /// The tables alone: reading a crash needs neither index nor matcher.
    pub fn handbook(&self) -> anyhow::Result<Asked<Handbook>> {
        let symbols = self.symbols()?;
        Asked::new(
            self.origin()?,
            Box::new(move |place| {
                let (store, opening) = place.open_store().context(CANNOT_OPEN)?;
                complain_of_unread_files(&store)?;
                Ok((Handbook::new(store)?.with_symbols(symbols.clone()), opening))
            }),
        )
    }

    /// The compiled knowledge base, for a command that is run again when it is at fault.
    pub fn compiled(&self) -> anyhow::Result<Compiled> {
        let origin = self.origin()?;
        let (compiled, opening) = opened(origin.place(self.distrust.as_deref()))?;
        complain_of_trouble(&opening);
        Ok(Compiled { opening, ..compiled })
    }

    /// The full-text search, as [`Self::compiled`].
    pub fn search_index(&self) -> anyhow::Result<SearchIndex> {
        let origin = self.origin()?;
        let place = origin.place(self.distrust.as_deref());
        let (search, opening) = place.open_search().context(CANNOT_OPEN)?;
        complain_of_trouble(&opening);
        Ok(search)
    }
}

/// The names that screens print; a problem when the compiled form is at fault, or may be.
fn printed_names(place: Place<'_>) -> Result<Vec<String>, String> {
    let names = attempt(|| {
        let (store, opening) = place.open_store()?;
        complain_of_trouble(&opening);
        Ok(store.printed_names()?)
    });
    names?.map_err(|error| error.to_string())
}

const CANNOT_OPEN: &str = "cannot open the knowledge base";

fn opened(place: Place<'_>) -> anyhow::Result<(Compiled, Opening)> {
    let mut compiled = place.open().context(CANNOT_OPEN)?;
    complain_of_unread_files(&compiled.store)?;
    let opening = std::mem::take(&mut compiled.opening);
    Ok((compiled, opening))
}

/// Finds the directory for compiled knowledge bases; `None` without a home.
fn cache_directory() -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.cache_dir().join("psod-match"))
}

fn complain_of_trouble(opening: &Opening) {
    if let Some(trouble) = &opening.trouble {
        complain(&trouble.to_string());
    }
}

fn complain_of_unread_files(store: &Store) -> anyhow::Result<()> {
    let unread = store.unread_files()?;
    if unread > 0 {
        complain(&format!(
            "{unread} files of the knowledge base were left out; `psod-match kb lint` names them"
        ));
    }
    Ok(())
}
