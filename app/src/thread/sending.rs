//! What a composer does before a message leaves: the same checks in the browser as on the server, once, and never two
//! sends at a time.

use crate::{error::AppError, upload::queue::Queue};
use domain::{Problem, UploadId};
use leptos::{html::Textarea, prelude::*};
use std::{future::Future, pin::Pin};

/// The state of one composer.
#[derive(Clone, Copy)]
pub struct Sending {
    /// What was refused, and why.
    pub problem: RwSignal<Option<Problem>>,
    /// The sentence of the refusal, when it is about the whole form.
    pub sentence: RwSignal<String>,
    /// A message is on its way.
    pub busy: RwSignal<bool>,
    /// It leaves as soon as its files are there.
    pub waiting: RwSignal<bool>,
    /// Its files.
    pub queue: Queue,
    /// Its text.
    pub text: NodeRef<Textarea>,
}

impl Sending {
    /// A composer with what came back from a refused form.
    pub fn new(problem: Option<Problem>, queue: Queue) -> Self {
        let sending = Self {
            problem: RwSignal::new(None),
            sentence: RwSignal::new(String::new()),
            busy: RwSignal::new(false),
            waiting: RwSignal::new(false),
            queue,
            text: NodeRef::new(),
        };
        if let Some(problem) = problem {
            sending.refuse(AppError(problem));
        }
        sending
    }

    /// Shows why it was not sent. What was typed stays.
    pub fn refuse(self, error: AppError) {
        let about_field = matches!(
            &error.0,
            Problem::Refused { field, .. } if *field != domain::Field::Form
        );
        self.sentence
            .set(if about_field { String::new() } else { error.sentence() });
        self.problem.set(Some(error.0));
        self.busy.set(false);
        self.waiting.set(false);
    }

    /// The sentence beside `field`.
    pub fn error_of(self, field: domain::Field) -> Option<String> {
        self.problem
            .with(|problem| crate::ui::field::error_of(problem.as_ref(), field))
    }

    /// What is in the text area now.
    pub fn typed(self) -> String {
        self.text
            .try_get_untracked()
            .flatten()
            .map(|area| value_of(&area))
            .unwrap_or_default()
    }

    /// The words on the button.
    pub fn button(self) -> &'static str {
        if self.queue.is_running() {
            "Send when uploaded"
        } else {
            "Send"
        }
    }

    /// Sends now, or as soon as the last file is there. `send` is called with the text and the files.
    pub fn press<F>(self, send: impl FnOnce(String, Vec<UploadId>) -> F)
    where
        F: Future<Output = Result<(), AppError>> + 'static,
    {
        if self.busy.get_untracked() {
            return;
        }
        self.problem.set(None);
        self.sentence.set(String::new());
        if self.queue.is_running_untracked() {
            self.waiting.set(true);
            return;
        }
        self.waiting.set(false);
        let uploads = self.queue.received();
        let text = match domain::text::message(&self.typed(), !uploads.is_empty()) {
            Ok(text) => text,
            Err(problem) => return self.refuse(AppError(problem)),
        };
        if let Some(obstacle) = self.queue.obstacle() {
            return self.refuse(AppError(Problem::field(domain::Field::Files, obstacle)));
        }
        self.deliver(Box::pin(send(text, uploads)));
    }

    /// Waits for the answer. Not generic, so that it stands in the module once.
    fn deliver(self, sent: Pin<Box<dyn Future<Output = Result<(), AppError>>>>) {
        self.busy.set(true);
        leptos::task::spawn_local(async move {
            match sent.await {
                Ok(()) => {
                    self.busy.try_set(false);
                }
                Err(error) => self.refuse(error),
            }
        });
    }

    /// Presses again when the last file has come, if a press waits for that.
    pub fn when_uploaded(self, press: impl Fn() + 'static) {
        Effect::new(move |_| {
            if !self.queue.is_running() && self.waiting.get() {
                press();
            }
        });
    }
}

#[cfg(feature = "hydrate")]
fn value_of(area: &web_sys::HtmlTextAreaElement) -> String {
    area.value()
}

/// The server has no element to read.
#[cfg(not(feature = "hydrate"))]
fn value_of<T>(_area: &T) -> String {
    String::new()
}
