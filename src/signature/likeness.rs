//! How alike two names of functions are, when one of them went through a photograph.

use crate::text::{look_in_name, pairs_in_names};

/// What a difference between characters that look alike is worth, beside one that cannot be a
/// misreading.
const CONFUSABLE: f64 = 0.25;

/// The form in which names are equal that look alike: one case, one character for each group of
/// lookalikes, and no signs between the words, which photographs lose first.
pub fn folded(name: &str) -> String {
    let mut text = name.to_ascii_lowercase();
    for (pair, letter) in pairs_in_names() {
        if text.contains(pair) {
            text = text.replace(pair, letter.encode_utf8(&mut [0; 4]));
        }
    }
    text.chars()
        .map(|character| (character, look_in_name(character)))
        // Only signs that look like letters stay.
        .filter(|(character, look)| character.is_alphanumeric() || look != character)
        .map(|(_, look)| look)
        .collect()
}

/// A name with its folded form.
pub type Folded<'a> = (&'a str, &'a str);

/// 1 for equal names, 0 for those that are less alike than `least`.
pub fn likeness(
    (one, folded_one): Folded<'_>,
    (other, folded_other): Folded<'_>,
    least: f64,
) -> f64 {
    if one == other {
        return 1.0;
    }
    let longer = folded_one.len().max(folded_other.len());
    let shorter = folded_one.len().min(folded_other.len());
    let most_edits = (1.0 - least) * longer as f64;
    // A difference in length or in letters alone rules nearly all pairs out before the costly
    // comparison.
    if (longer - shorter) as f64 > most_edits
        || letters_apart(folded_one, folded_other) as f64 > 2.0 * most_edits
    {
        return 0.0;
    }
    let edits = strsim::osa_distance(folded_one, folded_other) as f64;
    if edits > most_edits {
        return 0.0;
    }
    let plain = strsim::osa_distance(one, other) as f64;
    let weighed = edits + CONFUSABLE * (plain - edits).max(0.0);
    let likeness = 1.0 - weighed / longer.max(1) as f64;
    if likeness >= least { likeness } else { 0.0 }
}

/// Least share of common trigrams of names of one family.
const KIN: f64 = 0.6;

/// How much two folded names share (Dice over their trigrams), 0 below what chance explains:
/// `Foo`, `FooInt` and `Foo_Work` are of one family.
pub fn kinship(one: &str, other: &str) -> f64 {
    let trigrams = |name: &str| -> Vec<[u8; 3]> {
        let bytes: Vec<u8> = [b'^'].into_iter().chain(name.bytes()).chain([b'$']).collect();
        let mut all: Vec<[u8; 3]> = bytes.windows(3).map(|w| [w[0], w[1], w[2]]).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let (one, other) = (trigrams(one), trigrams(other));
    let common = one.iter().filter(|trigram| other.binary_search(trigram).is_ok()).count();
    let share = 2.0 * common as f64 / (one.len() + other.len()).max(1) as f64;
    if share > KIN { share } else { 0.0 }
}

/// How many letters the two names do not share, in whatever order; one edit changes it by two at
/// most.
fn letters_apart(one: &str, other: &str) -> usize {
    let mut counts = [0_i16; 256];
    one.bytes().for_each(|letter| counts[usize::from(letter)] += 1);
    other.bytes().for_each(|letter| counts[usize::from(letter)] -= 1);
    counts.iter().map(|count| usize::from(count.unsigned_abs())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: &str, other: &str, expected: f64) {
        let found = likeness((one, &folded(one)), (other, &folded(other)), 0.7);
        assert_eq!((found * 100.0).round() / 100.0, expected, "{one} / {other}");
    }

    #[test]
    fn misreadings_cost_less_than_other_letters() {
        check("CpuSchedDispatch", "CpuSchedDispatch", 1.0);
        check("CpuSchedDispatch", "CpuSchedDlspatch", 0.98);
        check("VmMemCowPShareFn", "VrnMernCow PShareFn", 0.92);
        check("FS3_MemFree", "FS3_MemAlloc", 0.0);
        check("FS3_LockFile", "FS3_UnlockFile", 0.83);
        check("", "abc", 0.0);
    }

    #[test]
    fn names_of_one_family_share_most_of_their_trigrams() {
        assert!(kinship("heapaiignwithtimeout", "heapaiignwithtimeoutandra") > 0.8);
        assert_eq!(kinship("panicvpanicint", "worldtryreap"), 0.0);
        assert_eq!(kinship("", ""), 0.0);
    }
}
