//! Whose a file is, what others may do with it, and how one is made that only its owner can use:
//! what systems know in their own ways.

pub(super) use system::{check_owner, new_directory, reading, size_limit};

#[cfg(unix)]
mod system {
    use std::fs::{DirBuilder, Metadata, OpenOptions};
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};

    use rustix::fs::OFlags;
    use rustix::process::{Resource, geteuid, getrlimit};

    use super::super::cache::Problem;

    /// Checks that a file or directory belongs to this user or to root and that no one else can
    /// write it.
    pub(in super::super) fn check_owner(metadata: &Metadata) -> Result<(), Problem> {
        const ROOT: u32 = 0;
        const WRITABLE_BY_OTHERS: u32 = 0o022;
        const PERMISSIONS: u32 = 0o7777;
        let (owner, mode) = (metadata.uid(), metadata.mode());
        if owner != ROOT && owner != geteuid().as_raw() {
            return Err(format!("belongs to another user ({owner})"));
        }
        if mode & WRITABLE_BY_OTHERS != 0 {
            return Err(format!("other users can write it (mode {:o})", mode & PERMISSIONS));
        }
        Ok(())
    }

    /// Opens for reading: follows no link, and waits for no pipe.
    pub(in super::super) fn reading() -> OpenOptions {
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let mut options = OpenOptions::new();
        options.read(true).custom_flags(flags.bits().cast_signed());
        options
    }

    /// Makes a directory that leaves no right to others, whatever the umask.
    pub(in super::super) fn new_directory() -> DirBuilder {
        let mut builder = DirBuilder::new();
        builder.mode(0o700);
        builder
    }

    /// The bytes beyond which a file would end this process with a signal.
    pub(in super::super) fn size_limit() -> Option<u64> {
        getrlimit(Resource::Fsize).current
    }
}

/// Other systems keep a user's cache in his profile, which others cannot write.
#[cfg(not(unix))]
mod system {
    use std::fs::{DirBuilder, Metadata, OpenOptions};

    use super::super::cache::Problem;

    pub(in super::super) fn check_owner(_: &Metadata) -> Result<(), Problem> {
        Ok(())
    }

    pub(in super::super) fn reading() -> OpenOptions {
        let mut options = OpenOptions::new();
        options.read(true);
        options
    }

    pub(in super::super) fn new_directory() -> DirBuilder {
        DirBuilder::new()
    }

    pub(in super::super) fn size_limit() -> Option<u64> {
        None
    }
}
