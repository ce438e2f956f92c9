//! The files of one message on their way.

use super::progress::{Progress, amount, pace};
use crate::ui::{
    icon::{Glyph, Icon},
    time::{Style, Time},
};
use domain::{ClientId, Problem, Reason, ThreadId, UploadId, file::WaitingUpload, size};
use leptos::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

/// The next file's number. Numbers never reach the page's source, so the two sides need not agree on them.
static NEXT_KEY: AtomicU64 = AtomicU64::new(0);

/// Where files go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Into a thread.
    Thread(ThreadId),
    /// To a client, for a thread that is being begun.
    Client(ClientId),
    /// Nowhere: there is nobody to write to.
    Nowhere,
}

/// A file of the queue.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its number, never used twice while the page lives.
    pub key: u64,
    /// Its name, cleaned as the server will.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Where it stands.
    pub progress: RwSignal<Progress>,
}

/// The files of one composer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Queue {
    items: RwSignal<Vec<Item>>,
    target: RwSignal<Target>,
    /// Bytes that one file may have here.
    pub limit: u64,
}

impl Queue {
    /// An empty queue towards `target`.
    pub fn new(target: Target, limit: u64) -> Self {
        Self {
            items: RwSignal::new(Vec::new()),
            target: RwSignal::new(target),
            limit,
        }
    }

    /// Where the files go.
    pub fn target(self) -> Target {
        self.target.get_untracked()
    }

    /// As [`Self::target`], and tells of changes.
    pub fn aimed(self) -> Target {
        self.target.get()
    }

    /// Turns the queue to another client; only while it is empty.
    pub fn aim(self, target: Target) {
        self.target.set(target);
    }

    /// Adds a file, or its refusal as a row of its own.
    pub fn add(self, name: &str, bytes: u64) -> (Item, bool) {
        let count = self.items.with_untracked(Vec::len);
        let checked = check(name, bytes, self.limit, count);
        let (name, progress, fits) = match checked {
            Ok(name) => (name, Progress::Waiting, true),
            Err(problem) => {
                let failed = Progress::Failed {
                    sentence: problem.sentence(),
                    again: false,
                };
                (name.to_owned(), failed, false)
            }
        };
        let key = NEXT_KEY.fetch_add(1, Ordering::Relaxed);
        let item = Item {
            key,
            name,
            size: bytes,
            progress: RwSignal::new(progress),
        };
        self.items.update(|items| items.push(item.clone()));
        (item, fits)
    }

    /// Whether another refusal would say nothing new: there is one file more than a message takes.
    pub fn is_overfull(self) -> bool {
        self.items.with_untracked(Vec::len) > domain::limits::FILES_A_MESSAGE
    }

    /// Puts in what was begun before this page was opened.
    pub fn restore(self, waiting: &WaitingUpload) -> Item {
        let progress = match waiting.complete {
            Some(at) => Progress::Received { upload: waiting.id, at },
            None => Progress::Interrupted { sent: waiting.received },
        };
        let item = Item {
            key: NEXT_KEY.fetch_add(1, Ordering::Relaxed),
            name: waiting.name.clone(),
            size: waiting.size,
            progress: RwSignal::new(progress),
        };
        self.items.update(|items| items.push(item.clone()));
        item
    }

    /// Takes a file out.
    pub fn remove(self, key: u64) {
        self.items.update(|items| items.retain(|item| item.key != key));
    }

    /// Takes all out, after they were sent: the server keeps them.
    pub fn clear(self) {
        for key in self.keys() {
            forget(key);
        }
        self.items.set(Vec::new());
    }

    /// Stops sending when the page of the composer is left. What the server has it keeps for some days, and the page shows it
    /// when it is opened again.
    pub fn leave(self) {
        for key in self.keys() {
            leave(key);
        }
    }

    fn keys(self) -> Vec<u64> {
        self.items
            .try_with_untracked(|items| items.iter().map(|item| item.key).collect())
            .unwrap_or_default()
    }

    /// Whether any file is in it.
    pub fn has_any(self) -> bool {
        self.items.with(|items| !items.is_empty())
    }

