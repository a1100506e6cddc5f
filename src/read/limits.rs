//! The bounds of reading, one row each. Hostile input is bounded on the way in,
//! and a bound that cuts something is reported with the crash or the input.

/// Declares [`Limits`] with its table, so that no bound can lack a row.
macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $field:ident = $default:expr, $code:literal;)*) => {
        /// Bounds of reading; the unit is part of the name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct Limits {
            $($(#[doc = $doc])+ pub $field: u64,)*
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        impl Limits {
            /// Codes, defaults and meanings of all bounds, for the documentation.
            pub const TABLE: &[(&str, u64, &str)] = &[$(($code, $default, concat!($($doc),+)),)*];

            /// Sets the bound called `code`; false when there is none.
            pub fn set(&mut self, code: &str, value: u64) -> bool {
                match code {
                    $($code => self.$field = value,)*
                    _ => return false,
                }
                true
            }
        }
    };
}

/// Adds the code of a bound that cut something to those of its crash, once.
pub(super) fn note_limit(cut: &mut Vec<&'static str>, code: &'static str) {
    if !cut.contains(&code) {
        cut.push(code);
    }
}

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;
const GIB: u64 = 1024 * MIB;

limits! {
    /// Bytes of a line; a longer one is read as several.
    line_bytes = 64 * KIB, "line-bytes";
    /// Bytes of a text up to which every line is looked at; after them only those around literal anchors.
    tolerant_bytes = MIB, "tolerant-bytes";
    /// Lines of one crash; further ones are left out.
    region_lines = 4000, "region-lines";
    /// Bytes of one crash; further lines are left out.
    region_bytes = 16 * MIB, "region-bytes";
    /// Lines before a crash that are kept as its log lines.
    context_lines = 32, "context-lines";
    /// Lines without a mark of a crash after which a crash ends.
    gap_lines = 64, "gap-lines";
    /// Frames of one backtrace; of a longer one the first and the last half are kept.
    frames = 512, "frames";
    /// Bytes of a function name, a module name or a world name; a longer one is clipped.
    name_bytes = 8 * KIB, "name-bytes";
    /// Bytes of a panic message; a longer one is clipped.
    message_bytes = 8 * KIB, "message-bytes";
    /// Machine-check lines of one crash; further ones are left out.
    machine_checks = 4096, "machine-checks";
    /// Defects of one crash; further ones are left out.
    defects = 50, "defects";
    /// Crashes of one input; reading stops after the last one.
    crashes = 1000, "crashes";
    /// Bytes that all members of one archive may unpack to; reading stops there.
    archive_bytes = 8 * GIB, "archive-bytes";
    /// Members of one archive; reading stops after the last one.
    archive_members = 100_000, "archive-members";
    /// Archives inside each other; deeper ones are not opened.
    archive_depth = 3, "archive-depth";
    /// Unpacked bytes for each packed byte, once 10 MiB are unpacked; reading stops there.
    archive_ratio = 200, "archive-ratio";
    /// Bytes of the name of a member; a longer one is clipped.
    member_name_bytes = KIB, "member-name-bytes";
    /// Bytes of fragments that wait for one before them; further ones are left out.
    fragment_bytes = 64 * MIB, "fragment-bytes";
    /// Bytes of a bundle's file with facts about the host; the rest is left out.
    host_file_bytes = 4 * MIB, "host-file-bytes";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_be_set_by_its_code() {
        for (code, default, meaning) in Limits::TABLE {
            let mut limits = Limits::default();
            assert!(limits.set(code, default + 1), "{code}");
            assert_ne!(limits, Limits::default(), "{code}");
            assert!(!meaning.trim().is_empty(), "{code}");
        }
        assert!(!Limits::default().set("no-such-limit", 1));
    }
}
