//! What each term of a crash adds to the scores of the issues, read out of tantivy's index once and
//! then kept.
//!
//! A query of a hundred terms makes a hundred boxed queries, weights and scorers, for lists of a few
//! issues each. Here the list of a term, with the scores of BM25 in it, is made by the first crash that
//! has the term; the next crashes add numbers. The index is finished and never changes, and only terms
//! that it has are kept, so that nothing grows stale or beyond its size. The query stays the plain
//! meaning, which a test compares with this one.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::Postings as _;
use tantivy::query::Bm25Weight;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocId, DocSet, InvertedIndexReader, Score, Searcher, TERMINATED};

use super::{
    Candidate, CrashTerms, FIELD_COUNT, FIELDS, MAX_CANDIDATES, MIN_CANDIDATES, NEAR_BEST,
    document_at, failed, first_text,
};
use crate::error::{Error, Result};

/// The issues that have a term, each with what the term adds to its score.
type Scores = Arc<[(DocId, Score)]>;

/// The postings of an index in memory, as far as they were asked for.
pub(super) struct Postings {
    searcher: Searcher,
    issue: Field,
    fields: Vec<FieldPostings>,
    /// The issue of each document.
    issues: Box<[OnceLock<String>]>,
}

/// The postings of one kind of terms.
struct FieldPostings {
    reader: Arc<InvertedIndexReader>,
    documents: u32,
    mean_length: Score,
    worth: Score,
    known: RwLock<HashMap<Box<str>, Scores>>,
}

impl Postings {
    /// The postings of the fields `terms` of an index in one segment.
    pub(super) fn new(
        searcher: Searcher,
        issue: Field,
        terms: &[Field; FIELD_COUNT],
    ) -> Result<Self> {
        let [segment] = searcher.segment_readers() else {
            let segments = searcher.segment_readers().len();
            return Err(Error::Compiled(format!("an index has {segments} segments, expected 1")));
        };
        let documents = segment.max_doc();
        let mut fields = Vec::with_capacity(FIELD_COUNT);
        for (field, (_, worth)) in terms.iter().zip(FIELDS) {
            let reader = segment.inverted_index(*field).map_err(failed("read the terms"))?;
            let mean_length = reader.total_num_tokens() as Score / documents as Score;
            let (worth, known) = (*worth, RwLock::default());
            fields.push(FieldPostings { reader, documents, mean_length, worth, known });
        }
        let issues = (0..documents).map(|_| OnceLock::new()).collect();
        Ok(Self { searcher, issue, fields, issues })
    }

    /// The issues that share most with the crash, best first; equal scores order by issue id.
    pub(super) fn candidates(&self, crash: &CrashTerms) -> Result<Vec<Candidate>> {
        let mut scores: Vec<Score> = vec![0.0; self.issues.len()];
        for (field, texts) in self.fields.iter().zip(crash.by_field()) {
            field.add(texts, &mut scores).map_err(failed("search"))?;
        }
        // Every term that is shared adds something.
        let mut found: Vec<(Score, DocId)> =
            scores.into_iter().zip(0..).filter(|(score, _)| *score > 0.0).collect();
        keep_best(&mut found);
        let mut candidates = Vec::with_capacity(found.len());
        for (score, document) in found {
            candidates.push(Candidate { issue: self.issue(document)?.to_owned(), score });
        }
        candidates.sort_by(|one, other| {
            other.score.total_cmp(&one.score).then_with(|| one.issue.cmp(&other.issue))
        });
        Ok(candidates)
    }