    /// Whether a file is still on its way.
    pub fn is_running(self) -> bool {
        self.items
            .with(|items| items.iter().any(|item| item.progress.with(Progress::is_running)))
    }

    /// As [`Self::is_running`], without being told of changes.
    pub fn is_running_untracked(self) -> bool {
        untrack(move || self.is_running())
    }

    /// Why the files cannot leave as they are, if so.
    pub fn obstacle(self) -> Option<Reason> {
        self.items.with_untracked(|items| {
            items.iter().find_map(|item| match item.progress.get_untracked() {
                Progress::Failed { .. } => Some(Reason::FileGone),
                progress if progress.is_halted() => Some(Reason::FileUnfinished),
                _ => None,
            })
        })
    }

    /// The files that have arrived, in the order in which they were chosen.
    pub fn received(self) -> Vec<UploadId> {
        self.items.with_untracked(|items| {
            items
                .iter()
                .filter_map(|item| match item.progress.get_untracked() {
                    Progress::Received { upload, .. } => Some(upload),
                    _ => None,
                })
                .collect()
        })
    }

    /// `1 of 2 files received`, for those who do not see the bars.
    fn summary(self) -> Option<String> {
        self.items.with(|items| {
            let arrived = |item: &&Item| {
                item.progress
                    .with(|progress| matches!(progress, Progress::Received { .. }))
            };
            let (done, all) = (items.iter().filter(arrived).count(), items.len());
            match all {
                0 => None,
                1 => Some(format!("{done} of 1 file received")),
                _ => Some(format!("{done} of {all} files received")),
            }
        })
    }
}

/// The checks that the server will make as well.
fn check(name: &str, bytes: u64, limit: u64, before: usize) -> Result<String, Problem> {
    use domain::{Field, limits};
    let refuse = |reason| Err(Problem::field(Field::Files, reason));
    let name = domain::file::name(name)?;
    if before >= limits::FILES_A_MESSAGE {
        return refuse(Reason::TooManyFiles);
    }
    if bytes == 0 {
        return refuse(Reason::FileEmpty { name });
    }
    if bytes > limit {
        return refuse(Reason::FileTooLarge { name, limit });
    }
    Ok(name)
}

/// The rows of the queue.
#[component]
pub fn QueueList(
    /// Which.
    queue: Queue,
) -> impl IntoView {
    view! {
        <ul class="uploads">
            <For each=move || queue.items.get() key=|item| item.key let:item>
                <Row item=item queue=queue />
            </For>
        </ul>
        <p class="visually-hidden" role="status">
            {move || queue.summary()}
        </p>
    }
}

#[component]
fn Row(item: Item, queue: Queue) -> impl IntoView {
    let (key, total, progress) = (item.key, item.size, item.progress);
    let paused_name = StoredValue::new(item.name.clone());
    let cancel = {
        let name = item.name.clone();
        move || {
            let verb = if progress.with(Progress::is_running) {
                "Cancel"
            } else {
                "Remove"
            };
            format!("{verb} {name}")
        }
    };
    view! {
        <li class="upload">
            <span class="upload-name">{item.name.clone()}</span>
            <span class="upload-actions">
                {move || {
                    let sending = matches!(progress.get(), Progress::Sending { .. } | Progress::Broken { .. });
                    sending.then(|| step(Glyph::Pause, format!("Pause {}", paused_name.get_value()), move || pause(key)))
                }}
                {move || {
                    let paused = matches!(progress.get(), Progress::Paused { .. });
                    paused.then(|| step(Glyph::Play, format!("Go on with {}", paused_name.get_value()), move || retry(key)))
                }}
                {move || {
                    matches!(progress.get(), Progress::Failed { again: true, .. })
                        .then(|| {
                            view! {
                                <button class="button small" type="button" on:click=move |_| retry(key)>
                                    <Icon glyph=Glyph::Again />
                                    "Try again"
                                </button>
                            }
                        })
                }}
                <button
                    class="button quiet only-icon small"
                    type="button"
                    aria-label=cancel
                    on:click=move |_| {
                        stop(key);
                        queue.remove(key);
                    }
                >
                    <Icon glyph=Glyph::Cross />
                </button>
            </span>
            {move || {
                let now = progress.get();
                (now.is_running() || now.is_halted())
                    .then(|| {
                        view! {
                            <progress
                                class="progress"
                                class:warning=matches!(now, Progress::Broken { .. })
                                max=total.to_string()
                                value=now.sent(total).to_string()
                                aria-label=item.name.clone()
                            ></progress>
                        }
                    })
            }}
            {move || state(progress.get(), total)}
        </li>
    }
}

