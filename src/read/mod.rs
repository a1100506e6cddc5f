//! Where in these bytes is a crash, and which parts does it have?
//!
//! Bytes become lines, each line is parsed once by a table of formats, the parsed lines form
//! regions, and a region becomes a [`crate::crash::Crash`]. Nothing here fails on odd text: an
//! oddity is written down as a defect.

mod anchors;
mod ar_archive;
mod archive;
mod backtraces;
mod budget;
mod classify;
mod confusion;
mod fields;
mod finder;
mod formats;
mod fragments;
mod frames;
mod host_files;
mod input;
mod item;
mod kernel_names;
mod limits;
mod line;
mod log_lines;
mod loose;
mod machine_checks;
mod mail_cloak;
mod markup;
mod members;
mod misread;
mod names;
mod nmi;
mod panic_message;
mod parse;
mod pictures;
mod region;
mod registers;
mod repair;
mod scan;
mod sniff;
mod spread;
mod unglue;
mod visor_tar;
mod wide;
mod worlds;
mod wrap;
mod zip_archive;

pub use anchors::ANCHORS;
pub(crate) use archive::bound_reached;
pub use archive::{Found, Totals};
pub use budget::Meter;
pub use input::{Input, inputs_of, with_pictures_together};
pub use limits::{Bound, Limits};
pub(crate) use members::{Members, read_whole};
pub use panic_message::kind_words;
pub use parse::FoundCrash;
pub use pictures::{
    DOUBTFUL, PictureLine, PictureReader, PictureText, ShownPicture, crashes_in_picture,
    is_doubtful,
};
pub use scan::{Scan, Summary, crashes_in_text};
