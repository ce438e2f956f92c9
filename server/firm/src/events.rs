//! Hints for open pages: something changed, look again.
//!
//! A hint carries no content. A stream that was away reads its page anew, so a lost hint costs nothing but time.

use crate::{Actor, Firm, actor::allow};
use domain::{ClientId, SessionId, ThreadId, access::Action};
use futures::{Stream, StreamExt, stream};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast;
use uuid::Uuid;

/// Hints that a slow stream may fall behind before it is told to look at everything.
const BACKLOG: usize = 256;

/// What changed, inside the process.
#[derive(Clone, Debug)]
pub(crate) enum Hint {
    /// A thread has something new.
    Thread {
        thread: ThreadId,
        client: ClientId,
        author: Uuid,
    },
    /// A session ended.
    SessionOut { session: SessionId },
    /// A person sees other clients from now on. Their streams end and come again with what they may see then.
    ScopeChanged { person: Uuid },
}

/// What a page is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A thread has something new.
    Thread {
        /// Which.
        id: ThreadId,
        /// Whether the reader caused it, in this window or another.
        own: bool,
    },
    /// Too much changed to say: look at everything.
    All,
    /// The session ended; the stream ends with it.
    SignedOut,
}

/// Where the hints of one firm go out.
pub(crate) struct Hub(Mutex<Option<broadcast::Sender<Hint>>>);

impl Default for Hub {
    fn default() -> Self {
        Self(Mutex::new(Some(broadcast::channel(BACKLOG).0)))
    }
}

impl Hub {
    pub(crate) fn tell(&self, hint: Hint) {
        if let Some(sender) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            // Nobody listening is fine.
            let _ = sender.send(hint);
        }
    }

    /// Ends every stream.
    pub(crate) fn close(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    fn listen(&self) -> Option<broadcast::Receiver<Hint>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .map(broadcast::Sender::subscribe)
    }
}

impl Firm {
    /// Ends every event stream of the firm, so that a stopping server need not wait for them.
    pub fn end_streams(&self) {
        self.hub.close();
    }
}

/// What the actor may know of, from now on. It ends with the session, and when the actor's scope changes: whoever comes
/// again is asked again who they are.
pub fn subscribe(firm: &Arc<Firm>, actor: &Actor, session: SessionId) -> impl Stream<Item = Event> + Send + use<> {
    let state = firm.hub.listen().map(|hints| (hints, actor.clone(), session));
    stream::unfold(state, async |state| {
        let (mut hints, actor, session) = state?;
        loop {
            let event = match hints.recv().await {
                Ok(Hint::ScopeChanged { person }) if actor.person() == Some(person) => return Some((Event::All, None)),
                Ok(hint) => seen(&actor, session, &hint),
                // One of the lost hints may have ended the session or changed the scope: whoever comes again is asked.
                Err(broadcast::error::RecvError::Lagged(_)) => return Some((Event::All, None)),
                Err(broadcast::error::RecvError::Closed) => return None,
            };
            match event {
                Some(Event::SignedOut) => return Some((Event::SignedOut, None)),
                Some(event) => return Some((event, Some((hints, actor, session)))),
                None => {}
            }
        }
    })
    .boxed()
}

fn seen(actor: &Actor, own: SessionId, hint: &Hint) -> Option<Event> {
    match hint {
        Hint::Thread { thread, client, author } => {
            allow(actor, Action::ReadThread, client)
                .is_ok()
                .then_some(Event::Thread {
                    id: *thread,
                    own: actor.person() == Some(*author),
                })
        }
        Hint::SessionOut { session } => (*session == own).then_some(Event::SignedOut),
        Hint::ScopeChanged { .. } => None,
    }
}
