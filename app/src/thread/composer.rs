//! The reply below a thread. As plain HTML it posts text and files in one multipart form; hydrated, the files go ahead
//! one by one and the text follows.

use super::{api, sending::Sending};
use crate::{
    error::AppError,
    portal::places::Places,
    ui::{
        banner::ErrorBanner,
        field::FieldError,
        icon::{Glyph, Icon},
        text_area::TextArea,
        time::{Style, Time},
    },
    upload::{
        picker::Attach,
        queue::{Queue, QueueList, Target},
    },
};
use domain::{Field, FormId, Moment, ThreadId, UploadId, form, form::Flash, thread::ThreadView};
use leptos::{ev::SubmitEvent, leptos_dom::helpers::TimeoutHandle, prelude::*};
use std::time::Duration;

/// How long after the last key a draft is kept.
const DRAFT_PAUSE: Duration = Duration::from_millis(1_500);

/// The form below a thread.
#[component]
pub fn Composer(
    /// The thread as the page opened.
    thread: ThreadView,
    /// What came back if the form was refused.
    flash: Option<Flash>,
    /// Whose pages these are.
    places: Places,
    /// The thread as the page shows it, which gets the new message.
    shown: RwSignal<ThreadView>,
) -> impl IntoView {
    let id = thread.id;
    let queue = Queue::new(Target::Thread(id), thread.file_limit);
    let sending = Sending::new(flash.as_ref().map(|flash| flash.problem.clone()), queue);
    let saved = RwSignal::new(thread.draft.as_ref().map(|draft| draft.saved));
    let text = flash
        .as_ref()
        .and_then(|flash| flash.typed("text"))
        .map(ToOwned::to_owned)
        .or_else(|| thread.draft.map(|draft| draft.text))
        .unwrap_or_default();
    let form_id = move || shown.with(|thread| thread.form.to_string());

    let send = move || {
        let form = shown.with_untracked(|thread| thread.form);
        sending.press(|text, uploads| post(id, text, uploads, form, sending, shown, saved));
    };
    sending.when_uploaded(send);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };
    let keep = draft_keeper(id, sending, saved);

    view! {
        <form
            class="composer"
            id="reply"
            method="post"
            action=form::SEND_MESSAGE.action
            enctype="multipart/form-data"
            aria-label="Reply"
            on:submit=submit
        >
            <input type="hidden" name="thread" value=id.to_string() />
            <input type="hidden" name="form" value=form_id />
            <input type="hidden" name="from" value=places.thread(id) />
            <ErrorBanner sentence=sending.sentence />
            <label class="visually-hidden" for="text">
                "Your message"
            </label>
            <div on:input=move |_| keep()>
                <TextArea
                    id="text"
                    name="text"
                    text=text
                    placeholder=placeholder(places)
                    described_by=Signal::derive(move || describing(sending))
                    invalid=Signal::derive(move || sending.error_of(Field::Text).is_some())
                    node=sending.text
                />
            </div>
            {errors(sending)}
            <QueueList queue=queue />
            <div class="composer-foot">
                <Attach queue=queue />
                <span role="status">
                    {move || {
                        saved
                            .get()
                            .map(|at| {
                                view! { "Draft saved " <Time at=at style=Style::Clock /> }
                            })
                    }}
                </span>
                <button
                    class="button primary"
                    aria-busy=move || (sending.busy.get() || sending.waiting.get()).then_some("true")
                >
                    <Icon glyph=Glyph::Send />
                    {move || sending.button()}
                </button>
            </div>
        </form>
    }
}

/// The sentences about text and files, below the text.
pub fn errors(sending: Sending) -> impl IntoView {
    let about = move |field, id| {
        sending
            .error_of(field)
            .map(|sentence| view! { <FieldError id=id sentence=sentence /> })
    };
    view! {
        <div role="alert" class="composer-errors">
            {move || about(Field::Text, "text-error")}
            {move || about(Field::Files, "files-error")}
        </div>
    }
}

/// The ids of the sentences about the text.
pub fn describing(sending: Sending) -> Option<String> {
    sending.error_of(Field::Text).map(|_| "text-error".to_owned())
}

fn placeholder(places: Places) -> &'static str {
    if places.is_office() {
        "Write to the client"
    } else {
        "Write to us"
    }
}

/// Posts, empties the form, and reads the thread again with the new message and a fresh form id.
async fn post(
    id: ThreadId,
    text: String,
    uploads: Vec<UploadId>,
    form: FormId,
    sending: Sending,
    shown: RwSignal<ThreadView>,
    saved: RwSignal<Option<Moment>>,
) -> Result<(), AppError> {
    api::post_message(id, text, uploads, form).await?;
    empty(sending);
    saved.try_set(None);
    let mut fresh = api::thread(id, None).await?;
    (fresh.unread_from, fresh.unread) = (None, 0);
    shown.try_set(fresh);
    Ok(())
}

/// Empties text and files after they were sent.
fn empty(sending: Sending) {
    sending.queue.clear();
    #[cfg(feature = "hydrate")]
    if let Some(area) = sending.text.try_get_untracked().flatten() {
        area.set_value("");
    }
}

/// Keeps the text some time after the last key. Without an answer nothing is said: the text is still in the page.
fn draft_keeper(id: ThreadId, sending: Sending, saved: RwSignal<Option<Moment>>) -> impl Fn() + Copy {
    let pending = StoredValue::new(None::<TimeoutHandle>);
    let keep = move || {
        let text = sending.typed();
        leptos::task::spawn_local(async move {
            if let Ok(at) = api::keep_draft(id, text).await {
                saved.try_set(Some(at));
            }
        });
    };
    move || {
        pending.update_value(|pending| {
            if let Some(pending) = pending.take() {
                pending.clear();
            }
            *pending = set_timeout_with_handle(keep, DRAFT_PAUSE).ok();
        });
    }
}
