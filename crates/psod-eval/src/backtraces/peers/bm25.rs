//! BM25 over function names, the ranking of search engines.

use super::super::question::TraceQuestion;
use super::{Method, Parameter};

/// Order does not count; a function of the query counts once, however often it occurs there.
pub(crate) struct Bm25;

impl Method for Bm25 {
    fn name(&self) -> &'static str {
        "BM25"
    }

    fn citation(&self) -> &'static str {
        "Robertson, Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond, 2009"
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[
            Parameter { name: "k1", values: &[0.2, 0.5, 0.9, 1.2, 1.6, 2.0, 3.0] },
            Parameter { name: "b", values: &[0.0, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0] },
        ]
    }

    fn scores(&self, values: &[f64], question: &TraceQuestion<'_>) -> Vec<f64> {
        let (k1, b) = (values[0], values[1]);
        let traces = f64::from(question.corpus.traces);
        let wanted =
            question.wanted(|holding| (1.0 + (traces - holding + 0.5) / (holding + 0.5)).ln());
        question.each(|candidate| {
            let length = candidate.len() as f64 / question.corpus.mean_length;
            let norm = k1 * (1.0 - b + b * length);
            let parts = wanted.iter().map(|(function, rarity)| {
                let count = f64::from(candidate.count(*function));
                rarity * count * (k1 + 1.0) / (count + norm)
            });
            parts.sum()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn hand_computed_scores() {
        // N = 2, mean length 3. A: df 2, ln(1 + 0.5/2.5). B: df 1, ln(1 + 1.5/1.5).
        let (a, b) = (1.2_f64.ln(), 2.0_f64.ln());
        // First: A twice, length 4, norm 2 * (0.5 + 0.5 * 4/3). Second: A and B once, norm 2 * (0.5 + 0.5 * 2/3).
        let first = a * 2.0 * 3.0 / (2.0 + 7.0 / 3.0);
        let second = (a + b) * 3.0 / (1.0 + 5.0 / 3.0);
        check(&Bm25, &[2.0, 0.5], "A B B", &["A A X Y", "B A"], &[first, second]);
        check(&Bm25, &[2.0, 0.0], "A", &["X", "Y Z"], &[0.0, 0.0]);
    }
}
