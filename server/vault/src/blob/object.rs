//! One object on its way into a store or out of it.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};

use super::{Kind, ObjectName, Store};
use crate::error::{FaultKind, StoreFault};

/// Bytes that are read at once.
const PIECE: u64 = 256 * 1024;

/// An object that is being written. Dropped before it was closed, it is removed, as far as possible; what remains
/// is an object without a row, which the sweep finds.
pub struct ObjectWriter {
    writer: opendal::Writer,
    unfinished: Unfinished,
    /// Off while a write is under way: one that was dropped midway has written nobody knows what.
    sound: bool,
}

/// An object that can be read at any place.
pub struct ObjectReader {
    store: Store,
    reader: opendal::Reader,
}

/// Removes the object when dropped, unless it was told that all is well.
struct Unfinished {
    store: Store,
    name: ObjectName,
    armed: bool,
}

impl ObjectWriter {
    pub(super) async fn begin(store: Store, name: ObjectName) -> Result<Self, StoreFault> {
        let path = name.path();
        let writer = store.0.operator.writer_with(&path).if_not_exists(true);
        let writer = match store.0.kind {
            // Appending to the new file takes OpenDAL's asynchronous way of writing and closing. The other one syncs
            // on the thread that polls it, and a sync may take as long as the disk likes.
            Kind::Disk(_) => writer.append(true),
        };
        let writer = writer.await.map_err(|fault| store.fault("begin", fault))?;
        Ok(Self {
            writer,
            unfinished: Unfinished {
                store,
                name,
                armed: true,
            },
            sound: true,
        })
    }

    /// The name under which the object will stand.
    pub fn name(&self) -> ObjectName {
        self.unfinished.name
    }

    /// Appends bytes. On disk they are handed over as they come; nothing but the last piece is held in memory.
    ///
    /// # Errors
    ///
    /// If the store refuses, or an earlier write failed or was dropped midway. The object can only be thrown away then.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), StoreFault> {
        self.check_sound()?;
        self.sound = false;
        let written = self.writer.write(bytes).await;
        self.note(written.err(), "write")?;
        self.sound = true;
        Ok(())
    }

    /// Ends the object. When this returns, the object survives a power cut.
    ///
    /// # Errors
    ///
    /// If the store refuses, or an earlier write failed or was dropped midway. The object is removed then.
    pub async fn close(mut self) -> Result<ObjectName, StoreFault> {
        self.check_sound()?;
        let closed = self.writer.close().await;
        self.note(closed.err(), "close")?;
        let Unfinished { store, name, .. } = &self.unfinished;
        let name = *name;
        match &store.0.kind {
            Kind::Disk(folders) => {
                let folders = Arc::clone(folders);
                let settled = tokio::task::spawn_blocking(move || folders.settle(&name)).await;
                let settled = settled.unwrap_or_else(|fault| Err(std::io::Error::other(fault)));
                settled.map_err(|fault| store.io_fault("sync the folder", fault))?;
            }
        }
        self.unfinished.armed = false;
        Ok(name)
    }

    /// Throws the object away and waits until it is gone.
    pub async fn abort(mut self) {
        // A store with multipart uploads gives its parts up; a disk does not know the word.
        drop(self.writer.abort().await);
        self.unfinished.armed = false;
        let Unfinished { store, name, .. } = &self.unfinished;
        if let Err(fault) = store.delete(name).await {
            tracing::warn!(store = store.name().as_str(), %fault, "an unfinished object stays for the sweep");
        }
    }

    fn check_sound(&self) -> Result<(), StoreFault> {
        if self.sound {
            return Ok(());
        }
        let fault = std::io::Error::other("an earlier write of this object failed or was dropped midway");
        Err(self.unfinished.store.io_fault("write", fault))
    }

    fn note(&mut self, fault: Option<opendal::Error>, doing: &'static str) -> Result<(), StoreFault> {
        let Some(fault) = fault else { return Ok(()) };
        if matches!(
            fault.kind(),
            opendal::ErrorKind::ConditionNotMatch | opendal::ErrorKind::AlreadyExists
        ) {
            // The name is taken, so what stands there is not ours to remove.
            self.unfinished.armed = false;
        }
        Err(self.unfinished.store.fault(doing, fault))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.armed {
            return;
        }
        let (store, name) = (self.store.clone(), self.name);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(fault) = store.delete(&name).await {
                    tracing::warn!(store = store.name().as_str(), %fault, "an unfinished object stays for the sweep");
                }
            });
        }
    }
}

impl ObjectReader {
    pub(super) async fn open(store: Store, name: &ObjectName) -> Result<Self, StoreFault> {
        let reader = store
            .0
            .operator
            .reader(&name.path())
            .await
            .map_err(|fault| store.fault("open", fault))?;
        Ok(Self { store, reader })
    }

    /// The bytes of a range, held in memory at once.
    ///
    /// # Errors
    ///
    /// [`FaultKind::NotFound`] without the object, [`FaultKind::TooShort`] if it ends within the range, or whatever
    /// the store says.
    pub async fn read(&self, range: Range<u64>) -> Result<Bytes, StoreFault> {
        let wanted = range.end.saturating_sub(range.start);
        let read = self
            .reader
            .read(range)
            .await
            .map_err(|fault| self.store.fault("read", fault))?;
        if read.len() as u64 == wanted {
            return Ok(read.to_bytes());
        }
        Err(StoreFault {
            kind: FaultKind::TooShort,
            ..self.store.io_fault("read", std::io::ErrorKind::UnexpectedEof.into())
        })
    }

    /// The bytes of a range, piece by piece.
    pub fn into_stream(self, range: Range<u64>) -> BoxStream<'static, Result<Bytes, StoreFault>> {
        stream::try_unfold((self, range), |(reader, left)| async move {
            if left.start >= left.end {
                return Ok(None);
            }
            let until = left.end.min(left.start.saturating_add(PIECE));
            let piece = reader.read(left.start..until).await?;
            Ok(Some((piece, (reader, until..left.end))))
        })
        .boxed()
    }
}
