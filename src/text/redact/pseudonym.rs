//! Pseudonyms: `host-` and 64 bits of a keyed hash.

use std::net::IpAddr;
use std::ops::Range;
use std::sync::LazyLock;

use hmac::{Hmac, KeyInit, Mac};
use regex::Regex;
use sha2::Sha256;
use strum::IntoEnumIterator;

use super::class::Class;
use super::secret::SiteSecret;

/// Bytes of the hash that are shown.
const SHOWN: usize = 8;
/// What stands for every password and key: nothing is derived from those.
const REMOVED: &str = "secret-removed";

/// Makes the pseudonym of `name`; all spellings of one address have the same.
pub(super) fn pseudonym(secret: &SiteSecret, class: Class, name: &str) -> String {
    if class == Class::Secret {
        return REMOVED.to_owned();
    }
    let prefix = class.as_str();
    let Ok(mut hash) = Hmac::<Sha256>::new_from_slice(secret.key()) else {
        // Every length is a key of HMAC.
        return format!("{prefix}-removed");
    };
    hash.update(prefix.as_bytes());
    hash.update(b":");
    hash.update(normal(class, name).as_bytes());
    let digest = hash.finalize().into_bytes();
    let digits: String = digest.iter().take(SHOWN).map(|byte| format!("{byte:02x}")).collect();
    format!("{prefix}-{digits}")
}

/// The one spelling that a name is hashed in.
fn normal(class: Class, name: &str) -> String {
    match class {
        Class::Ip => name.parse().map_or(name.to_owned(), |address: IpAddr| address.to_string()),
        Class::Mac | Class::Wwn | Class::Uuid => {
            let name = name.trim_start_matches("0x");
            let digits = name.chars().filter(char::is_ascii_hexdigit);
            digits.map(|digit| digit.to_ascii_lowercase()).collect()
        }
        _ => name.trim_end_matches('.').to_lowercase(),
    }
}

/// Finds out whether `name` is a pseudonym as [`pseudonym`] makes them.
pub(super) fn is_pseudonym(name: &str) -> bool {
    let Some((prefix, digits)) = name.split_once('-') else {
        return false;
    };
    let is_hash = digits.len() == 2 * SHOWN
        && digits.bytes().all(|c| c.is_ascii_digit() || matches!(c, b'a'..=b'f'));
    name == REMOVED || (is_hash && Class::iter().any(|class| class.as_str() == prefix))
}

static PSEUDONYM: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let prefixes: Vec<&str> = Class::iter().map(Class::as_str).collect();
    Regex::new(&format!(r"\b(?:{})-[0-9a-f]{{16}}", prefixes.join("|"))).ok()
});

/// Finds the pseudonyms of `line`, also inside of a longer name: `ip-…_vmk1`.
pub(super) fn pseudonyms_in(line: &str) -> Vec<Range<usize>> {
    let found = PSEUDONYM.iter().flat_map(|search| search.find_iter(line));
    found
        .map(|found| found.range())
        .filter(|range| !line[range.end..].starts_with(|c: char| c.is_ascii_alphanumeric()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(class: Class, spellings: &[&str]) {
        let secret = SiteSecret::known([7; 32]);
        let first = pseudonym(&secret, class, spellings[0]);
        assert!(is_pseudonym(&first), "{first}");
        for spelling in spellings {
            assert_eq!(pseudonym(&secret, class, spelling), first, "{spelling}");
        }
        let other = pseudonym(&SiteSecret::known([8; 32]), class, spellings[0]);
        assert_ne!(other, first);
    }

    #[test]
    fn spellings_of_one_name_have_one_pseudonym_at_one_site() {
        check(Class::Mac, &["00:50:56:AB:cd:ef", "00-50-56-ab-cd-ef", "0050.56ab.cdef"]);
        check(Class::Wwn, &["20:00:00:25:b5:aa:00:1f", "0x20000025b5aa001f"]);
        check(Class::Ip, &["fe80::1", "FE80:0:0:0:0:0:0:1"]);
        check(Class::Host, &["Esx01.corp.example", "esx01.CORP.example."]);
        check(
            Class::Uuid,
            &[
                "564d8e1f-2233-4455-6677-8899aabbccdd",
                "56 4d 8e 1f 22 33 44 55-66 77 88 99 aa bb cc dd",
            ],
        );
    }

    #[test]
    fn nothing_is_derived_from_a_password() {
        let secret = SiteSecret::known([7; 32]);
        assert_eq!(pseudonym(&secret, Class::Secret, "hunter2"), "secret-removed");
    }
}
