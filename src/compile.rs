//! The knowledge base, compiled: a store and an index with one stamp on both.
//!
//! The only place where store and index meet. The first use compiles into a directory of its own
//! below the cache and renames it when it is complete; later uses open it. Nothing waits for the
//! disk: a directory that a crash of the machine has damaged does not open, and is compiled again.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::slice;
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use crate::crash::{Crash, PanicKind, Role};
use crate::error::{Error, Result};
use crate::index::{self, CrashTerms, Index, IssueTerms, SearchDocument, SearchIndex};
use crate::kb::{
    CheckPattern, FramePattern, Issue, KbSource, KnowledgeBase, Rarity, Signature,
    SignatureConditions, Subjects, digest_of,
};
use crate::read::{crashes_in_text, kind_words};
use crate::signature::{ComparableCrash, CrashKeys, KeyFrame, function_name, words};
use crate::store::{self, CompiledIssue, KnownIssue, Store, StoredExemplar};
use crate::text::Template;

const STORE_FILE: &str = "store.sqlite";
const INDEX_DIRECTORY: &str = "index";
const SEARCH_DIRECTORY: &str = "search";
const BUILDING: &str = "building-";
/// Directories that a killed process has left are removed after this time.
const LEFTOVER_AGE: Duration = Duration::from_secs(3600);
/// Compiled knowledge bases that are kept: a curator makes a new one with every change.
const MAX_KEPT: usize = 8;
/// Fixed words that a message must have beyond those of its panic kind to prove anything.
const MIN_OWN_WORDS: usize = 2;
/// Bits of the architectural error code: a machine check that only names its class is not an
/// issue yet.
const ERROR_CODE_BITS: u32 = 16;

/// An open compiled knowledge base.
pub struct Compiled {
    /// Issues, signatures, releases, guidance.
    pub store: Store,
    /// Search over the issues.
    pub index: Index,
    /// Digest of the kb files alone.
    pub digest: String,
    /// The directory that holds it; `None` in memory.
    pub directory: Option<PathBuf>,
    /// True when this call has compiled it.
    pub fresh: bool,
}

/// Opens the compiled form of `sources` below `cache`, which is compiled first where it is missing;
/// in memory without a cache or where the cache cannot be written.
///
/// # Errors
/// [`Error::Io`] when a source cannot be read; store and index errors when memory fails too.
pub fn open(sources: &[KbSource], cache: Option<&Path>) -> Result<Compiled> {
    let digest = digest_of(sources)?;
    let stamp = stamp_of(&digest);
    if let Some(cache) = cache {
        let directory = cache.join(&stamp);
        if let Ok((store, index)) = open_directory(&directory, &stamp) {
            return Ok(Compiled { store, index, digest, directory: Some(directory), fresh: false });
        }
    }
    let kb = KnowledgeBase::read(sources)?;
    let parts = Parts::new(&kb);
    let built = cache.map(|cache| build_directory(&parts, cache, &stamp));
    if let Some(Ok((store, index, directory))) = built {
        return Ok(Compiled { store, index, digest, directory: Some(directory), fresh: true });
    }
    let (store, index) = parts.in_memory(&stamp)?;
    Ok(Compiled { store, index, digest, directory: None, fresh: true })
}

/// Opens only the store of the compiled form of `sources`: for those that match nothing. As
/// [`open`] where it has not been compiled yet.
///
/// # Errors
/// As [`open`].
pub fn open_store(sources: &[KbSource], cache: Option<&Path>) -> Result<Store> {
    if let Some(cache) = cache {
        let stamp = stamp_of(&digest_of(sources)?);
        let store = Store::open(&cache.join(&stamp).join(STORE_FILE));
        if let Ok(store) = store
            && store.stamp().is_ok_and(|found| found == stamp)
        {
            return Ok(store);
        }
    }
    Ok(open(sources, cache)?.store)
}

/// Opens the full-text search of `compiled`, which was opened from `sources`, or makes it in memory
/// where it is missing. Recognising a crash does not need it and does not open it.
///
/// # Errors
/// As [`open`].
pub fn open_search(sources: &[KbSource], compiled: &Compiled) -> Result<SearchIndex> {
    let found =
        compiled.directory.as_ref().map(|path| SearchIndex::open(&path.join(SEARCH_DIRECTORY)));
    if let Some(Ok(search)) = found {
        return Ok(search);
    }
    let kb = KnowledgeBase::read(sources)?;
    SearchIndex::in_memory(&Parts::new(&kb).search_documents())
}

