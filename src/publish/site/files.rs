//! The files of a site, and names that are safe for them.

/// A file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteFile {
    /// Path below the directory of the site, with `/`.
    pub path: String,
    /// Content.
    pub content: String,
}

/// The whole site, in the order of the paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its files.
    pub files: Vec<SiteFile>,
}

/// Makes a file name from a name of the knowledge base, which may hold any character.
pub(super) fn file_name(name: &str) -> String {
    let mut file = String::with_capacity(name.len());
    for (index, character) in name.chars().enumerate() {
        match character {
            'A'..='Z' | 'a'..='z' | '0'..='9' | '-' => file.push(character),
            '.' | '_' if index > 0 => file.push(character),
            other => file.push_str(&format!("~{:x}", u32::from(other))),
        }
    }
    // No other name becomes `~`, so an empty name has a file of its own too.
    if file.is_empty() { "~".to_owned() } else { file }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: &str) {
        assert_eq!(file_name(name), expected);
    }

    #[test]
    fn names_of_files_cannot_leave_their_directory() {
        check("KB318512", "KB318512");
        check("com.vmware.driverAPI", "com.vmware.driverAPI");
        check("hbr_filter", "hbr_filter");
        check("../../x", "~2e.~2f..~2fx");
        check("a b", "a~20b");
        check("", "~");
    }
}
