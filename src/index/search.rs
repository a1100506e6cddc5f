//! Full-text search over issues and guidance: an index of its own, so that recognising a crash
//! neither opens it nor scores by it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, PhraseQuery, Query};
use tantivy::schema::{
    Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};
use tantivy::{DocAddress, IndexReader, Searcher, TantivyDocument, Term};

use super::documents::{SearchDocument, TEXT_FIELDS};
use super::snippet::{Piece, asked_parts, snippet};
use super::vocabulary::Vocabulary;
use super::{
    IndexFiles, clause, document_at, failed, field_named, first_text, open, reader, single, write,
};
use crate::error::Result;
use crate::text::{SearchRun, SearchWord, search_runs, search_words};

/// Name under which tantivy knows our words.
const TOKENIZER: &str = "words";
/// Words that a beginning is completed to.
const MAX_ENDINGS: usize = 64;
/// A beginning of fewer characters is not completed to longer words.
const MIN_BEGINNING: usize = 2;
/// Worth of a longer word, compared with the word itself.
const ENDING_WORTH: f32 = 0.5;
/// Worth of the parts of an identifier, compared with the whole.
const PARTS_WORTH: f32 = 0.8;

/// A full-text index of a knowledge base.
pub struct SearchIndex {
    reader: IndexReader,
    id: Field,
    guidance: Field,
    texts: Vec<Field>,
}

/// The answer to a question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchAnswer {
    /// Issues and guidance: those with all words first, then the best; equal ones by their id.
    pub hits: Vec<Hit>,
    /// The words that are in no text, with words of the knowledge base that look like them.
    pub unknown: Vec<UnknownWord>,
}

/// One issue or piece of guidance.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Its id.
    pub id: String,
    /// True for guidance.
    pub guidance: bool,
    /// True when it holds every word.
    pub all_words: bool,
    /// Comparable only within one search.
    pub score: f32,
    /// The fields with hits, the best first, each with the text around the first one.
    pub fields: Vec<(&'static str, Vec<Piece>)>,
}

/// A word that is in no text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UnknownWord {
    /// The word as it was written in the question.
    pub word: String,
    /// Words of the knowledge base that look like it, the nearest first.
    pub near: Vec<String>,
}

/// The worth of each document: for each word of the question that of each field.
type WorthByDocument = BTreeMap<DocAddress, Vec<BTreeMap<usize, f32>>>;

impl SearchIndex {
    /// Builds the files of an index of `documents`.
    ///
    /// # Errors
    /// [`crate::error::Error::Index`] when tantivy fails; so for every method here.
    pub fn create(documents: &[SearchDocument]) -> Result<IndexFiles> {
        let schema = schema();
        let tokenizers = TokenizerManager::default();
        tokenizers.register(TOKENIZER, WordTokenizer);
        let written = written_documents(&schema, documents)?;
        write(schema, tokenizers, written.into_iter()).map_err(failed("write the search index"))
    }

    /// Opens a finished index.
    pub fn open(files: IndexFiles) -> Result<Self> {
        const ACTION: &str = "open the search index";
        let index = open(files, ACTION)?;
        let reader = reader(&index, ACTION)?;
        let schema = index.schema();
        let texts = TEXT_FIELDS.iter().map(|(name, _)| field_named(&schema, name));
        let texts = texts.collect::<Result<_>>()?;
        let (id, guidance) = (field_named(&schema, "id")?, field_named(&schema, "guidance")?);
        Ok(Self { reader, id, guidance, texts })
    }

    /// Number of documents.
    pub fn len(&self) -> usize {
        self.reader.searcher().num_docs() as usize
    }

    /// True without documents.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The documents with words of `question`.
    pub fn search(&self, question: &str) -> Result<SearchAnswer> {
        let runs = search_runs(question);
        let searcher = self.reader.searcher();
        let mut worth = WorthByDocument::new();
        let mut unheard = vec![true; runs.len()];
        for (number, run) in runs.iter().enumerate() {
            for (place, field) in self.texts.iter().enumerate() {
                for (score, address) in self.documents_with(&searcher, run, *field)? {
                    unheard[number] = false;
                    let words =
                        worth.entry(address).or_insert_with(|| vec![BTreeMap::new(); runs.len()]);
                    words[number].insert(place, score * TEXT_FIELDS[place].1);
                }
            }
        }
        let mut hits = Vec::with_capacity(worth.len());
        for (address, words) in &worth {
            hits.push(self.hit(&searcher, *address, words, &runs)?);
        }
        hits.sort_by(|one, other| {
            let order = other.all_words.cmp(&one.all_words);
            order.then(other.score.total_cmp(&one.score)).then_with(|| one.id.cmp(&other.id))
        });
        let unheard = runs.iter().zip(unheard).filter(|(_, unheard)| *unheard).map(|(run, _)| run);
        let unknown = self.unknown_words(&searcher, question, unheard.collect())?;
        Ok(SearchAnswer { hits, unknown })
    }

    /// The documents whose `field` holds `run`, with their scores.
    fn documents_with(
        &self,
        searcher: &Searcher,
        run: &SearchRun,
        field: Field,
    ) -> Result<Vec<(f32, DocAddress)>> {
        let mut ways: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let parts = asked_parts(run);
        match parts {
            [] => {}
            [_] if run.whole.text.chars().count() == 1 => {}
            [part] => ways.push(clause(single(field, &part.text), 1.0)),
            parts => {
                let terms = parts.iter().map(|part| Term::from_field_text(field, &part.text));
                ways.push(clause(Box::new(PhraseQuery::new(terms.collect())), PARTS_WORTH));
            }
        }
        if !run.japanese {
            ways.push(clause(single(field, &run.whole.text), 1.0));
        }
        let characters = run.whole.text.chars().count();
        if if run.japanese { characters == 1 } else { characters >= MIN_BEGINNING } {
            for text in self.endings(searcher, &run.whole.text, field)? {
                ways.push(clause(single(field, &text), ENDING_WORTH));
            }
        }
        let most = TopDocs::with_limit(self.len().max(1)).order_by_score();
        searcher.search(&BooleanQuery::new(ways), &most).map_err(failed("search"))
    }

