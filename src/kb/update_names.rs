//! Names of updates, in the spellings of readers, articles and the vendor's list:
//! `7.0 U3c`, `ESXi 7.0 Update 3c` and `7.0u3c` are one name.

/// A name in the one spelling that is compared.
pub(super) fn normalized(name: &str) -> String {
    let lower = name.trim().to_ascii_lowercase();
    let bare = ["vmware ", "esxi ", "esx server ", "esx "]
        .iter()
        .fold(lower.as_str(), |name, product| name.strip_prefix(product).unwrap_or(name));
    let tokens = bare.split_whitespace().map(|token| token.trim_end_matches(['.', ',']));
    tokens.flat_map(words).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Short forms with their meaning.
const SHORT_FORMS: &[(&str, &str)] = &[("ep", "express patch"), ("u", "update"), ("p", "patch")];

/// The words that one token means: `7.0u3c` is `7.0 update 3c`, `p07` is `patch 7`.
fn words(token: &str) -> Vec<String> {
    // The first release of a line has no name of its own.
    if token == "ga" {
        return Vec::new();
    }
    let start = token.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(token.len());
    let (version, rest) = token.split_at(start);
    let long = SHORT_FORMS.iter().find_map(|(short, long)| {
        let number = rest.strip_prefix(short)?;
        let whole = number.is_empty() || number.starts_with(|c: char| c.is_ascii_digit());
        whole.then_some((*long, number))
    });
    match long {
        Some((long, number)) => {
            vec![version.to_owned(), long.to_owned(), without_zeros(number).to_owned()]
        }
        // The number of a bulletin, `ESXi600-201608001`, is written with the product and without.
        None if rest.starts_with("esxi") => vec![rest["esxi".len()..].to_owned()],
        None => vec![without_zeros(token).to_owned()],
    }
}

/// `02a` is `2a`.
fn without_zeros(number: &str) -> &str {
    let short = number.trim_start_matches('0');
    if short.starts_with(|c: char| c.is_ascii_digit()) { short } else { number }
}

/// Every spelling of a release: its short name, and the names in and outside the brackets of the
/// vendor's full name, each after the version.
pub(super) fn spellings(line: &str, name: &str, vendor_name: &str) -> Vec<String> {
    let parts = vendor_name.split(['(', ')', '/']).map(normalized);
    let versioned = parts.filter(|part| !part.is_empty()).map(|part| {
        let bare = part.starts_with("update ") || part.contains("patch ") && !is_versioned(&part);
        if bare { format!("{line} {part}") } else { part }
    });
    std::iter::once(normalized(name)).chain(versioned).collect()
}

fn is_versioned(part: &str) -> bool {
    part.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: &str) {
        assert_eq!(normalized(name), expected);
    }

    #[test]
    fn spellings_of_one_name_are_one() {
        check("VMware ESXi 7.0 Update 3c", "7.0 update 3c");
        check("7.0 U3c", "7.0 update 3c");
        check("7.0u3c", "7.0 update 3c");
        check("6.7 EP 02a", "6.7 express patch 2a");
        check("6.5 EP27", "6.5 express patch 27");
        check("6.0 P07", "6.0 patch 7");
        check("6.5. Patch 01", "6.5 patch 1");
        check("8.0 GA", "8.0");
        check("ESXi600-201608001", "600-201608001");
        check("ESX 9.0.0.0100", "9.0.0.0100");
        check("", "");
    }

    #[test]
    fn the_vendors_name_says_more_than_one() {
        let found = spellings("6.7", "6.7 P01", "ESXi 6.7 P01 (Update 3b) (ESXi670-201912001)");
        assert_eq!(found, ["6.7 patch 1", "6.7 patch 1", "6.7 update 3b", "670-201912001"]);
        let both = spellings("4.1", "4.1 Patch 2", "ESXi 4.1 Patch 2 / ESX 4.1 Patch 2");
        assert_eq!(both, ["4.1 patch 2"; 3]);
    }
}
