//! Bare names that a photograph has put a space into.
//!
//! Two names on a line, or a name and a word about it, are not one name: an invented function is
//! worse than one that is missed.

use super::frames::{is_telling, without_mark};
use super::kernel_names;

/// Fewest letters of a word that may follow a name: shorter ones are ends of names as often.
const MIN_BYTES_AFTER: usize = 3;
/// Fewest letters of a word that may come before a name: `in`, `at`.
const MIN_BYTES_BEFORE: usize = 2;
/// Most small letters before the first capital of a piece that is only the rest of a name.
const MAX_REST_BYTES: usize = 2;
/// The consonants, more than one, that English words begin with.
const ONSETS: &[&str] = &[
    "bl", "br", "ch", "chr", "cl", "cr", "dr", "dw", "fl", "fr", "gh", "gl", "gr", "kn", "ph",
    "pl", "pr", "sc", "sch", "scr", "sh", "shr", "sk", "sl", "sm", "sn", "sp", "spl", "spr", "sq",
    "st", "str", "sw", "th", "thr", "tr", "tw", "wh", "wr",
];

/// `BH_Han dler`: a line that is a name but for a space. One of the pieces looks like nothing but a
/// part of a name, so that two words of a sentence are left alone.
pub(super) fn spread_name(body: &str) -> Option<String> {
    let pieces: Vec<&str> = without_mark(body).split_whitespace().collect();
    let [one, other] = pieces[..] else {
        return None;
    };
    let name = [one, other].concat();
    let spread = (has_hump(one) || has_hump(other)) && is_telling(&name) && !are_two(one, other);
    spread.then_some(name)
}

/// True for a piece with an underscore, or with a capital after a small letter.
fn has_hump(piece: &str) -> bool {
    piece.contains('_') || kernel_names::has_hump(piece)
}

/// True for two names, and for a name with a word of a sentence after or before it.
fn are_two(one: &str, other: &str) -> bool {
    let before = is_telling(one) && !ends_inside(one);
    let after = is_telling(other) && !begins_inside(other);
    let word_after = is_small(other) && is_word(other, MIN_BYTES_AFTER);
    let word_before = is_word(one, MIN_BYTES_BEFORE)
        && (is_small(one) || other.starts_with(|c: char| c.is_ascii_uppercase()));
    before && (after || word_after) || after && word_before
}

fn is_small(piece: &str) -> bool {
    piece.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// `Portset_`, `Portset_P`: no name ends like that.
fn ends_inside(piece: &str) -> bool {
    match piece.as_bytes() {
        [.., b'_'] => true,
        [.., before, last] => last.is_ascii_uppercase() && !before.is_ascii_uppercase(),
        _ => false,
    }
}

/// `_Handler`, `sServiceDone`, `edDispatch`: hardly a name begins like that.
fn begins_inside(piece: &str) -> bool {
    let rest = piece.trim_start_matches(|c: char| c.is_ascii_lowercase());
    let short = (1..=MAX_REST_BYTES).contains(&(piece.len() - rest.len()));
    piece.starts_with('_') || short && rest.starts_with(|c: char| c.is_ascii_uppercase())
}

/// True for letters that could be spoken as a word: `rotated` and `above`, but not `dler`.
fn is_word(piece: &str, shortest: usize) -> bool {
    let lower = piece.to_ascii_lowercase();
    let small = piece.bytes().skip(1).all(|byte| byte.is_ascii_lowercase());
    let letters = small && piece.bytes().all(|byte| byte.is_ascii_alphabetic());
    let Some(onset) = lower.find(['a', 'e', 'i', 'o', 'u', 'y']).map(|end| &lower[..end]) else {
        return false;
    };
    letters && piece.len() >= shortest && (onset.len() < 2 || ONSETS.contains(&onset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: Option<&str>) {
        assert_eq!(spread_name(body).as_deref(), expected, "{body}");
    }

    #[test]
    fn a_name_loses_its_blank() {
        for line in [
            "BH_Han dler",
            "BH _Handler",
            "ITimerWheel Handler",
            "ISched_Sy sServiceDone",
            "CpuSch edDispatch",
            "Portset_P rocessAllDeferred",
            "Portset_ ProcessAllDeferred",
            "lpfc_external_dif_c mpl",
            "- vmk _net_instance_init",
        ] {
            let name: String = line.trim_start_matches("- ").split(' ').collect();
            check(line, Some(&name));
        }
    }

    #[test]
    fn two_names_and_a_word_beside_a_name_stay_apart() {
        for line in [
            "Foo_Bar BH_Check",
            "Panic_Exception Heap_Align",
            "Heap_Free nvmeCompleteCommand",
            "see_also above",
            "vmkernel_log rotated",
            "our_host was",
            "see Heap_Free",
            "At Heap_Free",
            "from vmk_net_instance_init",
            "please help",
            "Foo_Bar is gone",
        ] {
            check(line, None);
        }
    }
}