/// Compiles `kb` in memory: for knowledge bases that are in no directory.
///
/// # Errors
/// Store and index errors when memory fails.
pub fn compile(kb: &KnowledgeBase) -> Result<Compiled> {
    const STAMP: &str = "memory";
    let (store, index) = Parts::new(kb).in_memory(STAMP)?;
    Ok(Compiled { store, index, digest: STAMP.to_owned(), directory: None, fresh: true })
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
    const LENGTH: usize = 16;
    let hash = Sha256::digest(parts.join("\n").as_bytes());
    hash.iter().take(LENGTH).map(|byte| format!("{byte:02x}")).collect()
}

/// Opens a finished directory; one with another stamp, or half of one, is an error.
fn open_directory(directory: &Path, stamp: &str) -> Result<(Store, Index)> {
    let store = Store::open(&directory.join(STORE_FILE))?;
    let index = Index::open(&directory.join(INDEX_DIRECTORY))?;
    if store.stamp()? != stamp || index.stamp()? != stamp {
        return Err(Error::Compiled("store and index have different stamps".into()));
    }
    Ok((store, index))
}

/// Compiles into a directory of its own and renames it: another process sees all of it or nothing.
fn build_directory(
    parts: &Parts<'_>,
    cache: &Path,
    stamp: &str,
) -> Result<(Store, Index, PathBuf)> {
    fs::create_dir_all(cache).map_err(Error::io("create", cache))?;
    remove_leftovers(cache);
    let building = tempfile::Builder::new()
        .prefix(BUILDING)
        .tempdir_in(cache)
        .map_err(Error::io("write into", cache))?;
    parts.write_to(building.path(), stamp)?;
    let directory = cache.join(stamp);
    if fs::rename(building.path(), &directory).is_err() {
        // Either another process was faster, or a damaged directory is in the way.
        if let Ok((store, index)) = open_directory(&directory, stamp) {
            return Ok((store, index, directory));
        }
        fs::remove_dir_all(&directory).map_err(Error::io("remove", &directory))?;
        fs::rename(building.path(), &directory).map_err(Error::io("rename into", &directory))?;
    }
    // The renamed directory is no longer there to be removed.
    let _ = building.keep();
    let (store, index) = open_directory(&directory, stamp)?;
    Ok((store, index, directory))
}

