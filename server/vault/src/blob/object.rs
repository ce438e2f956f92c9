//! One object on its way into a store or out of it.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};

use super::spool::Spool;
use super::{Kind, ObjectName, Store};
use crate::error::{FaultKind, StoreFault};

/// Bytes that are read at once.
const PIECE: u64 = 256 * 1024;
/// As [`PIECE`], in memory.
const PIECE_LEN: usize = 256 * 1024;
/// Bytes that one request to a store of others asks for: each takes its time to begin.
const FETCHED: u64 = 2 << 20;

/// An object that is being written. Dropped before it was closed, it is removed, as far as possible; what remains
/// is an object without a row, which the sweep finds.
pub struct ObjectWriter {
    sink: Sink,
    unfinished: Unfinished,
    /// Off while a write is under way: one that was dropped midway has written nobody knows what.
    sound: bool,
}

/// Where its bytes go first.
enum Sink {
    /// The file itself.
    Disk(opendal::Writer),
    /// A place to wait in.
    Remote(Spool),
}

/// An object that can be read at any place.
pub struct ObjectReader {
    store: Store,
    name: ObjectName,
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
        let (sink, armed) = match &store.0.kind {
            Kind::Disk(_) => {
                // Appending to the new file takes OpenDAL's asynchronous way of writing and closing. The other one syncs
                // on the thread that polls it, and a sync may take as long as the disk likes.
                let writer = store.0.operator.writer_with(&path).if_not_exists(true).append(true);
                (
                    Sink::Disk(writer.await.map_err(|fault| store.fault("begin", fault))?),
                    true,
                )
            }
            // Nothing is there before it is sent.
            Kind::Remote { spool, .. } => (Sink::Remote(Spool::new(Arc::clone(spool))), false),
        };
        Ok(Self {
            sink,
            unfinished: Unfinished { store, name, armed },
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
        match &mut self.sink {
            Sink::Disk(writer) => {
                let written = writer.write(bytes).await;
                self.note(written.err(), "write")?;
            }
            Sink::Remote(spool) => {
                let written = spool.write(&bytes).await;
                written.map_err(|fault| self.unfinished.store.io_fault("write", fault))?;
            }
        }
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
        let name = self.unfinished.name;
        let store = self.unfinished.store.clone();
        match (&mut self.sink, &store.0.kind) {
            (Sink::Disk(writer), Kind::Disk(folders)) => {
                let closed = writer.close().await;
                self.note(closed.err(), "close")?;
                let folders = Arc::clone(folders);
                let settled = tokio::task::spawn_blocking(move || folders.settle(&name)).await;
                let settled = settled.unwrap_or_else(|fault| Err(std::io::Error::other(fault)));
                settled.map_err(|fault| store.io_fault("sync the folder", fault))?;
            }
            (Sink::Remote(spool), Kind::Remote { turns, .. }) => {
                let turn = turns.acquire().await;
                let bytes = spool.read().await.map_err(|fault| store.io_fault("close", fault))?;
                // From here on something may be there. It is not asked whether the name is free: it is 128 random bits, and
                // a request that is tried again would find its own object.
                self.unfinished.armed = true;
                let sent = store.0.operator.write(&name.path(), bytes).await;
                drop(turn);
                sent.map_err(|fault| store.fault("close", fault))?;
            }
            (Sink::Disk(_), Kind::Remote { .. }) | (Sink::Remote(_), Kind::Disk(_)) => {
                unreachable!("the sink is chosen by the store's kind")
            }
        }
        self.unfinished.armed = false;
        Ok(name)
    }

    /// Throws the object away and waits until it is gone.
    pub async fn abort(mut self) {
        if !std::mem::take(&mut self.unfinished.armed) {
            return;
        }
        if let Sink::Disk(writer) = &mut self.sink {
            // A disk may not know the word.
            drop(writer.abort().await);
        }
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
        let name = *name;
        Ok(Self { store, name, reader })
    }

    /// The bytes of a range, held in memory at once.
    ///
    /// # Errors
    ///
    /// [`FaultKind::NotFound`] without the object, [`FaultKind::TooShort`] if it ends within the range, or whatever
    /// the store says.
    pub async fn read(&self, range: Range<u64>) -> Result<Bytes, StoreFault> {
        let wanted = range.end.saturating_sub(range.start);
        let short = || StoreFault {
            kind: FaultKind::TooShort,
            ..self.store.io_fault("read", std::io::ErrorKind::UnexpectedEof.into())
        };
        match self.reader.read(range.clone()).await {
            Ok(read) if read.len() as u64 == wanted => Ok(read.to_bytes()),
            Ok(_) => Err(short()),
            Err(fault) => {
                let fault = self.store.fault("read", fault);
                // A store of others does not say that the object ends within the range; its length does.
                let is_short = fault.kind == FaultKind::Other
                    && matches!(self.store.len(&self.name).await, Ok(length) if length < range.end);
                Err(if is_short { short() } else { fault })
            }
        }
    }

    /// The bytes of a range, piece by piece.
    pub fn into_stream(self, range: Range<u64>) -> BoxStream<'static, Result<Bytes, StoreFault>> {
        let step = match self.store.0.kind {
            Kind::Disk(_) => PIECE,
            Kind::Remote { .. } => FETCHED,
        };
        stream::try_unfold(
            (self, range, Bytes::new()),
            move |(reader, left, mut held)| async move {
                if held.is_empty() && left.start >= left.end {
                    return Ok(None);
                }
                let mut left = left;
                if held.is_empty() {
                    let until = left.end.min(left.start.saturating_add(step));
                    held = reader.read(left.start..until).await?;
                    left = until..left.end;
                }
                let piece = held.split_to(held.len().min(PIECE_LEN));
                Ok(Some((piece, (reader, left, held))))
            },
        )
        .boxed()
    }
}
