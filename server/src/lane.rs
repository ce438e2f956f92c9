//! Threads for work that takes a core for long: sealing what comes in.
//!
//! Many uploads at once would take every turn of the threads that answer pages. So they have threads of their own, to which the
//! system gives a core when no page wants it: a higher niceness, which on Linux is a thread's own (setpriority(2), notes).

use std::{io, thread};
use tokio::runtime::{Builder, Handle};

/// A tenth of the weight of the other threads, where both want a core.
const NICENESS: i32 = 10;

/// Starts the threads. They last as long as the process: whatever runs on them is waited for before it ends.
///
/// # Errors
/// The system gives no thread.
pub fn start() -> io::Result<Handle> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let runtime = Builder::new_multi_thread()
        .worker_threads(cores)
        .thread_name("sealing")
        .enable_all()
        .on_thread_start(|| {
            // Without it they are as eager as the others, and no worse.
            let _ = rustix::process::nice(NICENESS);
        })
        .build()?;
    let handle = runtime.handle().clone();
    // A runtime that is dropped inside another one panics.
    Box::leak(Box::new(runtime));
    Ok(handle)
}