/// Removes directories that killed processes have left, and the oldest compiled forms.
fn remove_leftovers(cache: &Path) {
    let Ok(entries) = fs::read_dir(cache) else {
        return;
    };
    let mut finished: Vec<(SystemTime, PathBuf)> = Vec::new();
    for entry in entries.flatten().filter(|entry| entry.path().is_dir()) {
        let Ok(modified) = entry.metadata().and_then(|metadata| metadata.modified()) else {
            continue;
        };
        let age = modified.elapsed().unwrap_or_default();
        if !entry.file_name().to_string_lossy().starts_with(BUILDING) {
            finished.push((modified, entry.path()));
        } else if age > LEFTOVER_AGE {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    finished.sort_by(|one, other| other.cmp(one));
    for (_, path) in finished.into_iter().skip(MAX_KEPT) {
        let _ = fs::remove_dir_all(path);
    }
}

/// Functions on top of a backtrace by which its panic kind is known although no message was
/// published, those that say most first.
const KINDS_BY_FUNCTION: &[(&str, PanicKind)] = &[
    ("Int6_UD2Assert", PanicKind::Assert),
    ("Panic_OnAssertAt", PanicKind::Assert),
    ("NMI_Interrupt", PanicKind::NmiIpi),
    ("Panic_Exception", PanicKind::PageFault),
    ("vmk_PanicWithModuleID", PanicKind::Other),
    ("vmk_vPanic", PanicKind::Other),
];

/// The kind of a recorded crash whose message was not published. A panic that the code asks for has
/// `Panic` on top of its backtrace, so one that begins in another function was left by an exception,
/// and nearly all of these are page faults.
fn assumed_kind(crash: &Crash) -> Option<PanicKind> {
    let frames = crash.deciding_frames();
    let machinery = frames.iter().take_while(|frame| frame.role == Role::Machinery);
    let functions: Vec<&str> =
        machinery.filter_map(|frame| frame.function.as_deref()).map(function_name).collect();
    let known = KINDS_BY_FUNCTION.iter().find(|(function, _)| functions.contains(function));
    let begins_in_story = functions.is_empty() && !frames.is_empty();
    known.map(|(_, kind)| *kind).or(begins_in_story.then_some(PanicKind::PageFault))
}

/// The parts of a knowledge base that store and index are made of.
struct Parts<'a> {
    kb: &'a KnowledgeBase,
    /// Keys of every crash text that belongs to an issue, by the id of the issue.
    own: BTreeMap<&'a str, Vec<CrashKeys>>,
    /// Keys of the crash texts that belong to none.
    others: Vec<CrashKeys>,
    exemplars: BTreeMap<&'a str, Vec<StoredExemplar>>,
}

impl<'a> Parts<'a> {
    fn new(kb: &'a KnowledgeBase) -> Self {
        let mut parts =
            Parts { kb, own: BTreeMap::new(), others: Vec::new(), exemplars: BTreeMap::new() };
        for exemplar in kb.exemplars.values() {
            let Some(found) = crashes_in_text(&exemplar.text).into_iter().next() else {
                continue;
            };
            let comparable = ComparableCrash::new(found.crash, &kb.lists);
            let keys = comparable.keys;
            match exemplar.issue() {
                Some(issue) => {
                    let frames = keys.frames.iter().map(stored_frame).collect();
                    let path = exemplar.path.clone();
                    let kind = keys.kind.or_else(|| assumed_kind(&comparable.crash));
                    let stored = StoredExemplar { path, kind, frames };
                    parts.exemplars.entry(issue).or_default().push(stored);
                    parts.own.entry(issue).or_default().push(keys);
                }
                None => parts.others.push(keys),
            }
        }
        parts
    }

    /// How often functions are printed: as the knowledge base has it, or counted again when it has
    /// grown far beyond the crash texts that were counted. The counts of a few dozen shipped issues
    /// say nothing about which functions tell a thousand issues of a team apart.
    fn rarity(&self) -> Cow<'_, Rarity> {
        const OUTGROWN: usize = 2;
        let counted = &self.kb.rarity;
        if self.own.len() + self.others.len() <= OUTGROWN * counted.total as usize {
            return Cow::Borrowed(counted);
        }
        let own = self.own.values().map(|crashes| functions_of(crashes));
        let others = self.others.iter().map(|crash| functions_of(slice::from_ref(crash)));
        Cow::Owned(Rarity::count(own.chain(others)))
    }

    fn crashes_of(&self, issue: &Issue) -> &[CrashKeys] {
        self.own.get(issue.id.as_str()).map(Vec::as_slice).unwrap_or_default()
    }

    fn subjects_of(&self, issue: &Issue) -> Subjects {
        Subjects::new(issue, self.crashes_of(issue))
    }

    /// The issues as the store keeps them.
    fn compiled_issues(&self) -> Vec<CompiledIssue> {
        self.kb.issues.values().map(|issue| self.compiled_issue(issue)).collect()
    }

    fn compiled_issue(&self, issue: &Issue) -> CompiledIssue {
        let signatures = issue.signatures.iter();
        let known = KnownIssue {
            issue: issue.clone(),
            decisive: signatures.map(|signature| self.is_decisive(issue, signature)).collect(),
            exemplars: self.exemplars.get(issue.id.as_str()).cloned().unwrap_or_default(),
        };
        CompiledIssue { known, modules: self.subjects_of(issue).modules }
    }

    /// A message, source line, log line or machine check proves an issue when it holds for crashes
    /// of no other issue and is more than the text of its panic kind.
    fn is_decisive(&self, issue: &Issue, signature: &Signature) -> bool {
        let mut foreign = self
            .own
            .iter()
            .filter(|(id, _)| **id != issue.id)
            .flat_map(|(_, crashes)| crashes)
            .chain(&self.others);
        let asked = SignatureConditions::new(signature.clone());
        is_more_than_its_kind(signature) && !foreign.any(|keys| asked.text_holds(keys))
    }

    /// The terms of every issue, for the candidates of a crash.
    fn terms(&self) -> Vec<IssueTerms> {
        self.kb.issues.values().map(|issue| self.terms_of(issue)).collect()
    }

    fn terms_of(&self, issue: &Issue) -> IssueTerms {
        let mut terms = CrashTerms::default();
        for signature in &issue.signatures {
            terms.add_signature(signature);
        }
        for keys in self.crashes_of(issue) {
            terms.add(&CrashTerms::from_keys(keys));
        }
        IssueTerms { issue: issue.id.clone(), terms }
    }

    fn search_documents(&self) -> Vec<SearchDocument> {
        let issues = self
            .kb
            .issues
            .values()
            .map(|issue| SearchDocument::from_issue(issue, &self.subjects_of(issue)));
        issues.chain(self.kb.guidance.values().map(SearchDocument::from_guidance)).collect()
    }

    fn write_to(&self, directory: &Path, stamp: &str) -> Result<()> {
        let store = Store::create(&directory.join(STORE_FILE))?;
        store.write(self.kb, &self.compiled_issues(), &self.rarity(), stamp)?;
        let index = directory.join(INDEX_DIRECTORY);
        fs::create_dir(&index).map_err(Error::io("create", &index))?;
        Index::create(&index, &self.terms(), stamp)?;
        let search = directory.join(SEARCH_DIRECTORY);
        fs::create_dir(&search).map_err(Error::io("create", &search))?;
        SearchIndex::create(&search, &self.search_documents())
    }

    fn in_memory(&self, stamp: &str) -> Result<(Store, Index)> {
        let store = Store::in_memory()?;
        store.write(self.kb, &self.compiled_issues(), &self.rarity(), stamp)?;
        Ok((store, Index::in_memory(&self.terms(), stamp)?))
    }
}

