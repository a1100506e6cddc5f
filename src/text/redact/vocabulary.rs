//! Words that are everybody's: those of the shipped knowledge base, of the program's own texts, of
//! logs, and common English.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::drivers::is_module;
use super::public::{is_common_word, is_no_name, is_technical};

/// Common English words; the head of the file tells where they come from.
const ENGLISH: &str = include_str!("words/english.txt");
/// Words of logs, products and hardware.
const TECHNICAL: &str = include_str!("words/technical.txt");
/// Words that tie the sentences of other languages together.
const FOREIGN: &str = include_str!("words/foreign.txt");
/// Words of `kb/` and `locales/`, in small letters; `build.rs` collects them.
const KNOWLEDGE: &str = include_str!(concat!(env!("OUT_DIR"), "/knowledge_words.txt"));

/// Fewest letters of a word that an ending is taken off.
const MIN_STEM: usize = 4;
/// Fewest letters of each of two words that are written as one.
const MIN_JOINED: usize = 4;

static GENERAL: LazyLock<HashSet<&str>> =
    LazyLock::new(|| words_of(ENGLISH).chain(words_of(FOREIGN)).collect());
static SPECIAL: LazyLock<HashSet<&str>> =
    LazyLock::new(|| words_of(TECHNICAL).chain(words_of(KNOWLEDGE)).collect());
static PEOPLE: LazyLock<HashSet<&str>> =
    LazyLock::new(|| NAMES_THAT_ARE_WORDS.split_whitespace().collect());

fn words_of(list: &'static str) -> impl Iterator<Item = &'static str> {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace)
}

/// Names of people that are English words too.
const NAMES_THAT_ARE_WORDS: &str = "
    amber angel april art august autumn baker banks basil bell bill bishop bob bond brook brooks
    brown buck burns bush carol carpenter carter chase chip christian chuck church cliff cook cooper
    crystal curry dawn dean drew duke earl eve faith farmer fields fisher flowers forest frank fuller
    gates gene glen golden grace grant gray green grey guy hall hardy heather herb hill holly hope
    horn hunt hunter iris ivy jack jade jasmine jay jean jewel john josh joy june justice kay king
    kit knight lake lance lane lee leach lily little long love lynn major manning marble march mark
    marks mason masters may melody mercy miles mill miller misty moon morgan nick noble norm north
    olive page park parker parks pat patience pearl penny pepper peter porter powers price prince
    ralph randy ray rich rick rivers rob robin rock rod rose rosemary ruby rusty sally sand sandy
    sharp short singer skip smith snow stark sterling stone strong sue summer sunny taylor ted tell
    terry tony victor violet wade walker wall ward waters weaver webb weeks west white will wise wolf
    wood woods wren young";

/// An ending of a form of a word, and what the word itself has instead.
type Ending = (&'static str, &'static str);

/// Endings that any word may have.
const ENDINGS: &[Ending] = &[
    ("s", ""),
    ("es", ""),
    ("ies", "y"),
    ("ied", "y"),
    ("ed", "e"),
    ("ed", ""),
    ("ing", ""),
    ("ing", "e"),
    ("ly", ""),
    ("ily", "y"),
    ("ise", "ize"),
    ("ised", "ize"),
    ("ising", "ize"),
];

/// Endings that make another word: of a word of logs, for of a common one they may make a name.
const SPECIAL_ENDINGS: &[Ending] = &[
    ("er", "e"),
    ("er", ""),
    ("ers", "e"),
    ("ers", ""),
    ("able", ""),
    ("able", "e"),
    ("ment", ""),
    ("ments", ""),
    ("ness", ""),
    ("less", ""),
    ("ation", "e"),
    ("ation", ""),
    ("ization", "ize"),
    ("isation", "ize"),
    ("ity", ""),
];

/// What stands before a word in another one: `unmounted`, `reconnects`.
const BEGINNINGS: &[&str] = &[
    "anti", "auto", "co", "de", "dis", "hyper", "in", "inter", "mega", "meta", "micro", "mis",
    "multi", "non", "over", "para", "post", "pre", "re", "semi", "sub", "super", "un", "under",
];

/// Finds out whether `word`, in small letters, is of logs, products and the knowledge base: those may
/// have a capital letter anywhere.
pub(super) fn is_special(word: &str) -> bool {
    is_listed_as_special(word)
        || is_module(word)
        || is_form(word, &[ENDINGS, SPECIAL_ENDINGS], &is_listed_as_special)
        || is_joined(word, &is_listed_as_special)
}

fn is_listed_as_special(word: &str) -> bool {
    SPECIAL.contains(word) || is_common_word(word) || is_technical(word) || is_no_name(word)
}

/// Finds out whether `word`, in small letters, is in any of the lists, or a form of one that is.
pub(super) fn is_public(word: &str) -> bool {
    is_special(word) || is_listed(word) || is_form(word, &[ENDINGS], &is_listed)
}

fn is_listed(word: &str) -> bool {
    GENERAL.contains(word) || SPECIAL.contains(word) || is_common_word(word)
}

/// Finds out whether `word`, in small letters, may be somebody's name as well.
pub(super) fn is_name_too(word: &str) -> bool {
    PEOPLE.contains(word)
}

/// A form of a known word: `unmounts`, `stopping`.
fn is_form(word: &str, endings: &[&[Ending]], known: &dyn Fn(&str) -> bool) -> bool {
    let mut rests = BEGINNINGS.iter().filter_map(|beginning| word.strip_prefix(beginning));
    has_known_stem(word, endings, known)
        || rests.any(|rest| {
            rest.chars().count() >= MIN_STEM
                && (known(rest) || has_known_stem(rest, endings, known))
        })
}

/// A known word with an ending: `stopping`.
fn has_known_stem(word: &str, endings: &[&[Ending]], known: &dyn Fn(&str) -> bool) -> bool {
    endings.iter().copied().flatten().any(|(ending, instead)| {
        let is_plural = *ending == "s";
        let stem = word.strip_suffix(ending).map(|stem| format!("{stem}{instead}"));
        stem.is_some_and(|stem| {
            is_stem(&stem, known) || is_plural && stem.len() + 1 >= MIN_STEM && known(&stem)
        })
    })
}

/// A known word of enough letters, the last one of which may be doubled: `stopp` of `stopping`.
fn is_stem(stem: &str, known: &dyn Fn(&str) -> bool) -> bool {
    let letters: Vec<char> = stem.chars().collect();
    let is_doubled =
        letters.len() > MIN_STEM && letters[letters.len() - 1] == letters[letters.len() - 2];
    let single: String = letters[..letters.len().saturating_sub(1)].iter().collect();
    letters.len() >= MIN_STEM && (known(stem) || is_doubled && known(&single))
}

/// Two known words in one: `portgroup`.
fn is_joined(word: &str, known: &dyn Fn(&str) -> bool) -> bool {
    let cuts = word.char_indices().map(|(at, _)| at);
    cuts.filter(|&at| at >= MIN_JOINED && word.len() - at >= MIN_JOINED)
        .map(|at| word.split_at(at))
        .any(|(one, other)| one != other && known(one) && known(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_their_forms_are_public() {
        for word in ["the", "rebooted", "unmounts", "stopping", "vmkernel", "portgroup", "firmware"]
        {
            assert!(is_public(word), "{word}");
        }
        for word in ["fenrir", "kowalski", "wildgans", "nordwind"] {
            assert!(!is_public(word), "{word}");
        }
    }

    #[test]
    fn a_common_word_is_no_special_one() {
        assert!(is_special("firmware") && !is_special("falcon") && !is_special("thoughts"));
    }
}