    /// Every term of one field.
    pub(super) fn terms_of(&self, field: usize) -> Result<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        let terms = self.fields.get(field).map(|field| field.reader.terms());
        let stream = terms.map(|terms| terms.stream()).transpose();
        let stream = stream.map_err(|error| failed("read the terms")(error.into()))?;
        if let Some(mut stream) = stream {
            while stream.advance() {
                found.insert(String::from_utf8_lossy(stream.key()).into_owned());
            }
        }
        Ok(found)
    }

    /// The issue of a document.
    fn issue(&self, document: DocId) -> Result<&str> {
        let issue = &self.issues[document as usize];
        if let Some(issue) = issue.get() {
            return Ok(issue);
        }
        let stored = document_at(&self.searcher, DocAddress::new(0, document))?;
        let text = first_text(&stored, self.issue).unwrap_or_default();
        Ok(issue.get_or_init(|| text.to_owned()))
    }
}

impl FieldPostings {
    /// Adds what `texts` add to the scores of the documents.
    fn add<'a>(
        &self,
        texts: impl Iterator<Item = &'a str>,
        scores: &mut [Score],
    ) -> tantivy::Result<()> {
        let mut read: Vec<(&str, Scores)> = Vec::new();
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        for text in texts {
            if let Some(postings) = known.get(text) {
                add_all(postings, scores);
            } else if let Some(postings) = self.scores_of(text)? {
                add_all(&postings, scores);
                read.push((text, postings));
            }
        }
        drop(known);
        if !read.is_empty() {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            known.extend(read.into_iter().map(|(text, postings)| (text.into(), postings)));
        }
        Ok(())
    }

    /// Reads the documents that have the term `text`; `None` when none has it.
    fn scores_of(&self, text: &str) -> tantivy::Result<Option<Scores>> {
        let Some(term) = self.reader.terms().get(text)? else {
            return Ok(None);
        };
        let (documents, frequency) = (u64::from(self.documents), u64::from(term.doc_freq));
        let weight =
            Bm25Weight::for_one_term_without_explain(frequency, documents, self.mean_length);
        let weight = weight.boost_by(self.worth);
        let mut postings =
            self.reader.read_postings_from_terminfo(&term, IndexRecordOption::WithFreqs)?;
        let mut scores = Vec::with_capacity(term.doc_freq as usize);
        // The fields have no lengths, which tantivy takes for one.
        let length = FieldNormReader::fieldnorm_to_id(1);
        let mut document = postings.doc();
        while document != TERMINATED {
            scores.push((document, weight.score(length, postings.term_freq())));
            document = postings.advance();
        }
        Ok(Some(scores.into()))
    }
}

/// Keeps the best, at least [`MIN_CANDIDATES`] of them, and as many as [`MAX_CANDIDATES`] of those that
/// are near the best one.
fn keep_best(found: &mut Vec<(Score, DocId)>) {
    if found.len() <= MIN_CANDIDATES {
        return;
    }
    let best = found.iter().map(|(score, _)| *score).fold(0.0, Score::max);
    let near = found.iter().filter(|(score, _)| *score >= NEAR_BEST * best).count();
    let kept = near.clamp(MIN_CANDIDATES, MAX_CANDIDATES);
    if kept < found.len() {
        found.select_nth_unstable_by(kept - 1, |one, other| {
            other.0.total_cmp(&one.0).then(one.1.cmp(&other.1))
        });
        found.truncate(kept);
    }
}

fn add_all(postings: &[(DocId, Score)], scores: &mut [Score]) {
    for (document, score) in postings {
        scores[*document as usize] += score;
    }
}

#[cfg(test)]
mod tests {
    use tantivy::collector::TopDocs;
    use tantivy::query::{BooleanQuery, Occur, Query};

    use super::super::{Index, IssueTerms, clause, single};
    use super::*;
    use crate::kb::{KbSource, KnowledgeBase};
    use crate::read::crashes_in_text;
    use crate::signature::ComparableCrash;