/// A button of a row that is an icon alone.
fn step(glyph: Glyph, says: String, press: impl Fn() + 'static) -> impl IntoView {
    view! {
        <button class="button quiet only-icon small" type="button" aria-label=says on:click=move |_| press()>
            <Icon glyph=glyph />
        </button>
    }
}

/// The line below the bar.
fn state(progress: Progress, total: u64) -> AnyView {
    match progress {
        Progress::Waiting => view! {
            <p class="state">
                <span>{format!("{}, waiting for its turn", size::human(total))}</span>
            </p>
        }
        .into_any(),
        Progress::Sending { sent, rate } => view! {
            <p class="state">
                <span>{amount(sent, total)}</span>
                <span>{pace(sent, total, rate)}</span>
            </p>
        }
        .into_any(),
        Progress::Broken { sent } => view! {
            <p class="state warning">
                <span>{format!("Connection lost at {}", amount(sent, total))}</span>
                <span>"goes on by itself"</span>
            </p>
        }
        .into_any(),
        Progress::Paused { sent } => view! {
            <p class="state">
                <span>{format!("Paused at {}", amount(sent, total))}</span>
            </p>
        }
        .into_any(),
        Progress::Interrupted { sent } => view! {
            <p class="state warning">
                <span>{format!("{} arrived", amount(sent, total))}</span>
                <span>"choose the file again to go on"</span>
            </p>
        }
        .into_any(),
        Progress::Failed { sentence, .. } => view! { <p class="state danger">{sentence}</p> }.into_any(),
        Progress::Received { at, .. } => view! {
            <p class="state success">
                <span>
                    "Received " <Time at=at style=Style::Clock /> {format!(" · {}", size::human(total))}
                </span>
            </p>
        }
        .into_any(),
    }
}

#[cfg(feature = "hydrate")]
fn retry(key: u64) {
    super::tus::retry(key);
}

#[cfg(feature = "hydrate")]
fn pause(key: u64) {
    super::tus::pause(key);
}

#[cfg(feature = "hydrate")]
fn leave(key: u64) {
    super::tus::leave(key);
}

#[cfg(feature = "hydrate")]
fn stop(key: u64) {
    super::tus::stop(key);
}

#[cfg(feature = "hydrate")]
fn forget(key: u64) {
    super::tus::forget(key);
}

/// On the server nothing is on its way.
#[cfg(not(feature = "hydrate"))]
fn forget(_key: u64) {}

/// On the server nothing is on its way.
#[cfg(not(feature = "hydrate"))]
fn pause(_key: u64) {}

/// On the server nothing is on its way.
#[cfg(not(feature = "hydrate"))]
fn leave(_key: u64) {}

/// On the server nothing is on its way.
#[cfg(not(feature = "hydrate"))]
fn retry(_key: u64) {}

/// On the server nothing is on its way.
#[cfg(not(feature = "hydrate"))]
fn stop(_key: u64) {}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::limits;

    #[test]
    fn the_browser_refuses_what_the_server_would() {
        assert_eq!(check("a/b.pdf", 1, 10, 0), Ok("b.pdf".to_owned()));
        for (name, bytes, before) in [
            ("a.pdf", 0, 0),
            ("a.pdf", 11, 0),
            ("..", 1, 0),
            ("a.pdf", 1, limits::FILES_A_MESSAGE),
        ] {
            assert!(check(name, bytes, 10, before).is_err(), "{name} {bytes} {before}");
        }
        let large = check("a.pdf", 11, 10, 0);
        assert!(matches!(
            large,
            Err(Problem::Refused {
                reason: Reason::FileTooLarge { limit: 10, .. },
                ..
            })
        ));
    }
}