fn functions_of(crashes: &[CrashKeys]) -> Vec<&str> {
    crashes.iter().flat_map(CrashKeys::functions).collect()
}

/// A frame of a crash text as signatures write it.
fn stored_frame(frame: &KeyFrame) -> FramePattern {
    let (function, module) = (frame.function.clone(), frame.module.clone());
    FramePattern { function, module, ..FramePattern::default() }
}

/// True when every text and machine check of the signature is more than any crash of its kind
/// prints.
fn is_more_than_its_kind(signature: &Signature) -> bool {
    let kinds = signature.panic_kinds().into_iter();
    let common: Vec<String> = kinds.flat_map(kind_words).collect();
    let mut texts = signature.messages.iter().chain(&signature.logs);
    signature.asks_for_text()
        && texts.all(|text| has_own_words(text, &common))
        && signature.sources.iter().all(|place| place.line.is_some())
        && signature.machine_check.iter().all(is_more_than_an_error_code)
}

/// True when the template has enough fixed words beside the `common` ones of its panic kind.
fn has_own_words(text: &str, common: &[String]) -> bool {
    let template = Template::new(text);
    let own = template.fixed_words().into_iter().flat_map(words);
    own.filter(|word| !common.contains(word)).count() >= MIN_OWN_WORDS
}

