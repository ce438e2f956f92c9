//! Sending a file by tus 1.0.0 (tus.io/protocols/resumable-upload): create, send in slices, and after a broken
//! connection ask how much arrived and go on from there.

use super::{
    progress::{Meter, Progress},
    queue::{Item, Queue, Target},
    xhr::{Answer, Request, send},
};
use crate::portal::loading::signed_out;
use domain::{Moment, UploadId, file::WaitingUpload};
use leptos::prelude::*;
use std::{cell::RefCell, collections::BTreeMap, rc::Rc, time::Duration};
use web_sys::{File, FileList, XmlHttpRequest};

/// Bytes of one PATCH: 64 MiB, so that a proxy with a limit, or a broken connection, costs little.
const SLICE: u64 = 64 * 1024 * 1024;
/// Files that are sent at a time: browsers open six connections to a host, and the page needs some.
const AT_ONCE: usize = 2;
/// Times in a row that nothing arrived although the server could be reached: then it is the file that cannot be read.
const UNREADABLE_AFTER: u32 = 3;

/// A file on its way.
struct Transfer {
    item: Item,
    queue: Queue,
    /// Nothing while the page has not got the file: it was begun before the page was opened.
    file: Option<File>,
    /// When the file was last changed, where it was begun.
    modified: Option<Moment>,
    /// Where the server keeps it, once it was created.
    path: Option<String>,
    /// Bytes that the server holds.
    offset: u64,
    /// Attempts in a row that brought nothing forward.
    tries: u32,
    meter: Meter,
    request: Option<XmlHttpRequest>,
    started: bool,
    /// Counts what was begun for it; what belongs to an earlier attempt has no say any more.
    attempt: u32,
}

type Shared = Rc<RefCell<Transfer>>;

thread_local! {
    /// The transfers of this page. They hold files, which belong to the page's one thread.
    static TRANSFERS: RefCell<BTreeMap<u64, Shared>> = const { RefCell::new(BTreeMap::new()) };
}

fn transfer(key: u64) -> Option<Shared> {
    TRANSFERS.with_borrow(|all| all.get(&key).cloned())
}

/// Puts chosen files into the queue and starts as many as may run.
pub fn take(queue: Queue, files: &FileList) {
    for file in (0..files.length()).filter_map(|index| files.get(index)) {
        take_one(queue, file);
    }
}

/// Puts one file into the queue, or goes on with it where it was begun before.
pub fn take_one(queue: Queue, file: File) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a file's size: whole and at most 2^53"
    )]
    let bytes = file.size() as u64;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds since 1970: whole and at most 2^53"
    )]
    let modified = Some(Moment(file.last_modified() as i64));
    if let Some(begun) = interrupted(queue, &file.name(), bytes, modified) {
        {
            let mut transfer = begun.borrow_mut();
            transfer.file = Some(file);
            transfer.started = false;
            // It may have gone on elsewhere, so it is asked first where it stands.
            transfer.tries = 1;
            transfer.item.progress.set(Progress::Waiting);
        }
        return start_next();
    }
    if queue.is_overfull() {
        return;
    }
    let (item, fits) = queue.add(&file.name(), bytes);
    if fits {
        keep(Transfer::new(item, queue, Some(file), modified));
    }
    start_next();
}

/// Puts in what was begun before the page was opened, unless files were chosen meanwhile.
pub fn restore(queue: Queue, waiting: &[WaitingUpload]) {
    if untrack(move || queue.has_any()) {
        return;
    }
    for waiting in waiting {
        let mut transfer = Transfer::new(queue.restore(waiting), queue, None, waiting.modified);
        transfer.path = Some(format!("/uploads/{}", waiting.id));
        transfer.offset = waiting.received;
        transfer.started = true;
        keep(transfer);
    }
}

