//! Frames of the same function side by side: the k-th of one with the k-th of the other.

use super::super::traces::Trace;

/// A frame of either side, or a pair; the numbers are positions from 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Paired {
    /// The same function in both.
    Both(usize, usize),
    /// Only the query has it.
    Query(usize),
    /// Only the candidate has it.
    Candidate(usize),
}

/// Every frame of both once.
pub(super) fn pairs(query: &Trace, candidate: &Trace) -> impl Iterator<Item = Paired> {
    let (mut ours, mut theirs) = (&query.occurrences[..], &candidate.occurrences[..]);
    std::iter::from_fn(move || {
        let first = ours.first().map(|(function, _)| *function);
        let second = theirs.first().map(|(function, _)| *function);
        // An exhausted side is greater than every function of the other.
        let order = first.unwrap_or(u32::MAX).cmp(&second.unwrap_or(u32::MAX));
        let (take_ours, take_theirs) = (order.is_le(), order.is_ge());
        let our_place = ours.first().filter(|_| take_ours).map(|(_, place)| *place);
        let their_place = theirs.first().filter(|_| take_theirs).map(|(_, place)| *place);
        ours = &ours[usize::from(our_place.is_some())..];
        theirs = &theirs[usize::from(their_place.is_some())..];
        match (our_place, their_place) {
            (Some(one), Some(other)) => Some(Paired::Both(one, other)),
            (Some(one), None) => Some(Paired::Query(one)),
            (None, Some(other)) => Some(Paired::Candidate(other)),
            (None, None) => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backtraces::traces::TraceSet;

    #[test]
    fn each_occurrence_is_paired_once() {
        let set = TraceSet::from_lines(&["x: A B A C", "y: D A B B"]);
        let found: Vec<Paired> = pairs(&set.traces[0], &set.traces[1]).collect();
        let expected = [
            Paired::Both(0, 1),
            Paired::Query(2),
            Paired::Both(1, 2),
            Paired::Candidate(3),
            Paired::Query(3),
            Paired::Candidate(0),
        ];
        assert_eq!(found, expected);
    }
}
