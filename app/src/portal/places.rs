//! Where things are: the same pages have other addresses and other words for contacts and for staff.

use domain::{ThreadId, client::Side};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos::reactive::owner::with_context;

/// The addresses of one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// Whose pages these are.
    pub side: Side,
}

impl Places {
    /// The places of the page at `path`.
    pub fn of(path: &str) -> Self {
        let side = if path == "/office" || path.starts_with("/office/") {
            Side::Staff
        } else {
            Side::Contact
        };
        Self { side }
    }

    /// Whether the reader is staff.
    pub fn is_office(self) -> bool {
        self.side == Side::Staff
    }

    /// The first page.
    pub fn home(self) -> &'static str {
        self.pick("/home", "/office/inbox")
    }

    /// All threads.
    pub fn threads(self) -> &'static str {
        self.pick("/threads", "/office/inbox")
    }

    /// What the list of threads is called.
    pub fn threads_word(self) -> &'static str {
        self.pick("Messages", "Inbox")
    }

    /// The form for a new thread.
    pub fn new_thread(self) -> &'static str {
        self.pick("/threads/new", "/office/inbox/new")
    }

    /// One thread.
    pub fn thread(self, id: ThreadId) -> String {
        format!("{}/{id}", self.threads())
    }

    /// All files.
    pub fn files(self) -> &'static str {
        self.pick("/files", "/office/files")
    }

    fn pick(self, contact: &'static str, staff: &'static str) -> &'static str {
        match self.side {
            Side::Contact => contact,
            Side::Staff => staff,
        }
    }
}

/// The places of the page that is shown.
pub fn here() -> Places {
    Places::of(&path().get_untracked())
}

/// The path of the page that is shown.
///
/// On the server it comes from the request and not from the router: regions of one page are rendered on several threads
/// at once, and a derived signal that one thread is computing cannot be read by another.
#[cfg(feature = "ssr")]
pub fn path() -> Signal<String> {
    let path = with_context(|parts: &axum::http::request::Parts| parts.uri.path().to_owned());
    Signal::stored(path.unwrap_or_default())
}

/// The path of the page that is shown; it changes as the reader moves on. It is the router's own signal, which outlives
/// whatever region reads it.
#[cfg(not(feature = "ssr"))]
pub fn path() -> Memo<String> {
    leptos_router::hooks::use_location().pathname
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_office_is_a_folder_and_not_a_prefix() {
        assert!(Places::of("/office/inbox").is_office());
        assert!(!Places::of("/officers").is_office());
        assert!(!Places::of("/home").is_office());
    }
}
