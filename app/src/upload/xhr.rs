//! One request that reports how much of its body went out. `fetch` cannot tell that, so this is `XMLHttpRequest`.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Blob, ProgressEvent, XmlHttpRequest};

/// A request to send.
pub struct Request<'a> {
    /// `POST`, `PATCH`, `HEAD` or `DELETE`.
    pub method: &'a str,
    /// A path on this host.
    pub path: &'a str,
    /// Headers beside `Tus-Resumable`, which each carries.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub body: Option<&'a Blob>,
}

/// What came of it.
pub struct Answer {
    /// The HTTP status; 0 when there was no answer, or the request was given up.
    pub status: u16,
    request: XmlHttpRequest,
}

impl Answer {
    /// A header of the answer.
    pub fn header(&self, name: &str) -> Option<String> {
        self.request.get_response_header(name).ok().flatten()
    }

    /// The body, if it is a short plain text: the sentence of a refusal.
    pub fn sentence(&self) -> Option<String> {
        let plain = self
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("text/plain"));
        let text = self.request.response_text().ok().flatten().unwrap_or_default();
        (plain && !text.is_empty() && text.len() <= 400).then_some(text)
    }
}

/// Sends. `sent` is called with the bytes of the body that went out, `done` once at the end, whatever that is.
pub fn send(
    request: &Request<'_>,
    sent: impl Fn(u64) + 'static,
    done: impl FnOnce(Answer) + 'static,
) -> Option<XmlHttpRequest> {
    let xhr = XmlHttpRequest::new().ok()?;
    xhr.open_with_async(request.method, request.path, true).ok()?;
    xhr.set_request_header("Tus-Resumable", "1.0.0").ok()?;
    for (name, value) in request.headers {
        xhr.set_request_header(name, value).ok()?;
    }
    if request.body.is_some() {
        let progress = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a count of bytes, whole and at most 2^53"
            )]
            sent(event.loaded() as u64);
        });
        xhr.upload()
            .ok()?
            .set_onprogress(Some(progress.as_ref().unchecked_ref()));
        progress.forget();
    }
    let ended = {
        let request = xhr.clone();
        Closure::once_into_js(move || {
            let status = request.status().unwrap_or(0);
            done(Answer { status, request });
        })
    };
    xhr.set_onloadend(Some(ended.unchecked_ref()));
    match request.body {
        Some(blob) => xhr.send_with_opt_blob(Some(blob)).ok()?,
        None => xhr.send().ok()?,
    }
    Some(xhr)
}
