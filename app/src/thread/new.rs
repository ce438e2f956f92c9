//! Beginning a thread: whom it is about, what it is about, the first message.

use super::{
    api,
    composer::{describing, errors},
    sending::Sending,
};
use crate::{
    error::AppError,
    portal::{
        api::flash,
        loading::{self, Data, Loaded, region},
        places::{self, Places},
    },
    ui::{
        banner::ErrorBanner,
        empty::Empty,
        field::{FieldError, typed},
        icon::{Glyph, Icon},
        text_area::TextArea,
    },
    upload::{
        picker::Attach,
        queue::{Queue, QueueList, Target},
    },
};
use domain::{ClientId, Field, Problem, Reason, client::ClientLabel, form, form::Flash, limits, thread::NewThreadView};
use leptos::{ev::SubmitEvent, html, prelude::*};
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// `/threads/new` and `/office/inbox/new`.
#[component]
pub fn NewThreadPage() -> impl IntoView {
    let places = places::here();
    let form = region(String::new, move || Box::pin(blank(places)));
    let title = if places.is_office() {
        "New message"
    } else {
        "Write to us"
    };
    view! {
        <Title text=title />
        {loading::page(
            form,
            move |data| match data {
                Data::NewThread(view, _) if view.clients.is_empty() => nobody(title),
                Data::NewThread(view, flash) => {
                    view! { <NewThread view=*view flash=flash places=places title=title /> }
                        .into_any()
                }
                _ => ().into_any(),
            },
        )}
    }
}

/// The empty form, and what came back if it was refused.
async fn blank(places: Places) -> Loaded {
    let view = api::new_thread().await?;
    let flash = flash(form::SEND_MESSAGE.on(places.new_thread())).await?;
    Ok(Data::NewThread(Box::new(view), flash))
}

fn nobody(title: &'static str) -> AnyView {
    view! {
        <div class="page-head">
            <h1>{title}</h1>
        </div>
        <Empty
            title="There is no client to write about yet"
            words="As soon as one is added, messages can be written here."
        />
    }
    .into_any()
}

#[component]
fn NewThread(view: NewThreadView, flash: Option<Flash>, places: Places, title: &'static str) -> impl IntoView {
    let chosen = first_choice(&view.clients, &typed(flash.as_ref(), "client"));
    let client = RwSignal::new(chosen);
    let queue = Queue::new(chosen.map_or(Target::Nowhere, Target::Client), view.file_limit);
    let sending = Sending::new(flash.as_ref().map(|flash| flash.problem.clone()), queue);
    let subject = NodeRef::<html::Input>::new();
    let form_id = view.form;
    let navigate = StoredValue::new(use_navigate());

    let send = move || {
        let Some(client) = client.get_untracked() else {
            return sending.refuse(AppError(Problem::field(Field::Client, Reason::NotOffered)));
        };
        let subject = match domain::text::line(&value_of(subject), Field::Subject, limits::SUBJECT_CHARS) {
            Ok(subject) => subject,
            Err(problem) => return sending.refuse(AppError(problem)),
        };
        sending.press(|text, uploads| async move {
            let id = api::start_thread(client, subject, text, uploads, form_id).await?;
            queue.clear();
            navigate.with_value(|navigate| navigate(&places.thread(id), NavigateOptions::default()));
            Ok(())
        });
    };
    sending.when_uploaded(send);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };

    view! {
        <div class="page-head">
            <div>
                <p class="back">
                    <a href=places.threads()>
                        <Icon glyph=Glyph::ArrowLeft />
                        {places.threads_word()}
                    </a>
                </p>
                <h1>{title}</h1>
                <p>"Everybody of the client can read it, and the firm’s staff."</p>
            </div>
        </div>
        <form
            class="stack new-thread"
            method="post"
            action=form::SEND_MESSAGE.action
            enctype="multipart/form-data"
            on:submit=submit
        >
            <input type="hidden" name="form" value=form_id.to_string() />
            <input type="hidden" name="from" value=places.new_thread() />
            <ErrorBanner sentence=sending.sentence />
            {whom(&view.clients, client, queue, sending)}
            <div class="field">
                <label for="subject">"What it is about"</label>
                <input
                    id="subject"
                    name="subject"
                    type="text"
                    autocomplete="off"
                    value=typed(flash.as_ref(), "subject")
                    maxlength=limits::SUBJECT_CHARS.to_string()
                    required
                    aria-describedby=move || {
                        sending.error_of(Field::Subject).map(|_| "subject-error")
                    }
                    aria-invalid=move || sending.error_of(Field::Subject).map(|_| "true")
                    node_ref=subject
                />
                {move || {
                    sending
                        .error_of(Field::Subject)
                        .map(|sentence| view! { <FieldError id="subject-error" sentence=sentence /> })
                }}
            </div>
            <div class="field">
                <label for="text">"Message"</label>
                <div class="composer">
                    <TextArea
                        id="text"
                        name="text"
                        text=typed(flash.as_ref(), "text")
                        described_by=Signal::derive(move || describing(sending))
                        invalid=Signal::derive(move || sending.error_of(Field::Text).is_some())
                        node=sending.text
                    />
                    {errors(sending)}
                    <QueueList queue=queue />
                    <div class="composer-foot">
                        <Attach queue=queue />
                        <button
                            class="button primary"
                            aria-busy=move || {
                                (sending.busy.get() || sending.waiting.get()).then_some("true")
                            }
                        >
                            <Icon glyph=Glyph::Send />
                            {move || sending.button()}
                        </button>
                    </div>
                </div>
            </div>
        </form>
    }
}

