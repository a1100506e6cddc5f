//! Lerch and Mezini: the score of the search engine Lucene over frames.

use super::super::question::TraceQuestion;
use super::{Method, Parameter};

/// TF-IDF as Lucene had it: `sum sqrt(tf) * idf^2 / sqrt(length)`.
pub(crate) struct Lerch;

impl Method for Lerch {
    fn name(&self) -> &'static str {
        "Lerch"
    }

    fn citation(&self) -> &'static str {
        "Lerch, Mezini: Finding Duplicates of Your Yet Unwritten Bug Report, CSMR 2013"
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[]
    }

    fn scores(&self, _: &[f64], question: &TraceQuestion<'_>) -> Vec<f64> {
        let traces = f64::from(question.corpus.traces);
        let wanted = question.wanted(|holding| (1.0 + (traces / (holding + 1.0)).ln()).powi(2));
        question.each(|candidate| {
            let parts = wanted
                .iter()
                .map(|(function, idf)| f64::from(candidate.count(*function)).sqrt() * idf);
            parts.sum::<f64>() / (candidate.len() as f64).sqrt()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn hand_computed_scores() {
        // N = 3. A: df 2, idf 1 + ln(3/3) = 1. B: df 1, idf 1 + ln(3/2).
        let b = (1.0 + 1.5_f64.ln()).powi(2);
        let expected = [(2.0_f64.sqrt() * 1.0) / 2.0, (1.0 + b) / 2.0_f64.sqrt(), 0.0];
        check(&Lerch, &[], "A B", &["A A X X", "B A", "Y"], &expected);
    }
}
