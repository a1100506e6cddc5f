//! The bounds of reading, one row each. Hostile input is bounded on the way in,
//! and a bound that cuts something is reported with the crash or the input.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// Declares [`Limits`] and [`Bound`] with their table, so that no bound can lack a row.
macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $field:ident $bound:ident = $default:expr;)*) => {
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
            /// Bounds, defaults and meanings, for the documentation.
            pub const TABLE: &[(Bound, u64, &str)] =
                &[$((Bound::$bound, $default, concat!($($doc),+)),)*];

            /// Sets a bound of the table; one that is not in it cannot be set.
            pub fn set(&mut self, bound: Bound, value: u64) {
                match bound {
                    $(Bound::$bound => self.$field = value,)*
                    Bound::FramesCompared => {}
                }
            }
        }

        /// A bound that cuts something: a stable code.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, IntoStaticStr,
        )]
        #[serde(rename_all = "kebab-case")]
        #[strum(serialize_all = "kebab-case")]
        #[non_exhaustive]
        pub enum Bound {
            $($(#[doc = $doc])+ $bound,)*
            /// Frames of one backtrace that are compared, a fixed number; the rest counts for nothing.
            FramesCompared,
        }
    };
}

impl Bound {
    /// The published code.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Adds a bound that cut something to those of its crash, once.
pub(super) fn note_limit(cut: &mut Vec<Bound>, bound: Bound) {
    if !cut.contains(&bound) {
        cut.push(bound);
    }
}

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;
const GIB: u64 = 1024 * MIB;

limits! {
    /// Bytes of a line; a longer one is read as several.
    line_bytes LineBytes = 64 * KIB;
    /// Bytes of a text up to which every line is looked at; after them only those around literal anchors.
    tolerant_bytes TolerantBytes = MIB;
    /// Bytes of one input that are taken apart line by line; reading stops there.
    parsed_bytes ParsedBytes = 64 * MIB;
    /// Lines of one crash; further ones are left out.
    region_lines RegionLines = 4000;
    /// Bytes of one crash; further lines are left out.
    region_bytes RegionBytes = 2 * MIB;
    /// Lines before a crash that are kept as its log lines.
    context_lines ContextLines = 32;
    /// Lines without a mark of a crash after which a crash ends.
    gap_lines GapLines = 64;
    /// Frames of one backtrace; of a longer one the first and the last half are kept.
    frames Frames = 512;
    /// Bytes of a function name, a module name or a world name; a longer one is clipped.
    name_bytes NameBytes = 8 * KIB;
    /// Bytes of a panic message; a longer one is clipped.
    message_bytes MessageBytes = 8 * KIB;
    /// Machine-check lines of one crash; further ones are left out.
    machine_checks MachineChecks = 4096;
    /// Defects of one crash; further ones are left out.
    defects Defects = 50;
    /// Crashes of one input; reading stops after the last one.
    crashes Crashes = 1000;
    /// Bytes that all archives of one input may unpack to; reading stops there.
    archive_bytes ArchiveBytes = 8 * GIB;
    /// Members of all archives of one input; reading stops after the last one.
    archive_members ArchiveMembers = 100_000;
    /// Archives inside each other; deeper ones are not opened.
    archive_depth ArchiveDepth = 3;
    /// Unpacked bytes for each packed byte, once 10 MiB are unpacked; reading stops there.
    archive_ratio ArchiveRatio = 200;
    /// Bytes of the name of a member; a longer one is clipped.
    member_name_bytes MemberNameBytes = KIB;
    /// Bytes that describe one member of a tar archive, or all members of a zip archive; reading stops there.
    header_bytes HeaderBytes = 4 * MIB;
    /// Bytes that unpacking xz or Zstandard may look back; a stream that asks for more is not unpacked.
    window_bytes WindowBytes = 128 * MIB;
    /// Bytes of the fragments of one input that are held until their text is whole; reading stops there.
    fragment_bytes FragmentBytes = 64 * MIB;
    /// Bytes of the crashes of an archive that wait for the facts about their host; reading stops there.
    crash_bytes CrashBytes = 32 * MIB;
    /// Bytes of a bundle's file with facts about the host; the rest is left out.
    host_file_bytes HostFileBytes = 4 * MIB;
    /// Drivers, and devices, of one host that are kept; further ones are left out.
    host_parts HostParts = 512;
    /// Bytes of one module, or list of names, that symbols are taken out of; a larger one is left out.
    module_bytes ModuleBytes = 256 * MIB;
    /// Symbols of one module; a module with more is left out.
    module_symbols ModuleSymbols = 500_000;
    /// Bytes of a picture file, which is held while it is decoded; a larger one is not read.
    picture_bytes PictureBytes = 100 * MIB;
    /// Pixels of a picture; one with more is not read.
    picture_pixels PicturePixels = 50_000_000;
    /// Pictures that are held until those of one screen can be joined; after them others are begun with.
    joined_pictures JoinedPictures = 32;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_be_set() {
        for (bound, default, meaning) in Limits::TABLE {
            let mut limits = Limits::default();
            limits.set(*bound, default + 1);
            assert_ne!(limits, Limits::default(), "{bound:?}");
            assert!(!meaning.trim().is_empty(), "{bound:?}");
        }
    }
}
