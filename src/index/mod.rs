//! Which issues could this be? A tantivy index over names and words gives the best fifty, and up to two
//! hundred where many are nearly as good; the matcher decides among them. Beside it an index over the
//! texts, for people who search.

mod directory;
mod documents;
mod postings;
mod search;
mod snippet;
mod terms;
mod vocabulary;

pub use directory::IndexFiles;
pub use documents::{SearchDocument, TEXT_FIELDS};
pub use search::{Hit, SearchAnswer, SearchIndex, UnknownWord};
pub use snippet::Piece;
pub(crate) use terms::MAX_TERMS;
pub use terms::{CrashTerms, IssueTerms};

use std::collections::BTreeSet;

use tantivy::indexer::SingleSegmentIndexWriter;
use tantivy::query::{BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{
    Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::tokenizer::TokenizerManager;
use tantivy::{
    DocAddress, Index as TantivyIndex, IndexReader, IndexSettings, ReloadPolicy, Score, Searcher,
    TantivyDocument, Term,
};

use crate::error::{Error, Result};
use directory::MemoryDirectory;
use postings::Postings;

/// Changes with the fields or the way terms are made.
pub(crate) const SCHEMA_VERSION: u32 = 3;
/// Issues that are handed on to the alignment, however little they share with the crash.
const MIN_CANDIDATES: usize = 50;
/// Those that are handed on at most.
const MAX_CANDIDATES: usize = 200;
/// Share of the best score from which an issue is a candidate beyond the fifty best: where hundreds of
/// issues share the same calls, their order by BM25 says little.
const NEAR_BEST: Score = 0.5;
/// Memory that tantivy sizes its tables by while an index is built, in bytes: they grow when an
/// index needs more.
const WRITER_MEMORY: usize = 15_000_000;

/// The kinds of terms, each a field: its name, and the weight of a shared term of it.
const FIELDS: &[(&str, f32)] =
    &[("function", 2.0), ("pair", 2.0), ("module", 0.5), ("word", 0.7), ("trigram", 0.1)];

/// Number of term fields.
const FIELD_COUNT: usize = FIELDS.len();

/// A searchable index of known issues.
pub struct Index {
    postings: Postings,
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
    /// Builds the files of an index of `issues`.
    ///
    /// # Errors
    /// [`Error::Index`] when tantivy fails; so for every method here.
    pub fn create(issues: &[IssueTerms]) -> Result<IndexFiles> {
        let (schema, fields) = schema();
        let documents = issues.iter().map(|issue| document_of(issue, &fields));
        write(schema, TokenizerManager::default(), documents).map_err(failed("write the index"))
    }

    /// Opens a finished index.
    pub fn open(files: IndexFiles) -> Result<Self> {
        const ACTION: &str = "open the index";
        let index = open(files, ACTION)?;
        let reader = reader(&index, ACTION)?;
        let schema = index.schema();
        let issue = field_named(&schema, "issue")?;
        let mut terms = [issue; FIELD_COUNT];
        for (field, (name, _)) in terms.iter_mut().zip(FIELDS) {
            *field = field_named(&schema, name)?;
        }
        Ok(Self { postings: Postings::new(reader.searcher(), issue, &terms)? })
    }

    /// Every word that an issue has: any other one changes nothing.
    pub fn words(&self) -> Result<BTreeSet<String>> {
        let field = FIELDS.iter().position(|(name, _)| *name == "word");
        self.postings.terms_of(field.unwrap_or_default())
    }

    /// The issues that share most with the crash, best first; equal scores order by issue id.
    pub fn candidates(&self, crash: &CrashTerms) -> Result<Vec<Candidate>> {
        self.postings.candidates(crash)
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

/// Writes an index of `documents`, all in one segment and by this thread alone: more would order
/// the documents anew in each run, and each would reserve memory that a small machine has not got.
fn write(
    schema: Schema,
    tokenizers: TokenizerManager,
    documents: impl Iterator<Item = TantivyDocument>,
) -> tantivy::Result<IndexFiles> {
    let directory = MemoryDirectory::default();
    let settings =
        IndexSettings { docstore_compress_dedicated_thread: false, ..IndexSettings::default() };
    let builder = TantivyIndex::builder().schema(schema).settings(settings).tokenizers(tokenizers);
    let mut writer: SingleSegmentIndexWriter =
        builder.single_segment_index_writer(directory.clone(), WRITER_MEMORY)?;
    for document in documents {
        writer.add_document(document)?;
    }
    writer.finalize()?;
    Ok(directory.files())
}

/// Opens a finished index.
fn open(files: IndexFiles, action: &'static str) -> Result<TantivyIndex> {
    TantivyIndex::open(MemoryDirectory::new(files)?).map_err(failed(action))
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
        // An issue of which several crashes are recorded has more terms, and is no less likely for that.
        .set_fieldnorms(false);
    let options = TextOptions::default().set_indexing_options(indexing);
    let mut terms = [issue; FIELD_COUNT];
    for (field, (name, _)) in terms.iter_mut().zip(FIELDS) {
        *field = builder.add_text_field(name, options.clone());
    }
    (builder.build(), (issue, terms))
}

/// The document of one issue: its id, and its terms by field.
fn document_of(
    issue: &IssueTerms,
    (issue_field, term_fields): &(Field, [Field; FIELD_COUNT]),
) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_text(*issue_field, &issue.issue);
    for (field, texts) in term_fields.iter().zip(issue.terms.by_field()) {
        for text in texts {
            document.add_text(*field, text);
        }
    }
    document
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
        Index::open(Index::create(&issues).expect("created")).expect("an index")
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
    fn files_that_are_cut_are_an_error() {
        let mut files = Index::create(&[]).expect("created");
        files.bytes.pop();
        let error = Index::open(files).err().expect("cut").to_string();
        assert!(error.contains("of an index is cut"), "{error}");
    }
}
