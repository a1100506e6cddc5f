//! Which issues could this be? A tantivy index over names and words gives the best fifty; the
//! matcher decides among them. Beside it an index over the texts, for people who search.

mod directory;
mod documents;
mod search;
mod snippet;
mod terms;
mod vocabulary;

pub use documents::{SearchDocument, TEXT_FIELDS};
pub use search::{Hit, SearchAnswer, SearchIndex, UnknownWord};
pub use snippet::Piece;
pub use terms::{CrashTerms, IssueTerms};

use std::path::Path;

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{
    Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::{
    DocAddress, Index as TantivyIndex, IndexReader, IndexSettings, ReloadPolicy, Searcher,
    TantivyDocument, Term,
};

use crate::error::{Error, Result};
use directory::CacheDirectory;

/// Changes with the fields or the way terms are made.
pub(crate) const SCHEMA_VERSION: u32 = 2;
/// Issues that are handed on to the alignment.
pub const CANDIDATES: usize = 50;
/// Memory for building, in bytes: the minimum of tantivy, and enough for thousands of issues.
const WRITER_MEMORY: usize = 15_000_000;

/// The kinds of terms, each a field: its name, and the weight of a shared term of it.
const FIELDS: &[(&str, f32)] =
    &[("function", 2.0), ("pair", 2.0), ("module", 0.5), ("word", 0.7), ("trigram", 0.1)];

/// Number of term fields.
const FIELD_COUNT: usize = FIELDS.len();

/// A searchable index of known issues.
pub struct Index {
    index: TantivyIndex,
    reader: IndexReader,
    issue: Field,
    terms: [Field; FIELD_COUNT],
}

/// An issue that the search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Issue id.
    pub issue: String,
    /// BM25 score; comparable only within one search.
    pub score: f32,
}

impl Index {
    /// Builds an index of `issues` in the directory `path`, which must exist and be empty.
    ///
    /// # Errors
    /// [`Error::Index`] when tantivy cannot write there.
    pub fn create(path: &Path, issues: &[IssueTerms], stamp: &str) -> Result<()> {
        let (schema, fields) = schema();
        let index = create(path, schema)?;
        fill(&index, &fields, issues, stamp)
    }

    /// Builds an index of `issues` in memory.
    ///
    /// # Errors
    /// [`Error::Index`] when tantivy fails.
    pub fn in_memory(issues: &[IssueTerms], stamp: &str) -> Result<Self> {
        let (schema, fields) = schema();
        let index = TantivyIndex::create_in_ram(schema);
        fill(&index, &fields, issues, stamp)?;
        Self::reading(index)
    }

    /// Opens the finished index in the directory `path`; needs no right to write there.
    ///
    /// # Errors
    /// [`Error::Index`] when the index is missing.
    pub fn open(path: &Path) -> Result<Self> {
        Self::reading(open(path, "open the index")?)
    }

    fn reading(index: TantivyIndex) -> Result<Self> {
        let reader = reader(&index, "open the index")?;
        let schema = index.schema();
        let issue = field_named(&schema, "issue")?;
        let mut terms = [issue; FIELD_COUNT];
        for (field, (name, _)) in terms.iter_mut().zip(FIELDS) {
            *field = field_named(&schema, name)?;
        }
        Ok(Self { index, reader, issue, terms })
    }

    /// The stamp that the index was compiled with.
    ///
    /// # Errors
    /// [`Error::Index`] when the index is damaged.
    pub fn stamp(&self) -> Result<String> {
        let meta = self.index.load_metas().map_err(failed("read the stamp"))?;
        Ok(meta.payload.unwrap_or_default())
    }

    /// The issues that share most with the crash, best first; equal scores order by issue id.
    ///
    /// # Errors
    /// [`Error::Index`] when the index is damaged.
    pub fn candidates(&self, crash: &CrashTerms) -> Result<Vec<Candidate>> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for ((field, (_, boost)), texts) in self.terms.iter().zip(FIELDS).zip(crash.by_field()) {
            clauses.extend(texts.map(|text| clause(single(*field, text), *boost)));
        }
        if clauses.is_empty() {
            return Ok(Vec::new());
        }
        let searcher = self.reader.searcher();
        let query = BooleanQuery::new(clauses);
        let collector = TopDocs::with_limit(CANDIDATES).order_by_score();
        let found = searcher.search(&query, &collector).map_err(failed("search"))?;
        let mut candidates = Vec::with_capacity(found.len());
        for (score, address) in found {
            let document = document_at(&searcher, address)?;
            let issue = first_text(&document, self.issue);
            candidates.extend(issue.map(|issue| Candidate { issue: issue.to_owned(), score }));
        }
        candidates.sort_by(|one, other| {
            other.score.total_cmp(&one.score).then_with(|| one.issue.cmp(&other.issue))
        });
        Ok(candidates)
    }
}

/// Name and version of the search engine, which decides how an index is stored.
pub(crate) fn engine_version() -> &'static str {
    tantivy::version_string()
}

fn field_named(schema: &Schema, name: &str) -> Result<Field> {
    schema.get_field(name).map_err(failed("read the schema"))
}

/// Wraps an error of tantivy with the attempted action.
fn failed(action: &'static str) -> impl FnOnce(tantivy::TantivyError) -> Error {
    move |source| Error::Index { action, source: source.into() }
}

