//! Choosing files: a plain file input, which hydrated pages empty into the queue at once, and dropping.

use super::queue::Queue;
use crate::ui::icon::{Glyph, Icon};
use domain::size;
use leptos::{attr::custom::custom_attribute, ev, prelude::*};

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
    Effect::new(move |_| find_waiting(queue, queue.aimed()));
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
        // On a phone the camera opens at once, not a choice of what to do.
        <label class="button quiet small touch-only" hidden=move || !hydrated.get() for="attach-picture">
            <Icon glyph=Glyph::Camera />
            "Take a picture"
        </label>
        <input
            class="visually-hidden touch-only"
            hidden=move || !hydrated.get()
            id="attach-picture"
            type="file"
            accept="image/*"
            {..custom_attribute("capture", "environment")}
            on:change=move |event| take_chosen(&event, queue)
        />
        // Its files go one by one; without scripts a form cannot say that it is a folder.
        <label class="button quiet small" hidden=move || !hydrated.get() for="attach-folder">
            <Icon glyph=Glyph::Folder />
            "Folder"
        </label>
        <input
            class="visually-hidden"
            hidden=move || !hydrated.get()
            id="attach-folder"
            type="file"
            {..custom_attribute("webkitdirectory", "")}
            on:change=move |event| take_folder(&event, queue)
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

#[cfg(feature = "hydrate")]
fn take_folder(event: &ev::Event, queue: Queue) {
    let input = event_target::<web_sys::HtmlInputElement>(event);
    if let Some(files) = input.files() {
        super::folder::take_chosen(queue, &files);
    }
    input.set_value("");
}

/// What was begun here before, in this browser or another, stands in the queue again.
#[cfg(feature = "hydrate")]
fn find_waiting(queue: Queue, target: super::queue::Target) {
    use super::queue::Target;
    let (thread, client) = match target {
        Target::Thread(id) => (Some(id), None),
        Target::Client(id) => (None, Some(id)),
        Target::Nowhere => return,
    };
    leptos::task::spawn_local(async move {
        // Without an answer nothing is missing that was there before; whoever chooses the file again sends it anew.
        if let Ok(waiting) = super::api::waiting_uploads(thread, client).await
            && queue.target() == target
        {
            super::tus::restore(queue, &waiting);
        }
    });
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
            if let Some(carried) = event.data_transfer() {
                super::folder::take_dropped(queue, &carried);
            }
        }
    });
    on_cleanup(move || {
        queue.leave();
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
fn take_folder(_event: &ev::Event, _queue: Queue) {}

/// The server has no queue.
#[cfg(not(feature = "hydrate"))]
fn find_waiting(_queue: Queue, _target: super::queue::Target) {}

/// The server sees no events.
#[cfg(not(feature = "hydrate"))]
fn watch_drops(_queue: Queue, _over: RwSignal<bool>) {}
