//! Finds the function that a damaged name was: the exact names of its module are the dictionary.

use super::table::{FunctionTable, Symbol};
use crate::text::{ComparableName, folded};

/// Least likeness of a damaged name and the exact one.
const LEAST: f64 = 0.75;
/// Letters by which the next name must be further away than the nearest one; fewer where nothing is wrong
/// but letters that look alike.
const LEAD: f64 = 1.9;
const LEAD_OF_LOOKALIKES: f64 = 0.9;
/// Letters by which most damaged names differ at most.
const NEAR: f64 = 2.0;
/// Fewer letters are not enough to tell names apart.
const MIN_LETTERS: usize = 6;

/// The one function that `name` was before a picture or a page damaged it, by its likeness to all functions
/// that hold the offset; `None` where another one is nearly as like.
pub(super) fn repaired<'t>(
    table: &'t FunctionTable,
    name: &str,
    offset: Option<u64>,
) -> Option<&'t Symbol> {
    let damaged = ComparableName::new(name);
    if damaged.folded.len() < MIN_LETTERS {
        return None;
    }
    // Nearly every damaged name has one near it. What is further away than the lead decides nothing, and
    // names that are far away take the most time to compare.
    let near = nearest(table, &damaged, offset, NEAR);
    let most = near.best.map_or(f64::INFINITY, |(letters, _)| letters + LEAD);
    let Nearest { best, next } = nearest(table, &damaged, offset, most);
    let (letters, exact) = best?;
    let longer = damaged.folded.len().max(folded(exact).len()) as f64;
    let looks_alike = damaged.folded == folded(exact);
    let lead = if looks_alike { LEAD_OF_LOOKALIKES } else { LEAD };
    let is_near = letters <= (1.0 - LEAST) * longer;
    let symbol = table.named(exact).into_iter().find(|one| one.name == exact)?;
    (is_near && next - letters >= lead).then_some(symbol)
}

/// The name that differs by the fewest letters, and the letters of the next one.
struct Nearest<'t> {
    best: Option<(f64, &'t str)>,
    next: f64,
}

/// Looks among the names that differ by no more than `most` letters; a name counts once.
fn nearest<'t>(
    table: &'t FunctionTable,
    damaged: &ComparableName,
    offset: Option<u64>,
    most: f64,
) -> Nearest<'t> {
    let mut found = Nearest { best: None, next: f64::INFINITY };
    for (exact, comparable) in table.comparable_names() {
        let longer = damaged.folded.len().max(comparable.folded.len()) as f64;
        let least = (LEAST - LEAD / longer).max(1.0 - most / longer);
        let likeness = damaged.likeness(comparable, least);
        if likeness == 0.0 || !may_hold(table, exact, offset) {
            continue;
        }
        let letters = (1.0 - likeness) * longer;
        match found.best {
            Some((nearest, _)) if letters >= nearest => found.next = found.next.min(letters),
            before => {
                found.next = found.next.min(before.map_or(f64::INFINITY, |(nearest, _)| nearest));
                found.best = Some((letters, exact));
            }
        }
    }
    found
}

fn may_hold(table: &FunctionTable, name: &str, offset: Option<u64>) -> bool {
    let Some(offset) = offset else { return true };
    let mut exact = table.named(name).into_iter().filter(|one| one.name == name);
    exact.any(|one| table.holds(one, offset))
}

#[cfg(test)]
mod tests {
    use super::super::table::tests::table_of;
    use super::*;

    #[track_caller]
    fn check(name: &str, offset: u64, expected: Option<&str>) {
        let table = table_of(&[
            ("i40en_UplinkPrivStatsGet", 0, 0x200),
            ("i40en_UplinkPrivStatsSet", 0x200, 0x100),
            ("i40en_UplinkReset", 0x300, 0x80),
            ("lpfc_sli4_fp_handle_cqe", 0x400, 0x300),
            ("lpfc_l", 0x700, 0x30),
            ("lpfc_1", 0x740, 0x30),
        ]);
        let found = repaired(&table, name, Some(offset)).map(|symbol| symbol.name.as_str());
        assert_eq!(found, expected, "{name}");
    }

    #[test]
    fn a_damaged_name_is_the_nearest_one_and_none_where_two_are_near() {
        check("lpfc_sIi4_fp_handIe_cqe", 0x10, Some("lpfc_sli4_fp_handle_cqe"));
        check("1pfc_sli4_fp_hande_cqe", 0x10, Some("lpfc_sli4_fp_handle_cqe"));
        check("lpfc_sli4_fp_handle_cqe", 0x301, None);
        check("i4Oen_Up1inkPr1vStatsGet", 0x10, Some("i40en_UplinkPrivStatsGet"));
        // One letter is lost that tells two functions apart; the offset may tell them, too.
        check("i40en_UplinkPrivStats_et", 0x10, None);
        check("i40en_UplinkPrivStats_et", 0x180, Some("i40en_UplinkPrivStatsGet"));
        check("lpfc_I", 0x10, None);
        check("ixgben_something", 0x10, None);
    }
}
