//! Threads on which pages are rendered, each page from beginning to end on one of them.
//!
//! The renderer splits a page into tasks: its regions wait for their data side by side. On a runtime of several threads
//! two of these tasks run at the same instant, and the reactive values that they share refuse whoever comes second: a
//! region then panics, or its end is never noticed and the page never comes. Here all tasks of a page stay on the thread
//! that renders it, so they take turns. Several pages are rendered at once, one a thread and others while those wait.

use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use axum::{
    body::{Body, to_bytes},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use std::{
    cell::Cell,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};
use tokio::{
    runtime::Builder,
    sync::{mpsc, oneshot},
    task::{LocalSet, spawn_local},
    time::timeout,
};
use tracing::Instrument;

thread_local! {
    static RENDERS: Cell<bool> = const { Cell::new(false) };
}

/// How long a page may take: a hundred times of what the slowest page needs.
const FIRST_PATIENCE: Duration = Duration::from_secs(3);
/// And once more, when it is the machine that is slow.
const SECOND_PATIENCE: Duration = Duration::from_secs(20);

type Job = Box<dyn FnOnce() + Send>;

/// The threads; they end when this is dropped.
pub struct RenderThreads {
    threads: Vec<mpsc::UnboundedSender<Job>>,
    next: AtomicUsize,
}

/// Sends a renderer's tasks to the thread that renders, and those of anybody else to the runtime.
struct SameThread;

impl CustomExecutor for SameThread {
    fn spawn(&self, task: PinnedFuture<()>) {
        if RENDERS.get() {
            spawn_local(task);
        } else {
            tokio::spawn(task);
        }
    }

    fn spawn_local(&self, task: PinnedLocalFuture<()>) {
        spawn_local(task);
    }

    fn poll_local(&self) {}
}

impl RenderThreads {
    /// Starts as many threads as there are cores.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start() -> std::io::Result<Self> {
        // Whoever comes second finds it set already: a process has one, however many routers.
        let _ = Executor::init_custom_executor(SameThread);
        let count = thread::available_parallelism().map_or(1, usize::from);
        let threads = (0..count).map(|_| start()).collect::<std::io::Result<Vec<_>>>()?;
        Ok(Self {
            threads,
            next: AtomicUsize::new(0),
        })
    }

    /// Renders a page, whole. `page` may be asked twice: reading a page changes nothing that a second reading spoils.
    ///
    /// The renderer may lose track of a region that waits (leptos-rs/leptos#4851 and its kin), and such a page would
    /// never come. So a page that takes far longer than any page does is given up and rendered anew, and logged.
    pub async fn render<P, F>(&self, page: P) -> Response
    where
        P: Fn() -> F + Send + 'static,
        F: Future<Output = Response<Body>> + 'static,
    {
        let (done, rendered) = oneshot::channel();
        let span = tracing::Span::current();
        let job: Job = Box::new(move || {
            spawn_local(
                async move {
                    // Nobody waits for a page whose reader has left.
                    let _ = done.send(patiently(&page).await);
                }
                .instrument(span),
            );
        });
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.threads.len();
        if self.threads[turn].send(job).is_err() {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        rendered
            .await
            .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    }
}

async fn patiently<F>(page: &impl Fn() -> F) -> Response
where
    F: Future<Output = Response<Body>>,
{
    if let Ok(response) = timeout(FIRST_PATIENCE, async { whole(page().await).await }).await {
        return response;
    }
    tracing::warn!("a page did not come and is rendered anew");
    let again = timeout(SECOND_PATIENCE, async { whole(page().await).await }).await;
    again.unwrap_or_else(|_| {
        tracing::error!("a page did not come twice");
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    })
}

/// The body is rendered here too: what is left of it would otherwise run on the connection's thread.
async fn whole(response: Response<Body>) -> Response {
    let (head, body) = response.into_parts();
    match to_bytes(body, usize::MAX).await {
        Ok(bytes) => Response::from_parts(head, Body::from(bytes)),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered to its end");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn start() -> std::io::Result<mpsc::UnboundedSender<Job>> {
    let (sender, mut jobs) = mpsc::unbounded_channel::<Job>();
    let runtime = Builder::new_current_thread().enable_all().build()?;
    thread::Builder::new().name("render".to_owned()).spawn(move || {
        RENDERS.set(true);
        LocalSet::new().block_on(&runtime, async move {
            while let Some(job) = jobs.recv().await {
                job();
            }
        });
    })?;
    Ok(sender)
}
