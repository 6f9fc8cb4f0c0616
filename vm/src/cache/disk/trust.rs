//! Whose code is in a folder?
//!
//! Native code runs with all the rights of the process, and a sum does not tell who wrote it. So nobody but
//! the process's user and root may be able to put a file into the folder, or another folder in its place. A folder
//! may have been open once, so each file is asked for its owner as well. Owners of the folders above are trusted,
//! and what goes around the permission bits (a network's file system, a container's users) is not seen.

use std::{fs::Metadata, io, path::Path};

/// Who may have written a file: root, and the owner of the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner(#[cfg(unix)] u32);

/// That of root.
#[cfg(unix)]
const ROOT: u32 = 0;

#[cfg(unix)]
impl Owner {
    /// The owner of a folder.
    ///
    /// # Errors
    ///
    /// Where it can't be read.
    pub(super) fn of(folder: &Path) -> io::Result<Self> {
        Ok(Self(std::os::unix::fs::MetadataExt::uid(&folder.metadata()?)))
    }

    /// The owner of a folder from which code is run; its path has no links in it.
    ///
    /// # Errors
    ///
    /// Where others than this process's user and root could have their code run from there.
    pub(super) fn trusted(folder: &Path) -> io::Result<Self> {
        let owner = Self::of(folder)?;
        if ![ROOT, crate::native::user()].contains(&owner.0) {
            return Err(io::Error::other(
                "it belongs to another user, who could have any code run from there",
            ));
        }
        if let Some(writer) = others_who_write(&folder.metadata()?) {
            return Err(io::Error::other(format!(
                "{writer} can write to it, and could have any code run from there; `chmod go-w` mends that"
            )));
        }
        for above in folder.ancestors().skip(1) {
            // Where only a file's owner may move it, ours stay.
            let metadata = above.metadata()?;
            if mode(&metadata) & STICKY == 0
                && let Some(writer) = others_who_write(&metadata)
            {
                return Err(io::Error::other(format!(
                    "{writer} can write to {}, and could put another folder in its place, to have \
                     any code run from there",
                    above.display()
                )));
            }
        }
        Ok(owner)
    }

    /// Whether nobody else can have written a file. Otherwise, what is wrong with it.
    pub(super) fn vouches_for(self, file: &Metadata) -> io::Result<()> {
        let owner = std::os::unix::fs::MetadataExt::uid(file);
        if ![ROOT, self.0].contains(&owner) {
            return Err(io::Error::other("another user has written it"));
        }
        match others_who_write(file) {
            Some(writer) => Err(io::Error::other(format!("{writer} can write to it"))),
            None => Ok(()),
        }
    }
}

/// The bit of a folder whose files only their owners may move or remove.
#[cfg(unix)]
const STICKY: u32 = 0o1000;

#[cfg(unix)]
fn mode(metadata: &Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions())
}

/// Who can write to a file or folder beside its owner.
#[cfg(unix)]
fn others_who_write(metadata: &Metadata) -> Option<&'static str> {
    let mode = mode(metadata);
    if mode & 0o002 != 0 {
        return Some("anybody");
    }
    (mode & 0o020 != 0).then_some("its group")
}

/// Where there are no such owners, the folder is as safe as its user makes it.
#[cfg(not(unix))]
impl Owner {
    pub(super) fn of(_: &Path) -> io::Result<Self> {
        Ok(Self())
    }

    pub(super) fn trusted(_: &Path) -> io::Result<Self> {
        Ok(Self())
    }

    pub(super) fn vouches_for(self, _: &Metadata) -> io::Result<()> {
        Ok(())
    }
}
