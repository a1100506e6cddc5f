//! Zip archives: by their directory where the file can be searched, else as they stream by.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use zip::result::ZipError;

use super::archive::{Bundle, Place, Walk};
use crate::error::{Error, Result};

impl Walk<'_> {
    /// Reads a zip archive that is a file.
    pub(super) fn zip_file(&mut self, file: File, bundle: &mut Bundle) -> Result<()> {
        let path = self.path;
        let (reader, headers) = self.headers(self.packed(file));
        let mut archive = zip::ZipArchive::new(io::BufReader::new(reader))
            .map_err(|error| unpack_failure(path, error))?;
        headers.skip(u64::MAX, 0);
        for index in 0..archive.len() {
            if self.is_over() {
                return Ok(());
            }
            self.count_member(path)?;
            match archive.by_index(index) {
                Ok(mut entry) => self.zip_member(&mut entry, None, 1, bundle),
                Err(error) => self.problem(unpack_failure(path, error)),
            }
        }
        Ok(())
    }

    /// A zip archive that cannot be searched for its directory: members in the order they come.
    pub(super) fn zip_stream(
        &mut self,
        mut reader: &mut dyn Read,
        place: Place<'_>,
        bundle: &mut Bundle,
    ) -> Result<()> {
        let name = self.place_name(place.member);
        while !self.is_over() {
            self.count_member(&name)?;
            let entry = zip::read::read_zipfile_from_stream(&mut reader)
                .map_err(|error| Error::io("unpack to its end", &name)(error.into()))?;
            let Some(mut entry) = entry else {
                return Ok(());
            };
            self.zip_member(&mut entry, place.member, place.depth + 1, bundle);
        }
        Ok(())
    }

    fn zip_member<R: Read>(
        &mut self,
        entry: &mut zip::read::ZipFile<'_, R>,
        around: Option<&str>,
        depth: u64,
        bundle: &mut Bundle,
    ) {
        if !entry.is_file() {
            self.totals.skipped += 1;
            return;
        }
        let member = self.nested_name(around, &String::from_utf8_lossy(entry.name_raw()));
        let place = Place { member: Some(&member), depth, layers: 0 };
        let mut reader = self.unpacked(entry);
        self.member(&mut reader, place, bundle);
    }
}

fn unpack_failure(path: &Path, error: ZipError) -> Error {
    Error::io("unpack", path)(error.into())
}
