//! The event stream of all windows of one browser.
//!
//! A browser opens only six HTTP/1.1 connections to a host, so six windows that each stream would block the portal.
//! The visible window that holds the lock streams; it passes each event on, and every other window listens for that.
//! Where the browser has no locks, each visible window streams for itself.

use super::Live;
use crate::portal::loading::signed_out;
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, EventSource, MessageEvent, VisibilityState};

/// The lock and the channel have one name.
const NAME: &str = "gatehouse-events";
/// The event that a thread has something new. What it is is read afresh, so its data is not looked at.
const SOMETHING: &str = "thread";
/// The event that the session ended.
const SIGNED_OUT: &str = "signed-out";

/// This window's part.
struct Window {
    live: Live,
    channel: Option<BroadcastChannel>,
    source: Option<EventSource>,
    /// Gives the lock back.
    release: Option<Function>,
    /// A request for the lock is under way or granted.
    asked: bool,
}

/// Begins to listen. Called once, in the browser; it lasts as long as the page.
pub fn listen(live: Live) {
    let channel = BroadcastChannel::new(NAME).ok();
    let window_part = Rc::new(RefCell::new(Window {
        live,
        channel: channel.clone(),
        source: None,
        release: None,
        asked: false,
    }));
    if let Some(channel) = channel {
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                take(live, &text);
            }
        });
        channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        heard.forget();
    }
    let changed = {
        let part = Rc::clone(&window_part);
        Closure::<dyn Fn()>::new(move || turn(&part))
    };
    // Without this listener the first state stays in force: the page still works, only quieter.
    drop(document().add_event_listener_with_callback("visibilitychange", changed.as_ref().unchecked_ref()));
    changed.forget();
    turn(&window_part);
}

/// Streams while the window is visible, and gives way when it is not.
fn turn(part: &Rc<RefCell<Window>>) {
    if document().visibility_state() == VisibilityState::Visible {
        ask(part);
    } else {
        stop(part);
    }
}

/// Asks for the lock; the stream opens when it is granted.
fn ask(part: &Rc<RefCell<Window>>) {
    if part.borrow().asked {
        return;
    }
    part.borrow_mut().asked = true;
    let granted = {
        let part = Rc::clone(part);
        Closure::once_into_js(move |_lock: JsValue| -> JsValue {
            if document().visibility_state() != VisibilityState::Visible {
                part.borrow_mut().asked = false;
                return JsValue::UNDEFINED;
            }
            open(&part);
            let held = {
                let part = Rc::clone(&part);
                Promise::new(&mut move |resolve, _| part.borrow_mut().release = Some(resolve))
            };
            held.into()
        })
    };
    let locks = Reflect::get(&window().navigator(), &"locks".into()).unwrap_or(JsValue::UNDEFINED);
    let request = Reflect::get(&locks, &"request".into())
        .ok()
        .and_then(|request| request.dyn_into::<Function>().ok());
    match request {
        Some(request) => drop(request.call2(&locks, &NAME.into(), &granted)),
        None => open(part),
    }
}

/// Closes the stream and gives the lock to the next window.
fn stop(part: &Rc<RefCell<Window>>) {
    let mut part = part.borrow_mut();
    if let Some(source) = part.source.take() {
        source.close();
        part.asked = false;
    }
    if let Some(release) = part.release.take() {
        // Resolving a promise cannot fail.
        drop(release.call0(&JsValue::UNDEFINED));
    }
}

fn open(part: &Rc<RefCell<Window>>) {
    let Ok(source) = EventSource::new("/events") else {
        return;
    };
    let live = part.borrow().live;
    // What happened while nobody streamed is caught up with.
    let opened = Closure::<dyn Fn()>::new(move || live.refresh());
    source.set_onopen(Some(opened.as_ref().unchecked_ref()));
    opened.forget();
    for name in [SOMETHING, SIGNED_OUT] {
        let channel = part.borrow().channel.clone();
        let came = Closure::<dyn Fn()>::new(move || {
            if let Some(channel) = &channel {
                // A window that has gone does not listen; nothing to do about it.
                drop(channel.post_message(&name.into()));
            }
            take(live, name);
        });
        // The names are constants that every browser takes.
        drop(source.add_event_listener_with_callback(name, came.as_ref().unchecked_ref()));
        came.forget();
    }
    part.borrow_mut().source = Some(source);
}

/// Acts on an event, from the stream or from another window.
fn take(live: Live, name: &str) {
    if name == SIGNED_OUT {
        signed_out();
    } else {
        live.refresh();
    }
}
