//! Stores: where sealed bytes rest, one immutable object at a time.
//!
//! An operator names each store and says in which region it is. An object gets a fresh random name, is written if
//! nothing has that name, and is never overwritten: replacing means another object, a row swapped and this one deleted
//! later. So a store never has to be trusted with order or with the latest state, only with keeping bytes.
//!
//! Invariant: nothing here seals. Whoever writes to a store hands over ciphertext; [`part`](crate::part) and
//! [`manifest`](crate::manifest) do that.

mod durable;
mod name;
mod object;
mod remote;
mod spool;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use opendal::{EntryMode, Operator, services};
use tokio::sync::Semaphore;

use crate::error::{FaultKind, StoreFault};
use crate::random::SecureRandom;
use durable::Folders;

pub use name::{ObjectName, Region, StoreName, StoreNameFault};
pub use object::{ObjectReader, ObjectWriter};
pub use remote::{Bucket, Container};

/// A named place for objects. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    name: StoreName,
    region: Region,
    operator: Operator,
    kind: Kind,
}

/// What the operator talks to, as far as it matters for durability.
enum Kind {
    /// A folder of this machine. OpenDAL syncs the file; its folders are ours to sync.
    Disk(Arc<Folders>),
    /// A store of others, which takes an object in one request.
    Remote {
        /// Where objects wait on their way.
        spool: Arc<Path>,
        /// How many are on their way at once, each in memory.
        turns: Semaphore,
    },
}

/// Objects that are sent at once: 8 of 8 MiB and a little more.
const SENT_AT_ONCE: usize = 8;

/// An object as a listing shows it.
#[derive(Debug, Clone)]
pub struct StoredObject {
    /// Its name.
    pub name: ObjectName,
    /// Its bytes.
    pub len: u64,
    /// When it was last written, by the store's clock.
    pub modified: Option<SystemTime>,
}

impl Store {
    /// A store in a folder of this machine, which is created with mode 0700 if it is missing.
    ///
    /// # Errors
    ///
    /// If the folder cannot be created or synced.
    pub fn disk(name: StoreName, region: Region, root: &Path) -> Result<Self, StoreFault> {
        let label = name.as_str().to_owned();
        let folders = Folders::open(root).map_err(|fault| StoreFault::from_io(&label, "open", fault))?;
        let root = folders.root().to_str().ok_or_else(|| {
            let fault = std::io::Error::new(std::io::ErrorKind::InvalidInput, "the folder's path is not UTF-8");
            StoreFault::from_io(&label, "open", fault)
        })?;
        // `atomic_write_dir` stays off: the rename that it ends with is not synced, and our names are fresh anyway.
        let operator = Operator::new(services::Fs::default().root(root))
            .map_err(|fault| StoreFault::from_opendal(&label, "open", fault))?;
        Ok(Self(Arc::new(Inner {
            name,
            region,
            operator,
            kind: Kind::Disk(Arc::new(folders)),
        })))
    }

    /// A bucket of an S3 server. Objects wait in the folder `spool` of this machine, sealed, until they are sent.
    ///
    /// # Errors
    ///
    /// If the folder cannot be created or the settings do not fit. The server is not asked yet: see [`probe`](Self::probe).
    pub fn s3(name: StoreName, region: Region, at: &Bucket, spool: &Path) -> Result<Self, StoreFault> {
        let operator = remote::s3(name.as_str(), at)?;
        Self::remote(name, region, operator, spool)
    }

    /// A container of an Azure storage account. As [`s3`](Self::s3).
    ///
    /// # Errors
    ///
    /// As [`s3`](Self::s3).
    pub fn azure(name: StoreName, region: Region, at: &Container, spool: &Path) -> Result<Self, StoreFault> {
        let operator = remote::azure(name.as_str(), at)?;
        Self::remote(name, region, operator, spool)
    }

    fn remote(name: StoreName, region: Region, operator: Operator, spool: &Path) -> Result<Self, StoreFault> {
        remote::folder(name.as_str(), spool)?;
        Ok(Self(Arc::new(Inner {
            name,
            region,
            operator,
            kind: Kind::Remote {
                spool: Arc::from(spool),
                turns: Semaphore::new(SENT_AT_ONCE),
            },
        })))
    }

    /// The name that rows keep.
    pub fn name(&self) -> &StoreName {
        &self.0.name
    }

    /// Where the bytes rest.
    pub fn region(&self) -> &Region {
        &self.0.region
    }

    /// Begins an object of the firm under a fresh random name.
    ///
    /// # Errors
    ///
    /// If the store refuses.
    pub async fn write(&self, firm: [u8; 16], random: &SecureRandom) -> Result<ObjectWriter, StoreFault> {
        ObjectWriter::begin(self.clone(), ObjectName::new(firm, random.bytes())).await
    }

