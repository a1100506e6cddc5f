//! What pictures are read by: the fonts of the data directory and the names of the knowledge base.

use std::path::PathBuf;

use psod_match::picture::Shapes;
use psod_match::picture::shelf::{keep, kept_in};
use psod_match::read::PictureReader;

use super::output::complain;
use super::{Session, data_directory};

/// The directory of the fonts that are known; `None` without a home.
pub fn font_directory() -> Option<PathBuf> {
    Some(data_directory()?.join("fonts"))
}

/// The fonts of the data directory; what is wrong with others is said.
fn kept_fonts() -> Vec<Shapes> {
    let Some(directory) = font_directory() else { return Vec::new() };
    let (kept, problems) = kept_in(&directory);
    problems.iter().for_each(|problem| complain(&problem.to_string()));
    kept.into_iter().map(|font| font.shapes).collect()
}

impl Session<'_> {
    /// A reader of pictures with all that is known.
    pub fn picture_reader(&self) -> anyhow::Result<PictureReader> {
        let reader = PictureReader::new(Box::new(kept_fonts), self.ask_names()?);
        let reader = reader.with_recognition(self.common.ocr.clone());
        Ok(if self.keeps_pictures { reader.keeping_files() } else { reader })
    }

    /// Keeps what pictures have taught about fonts, and says so.
    pub fn keep_learned(&self, reader: &PictureReader) {
        let Some(directory) = font_directory() else { return };
        for shapes in reader.take_learned() {
            match keep(&directory, &shapes) {
                Ok(Some(path)) => {
                    let values = [
                        ("path", &*path.display().to_string()),
                        ("glyphs", &shapes.glyphs.len().to_string()),
                    ];
                    complain(&self.catalog.text("font-learned", &values));
                }
                Ok(None) => {}
                Err(problem) => complain(&problem.to_string()),
            }
        }
    }
}
