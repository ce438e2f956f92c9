//! Whose turn it is to write to an upload.
//!
//! One request at a time writes to an upload, and the newest wins: a connection that died without a word would otherwise
//! keep the upload from the next one until it is given up. Whoever is at it ends as if its body had been cut off, what it
//! had taken in stays, and the newcomer begins there. Turns are of this process; between several servers the row's offset
//! decides, which only one of them can move.

use domain::UploadId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{OwnedMutexGuard, watch};

/// How long a newcomer waits for the one before to end: a part that is on its way to the disk is let through.
const PATIENCE: Duration = Duration::from_secs(20);

/// The uploads that requests write to, or want to.
#[derive(Default)]
pub(crate) struct Turns(Mutex<HashMap<UploadId, Arc<Queue>>>);

struct Queue {
    /// The number of the newest request.
    newest: watch::Sender<u64>,
    writing: Arc<tokio::sync::Mutex<()>>,
}

/// One request's place in an upload's queue; given up when dropped.
struct Place<'a> {
    turns: &'a Turns,
    upload: UploadId,
    queue: Arc<Queue>,
    number: u64,
}

/// The right to write to an upload, until it is dropped.
pub(crate) struct Turn<'a> {
    // Before the place, whose end may take the queue away.
    _writing: OwnedMutexGuard<()>,
    place: Place<'a>,
}

impl Turns {
    /// Takes the turn from whoever has it. `None` when that takes too long, or a newer request came meanwhile.
    pub(crate) async fn take(&self, upload: UploadId) -> Option<Turn<'_>> {
        let place = self.queue_up(upload);
        let writing = Arc::clone(&place.queue.writing).lock_owned();
        let waited = tokio::select! {
            biased;
            () = place.passed() => None,
            waited = tokio::time::timeout(PATIENCE, writing) => waited.ok(),
        };
        waited.map(|writing| Turn {
            _writing: writing,
            place,
        })
    }

    fn queue_up(&self, upload: UploadId) -> Place<'_> {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = queues.entry(upload).or_insert_with(|| {
            Arc::new(Queue {
                newest: watch::Sender::new(0),
                writing: Arc::default(),
            })
        });
        let queue = Arc::clone(queue);
        queue.newest.send_modify(|newest| *newest += 1);
        let number = *queue.newest.borrow();
        Place {
            turns: self,
            upload,
            queue,
            number,
        }
    }
}

impl Place<'_> {
    async fn passed(&self) {
        let mut newest = self.queue.newest.subscribe();
        // The sender lives in `self`, so the wait ends by its condition alone.
        drop(newest.wait_for(|newest| *newest > self.number).await);
    }
}

impl Turn<'_> {
    /// Resolves when a newer request wants the turn.
    pub(crate) async fn wanted(&self) {
        self.place.passed().await;
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut queues = self.turns.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Two: the table's, and this one. New ones are made under the same lock.
        if Arc::strong_count(&self.queue) == 2 {
            queues.remove(&self.upload);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(turns: &Turns) -> usize {
        turns.0.lock().expect("sound").len()
    }

    #[tokio::test]
    async fn the_newest_request_gets_the_turn_and_nothing_remains() {
        let (turns, upload) = (Turns::default(), UploadId::from(uuid::Uuid::from_u128(1)));
        let first = turns.take(upload).await.expect("free");
        let second = async {
            let turn = turns.take(upload).await;
            assert!(turn.is_some(), "the first one made room");
        };
        let give_up = async {
            first.wanted().await;
            drop(first);
        };
        tokio::join!(second, give_up);
        assert_eq!(left(&turns), 0);
    }

    #[tokio::test]
    async fn of_two_that_wait_the_older_one_goes_without() {
        let (turns, upload) = (Turns::default(), UploadId::from(uuid::Uuid::from_u128(1)));
        let first = turns.take(upload).await.expect("free");
        let (older, newer) = tokio::join!(biased; turns.take(upload), async {
            let newer = turns.take(upload);
            tokio::pin!(newer);
            // It stands in the queue from the first look on.
            assert!(futures::poll!(&mut newer).is_pending());
            drop(first);
            newer.await.is_some()
        });
        assert!(older.is_none() && newer);
        drop(older);
        assert_eq!(left(&turns), 0);
    }

    #[tokio::test]
    async fn other_uploads_wait_for_nobody() {
        let turns = Turns::default();
        let _first = turns
            .take(UploadId::from(uuid::Uuid::from_u128(1)))
            .await
            .expect("free");
        assert!(turns.take(UploadId::from(uuid::Uuid::from_u128(2))).await.is_some());
        assert_eq!(left(&turns), 1);
    }
}