    /// The `count` issues that a query of all terms finds first: the plain meaning of
    /// [`Postings::candidates`].
    fn found_by_query(index: &Index, crash: &CrashTerms, count: usize) -> Vec<(String, f32)> {
        let (_, (_, fields)) = super::super::schema();
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for ((field, (_, worth)), texts) in fields.iter().zip(FIELDS).zip(crash.by_field()) {
            clauses.extend(texts.map(|text| clause(single(*field, text), *worth)));
        }
        let searcher = &index.postings.searcher;
        let collector = TopDocs::with_limit(count.max(1)).order_by_score();
        let found = searcher.search(&BooleanQuery::new(clauses), &collector).expect("a search");
        let found = found.into_iter().map(|(score, address)| {
            let document = document_at(searcher, address).expect("a document");
            (first_text(&document, index.postings.issue).expect("an id").to_owned(), score)
        });
        found.collect()
    }

    #[track_caller]
    fn check(index: &Index, crash: &CrashTerms, name: &str) {
        let mut found: Vec<(String, f32)> = index
            .candidates(crash)
            .expect("candidates")
            .into_iter()
            .map(|candidate| (candidate.issue, candidate.score))
            .collect();
        let mut expected = found_by_query(index, crash, found.len());
        expected.sort_by(|one, other| one.0.cmp(&other.0));
        found.sort_by(|one, other| one.0.cmp(&other.0));
        assert_eq!(ids(&found), ids(&expected), "{name}");
        // A query adds the same numbers in another order.
        assert!(
            found.iter().zip(&expected).all(|(one, other)| (one.1 - other.1).abs() < 1e-3),
            "{name}"
        );
    }

    fn ids(all: &[(String, f32)]) -> Vec<&str> {
        all.iter().map(|one| one.0.as_str()).collect()
    }

    /// An index of the shipped issues, and the terms of each recorded crash.
    fn shipped() -> (Index, Vec<(String, CrashTerms)>) {
        let kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped files");
        let mut issues = Vec::new();
        let mut crashes = Vec::new();
        for exemplar in kb.exemplars.values() {
            for crash in crashes_in_text(&exemplar.text) {
                let keys = ComparableCrash::new(crash.crash, &kb.lists).keys;
                crashes.push((exemplar.path.clone(), CrashTerms::from_keys(&keys)));
            }
        }
        for issue in kb.issues.values() {
            let mut terms = CrashTerms::default();
            issue.signatures.iter().for_each(|signature| terms.add_signature(signature));
            let own = crashes.iter().filter(|(path, _)| path.contains(&issue.id));
            own.for_each(|(_, own)| terms.add(own));
            issues.push(IssueTerms { issue: issue.id.clone(), terms });
        }
        (Index::open(Index::create(&issues).expect("created")).expect("an index"), crashes)
    }

    #[test]
    fn candidates_are_those_that_a_query_of_all_terms_finds() {
        let (index, crashes) = shipped();
        assert!(crashes.len() > 80, "{} crashes", crashes.len());
        // Twice: the second time every list is known.
        for (path, crash) in crashes.iter().chain(&crashes) {
            check(&index, crash, path);
        }
    }

    /// Checks how many of issues with these scores are candidates.
    #[track_caller]
    fn check_kept(scores: impl Iterator<Item = Score>, expected: usize) {
        let mut found: Vec<(Score, DocId)> = scores.zip(0..).collect();
        keep_best(&mut found);
        assert_eq!(found.len(), expected);
    }

    fn far(count: usize) -> impl Iterator<Item = Score> {
        std::iter::repeat_n(1.0, count)
    }

    fn near(count: usize) -> impl Iterator<Item = Score> {
        std::iter::repeat_n(7.0, count)
    }

    #[test]
    fn more_than_fifty_are_candidates_where_many_are_near_the_best() {
        check_kept(far(9), 9);
        check_kept([10.0].into_iter().chain(far(100)), MIN_CANDIDATES);
        check_kept(far(100).chain(near(80)).chain([10.0]), 81);
        check_kept(far(100).chain(near(500)), MAX_CANDIDATES);
        check_kept(far(500), MAX_CANDIDATES);
    }
}
