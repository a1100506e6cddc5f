//! The knowledge base, compiled: store and indexes in one file, with one stamp.
//!
//! The only place where store and index meet. The first use compiles in memory, works with that, and
//! keeps the bytes in the cache (`cache.rs`); later uses read them from there. Nothing depends on the
//! cache: a file that is missing, damaged (`form.rs`) or not to be believed is compiled again, and
//! what was wrong is said in [`Opening::trouble`].

mod cache;
mod form;
mod manifest;
mod parts;
mod rights;
mod texts;

use std::any::Any;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::index::{self, Index, SearchIndex};
use crate::kb::{KbSource, KnowledgeBase};
use crate::store::{self, Store};
use cache::Problem;
use form::Form;
use parts::Parts;
pub(crate) use parts::{ERROR_CODE_BITS, is_more_than_its_kind, stored_exemplar};

/// An open compiled knowledge base.
pub struct Compiled {
    /// Issues, signatures, releases, guidance.
    pub store: Store,
    /// Search over the issues.
    pub index: Index,
    /// Digest of the kb files alone.
    pub digest: String,
    /// Where it comes from.
    pub opening: Opening,
}

/// Where a compiled knowledge base comes from.
#[derive(Debug, Default)]
pub struct Opening {
    /// The file that holds it; `None` in memory alone.
    pub file: Option<PathBuf>,
    /// True when this call has compiled it.
    pub fresh: bool,
    /// Why the cache was of no use, when it should have been.
    pub trouble: Option<Error>,
}

/// The place of a compiled knowledge base: its sources and its cache.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// What is compiled.
    pub sources: &'a [KbSource],
    /// The cache directory; `None` for memory alone.
    pub cache: Option<&'a Path>,
    /// Why the file in the cache must not be used although it can be opened; it is compiled anew.
    pub distrust: Option<&'a str>,
}

impl<'a> Place<'a> {
    /// The place of the compiled form of `sources` below `cache`.
    pub fn new(sources: &'a [KbSource], cache: Option<&'a Path>) -> Self {
        Self { sources, cache, distrust: None }
    }

    /// Opens the compiled form, which is compiled first where it is missing or damaged; in memory
    /// without a cache or where the cache cannot be written.
    ///
    /// # Errors
    /// [`Error::Io`] when a source cannot be read; store and index errors when memory fails too. So
    /// for every method here.
    pub fn open(&self) -> Result<Compiled> {
        let digest = self.digest()?;
        let ((store, index), opening) =
            self.opened(&digest, false, |form| Ok((form.store()?, form.index()?)))?;
        Ok(Compiled { store, index, digest, opening })
    }

    /// Opens only the store: for those that match nothing.
    pub fn open_store(&self) -> Result<(Store, Opening)> {
        self.opened(&self.digest()?, false, Form::store)
    }

    /// Opens only the full-text search, which recognising a crash does not need.
    pub fn open_search(&self) -> Result<(SearchIndex, Opening)> {
        self.opened(&self.digest()?, true, Form::search)
    }

    fn digest(&self) -> Result<String> {
        manifest::digest_of(self.sources, self.cache)
    }

    /// What `read` takes out of the compiled form.
    fn opened<T>(
        &self,
        digest: &str,
        with_search: bool,
        read: impl Fn(&Form) -> Result<T>,
    ) -> Result<(T, Opening)> {
        let stamp = stamp_of(digest);
        let cached = match (self.cache, self.distrust) {
            (Some(root), None) => from_cache(root, &stamp, &read),
            (Some(root), Some(problem)) => {
                let [path, _] = cache::places(root, &stamp);
                Err(Damage { path, problem: problem.to_owned() })
            }
            (None, _) => Ok(None),
        };
        let damage = match cached {
            Ok(Some((found, file))) => {
                return Ok((found, Opening { file: Some(file), ..Opening::default() }));
            }
            Ok(None) => None,
            Err(damage) => Some(damage),
        };
        let kb = KnowledgeBase::read(self.sources)?;
        let bytes = Parts::new(&kb).form(&stamp, with_search || self.cache.is_some())?;
        let kept = self.cache.map(|root| (root, cache::keep(root, &stamp, &bytes)));
        let found = read(&Form::open(Cursor::new(bytes), &stamp)?)?;
        let (file, trouble) = outcome(damage, kept);
        Ok((found, Opening { file, fresh: true, trouble }))
    }
}