fn is_more_than_an_error_code(check: &CheckPattern) -> bool {
    let mask = check.mask.map_or(u64::MAX, |mask| mask.0);
    check.value.is_some() && mask.count_ones() > ERROR_CODE_BITS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::Exemplar;

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().expect("a parent")).expect("create");
        fs::write(path, text).expect("write");
    }

    fn team(directory: &Path) -> Vec<KbSource> {
        let issue = "+++\nschema = 1\nid = \"TEAM-0001\"\ntitle = \"t\"\nstatus = \"test\"\nauthor = \"a\"\n\
             created = 2026-11-23\n[[signatures]]\nname = \"m\"\nkinds = [\"spin-count\"]\n\
             messages = [\"Spin count exceeded (fooLock barLock)\"]\n+++\n";
        write(&directory.join("issues/TEAM-0001.md"), issue);
        write(
            &directory.join("crashes/TEAM-0001-1.txt"),
            "EXPECT: TEAM-0001\nSOURCE: x\n\n@BlueScreen: Spin count exceeded (fooLock barLock)\n[0x1]A_b@m#1+0x1\n",
        );
        vec![KbSource::Directory(directory.to_path_buf())]
    }

    #[test]
    fn the_second_use_opens_what_the_first_has_compiled() {
        let (kb, cache) = (tempfile::tempdir().expect("kb"), tempfile::tempdir().expect("cache"));
        let sources = team(kb.path());
        let first = open(&sources, Some(cache.path())).expect("compiled");
        assert!(first.fresh && first.directory.is_some());
        let second = open(&sources, Some(cache.path())).expect("opened");
        assert!(!second.fresh);
        let signatures = second.store.signatures("TEAM-0001").expect("signatures");
        assert!(signatures[0].decisive);
        let left = fs::read_dir(cache.path()).expect("a directory").count();
        assert_eq!(left, 1, "no building directory is left");
    }

    #[test]
    fn issues_and_guidance_come_back_as_they_were_written() {
        let sources = [KbSource::Shipped];
        let kb = KnowledgeBase::read(&sources).expect("a kb");
        let store = open(&sources, None).expect("compiled").store;
        for (id, issue) in &kb.issues {
            let stored = store.issue(id).expect("a store").expect("an issue");
            assert_eq!(&stored.issue, issue);
        }
        for guidance in store.guidance(Some("tlb-ack")).expect("a store") {
            assert_eq!(guidance.advice_ja, kb.guidance[&guidance.id].advice_ja);
        }
    }

    #[test]
    fn a_changed_file_and_a_damaged_cache_are_compiled_again() {
        let (kb, cache) = (tempfile::tempdir().expect("kb"), tempfile::tempdir().expect("cache"));
        let sources = team(kb.path());
        let first = open(&sources, Some(cache.path())).expect("compiled");
        let directory = first.directory.clone().expect("a directory");
        drop(first);
        fs::write(directory.join(STORE_FILE), "half a file").expect("write");
        assert!(open(&sources, Some(cache.path())).expect("compiled again").fresh);
        assert!(!open(&sources, Some(cache.path())).expect("opened").fresh);
        fs::write(kb.path().join("README.md"), "x").expect("write");
        assert!(open(&sources, Some(cache.path())).expect("compiled again").fresh);
    }

    /// The store and the files of the index, whose names are new each time, in a fixed order.
    fn files_to_recognise(directory: &Path) -> Vec<PathBuf> {
        let index = fs::read_dir(directory.join(INDEX_DIRECTORY)).expect("an index");
        let mut files: Vec<PathBuf> = index.map(|entry| entry.expect("an entry").path()).collect();
        files.sort_by_key(|file| file.extension().map(ToOwned::to_owned));
        files.push(directory.join(STORE_FILE));
        files
    }

    /// A power failure soon after compiling leaves files without content.
    #[test]
    fn a_cache_with_an_empty_file_is_compiled_again() {
        let (kb, cache) = (tempfile::tempdir().expect("kb"), tempfile::tempdir().expect("cache"));
        let sources = team(kb.path());
        let first = open(&sources, Some(cache.path())).expect("compiled");
        let directory = first.directory.clone().expect("a directory");
        drop(first);
        for number in 0..files_to_recognise(&directory).len() {
            let file = &files_to_recognise(&directory)[number];
            fs::write(file, "").expect("write");
            let again = open(&sources, Some(cache.path())).expect("compiled again");
            assert!(again.fresh, "{}", file.display());
        }
        assert!(!open(&sources, Some(cache.path())).expect("opened").fresh);
    }

    #[test]
    fn without_a_writable_cache_it_works_in_memory() {
        let kb = tempfile::tempdir().expect("kb");
        let sources = team(kb.path());
        let file = kb.path().join("crashes/TEAM-0001-1.txt");
        for cache in [None, Some(file.as_path())] {
            let compiled = open(&sources, cache).expect("compiled");
            assert_eq!(compiled.directory, None);
            assert_eq!(compiled.store.issue_ids().expect("ids").len(), 1);
        }
    }

    #[test]
    fn two_at_once_both_get_a_whole_one() {
        let (kb, cache) = (tempfile::tempdir().expect("kb"), tempfile::tempdir().expect("cache"));
        let sources = team(kb.path());
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        open(&sources, Some(cache.path())).expect("compiled").store.stamp()
                    })
                })
                .collect();
            for thread in threads {
                thread.join().expect("no panic").expect("a stamp");
            }
        });
    }

    /// A knowledge base whose counts are of one crash, with this many crash texts of no issue.
    fn with_unknown_crashes(count: usize) -> KnowledgeBase {
        let mut kb = KnowledgeBase {
            rarity: Rarity { total: 2, ..Rarity::default() },
            ..KnowledgeBase::default()
        };
        for number in 0..count {
            let path = format!("unknown/{number}.txt");
            let text = format!(
                "EXPECT: none\n\n#PF Exception 14 in world 1:w IP 0x1 addr 0x8\n\
                 0x1:[0x2]Often@vmkernel#nover+0x1 stack: 0x0\n\
                 0x1:[0x2]Rare{number}@vmkernel#nover+0x1 stack: 0x0\n"
            );
            kb.exemplars.insert(path.clone(), Exemplar::parse(&path, &text).expect("a crash text"));
        }
        kb
    }

    #[test]
    fn functions_are_counted_again_when_a_knowledge_base_has_outgrown_its_counts() {
        let counts = |count| Parts::new(&with_unknown_crashes(count)).rarity().count_of("Often");
        assert_eq!((counts(4), counts(5)), (1, 5));
    }
}