/// Makes an empty index in the directory `path`, which must be empty.
fn create(path: &Path, schema: Schema) -> Result<TantivyIndex> {
    let directory = CacheDirectory::open(path)?;
    TantivyIndex::create(directory, schema, IndexSettings::default())
        .map_err(failed("create the index"))
}

/// Opens the finished index in the directory `path`.
fn open(path: &Path, action: &'static str) -> Result<TantivyIndex> {
    TantivyIndex::open(CacheDirectory::open(path)?).map_err(failed(action))
}

fn reader(index: &TantivyIndex, action: &'static str) -> Result<IndexReader> {
    let builder = index.reader_builder().reload_policy(ReloadPolicy::Manual);
    builder.try_into().map_err(failed(action))
}

fn document_at(searcher: &Searcher, address: DocAddress) -> Result<TantivyDocument> {
    searcher.doc(address).map_err(failed("read a document"))
}

fn first_text(document: &TantivyDocument, field: Field) -> Option<&str> {
    document.get_first(field).and_then(|value| value.as_str())
}

/// A clause of a query that any document may fulfil, and its worth.
fn clause(query: Box<dyn Query>, worth: f32) -> (Occur, Box<dyn Query>) {
    (Occur::Should, Box::new(BoostQuery::new(query, worth)))
}

/// A query for one term.
fn single(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs))
}

/// The schema, its issue field and its term fields.
fn schema() -> (Schema, (Field, [Field; FIELD_COUNT])) {
    let mut builder = Schema::builder();
    let issue = builder.add_text_field("issue", STRING | STORED);
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("raw")
        .set_index_option(IndexRecordOption::WithFreqs)
        .set_fieldnorms(true);
    let options = TextOptions::default().set_indexing_options(indexing);
    let mut terms = [issue; FIELD_COUNT];
    for (field, (name, _)) in terms.iter_mut().zip(FIELDS) {
        *field = builder.add_text_field(name, options.clone());
    }
    (builder.build(), (issue, terms))
}

fn fill(
    index: &TantivyIndex,
    fields: &(Field, [Field; FIELD_COUNT]),
    issues: &[IssueTerms],
    stamp: &str,
) -> Result<()> {
    write(index, fields, issues, stamp).map_err(failed("write the index"))
}

fn write(
    index: &TantivyIndex,
    (issue_field, term_fields): &(Field, [Field; FIELD_COUNT]),
    issues: &[IssueTerms],
    stamp: &str,
) -> tantivy::Result<()> {
    // One thread: with more, the order of the documents would differ between two runs.
    let mut writer = index.writer_with_num_threads(1, WRITER_MEMORY)?;
    for issue in issues {
        let mut document = TantivyDocument::default();
        document.add_text(*issue_field, &issue.issue);
        for (field, texts) in term_fields.iter().zip(issue.terms.by_field()) {
            for text in texts {
                document.add_text(*field, text);
            }
        }
        writer.add_document(document)?;
    }
    let mut commit = writer.prepare_commit()?;
    commit.set_payload(stamp);
    commit.commit()?;
    writer.wait_merging_threads()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(functions: &[&str]) -> CrashTerms {
        CrashTerms::from_parts(functions.iter().copied(), [], [])
    }

    fn index() -> Index {
        let issues = [
            ("KB2", ["AlphaOne", "BetaTwo"]),
            ("KB1", ["AlphaOne", "BetaTwo"]),
            ("KB3", ["GammaThree", "DeltaFour"]),
        ];
        let issues = issues.map(|(issue, functions)| IssueTerms {
            issue: issue.to_owned(),
            terms: terms(&functions),
        });
        Index::in_memory(&issues, "stamp").expect("an index")
    }

    #[track_caller]
    fn check(functions: &[&str], expected: &[&str]) {
        let found = index().candidates(&terms(functions)).expect("candidates");
        let issues: Vec<&str> = found.iter().map(|candidate| candidate.issue.as_str()).collect();
        assert_eq!(issues, expected, "{functions:?}");
    }

    #[test]
    fn shared_names_are_found_and_equal_scores_order_by_id() {
        check(&["AlphaOne", "BetaTwo"], &["KB1", "KB2"]);
        check(&["GammaThree"], &["KB3"]);
        check(&["zzz"], &[]);
        check(&[], &[]);
    }

    #[test]
    fn damaged_names_are_found_by_their_trigrams() {
        check(&["garnmathree"], &["KB3"]);
    }

    #[test]
    fn an_index_on_disk_opens_without_the_right_to_write() {
        let directory = tempfile::tempdir().expect("a directory");
        let issues = [IssueTerms { issue: "KB1".into(), terms: terms(&["AlphaOne"]) }];
        Index::create(directory.path(), &issues, "stamp").expect("created");
        let lock = directory.path().join(".tantivy-meta.lock");
        let _ = std::fs::remove_file(&lock);
        let index = Index::open(directory.path()).expect("opened");
        assert_eq!(index.stamp().expect("a stamp"), "stamp");
        assert_eq!(index.candidates(&terms(&["AlphaOne"])).expect("candidates").len(), 1);
        assert!(!lock.exists(), "opening must not write a lock file");
    }
}
