//! What the server writes into its log, at its most talkative, while a test listens.

use std::{
    io,
    sync::{Arc, Mutex, OnceLock, PoisonError, Weak},
};
use tracing_subscriber::{
    filter::dynamic_filter_fn,
    fmt::{self, MakeWriter},
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

/// What is logged from its making on, by every test of this process.
pub struct Logs(Arc<Mutex<Vec<u8>>>);

/// Whoever listens. One subscriber serves the whole process, so it hands each line to all of them.
static LISTENERS: Mutex<Vec<Weak<Mutex<Vec<u8>>>>> = Mutex::new(Vec::new());

#[derive(Clone, Copy)]
struct Ears;

impl Logs {
    /// Begins to listen.
    pub fn listen() -> Self {
        static STARTED: OnceLock<()> = OnceLock::new();
        STARTED.get_or_init(|| {
            // A filter of the whole, not of the one layer: those remember what they said for a thread's next event, which is
            // then lost if somebody began to listen in between.
            tracing_subscriber::registry()
                .with(fmt::layer().with_writer(Ears).with_ansi(false))
                .with(dynamic_filter_fn(|_, _| !listeners().is_empty()))
                .try_init()
                .expect("nobody else logs");
        });
        let heard = Arc::default();
        let mut all = LISTENERS.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|listener| listener.strong_count() > 0);
        all.push(Arc::downgrade(&heard));
        Self(heard)
    }

    /// What was heard so far.
    pub fn text(&self) -> String {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// The lines that have all of these words.
    pub fn lines(&self, words: &[&str]) -> Vec<String> {
        let text = self.text();
        let hits = text.lines().filter(|line| words.iter().all(|word| line.contains(word)));
        hits.map(str::to_owned).collect()
    }
}

fn listeners() -> Vec<Arc<Mutex<Vec<u8>>>> {
    let all = LISTENERS.lock().unwrap_or_else(PoisonError::into_inner);
    all.iter().filter_map(Weak::upgrade).collect()
}

impl MakeWriter<'_> for Ears {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}

impl io::Write for Ears {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for listener in listeners() {
            let mut heard = listener.lock().unwrap_or_else(PoisonError::into_inner);
            heard.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