    /// The words of `field` that begin with `beginning` and are longer, or for one Japanese
    /// character every word that begins with it.
    fn endings(&self, searcher: &Searcher, beginning: &str, field: Field) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for segment in searcher.segment_readers() {
            let inverted = segment.inverted_index(field).map_err(failed("read the words"))?;
            let stream = inverted.terms().range().ge(beginning.as_bytes()).into_stream();
            let mut stream = stream.map_err(|error| failed("read the words")(error.into()))?;
            while stream.advance() && found.len() < MAX_ENDINGS {
                let Ok(word) = std::str::from_utf8(stream.key()) else { continue };
                if !word.starts_with(beginning) {
                    break;
                }
                if word != beginning || beginning.chars().count() < MIN_BEGINNING {
                    found.push(word.to_owned());
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    fn hit(
        &self,
        searcher: &Searcher,
        address: DocAddress,
        words: &[BTreeMap<usize, f32>],
        runs: &[SearchRun],
    ) -> Result<Hit> {
        let document = document_at(searcher, address)?;
        let shown = best_fields(words).into_iter().filter_map(|(place, _)| {
            let values = document.get_all(self.texts[place]).filter_map(|value| value.as_str());
            let pieces = values.filter_map(|text| snippet(runs, &joined(text)));
            Some((TEXT_FIELDS[place].0, with_most_hits(pieces)?))
        });
        Ok(Hit {
            id: first_text(&document, self.id).unwrap_or_default().to_owned(),
            guidance: first_text(&document, self.guidance) == Some("true"),
            all_words: words.iter().all(|scores| !scores.is_empty()),
            score: words.iter().map(|scores| scores.values().copied().fold(0.0, f32::max)).sum(),
            fields: shown.collect(),
        })
    }

    fn unknown_words(
        &self,
        searcher: &Searcher,
        question: &str,
        runs: Vec<&SearchRun>,
    ) -> Result<Vec<UnknownWord>> {
        if runs.is_empty() {
            return Ok(Vec::new());
        }
        let mut vocabulary = Vocabulary::default();
        let all = TopDocs::with_limit(self.len().max(1)).order_by_score();
        let found = searcher.search(&tantivy::query::AllQuery, &all).map_err(failed("search"))?;
        for (_, address) in found {
            let document = document_at(searcher, address)?;
            for field in &self.texts {
                let texts = document.get_all(*field).filter_map(|value| value.as_str());
                texts.for_each(|text| vocabulary.add(text));
            }
        }
        Ok(runs
            .into_iter()
            .map(|run| UnknownWord {
                word: question[run.whole.start..run.whole.end].to_owned(),
                near: vocabulary.near(&run.whole.text),
            })
            .collect())
    }
}

/// Text in one line.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The snippet with most hits; the first of equal ones.
fn with_most_hits(snippets: impl Iterator<Item = Vec<Piece>>) -> Option<Vec<Piece>> {
    snippets.reduce(|best, next| if hits(&next) > hits(&best) { next } else { best })
}

fn hits(pieces: &[Piece]) -> usize {
    pieces.iter().filter(|piece| piece.hit).count()
}

/// The fields with hits of any word and their worth, the best first.
fn best_fields(words: &[BTreeMap<usize, f32>]) -> Vec<(usize, f32)> {
    let mut worth: BTreeMap<usize, f32> = BTreeMap::new();
    for (place, score) in words.iter().flatten() {
        *worth.entry(*place).or_default() += score;
    }
    let mut fields: Vec<(usize, f32)> = worth.into_iter().collect();
    fields.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    fields
}

fn schema() -> Schema {
    let mut builder = Schema::builder();
    builder.add_text_field("id", STRING | STORED);
    builder.add_text_field("guidance", STRING | STORED);
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(TOKENIZER)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions)
        .set_fieldnorms(true);
    let options = TextOptions::default().set_indexing_options(indexing).set_stored();
    for (name, _) in TEXT_FIELDS {
        builder.add_text_field(name, options.clone());
    }
    builder.build()
}

/// The documents as tantivy writes them.
fn written_documents(
    schema: &Schema,
    documents: &[SearchDocument],
) -> Result<Vec<TantivyDocument>> {
    let (id, guidance) = (field_named(schema, "id")?, field_named(schema, "guidance")?);
    let mut written = Vec::with_capacity(documents.len());
    for document in documents {
        let mut fields = TantivyDocument::default();
        fields.add_text(id, &document.id);
        fields.add_text(guidance, document.guidance.to_string());
        for (field, text) in &document.texts {
            fields.add_text(field_named(schema, field)?, text);
        }
        written.push(fields);
    }
    Ok(written)
}

/// [`search_words`] for tantivy.
#[derive(Clone)]
struct WordTokenizer;

struct WordStream {
    words: std::vec::IntoIter<SearchWord>,
    token: Token,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream {
        WordStream { words: search_words(text).into_iter(), token: Token::default() }
    }
}

impl TokenStream for WordStream {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else {
            return false;
        };
        self.token.position = word.place;
        self.token.offset_from = word.start;
        self.token.offset_to = word.end;
        self.token.text = word.text;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests;