    /// Writes a whole small object, durably.
    ///
    /// # Errors
    ///
    /// If the store refuses; nothing is left behind then, as far as possible.
    pub async fn put(&self, firm: [u8; 16], bytes: Bytes, random: &SecureRandom) -> Result<ObjectName, StoreFault> {
        let mut writer = self.write(firm, random).await?;
        writer.write(bytes).await?;
        writer.close().await
    }

    /// Opens an object for reading at any place. Nothing is fetched yet.
    ///
    /// # Errors
    ///
    /// If the store refuses. A missing object shows at the first read.
    pub async fn reader(&self, name: &ObjectName) -> Result<ObjectReader, StoreFault> {
        ObjectReader::open(self.clone(), name).await
    }

    /// The bytes of a range, as a stream of pieces of at most 256 KiB, which ends with an error if the object ends
    /// within the range.
    ///
    /// # Errors
    ///
    /// If the store refuses.
    pub async fn read_range(
        &self,
        name: &ObjectName,
        range: std::ops::Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes, StoreFault>>, StoreFault> {
        Ok(self.reader(name).await?.into_stream(range))
    }

    /// A whole small object.
    ///
    /// # Errors
    ///
    /// If the store refuses, or the object has more than `most` bytes.
    pub async fn get(&self, name: &ObjectName, most: u64) -> Result<Bytes, StoreFault> {
        let len = self.len(name).await?;
        if len > most {
            let fault = std::io::Error::new(std::io::ErrorKind::InvalidData, "the object is larger than it may be");
            return Err(self.io_fault("read", fault));
        }
        self.reader(name).await?.read(0..len).await
    }

    /// The object's bytes in number.
    ///
    /// # Errors
    ///
    /// [`FaultKind::NotFound`] if there is none, or whatever the store says.
    pub async fn len(&self, name: &ObjectName) -> Result<u64, StoreFault> {
        let found = self
            .0
            .operator
            .stat(&name.path())
            .await
            .map_err(|fault| self.fault("stat", fault))?;
        Ok(found.content_length())
    }

    /// Removes an object. One that is not there is removed already.
    ///
    /// # Errors
    ///
    /// If the store refuses.
    pub async fn delete(&self, name: &ObjectName) -> Result<(), StoreFault> {
        match self
            .0
            .operator
            .delete(&name.path())
            .await
            .map_err(|fault| self.fault("delete", fault))
        {
            Err(fault) if fault.kind == FaultKind::NotFound => Ok(()),
            outcome => outcome,
        }
    }

    /// The firm's objects, page by page as the stream is read, for the sweep of objects without a row.
    ///
    /// What does not bear a name of ours is left out: it is not ours to sweep. An object that is being written is in
    /// the list too, so the sweep must leave the young ones alone.
    ///
    /// # Errors
    ///
    /// If the store refuses.
    pub async fn list(
        &self,
        firm: [u8; 16],
    ) -> Result<BoxStream<'static, Result<StoredObject, StoreFault>>, StoreFault> {
        let folder = format!("{}/", crate::key::hex(&firm));
        let lister = self.0.operator.lister_with(&folder).recursive(true).await;
        let lister = lister.map_err(|fault| self.fault("list", fault))?;
        let store = self.clone();
        let entries = lister
            .map_err(move |fault| store.fault("list", fault))
            .try_filter_map(|entry| async move {
                let metadata = entry.metadata();
                let name = ObjectName::parse(entry.path()).filter(|_| metadata.mode() == EntryMode::FILE);
                Ok(name.map(|name| StoredObject {
                    name,
                    len: metadata.content_length(),
                    modified: metadata.last_modified().map(SystemTime::from),
                }))
            });
        Ok(entries.boxed())
    }

    /// Whether the store works: writes, reads and deletes a small object under the firm id of zeroes, and says how long
    /// that took.
    ///
    /// # Errors
    ///
    /// The first thing that failed.
    pub async fn probe(&self, random: &SecureRandom) -> Result<Duration, StoreFault> {
        let begun = tokio::time::Instant::now();
        let written = Bytes::copy_from_slice(&random.bytes::<32>());
        let name = self.put([0; 16], written.clone(), random).await?;
        let read = self.get(&name, 32).await;
        self.delete(&name).await?;
        if read? == written {
            return Ok(begun.elapsed());
        }
        let fault = std::io::Error::new(
            std::io::ErrorKind::InvalidData,
            "the store returned other bytes than it got",
        );
        Err(self.io_fault("probe", fault))
    }

    fn fault(&self, doing: &'static str, fault: opendal::Error) -> StoreFault {
        StoreFault::from_opendal(self.0.name.as_str(), doing, fault)
    }

    fn io_fault(&self, doing: &'static str, fault: std::io::Error) -> StoreFault {
        StoreFault::from_io(self.0.name.as_str(), doing, fault)
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({} in {})", self.0.name.as_str(), self.0.region.as_str())
    }
}
