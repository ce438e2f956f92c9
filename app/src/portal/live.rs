//! What the page knows of news: the frame's counts, the title of the window, and one line for screen readers.

#[cfg(feature = "hydrate")]
mod stream;

use crate::portal::{
    api,
    loading::{Data, Region, region},
};
use domain::portal::Frame;
use leptos::prelude::*;
use std::time::Duration;

/// A live region that is emptied and filled in one go is not read out.
const SAY_AFTER: Duration = Duration::from_millis(100);

/// What the window's title is made of. The renderer asks for the title after the page's arena is gone, so these signals
/// live outside it.
#[derive(Clone, Default)]
pub struct Headline {
    firm: ArcRwSignal<String>,
    unread: ArcRwSignal<u32>,
}

impl Headline {
    /// `(2) Home · Harcourt & Pell`.
    pub fn title(&self, words: &str) -> String {
        window_title(
            words,
            &self.firm.try_get().unwrap_or_default(),
            self.unread.try_get().unwrap_or_default(),
        )
    }
}

/// The page's news, kept in context by [`Live::provide`].
#[derive(Clone, Copy)]
pub struct Live {
    frame: Region,
    firm: RwSignal<String>,
    unread: RwSignal<u32>,
    /// A first frame has come, so that a second can be compared with it.
    #[cfg(feature = "hydrate")]
    known: RwSignal<bool>,
    said: RwSignal<String>,
    version: RwSignal<u32>,
}

impl Live {
    /// Makes the page listen and gives it to all below.
    pub fn provide(headline: &Headline) -> Self {
        let version = RwSignal::new(0);
        let live = Self {
            frame: region(
                move || version.get().to_string(),
                || Box::pin(async { api::frame().await.map(|frame| Data::Frame(Box::new(frame))) }),
            ),
            firm: RwSignal::from(headline.firm.clone()),
            unread: RwSignal::from(headline.unread.clone()),
            #[cfg(feature = "hydrate")]
            known: RwSignal::new(false),
            said: RwSignal::new(String::new()),
            version,
        };
        provide_context(live);
        #[cfg(feature = "hydrate")]
        Effect::new(move |_| stream::listen(live));
        live
    }

    /// What surrounds the page, read again with each news.
    pub fn frame(self) -> Region {
        self.frame
    }

    /// A number that changes with each news; a resource that reads it is read again.
    pub fn version(self) -> u32 {
        self.version.get()
    }

    /// Takes the counts from a frame that has just come, and says so when there is more to read than before.
    ///
    /// On the server two parts of the frame may come at the same moment on two threads, so nothing here may wait or
    /// insist: a signal that another thread is at is left to that thread, which has the same frame. Nothing is said
    /// there either; saying needs a browser's clock.
    pub fn learn(self, frame: &Frame) {
        #[cfg(feature = "hydrate")]
        {
            if self.known.get_untracked() && frame.unread_threads > self.unread.get_untracked() {
                self.say("New message");
            }
            self.known.set(true);
        }
        let _ = self.firm.try_set(frame.firm.name.clone());
        let _ = self.unread.try_set(frame.unread_threads);
    }

    /// Says something once to those who do not see the page change. The empty line in between makes the same words
    /// news again.
    pub fn say(self, words: &'static str) {
        self.said.set(String::new());
        set_timeout(move || self.said.set(words.to_owned()), SAY_AFTER);
    }

    /// What is said to those who do not see the page change.
    pub fn said(self) -> String {
        self.said.get()
    }

    /// Something may have changed: everything shown is read again.
    pub fn refresh(self) {
        self.version.update(|version| *version = version.wrapping_add(1));
    }
}

fn window_title(words: &str, firm: &str, unread: u32) -> String {
    let counted = if unread > 0 {
        format!("({unread}) {words}")
    } else {
        words.to_owned()
    };
    if firm.is_empty() {
        counted
    } else {
        format!("{counted} · {firm}")
    }
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