/// A file of the queue that was begun before and is this one, as far as name, size and date tell.
fn interrupted(queue: Queue, name: &str, bytes: u64, modified: Option<Moment>) -> Option<Shared> {
    let name = domain::file::name(name).ok()?;
    TRANSFERS.with_borrow(|all| {
        let is_it = |shared: &&Shared| {
            let transfer = shared.borrow();
            let item = &transfer.item;
            let halted = matches!(item.progress.get_untracked(), Progress::Interrupted { .. });
            halted
                && transfer.queue == queue
                && item.name == name
                && item.size == bytes
                && transfer.modified == modified
        };
        all.values().find(is_it).cloned()
    })
}

fn keep(transfer: Transfer) {
    let key = transfer.item.key;
    TRANSFERS.with_borrow_mut(|all| all.insert(key, Rc::new(RefCell::new(transfer))));
}

impl Transfer {
    fn new(item: Item, queue: Queue, file: Option<File>, modified: Option<Moment>) -> Self {
        Self {
            item,
            queue,
            file,
            modified,
            path: None,
            offset: 0,
            tries: 0,
            meter: Meter::default(),
            request: None,
            started: false,
            attempt: 0,
        }
    }
}

/// Stops sending for a while.
pub fn pause(key: u64) {
    let Some(shared) = transfer(key) else { return };
    let request = {
        let mut transfer = shared.borrow_mut();
        transfer.attempt += 1;
        let sent = transfer.offset;
        transfer.item.progress.set(Progress::Paused { sent });
        transfer.request.take()
    };
    if let Some(request) = request {
        // What was on its way and has arrived is found when it goes on.
        drop(request.abort());
    }
    start_next();
}

/// Stops sending for good, and lets the server keep what it has.
pub fn leave(key: u64) {
    let shared = TRANSFERS.with_borrow_mut(|all| all.remove(&key));
    if let Some(request) = shared.and_then(|shared| shared.borrow_mut().request.take()) {
        drop(request.abort());
    }
}

/// Gives a file up and tells the server to forget it.
pub fn stop(key: u64) {
    let Some(shared) = TRANSFERS.with_borrow_mut(|all| all.remove(&key)) else {
        return;
    };
    let (request, path) = {
        let mut transfer = shared.borrow_mut();
        (transfer.request.take(), transfer.path.take())
    };
    if let Some(request) = request {
        // What was given up is not waited for.
        drop(request.abort());
    }
    if let Some(path) = path {
        let forget = Request {
            method: "DELETE",
            path: &path,
            headers: &[],
            body: None,
        };
        send(&forget, |_| (), |_| ());
    }
    start_next();
}

/// Lets go of a file that was sent with its message.
pub fn forget(key: u64) {
    TRANSFERS.with_borrow_mut(|all| all.remove(&key));
}

/// Tries a failed file again, or goes on with a paused one.
pub fn retry(key: u64) {
    if let Some(shared) = transfer(key) {
        {
            let mut transfer = shared.borrow_mut();
            // Of what was begun, it is asked first where it stands.
            transfer.tries = u32::from(transfer.path.is_some());
            transfer.started = true;
            transfer.item.progress.set(Progress::Waiting);
        }
        go_on(&shared);
    }
}

/// Starts waiting files, as many as may run at a time.
fn start_next() {
    let (running, waiting) = TRANSFERS.with_borrow(|all| {
        let is_running = |shared: &&Shared| {
            let transfer = shared.borrow();
            transfer.started && transfer.item.progress.with_untracked(Progress::is_running)
        };
        let running = all.values().filter(is_running).count();
        let waiting: Vec<Shared> = all
            .values()
            .filter(|shared| !shared.borrow().started)
            .cloned()
            .collect();
        (running, waiting)
    });
    for shared in waiting.into_iter().take(AT_ONCE.saturating_sub(running)) {
        shared.borrow_mut().started = true;
        go_on(&shared);
    }
}

/// Creates the upload, or asks where it stands, or sends: whatever comes next.
fn go_on(shared: &Shared) {
    let (known, tries) = {
        let transfer = shared.borrow();
        (transfer.path.is_some(), transfer.tries)
    };
    match (known, tries) {
        (false, _) => create(shared),
        (true, 0) => patch(shared),
        (true, _) => ask_offset(shared),
    }
}

