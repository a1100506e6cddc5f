//! How alike two names of functions are, when one of them went through a photograph.

use std::sync::LazyLock;

use super::lookalikes::{has_pair_in_name, look_in_name, pairs_in_names};

/// What a difference between characters that look alike is worth, beside one that cannot be a
/// misreading.
const CONFUSABLE: f64 = 0.25;

/// What each ASCII character of a name in lower case becomes in its folded form; 0 for a sign that is
/// left out.
static FOLDED: LazyLock<[u8; 128]> = LazyLock::new(|| {
    std::array::from_fn(|code| {
        let letter = folded_letter(char::from(code as u8));
        letter.and_then(|look| u8::try_from(look).ok()).unwrap_or_default()
    })
});

/// The form in which names are equal that look alike: one case, one character for each group of
/// lookalikes, and no signs between the words, which photographs lose first.
pub fn folded(name: &str) -> String {
    let mut text = name.to_ascii_lowercase();
    if has_pair_in_name(&text) {
        for (pair, letter) in pairs_in_names() {
            if text.contains(pair) {
                text = text.replace(pair, letter.encode_utf8(&mut [0; 4]));
            }
        }
    }
    if !text.is_ascii() {
        return text.chars().filter_map(folded_letter).collect();
    }
    let table: &[u8; 128] = &FOLDED;
    // In the place of the name: an ASCII letter becomes one, or none.
    let mut letters = text.into_bytes();
    letters.retain_mut(|letter| {
        *letter = table[usize::from(*letter)];
        *letter != 0
    });
    // Never fails: each byte of the table is ASCII.
    String::from_utf8(letters).unwrap_or_default()
}

/// What a character of a name in lower case becomes; only signs that look like letters stay.
fn folded_letter(character: char) -> Option<char> {
    let look = look_in_name(character);
    (character.is_alphanumeric() || look != character).then_some(look)
}

/// A function name in the forms in which names are compared, made once for each frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComparableName {
    /// The name without compiler suffixes.
    pub plain: String,
    /// The form in which names are equal that look alike.
    pub folded: String,
    letters: LetterCounts,
}

impl ComparableName {
    /// Folds `name` and counts its letters.
    pub fn new(name: &str) -> Self {
        let folded = folded(name);
        let letters = LetterCounts::new(&folded);
        Self { plain: name.to_owned(), folded, letters }
    }

    /// 1 for equal names, 0 for those that are less alike than `least`.
    pub fn likeness(&self, other: &Self, least: f64) -> f64 {
        if self.plain == other.plain { 1.0 } else { self.likeness_of_unequal(other, least) }
    }

    /// As [`Self::likeness`], of two names that are not equal.
    pub fn likeness_of_unequal(&self, other: &Self, least: f64) -> f64 {
        let longer = self.folded.len().max(other.folded.len());
        let shorter = self.folded.len().min(other.folded.len());
        let max_edits = (1.0 - least) * longer as f64;
        // The lengths or the letters alone rule nearly all pairs out.
        if (longer - shorter) as f64 > max_edits
            || f64::from(self.letters.apart(other.letters)) > 2.0 * max_edits
        {
            return 0.0;
        }
        self.likeness_by_edits(other, least, max_edits)
    }

    /// Apart from the question whether there may be any, which is asked for nearly all pairs of names.
    fn likeness_by_edits(&self, other: &Self, least: f64, max_edits: f64) -> f64 {
        let longer = self.folded.len().max(other.folded.len());
        let Some(edits) = edits_up_to(&self.folded, &other.folded, max_edits) else {
            return 0.0;
        };
        let plain = edit_distance(&self.plain, &other.plain) as f64;
        let weighed = edits + CONFUSABLE * (plain - edits).max(0.0);
        let likeness = 1.0 - weighed / longer.max(1) as f64;
        if likeness >= least { likeness } else { 0.0 }
    }
}

/// How often the letters of a name occur, four bits for each of 32 groups of letters: as many of
/// them are set as the name has letters of the group, four at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct LetterCounts(u128);

impl LetterCounts {
    fn new(name: &str) -> Self {
        let mut counts = 0_u128;
        for letter in name.bytes() {
            let place = 4 * u32::from(letter % 32);
            let more = ((counts >> place) << 1 | 1) & 0xf;
            counts |= more << place;
        }
        Self(counts)
    }

    /// How many letters the two names do not share at least, in any order. One edit changes it by
    /// two at most.
    fn apart(self, other: Self) -> u32 {
        (self.0 ^ other.0).count_ones()
    }
}

/// Bits of a column in [`edit_distance`].
const COLUMN: usize = u64::BITS as usize;

