//! BCubed: how much of each item's cluster is of its label, and how much of its label is in its cluster.

use std::collections::HashMap;

use serde::Serialize;

/// Precision, recall and their harmonic mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct BCubed {
    /// The mean share of an item's cluster that has its label.
    pub precision: f64,
    /// The mean share of an item's label that is in its cluster.
    pub recall: f64,
    /// The harmonic mean of both.
    pub f1: f64,
}

impl BCubed {
    /// Measures the clusters of items of which each has a label.
    pub fn new(items: &[Item]) -> Self {
        let (mut both, mut clusters, mut labels) = (HashMap::new(), HashMap::new(), HashMap::new());
        for item in items {
            *both.entry((item.cluster, item.label)).or_insert(0.0) += 1.0;
            *clusters.entry(item.cluster).or_insert(0.0) += 1.0;
            *labels.entry(item.label).or_insert(0.0) += 1.0;
        }
        let mut sums = [0.0, 0.0];
        for item in items {
            let shared: f64 = both[&(item.cluster, item.label)];
            sums[0] += shared / clusters[&item.cluster];
            sums[1] += shared / labels[&item.label];
        }
        let [precision, recall] = sums.map(|sum: f64| sum / items.len().max(1) as f64);
        let sum = precision + recall;
        let f1 = if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 };
        Self { precision, recall, f1 }
    }

    /// The mean of several.
    pub(super) fn mean(all: &[Self]) -> Self {
        Self {
            precision: mean_of(all, |one| one.precision),
            recall: mean_of(all, |one| one.recall),
            f1: mean_of(all, |one| one.f1),
        }
    }
}

fn mean_of(all: &[BCubed], part: fn(&BCubed) -> f64) -> f64 {
    all.iter().map(part).sum::<f64>() / all.len().max(1) as f64
}

/// An item with its label and the cluster that it was put into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// Number of the label.
    pub label: usize,
    /// Number of the cluster.
    pub cluster: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Labels and clusters, a digit an item.
    #[track_caller]
    fn check(labels: &str, clusters: &str, expected: [f64; 3]) {
        let numbers = labels.bytes().zip(clusters.bytes());
        let items: Vec<Item> = numbers
            .map(|(label, cluster)| Item { label: label.into(), cluster: cluster.into() })
            .collect();
        let found = BCubed::new(&items);
        let found = [found.precision, found.recall, found.f1];
        let rounded = found.map(|number| (number * 1000.0).round() / 1000.0);
        assert_eq!(rounded, expected, "{labels} {clusters}");
    }

    #[test]
    fn what_is_mixed_costs_precision_and_what_is_split_recall() {
        check("0011", "0011", [1.0, 1.0, 1.0]);
        check("0011", "0000", [0.5, 1.0, 0.667]);
        check("0011", "0123", [1.0, 0.5, 0.667]);
        check("0001", "0011", [0.75, 0.667, 0.706]);
        check("", "", [0.0, 0.0, 0.0]);
    }
}