fn create(shared: &Shared) {
    let (length, metadata) = {
        let transfer = shared.borrow();
        (transfer.item.size.to_string(), metadata(&transfer))
    };
    let headers = [
        ("Upload-Length", length.as_str()),
        ("Upload-Metadata", metadata.as_str()),
    ];
    let create = Request {
        method: "POST",
        path: "/uploads",
        headers: &headers,
        body: None,
    };
    run(shared, &create, |shared, answer| {
        match (answer.status, answer.header("location")) {
            (201, Some(path)) => {
                {
                    let mut transfer = shared.borrow_mut();
                    transfer.path = Some(path);
                    transfer.offset = 0;
                    transfer.tries = 0;
                }
                patch(shared);
            }
            _ => refused(shared, answer),
        }
    });
}

fn patch(shared: &Shared) {
    let prepared = {
        let transfer = shared.borrow();
        let end = transfer.item.size.min(transfer.offset + SLICE);
        #[expect(clippy::cast_precision_loss, reason = "offsets in a file: at most 2^53")]
        let slice = transfer
            .file
            .as_ref()
            .and_then(|file| file.slice_with_f64_and_f64(transfer.offset as f64, end as f64).ok());
        slice
            .zip(transfer.path.clone())
            .map(|(slice, path)| (slice, path, transfer.offset))
    };
    let Some((slice, path, offset)) = prepared else {
        return fail(shared, UNREADABLE, true);
    };
    let offset_text = offset.to_string();
    let headers = [
        ("Upload-Offset", offset_text.as_str()),
        ("Content-Type", "application/offset+octet-stream"),
    ];
    let patch_slice = Request {
        method: "PATCH",
        path: &path,
        headers: &headers,
        body: Some(&slice),
    };
    show_sent(shared, offset);
    run(shared, &patch_slice, move |shared, answer| {
        match (answer.status, offset_of(answer)) {
            (204, Some(now)) => {
                let done = {
                    let mut transfer = shared.borrow_mut();
                    transfer.offset = now;
                    transfer.tries = 0;
                    now >= transfer.item.size
                };
                if done { received(shared) } else { patch(shared) }
            }
            (409 | 423, _) => try_later(shared),
            _ => refused(shared, answer),
        }
    });
}

fn ask_offset(shared: &Shared) {
    let Some(path) = shared.borrow().path.clone() else {
        return create(shared);
    };
    let ask = Request {
        method: "HEAD",
        path: &path,
        headers: &[],
        body: None,
    };
    run(shared, &ask, |shared, answer| {
        match (answer.status, offset_of(answer)) {
            (200 | 204, Some(now)) => {
                let (done, stuck) = {
                    let mut transfer = shared.borrow_mut();
                    if now > transfer.offset {
                        transfer.tries = 0;
                    }
                    transfer.offset = now;
                    (now >= transfer.item.size, transfer.tries >= UNREADABLE_AFTER)
                };
                match (done, stuck) {
                    (true, _) => received(shared),
                    (false, true) => fail(shared, UNREADABLE, true),
                    (false, false) => patch(shared),
                }
            }
            (404 | 410, _) => {
                // It was swept, or cancelled elsewhere: it begins again.
                shared.borrow_mut().path = None;
                create(shared);
            }
            _ => refused(shared, answer),
        }
    });
}

const UNREADABLE: &str =
    "Not sent: the file could not be read to its end. If another program has it open, close it there first.";

/// Sends a request of this transfer and goes on with `then`, unless the transfer was given up meanwhile.
fn run(shared: &Shared, request: &Request<'_>, then: impl FnOnce(&Shared, &Answer) + 'static) {
    let (key, base, attempt) = begin_attempt(shared);
    let sent = move |bytes: u64| {
        if let Some(shared) = attempted(key, attempt) {
            show_sent(&shared, base + bytes);
        }
    };
    let done = move |answer: Answer| {
        if let Some(shared) = attempted(key, attempt) {
            shared.borrow_mut().request = None;
            then(&shared, &answer);
        }
    };
    let xhr = send(request, sent, done);
    match xhr {
        Some(xhr) => shared.borrow_mut().request = Some(xhr),
        None => fail(shared, "Not sent: this browser refused to send it.", true),
    }
}

