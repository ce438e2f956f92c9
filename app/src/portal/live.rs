//! What the page knows of news: the frame's counts, the title of the window, and one line for screen readers.

#[cfg(feature = "hydrate")]
mod stream;

use crate::{error::AppError, portal::api};
use domain::{ThreadId, portal::Frame};
use leptos::prelude::*;

/// Something happened in a thread that the reader sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct News {
    /// In which thread.
    pub thread: ThreadId,
    /// Whether the reader did it, in this or another window.
    pub own: bool,
}

/// The page's news, kept in context by [`Live::provide`].
#[derive(Clone, Copy)]
pub struct Live {
    frame: Resource<Result<Frame, AppError>>,
    firm: RwSignal<String>,
    unread: RwSignal<u32>,
    said: RwSignal<String>,
    version: RwSignal<u32>,
}

impl Live {
    /// Makes the page listen and gives it to all below.
    pub fn provide() -> Self {
        let version = RwSignal::new(0);
        let live = Self {
            frame: Resource::new(move || version.get(), |_| api::frame()),
            firm: RwSignal::new(String::new()),
            unread: RwSignal::new(0),
            said: RwSignal::new(String::new()),
            version,
        };
        provide_context(live);
        #[cfg(feature = "hydrate")]
        Effect::new(move |_| stream::listen(live));
        live
    }

    /// What surrounds the page, read again with each news.
    pub fn frame(self) -> Resource<Result<Frame, AppError>> {
        self.frame
    }

    /// A number that changes with each news; a resource that reads it is read again.
    pub fn version(self) -> u32 {
        self.version.get()
    }

    /// Takes the counts from a frame that has just come.
    pub fn learn(self, frame: &Frame) {
        self.firm.set(frame.firm.name.clone());
        self.unread.set(frame.unread_threads);
    }

    /// `(2) Home · Harcourt & Pell`.
    pub fn title(self, words: &str) -> String {
        window_title(words, &self.firm.get(), self.unread.get())
    }

    /// What is said to those who do not see the page change.
    pub fn said(self) -> String {
        self.said.get()
    }

    /// Something may have changed: everything shown is read again.
    pub fn refresh(self) {
        self.version.update(|version| *version = version.wrapping_add(1));
    }

    /// Something happened: says so, unless the reader did it, and reads again.
    pub fn tell(self, news: News) {
        if !news.own {
            self.said.set("New message".to_owned());
        }
        self.refresh();
    }
}

fn window_title(words: &str, firm: &str, unread: u32) -> String {
    let counted = if unread > 0 { format!("({unread}) {words}") } else { words.to_owned() };
    if firm.is_empty() { counted } else { format!("{counted} · {firm}") }
}

#[cfg(test)]
mod tests {
    use super::window_title;

    #[test]
    fn the_title_counts_what_is_unread() {
        assert_eq!(window_title("Home", "Harcourt & Pell", 2), "(2) Home · Harcourt & Pell");
        assert_eq!(window_title("Home", "Harcourt & Pell", 0), "Home · Harcourt & Pell");
    }
}
