//! Making a new object on a disk survive a power cut.
//!
//! A file that was synced can still vanish with its folder's entry, and a new folder with its parent's. OpenDAL syncs
//! the file when it closes it; this module syncs the folders above it, before anybody is told that the object exists.

use std::collections::HashMap;
use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::ObjectName;

/// The folders of a store on disk, and which of them are known to be durable themselves.
///
/// Knowing is per process: another one may have created a folder and died before it synced the parent, so the first
/// object of each folder syncs the parents again.
pub(super) struct Folders {
    root: PathBuf,
    /// For each firm, one bit for each of its 256 folders.
    durable: Mutex<HashMap<[u8; 16], [u64; 4]>>,
}

impl Folders {
    /// Opens the store's root folder; creates it, durably, if it is missing.
    pub(super) fn open(root: &Path) -> io::Result<Self> {
        let missing = root
            .ancestors()
            .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
        let missing: Vec<_> = missing.map(Path::to_path_buf).collect();
        DirBuilder::new().recursive(true).mode(0o700).create(root)?;
        for folder in missing {
            if let Some(parent) = folder.canonicalize()?.parent() {
                sync(parent)?;
            }
        }
        Ok(Self {
            root: root.canonicalize()?,
            durable: Mutex::default(),
        })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Syncs the object's folder, and the folders above it that this process has not synced yet. Blocks.
    pub(super) fn settle(&self, name: &ObjectName) -> io::Result<()> {
        let path = self.root.join(name.path());
        let mut above = path.ancestors().skip(1);
        let folder = above.next().unwrap_or(&self.root);
        sync(folder)?;
        let (firm, shard) = (name.firm(), usize::from(name.id()[0]));
        let known = {
            let durable = self.durable.lock().unwrap_or_else(PoisonError::into_inner);
            durable
                .get(&firm)
                .map(|shards| shards[shard / 64] >> (shard % 64) & 1 == 1)
        };
        // No entry: the firm's folder may be new in the root. No bit: this folder may be new in the firm's.
        if known != Some(true) {
            sync(above.next().unwrap_or(&self.root))?;
        }
        if known.is_none() {
            sync(&self.root)?;
        }
        let mut durable = self.durable.lock().unwrap_or_else(PoisonError::into_inner);
        durable.entry(firm).or_default()[shard / 64] |= 1 << (shard % 64);
        Ok(())
    }
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