/// The edits that make one text the other: letters put in, left out, replaced, or swapped with their
/// neighbour, no letter twice ("optimal string alignment").
///
/// Nearly all names are ASCII and at most 64 letters long. For them a whole column of the usual
/// table is two machine words, and one step of the loop computes it (H. Hyyrö, "A bit-vector
/// algorithm for computing Levenshtein and Damerau edit distances", 2003). `strsim` has no such
/// form; it stays the plain meaning, which a test compares with this one.
fn edit_distance(one: &str, other: &str) -> usize {
    bounded_distance(one, other, usize::MAX).unwrap_or(usize::MAX)
}

/// The [`edit_distance`] of two texts; `None` when it is more than `most`.
fn edits_up_to(one: &str, other: &str, most: f64) -> Option<f64> {
    let edits = bounded_distance(one, other, most as usize)? as f64;
    (edits <= most).then_some(edits)
}

/// The [`edit_distance`] of two texts; `None` once it is clear that it is more than `most`.
fn bounded_distance(one: &str, other: &str, most: usize) -> Option<usize> {
    if one.is_empty() || one.len() > COLUMN || !one.is_ascii() || !other.is_ascii() {
        return Some(strsim::osa_distance(one, other));
    }
    // Bit n is set when letter n of `one` is this one.
    let mut places = [0_u64; 128];
    for (place, letter) in one.bytes().enumerate() {
        places[usize::from(letter)] |= 1 << place;
    }
    let last = 1_u64 << (one.len() - 1);
    let mut distance = one.len();
    // Where the table grows or falls by one from row to row, and where its diagonals stay equal.
    let (mut grows_down, mut falls_down, mut equal_diagonals) = (u64::MAX, 0_u64, 0_u64);
    let mut places_before = 0_u64;
    for (read, letter) in other.bytes().enumerate() {
        // Each letter that is left takes off one at most.
        if distance > most.saturating_add(other.len() - read) {
            return None;
        }
        let here = places[usize::from(letter)];
        let swapped = ((!equal_diagonals & here) << 1) & places_before;
        let carried = (here & grows_down).wrapping_add(grows_down) ^ grows_down;
        equal_diagonals = carried | here | falls_down | swapped;
        let grows_right = falls_down | !(equal_diagonals | grows_down);
        let falls_right = equal_diagonals & grows_down;
        distance += usize::from(grows_right & last != 0);
        distance -= usize::from(falls_right & last != 0);
        let grows_right = grows_right << 1 | 1;
        grows_down = falls_right << 1 | !(equal_diagonals | grows_right);
        falls_down = grows_right & equal_diagonals;
        places_before = here;
    }
    Some(distance)
}

/// Least share of common trigrams of names of one family.
const MIN_KINSHIP: f64 = 0.6;

/// How much two folded names share (Dice over their trigrams), 0 below what chance explains:
/// `Foo`, `FooInt` and `Foo_Work` are of one family.
pub fn kinship(one: &str, other: &str) -> f64 {
    let (one, other) = (byte_trigrams(one), byte_trigrams(other));
    let common = one.iter().filter(|trigram| other.binary_search(trigram).is_ok()).count();
    let share = 2.0 * common as f64 / (one.len() + other.len()).max(1) as f64;
    if share > MIN_KINSHIP { share } else { 0.0 }
}

/// The trigrams of a name with its beginning and end, in order, each once.
fn byte_trigrams(name: &str) -> Vec<[u8; 3]> {
    let bytes: Vec<u8> = [b'^'].into_iter().chain(name.bytes()).chain([b'$']).collect();
    let mut trigrams: Vec<[u8; 3]> = bytes.windows(3).map(|w| [w[0], w[1], w[2]]).collect();
    trigrams.sort_unstable();
    trigrams.dedup();
    trigrams
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: &str, other: &str, expected: f64) {
        let found = ComparableName::new(one).likeness(&ComparableName::new(other), 0.7);
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

    proptest::proptest! {
        #[test]
        fn the_distance_is_that_of_the_usual_table(one in "[abc_]{0,70}", other in "[abc_]{0,70}") {
            let expected = strsim::osa_distance(&one, &other);
            proptest::prop_assert_eq!(edit_distance(&one, &other), expected);
        }

        #[test]
        fn a_bound_hides_only_greater_distances(
            one in "[abc_]{0,70}", other in "[abc_]{0,70}", most in 0.0..80.0_f64
        ) {
            let expected = Some(edit_distance(&one, &other) as f64).filter(|edits| *edits <= most);
            proptest::prop_assert_eq!(edits_up_to(&one, &other, most), expected);
        }

        #[test]
        fn no_more_letters_are_apart_than_two_an_edit(one in "[a-f0-3]{0,20}", other in "[a-f0-3]{0,20}") {
            let apart = LetterCounts::new(&one).apart(LetterCounts::new(&other)) as usize;
            proptest::prop_assert!(apart <= 2 * edit_distance(&one, &other));
        }
    }
}