/// What is wrong with the file or directory `path` of the cache.
struct Damage {
    path: PathBuf,
    problem: Problem,
}

/// What `read` takes out of the file in the cache; `None` without a file.
fn from_cache<T>(
    root: &Path,
    stamp: &str,
    read: &impl Fn(&Form) -> Result<T>,
) -> Result<Option<(T, PathBuf)>, Damage> {
    let exists =
        cache::check_root(root).map_err(|problem| Damage { path: root.to_path_buf(), problem })?;
    if !exists {
        return Ok(None);
    }
    let mut damage = None;
    for path in cache::places(root, stamp) {
        match without_panic(|| from_file(&path, stamp, read)).and_then(|found| found) {
            Ok(Some(found)) => return Ok(Some((found, path))),
            Ok(None) => {}
            Err(problem) => damage = damage.or(Some(Damage { path, problem })),
        }
    }
    damage.map_or(Ok(None), Err)
}

fn from_file<T>(
    path: &Path,
    stamp: &str,
    read: &impl Fn(&Form) -> Result<T>,
) -> Result<Option<T>, Problem> {
    let Some(file) = cache::open(path)? else {
        return Ok(None);
    };
    let found = Form::open(file, stamp).and_then(|form| read(&form));
    found.map(Some).map_err(|error| error.to_string())
}

/// What `action` gives; the text of the panic when it panics.
///
/// # Errors
/// The text of the panic.
fn without_panic<T>(action: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(action)).map_err(|panic| panic_text(&*panic))
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    format!("panic: {}", text.unwrap_or("without a text"))
}

/// The file that was kept, and what there is to say about the cache.
fn outcome(
    damage: Option<Damage>,
    kept: Option<(&Path, Result<PathBuf, Problem>)>,
) -> (Option<PathBuf>, Option<Error>) {
    match kept {
        None => (None, None),
        Some((_, Ok(file))) => {
            let trouble =
                damage.map(|Damage { path, problem }| Error::Cache { path, problem, healed: true });
            (Some(file), trouble)
        }
        Some((root, Err(unkept))) => {
            let (path, problem) = match damage {
                Some(Damage { path, problem }) if problem != unkept => {
                    (path, format!("{problem}, and the cache {unkept}"))
                }
                _ => (root.to_path_buf(), unkept),
            };
            (None, Some(Error::Cache { path, problem, healed: false }))
        }
    }
}

/// Opens the compiled form of `sources` below `cache`, as [`Place::open`].
///
/// # Errors
/// As [`Place::open`].
pub fn open(sources: &[KbSource], cache: Option<&Path>) -> Result<Compiled> {
    Place::new(sources, cache).open()
}

/// Compiles `kb` in memory: for knowledge bases that are in no directory.
///
/// # Errors
/// Store and index errors.
pub fn compile(kb: &KnowledgeBase) -> Result<Compiled> {
    const STAMP: &str = "memory";
    let bytes = Parts::new(kb).form(STAMP, false)?;
    let digest = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let form = Form::open(Cursor::new(bytes), STAMP)?;
    let (store, index) = (form.store()?, form.index()?);
    let opening = Opening { fresh: true, ..Opening::default() };
    Ok(Compiled { store, index, digest, opening })
}

/// The key of a compiled form: everything that its content depends on.
fn stamp_of(digest: &str) -> String {
    let parts = [
        digest,
        env!("PSOD_MATCH_SOURCES"),
        env!("CARGO_PKG_VERSION"),
        &store::SCHEMA_VERSION.to_string(),
        &index::SCHEMA_VERSION.to_string(),
        index::engine_version(),
    ];
    let hash = Sha256::digest(parts.join("\n").as_bytes());
    hash.iter().take(cache::STAMP / 2).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
