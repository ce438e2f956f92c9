//! An object on its way to a store of others.
//!
//! Such a store takes an object in one request, and a sender may take minutes for its bytes. What came so far waits in a file
//! without a name in a folder of this machine, sealed as it will be there, and is gone with the process. Only while the request
//! is under way is it in memory, and few are at once.

use std::io::{Error, ErrorKind, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};

/// Bytes that wait in memory: most manifests and keys.
const SMALL: usize = 64 * 1024;
/// Bytes that one object may have: a sealed part has 8 MiB and a little more, a manifest of the longest file less than 1 MiB.
const MOST: u64 = 16 << 20;

pub(super) struct Spool {
    folder: Arc<Path>,
    small: Vec<u8>,
    file: Option<File>,
    length: u64,
}

impl Spool {
    pub(super) fn new(folder: Arc<Path>) -> Self {
        Self {
            folder,
            small: Vec::new(),
            file: None,
            length: 0,
        }
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.length += bytes.len() as u64;
        if self.length > MOST {
            return Err(Error::new(
                ErrorKind::InvalidData,
                "the object is larger than it may be",
            ));
        }
        if self.file.is_none() && self.small.len() + bytes.len() <= SMALL {
            self.small.extend_from_slice(bytes);
            return Ok(());
        }
        if self.file.is_none() {
            let folder = Arc::clone(&self.folder);
            let file = tokio::task::spawn_blocking(move || tempfile::tempfile_in(folder)).await;
            let mut file = File::from_std(file.map_err(Error::other)??);
            file.write_all(&std::mem::take(&mut self.small)).await?;
            self.file = Some(file);
        }
        match &mut self.file {
            Some(file) => file.write_all(bytes).await,
            None => Ok(()),
        }
    }

    /// All of it.
    pub(super) async fn read(&mut self) -> Result<Bytes, Error> {
        let Some(file) = &mut self.file else {
            return Ok(std::mem::take(&mut self.small).into());
        };
        file.flush().await?;
        file.seek(SeekFrom::Start(0)).await?;
        let mut all = Vec::with_capacity(usize::try_from(self.length).unwrap_or_default());
        file.read_to_end(&mut all).await?;
        Ok(all.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_goes_in_comes_out_small_and_large_and_leaves_no_file() {
        let folder = tempfile::tempdir().expect("a folder");
        for pieces in [1, 300] {
            let mut spool = Spool::new(Arc::from(folder.path()));
            for piece in 0..pieces {
                spool
                    .write(&[u8::try_from(piece % 251).expect("small"); 1_000])
                    .await
                    .expect("written");
            }
            let all = spool.read().await.expect("read");
            assert_eq!(all.len(), pieces * 1_000);
            assert!(
                all.chunks(1_000)
                    .enumerate()
                    .all(|(piece, bytes)| bytes.iter().all(|b| usize::from(*b) == piece % 251))
            );
            let left = std::fs::read_dir(folder.path()).expect("a folder").count();
            assert_eq!(left, 0, "it never has a name");
        }
    }

    #[tokio::test]
    async fn more_than_an_object_may_have_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut spool = Spool::new(Arc::from(folder.path()));
        let piece = vec![0; 1 << 20];
        for _ in 0..16 {
            spool.write(&piece).await.expect("written");
        }
        assert!(spool.write(&[0]).await.is_err());
    }
}
