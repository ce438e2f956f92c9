//! Something the page has to say before its content.

use crate::ui::icon::{Glyph, Icon};
use leptos::prelude::*;

/// A sentence that belongs to the whole form or page and stays until it is settled.
#[component]
pub fn ErrorBanner(
    /// The sentence; nothing is shown while it is empty.
    #[prop(into)]
    sentence: Signal<String>,
) -> impl IntoView {
    view! {
        <div role="alert">
            {move || {
                let words = sentence.get();
                (!words.is_empty())
                    .then(|| {
                        view! {
                            <div class="banner danger">
                                <Icon glyph=Glyph::CircleAlert />
                                <p>{words}</p>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

/// What the last form did, said once above the page.
#[component]
pub fn DoneBanner(
    /// The sentence.
    sentence: &'static str,
) -> impl IntoView {
    view! {
        <div class="banner success" role="status">
            <Icon glyph=Glyph::Check />
            <p>{sentence}</p>
        </div>
    }
}

/// The demo says so on every page.
#[component]
pub fn DemoBanner() -> impl IntoView {
    view! {
        <aside class="demo-banner" aria-label="Demo">
            <Icon glyph=Glyph::Flask />
            <p>
                <strong>"Demo."</strong>
                " Invented people and papers. Mails land in the "
                <a href="/outbox" rel="external">
                    "outbox"
                </a>
                "."
            </p>
        </aside>
    }
}
