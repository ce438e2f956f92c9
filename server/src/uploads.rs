//! Uploads: by tus where scripts run, by a plain multipart form where they do not.
//!
//! Invariant: a body is read in a task of its own, which outlives the connection. When a browser leaves, hyper drops the
//! handler at whichever await it stands; the task notices the end of the body and finishes what it began.

pub mod form;
pub mod headers;
pub mod metadata;
pub mod tus;

use crate::state::House;
use axum::body::{Body, Bytes};
use futures::{
    Stream, StreamExt as _,
    stream::{self, BoxStream},
};
use std::{io, pin::pin, time::Duration};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use tracing::Instrument as _;

/// Time between two pieces of a body after which its sender counts as gone.
const SILENCE: Duration = Duration::from_mins(1);

/// Pieces of a body that wait for whoever seals them.
const AHEAD: usize = 4;

/// The error of a body that stopped.
pub type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// A body as a stream that ends with an error when its sender is silent for too long.
fn pieces(body: Body) -> impl Stream<Item = Result<Bytes, BodyError>> + Send + 'static {
    stream::unfold(Some(body.into_data_stream()), |body| async {
        let mut body = body?;
        match tokio::time::timeout(SILENCE, body.next()).await {
            Ok(Some(Ok(piece))) => Some((Ok(piece), Some(body))),
            Ok(Some(Err(error))) => Some((Err(error.into()), None)),
            Ok(None) => None,
            Err(_) => Some((Err(io::Error::from(io::ErrorKind::TimedOut).into()), None)),
        }
    })
}

/// A body's pieces for a task of its own, and what feeds them to it. The feeder runs where the connection does and goes ahead of the
/// task by a few pieces, so that neither sleeps for each piece of the other. Where the connection dies, it dies with it, and the
/// pieces end with an error.
fn relay(
    body: Body,
) -> (
    impl Future<Output = ()>,
    impl Stream<Item = Result<Bytes, BodyError>> + Send + 'static,
) {
    let (give, take) = mpsc::channel(AHEAD);
    let (wanted, is_wanted) = oneshot::channel();
    let feed = async move {
        // Nothing is read before the task wants it: it may have to wait for its turn.
        if is_wanted.await.is_err() {
            return;
        }
        let mut arriving = pin!(pieces(body));
        while let Some(piece) = arriving.next().await {
            if give.send(Some(piece)).await.is_err() {
                return;
            }
        }
        // Whoever listens no more has what they wanted.
        let _ = give.send(None).await;
    };
    let relayed = stream::unfold(Some((take, Some(wanted))), |state| async {
        let (mut take, wanted) = state?;
        if let Some(wanted) = wanted {
            // A feeder that is gone says so by the channel.
            let _ = wanted.send(());
        }
        match take.recv().await {
            Some(Some(Ok(piece))) => Some((Ok(piece), Some((take, None)))),
            Some(Some(Err(error))) => Some((Err(error), None)),
            Some(None) => None,
            None => Some((Err(io::Error::from(io::ErrorKind::ConnectionAborted).into()), None)),
        }
    });
    (feed, relayed)
}

/// As [`sealing`], for work that takes a body in.
async fn sealing_body<T: Send + 'static, W>(
    house: &House,
    body: Body,
    work: impl FnOnce(BoxStream<'static, Result<Bytes, BodyError>>) -> W,
) -> Option<T>
where
    W: Future<Output = T> + Send + 'static,
{
    let (feed, relayed) = relay(body);
    let work = work(relayed.boxed()).in_current_span();
    let mut task = pin!(ended(house.ending.tasks.spawn_on(work, &house.lane)));
    tokio::select! {
        biased;
        done = &mut task => done,
        () = feed => task.await,
    }
}

/// Runs work that must not stop when the connection does, and waits for it. `None` when it panicked.
pub async fn outliving<T: Send + 'static>(house: &House, work: impl Future<Output = T> + Send + 'static) -> Option<T> {
    ended(house.ending.tasks.spawn(work.in_current_span())).await
}

/// As [`outliving`], for work that seals a file: beside the pages.
pub async fn sealing<T: Send + 'static>(house: &House, work: impl Future<Output = T> + Send + 'static) -> Option<T> {
    ended(house.ending.tasks.spawn_on(work.in_current_span(), &house.lane)).await
}

async fn ended<T>(task: JoinHandle<T>) -> Option<T> {
    task.await.inspect_err(|_| tracing::error!("a request panicked")).ok()
}