/// The client that is chosen to begin with: what came back from a refused form, else the only one or the first.
fn first_choice(clients: &[ClientLabel], typed: &str) -> Option<ClientId> {
    let kept = typed.parse().ok();
    clients
        .iter()
        .map(|client| client.id)
        .find(|id| Some(*id) == kept)
        .or_else(|| clients.first().map(|client| client.id))
}

/// The choice of the client; with one client there is nothing to choose.
fn whom(clients: &[ClientLabel], client: RwSignal<Option<ClientId>>, queue: Queue, sending: Sending) -> AnyView {
    if let [only] = clients {
        return view! {
            <input type="hidden" name="client" value=only.id.to_string() />
            <p>
                "About " <crate::ui::client::Client label=only.clone() />
            </p>
        }
        .into_any();
    }
    let options = clients
        .iter()
        .cloned()
        .map(|label| {
            let selected = client.get_untracked() == Some(label.id);
            view! {
                <option value=label.id.to_string() selected=selected>
                    {label.name}
                </option>
            }
        })
        .collect_view();
    let choose = move |text: String| {
        if let Ok(id) = text.parse() {
            client.set(Some(id));
            queue.aim(Target::Client(id));
        }
    };
    view! {
        <div class="field">
            <label for="client">"Whom it is about"</label>
            <select
                id="client"
                name="client"
                aria-invalid=move || sending.error_of(Field::Client).map(|_| "true")
                aria-describedby=move || sending.error_of(Field::Client).map(|_| "client-error")
                disabled=move || queue.has_any()
                on:change=move |event| choose(event_target_value(&event))
            >
                {options}
            </select>
            {move || {
                sending
                    .error_of(Field::Client)
                    .map(|sentence| view! { <FieldError id="client-error" sentence=sentence /> })
            }}
            {move || {
                queue
                    .has_any()
                    .then(|| {
                        view! {
                            <p class="hint">
                                "The files go to this client. Remove them to choose another."
                            </p>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
fn value_of(input: NodeRef<html::Input>) -> String {
    input.get_untracked().map(|input| input.value()).unwrap_or_default()
}

/// The server has no element to read.
#[cfg(not(feature = "hydrate"))]
fn value_of(_input: NodeRef<html::Input>) -> String {
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(digit: char) -> ClientLabel {
        ClientLabel {
            id: digit.to_string().repeat(32).parse().expect("an id"),
            name: digit.to_string(),
            mark: digit.to_string(),
        }
    }

    #[test]
    fn a_client_that_is_not_offered_is_not_chosen() {
        let clients = [client('a'), client('b')];
        assert_eq!(first_choice(&clients, &"b".repeat(32)), Some(clients[1].id));
        assert_eq!(first_choice(&clients, &"c".repeat(32)), Some(clients[0].id));
        assert_eq!(first_choice(&[], &"a".repeat(32)), None);
    }
}
