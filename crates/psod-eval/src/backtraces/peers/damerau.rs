//! The edit distance over frames, as the library satyr compares kernel crashes.

use super::super::question::TraceQuestion;
use super::{Method, Parameter};

/// One minus the edits (insertion, deletion, substitution, exchange of neighbours) a frame.
pub(crate) struct Damerau;

impl Method for Damerau {
    fn name(&self) -> &'static str {
        "Damerau"
    }

    fn citation(&self) -> &'static str {
        "Damerau 1964; normalized as in satyr, the library of ABRT"
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[]
    }

    fn scores(&self, _: &[f64], question: &TraceQuestion<'_>) -> Vec<f64> {
        let query = &question.query().functions;
        question.each(|candidate| {
            let edits = strsim::generic_damerau_levenshtein(query, &candidate.functions);
            1.0 - edits as f64 / query.len().max(candidate.len()).max(1) as f64
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn hand_computed_scores() {
        let expected = [0.75, 0.25, 0.75, 0.0];
        check(&Damerau, &[], "A B C D", &["A C B D", "X A B", "A B C", "W X Y Z"], &expected);
    }
}