fn begin_attempt(shared: &Shared) -> (u64, u64, u32) {
    let mut transfer = shared.borrow_mut();
    transfer.attempt += 1;
    (transfer.item.key, transfer.offset, transfer.attempt)
}

/// The transfer, as long as this attempt is its newest.
fn attempted(key: u64, attempt: u32) -> Option<Shared> {
    transfer(key).filter(|shared| shared.borrow().attempt == attempt)
}

fn show_sent(shared: &Shared, sent: u64) {
    let (progress, state) = {
        let mut transfer = shared.borrow_mut();
        let sent = sent.min(transfer.item.size);
        let rate = transfer.meter.read(now().0, sent);
        (transfer.item.progress, Progress::Sending { sent, rate })
    };
    progress.try_set(state);
}

fn received(shared: &Shared) {
    let (progress, path) = {
        let transfer = shared.borrow();
        (transfer.item.progress, transfer.path.clone().unwrap_or_default())
    };
    let id = path.rsplit('/').next().and_then(|id| id.parse::<UploadId>().ok());
    match id {
        Some(upload) => {
            progress.try_set(Progress::Received { upload, at: now() });
            start_next();
        }
        None => fail(
            shared,
            "Not sent: the portal gave an answer that we did not understand.",
            true,
        ),
    }
}

/// Acts on an answer that is not the hoped-for one.
fn refused(shared: &Shared, answer: &Answer) {
    match answer.status {
        401 => signed_out(),
        0 | 408 | 429 | 500.. => try_later(shared),
        _ => {
            let sentence = answer.sentence();
            fail(
                shared,
                sentence.as_deref().unwrap_or("Not sent: the portal refused it."),
                false,
            );
        }
    }
}

/// Goes on by itself after 1, 2, 4, 8 and then every 15 seconds; the server keeps what it has for days.
fn try_later(shared: &Shared) {
    let (key, _, attempt) = begin_attempt(shared);
    let (progress, offset, wait) = {
        let mut transfer = shared.borrow_mut();
        let wait = (1_u64 << transfer.tries.min(4)).min(15);
        transfer.tries += 1;
        (transfer.item.progress, transfer.offset, wait)
    };
    progress.try_set(Progress::Broken { sent: offset });
    set_timeout(
        move || {
            if let Some(shared) = attempted(key, attempt) {
                go_on(&shared);
            }
        },
        Duration::from_secs(wait),
    );
}

fn fail(shared: &Shared, sentence: &str, again: bool) {
    let progress = shared.borrow().item.progress;
    progress.try_set(Progress::Failed {
        sentence: sentence.to_owned(),
        again,
    });
    start_next();
}

fn offset_of(answer: &Answer) -> Option<u64> {
    answer.header("upload-offset")?.parse().ok()
}

/// `filename`, where it goes and of when it is, in base64 as the protocol asks.
fn metadata(transfer: &Transfer) -> String {
    let target = match transfer.queue.target() {
        Target::Thread(id) => format!(",thread {}", base64(&id.to_string())),
        Target::Client(id) => format!(",client {}", base64(&id.to_string())),
        Target::Nowhere => String::new(),
    };
    let modified = transfer
        .modified
        .map(|at| format!(",modified {}", base64(&at.0.to_string())))
        .unwrap_or_default();
    format!("filename {}{target}{modified}", base64(&transfer.item.name))
}

/// The browser's own encoder takes a character a byte.
fn base64(text: &str) -> String {
    let bytes: String = text.bytes().map(char::from).collect();
    window().btoa(&bytes).unwrap_or_default()
}

fn now() -> Moment {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds since 1970: whole and at most 2^53"
    )]
    Moment(js_sys::Date::now() as i64)
}
