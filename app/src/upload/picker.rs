//! Choosing files: a plain file input, which hydrated pages empty into the queue at once, and dropping.

use super::queue::Queue;
use crate::ui::icon::{Glyph, Icon};
use domain::size;
use leptos::{ev, prelude::*};

/// The button and the input behind it. Until the page is hydrated the input itself is shown, because only it can tell
/// which files were chosen.
#[component]
pub fn Attach(
    /// Where chosen files go.
    queue: Queue,
) -> impl IntoView {
    let hydrated = RwSignal::new(false);
    let over = RwSignal::new(false);
    Effect::new(move |_| {
        hydrated.set(true);
        watch_drops(queue, over);
    });
    view! {
        <label class="button quiet small" class:over=over for="attach">
            <Icon glyph=Glyph::Paperclip />
            {move || if over.get() { "Drop to attach" } else { "Attach" }}
        </label>
        <input
            class="attach"
            class:visually-hidden=hydrated
            id="attach"
            type="file"
            name="files"
            multiple
            title=format!("Up to {} each", size::human(queue.limit))
            on:change=move |event| take_chosen(&event, queue)
        />
    }
}

#[cfg(feature = "hydrate")]
fn take_chosen(event: &ev::Event, queue: Queue) {
    let input = event_target::<web_sys::HtmlInputElement>(event);
    if let Some(files) = input.files() {
        super::tus::take(queue, &files);
    }
    // Emptied, so that the plain form does not send them once more, and the same file can be chosen again.
    input.set_value("");
}

/// Files may be dropped anywhere on the page: a drop beside a small target would open the file and lose the page.
#[cfg(feature = "hydrate")]
fn watch_drops(queue: Queue, over: RwSignal<bool>) {
    let holds_files = |event: &ev::DragEvent| {
        event
            .data_transfer()
            .is_some_and(|data| data.types().includes(&"Files".into(), 0))
    };
    let hover = window_event_listener(ev::dragover, move |event| {
        if holds_files(&event) {
            event.prevent_default();
            over.try_set(true);
        }
    });
    let leave = window_event_listener(ev::dragleave, move |event| {
        if event.related_target().is_none() {
            over.try_set(false);
        }
    });
    let drop = window_event_listener(ev::drop, move |event| {
        if holds_files(&event) {
            event.prevent_default();
            over.try_set(false);
            if let Some(files) = event.data_transfer().and_then(|data| data.files()) {
                super::tus::take(queue, &files);
            }
        }
    });
    on_cleanup(move || {
        queue.abandon();
        hover.remove();
        leave.remove();
        drop.remove();
    });
}

/// The server sees no events.
#[cfg(not(feature = "hydrate"))]
fn take_chosen(_event: &ev::Event, _queue: Queue) {}

/// The server sees no events.
#[cfg(not(feature = "hydrate"))]
fn watch_drops(_queue: Queue, _over: RwSignal<bool>) {}
