//! The only way from a server function to the firm.
//!
//! Middleware resolves host and session once and leaves a [`Desk`] in the request's extensions; every page and server
//! function takes it from there, on each path by which Leptos may call it.

use crate::{error::AppError, sign_in::api::BROWSER_SECONDS};
use axum::{
    Extension,
    http::{HeaderValue, StatusCode, header, request::Parts},
};
use domain::{Moment, Problem, SessionId, form::Flash, said::Said};
use firm::{
    Actor, Firm,
    devices::REMEMBERED_SECONDS,
    passkeys::Challenge,
    sessions::{Device, Renewed},
    sign_in::{Entered, Pass},
};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use std::{fmt, sync::Arc};

/// Seconds for which a page may still say what the last form did.
pub const SAID_SECONDS: i64 = 60;

/// The id of one request: it stands in the log and in what a person is told about a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub Arc<str>);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How our cookies are called: `__Host-` everywhere but on plain http on loopback, where browsers would refuse them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CookieNames {
    /// Whether the page came over TLS.
    pub secure: bool,
}

impl CookieNames {
    /// The session.
    pub fn session(self) -> &'static str {
        if self.secure { "__Host-session" } else { "session" }
    }

    /// The browser that asked for a sign-in link.
    pub fn link(self) -> &'static str {
        if self.secure { "__Host-link" } else { "link" }
    }

    /// The browser that opened an upload-only link.
    pub fn guest(self) -> &'static str {
        if self.secure { "__Host-guest" } else { "guest" }
    }

    /// Who signed in here before.
    pub fn device(self) -> &'static str {
        if self.secure { "__Host-device" } else { "device" }
    }

    /// What was typed into a refused form, before sign-in.
    pub fn flash(self) -> &'static str {
        if self.secure { "__Host-flash" } else { "flash" }
    }

    /// What the next page says once.
    pub fn said(self) -> &'static str {
        if self.secure { "__Host-said" } else { "said" }
    }

    /// The value of a `Set-Cookie` header: for this host only, out of reach of scripts, not sent from other sites'
    /// forms. `max_age` is in seconds; 0 removes the cookie. The value must be plain ASCII without `;`.
    pub fn set(self, name: &str, value: &str, max_age: i64) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}")
    }
}

/// Who asks what of which firm: everything that a request needs to act.
#[derive(Clone)]
pub struct Desk {
    /// The firm of the request's host.
    pub firm: Arc<Firm>,
    /// Who asks.
    pub actor: Actor,
    /// The session, when somebody is signed in.
    pub session: Option<SessionId>,
    /// The request.
    pub request_id: RequestId,
    /// The browser and its network, for sign-in's records and throttles.
    pub device: Device,
    /// The value of the cookie that binds a sign-in link to this browser.
    pub browser: Option<String>,
    /// The value of the cookie by which a guest of an upload-only link goes on in this browser.
    pub guest: Option<String>,
    /// What came back with a refused form before sign-in, from its sealed cookie.
    pub flash: Option<Flash>,
    /// What the last form did, for the page to say once.
    pub said: Option<Said>,
    /// Where reads for a page run.
    pub runtime: tokio::runtime::Handle,
    /// What our cookies are called here.
    pub cookies: CookieNames,
    /// The host that was asked: passkeys belong to it.
    pub host: Arc<str>,
}

impl Desk {
    /// Reads for a page, away from the thread that renders it: that thread is busy with other pages between two steps
    /// of this one, and a statement must not hold its connection for so long.
    ///
    /// # Errors
    /// The verb's own, as the page may show it.
    pub async fn read<T, F>(self, verb: impl FnOnce(Self) -> F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: Future<Output = firm::Result<T>> + Send + 'static,
    {
        let read = self.runtime.spawn(verb(self.clone())).await;
        match read {
            Ok(read) => read.map_err(|error| self.told(error)),
            Err(_) => Err(answered(Problem::Fault {
                reference: self.request_id.to_string(),
            })),
        }
    }

    /// Turns a verb's error into what the page may show, logs the cause once under the request's id, and gives the
    /// response the status that says the same.
    pub fn told(&self, error: firm::Error) -> AppError {
        answered(error.into_problem(&self.request_id.0))
    }

    /// Ends a form that was taken: leads to `page`, which says once what was done.
    pub fn done(&self, said: Said, page: &str) {
        self.say(said);
        leptos_axum::redirect(page);
    }

    /// Keeps the new session in its cookie and leads to the page that was wanted, or to the second factor first.
    pub fn enter(&self, entered: &Entered) {
        let (token, max_age, remembered) = match &entered.pass {
            Pass::Session {
                token,
                max_age,
                remembered,
            } => (token, *max_age, remembered),
            Pass::Step {
                browser,
                max_age,
                enrols,
            } => {
                self.set_cookie(self.cookies.link(), browser, *max_age);
                leptos_axum::redirect(if *enrols { "/sign-in/enrol" } else { "/sign-in/factor" });
                return;
            }
            Pass::Enrolment => return leptos_axum::redirect("/sign-in/enrol"),
        };
        self.set_cookie(self.cookies.session(), token, max_age);
        self.set_cookie(self.cookies.device(), remembered, REMEMBERED_SECONDS);
        let home = match entered.side {
            domain::client::Side::Contact => "/home",
            domain::client::Side::Staff => "/office/inbox",
        };
        let next = domain::text::local_path(&entered.next).unwrap_or(home);
        leptos_axum::redirect(next);
    }

    /// Gives what the browser asks its authenticators, and binds the answer to this browser by its link cookie.
    pub fn ask(&self, challenge: Challenge) -> String {
        if self.browser.as_deref() != Some(&challenge.browser) {
            self.set_cookie(self.cookies.link(), &challenge.browser, BROWSER_SECONDS);
        }
        challenge.options
    }

    /// Keeps the fresh token of a session that proved itself once more.
    pub fn renew(&self, renewed: &Renewed) {
        self.set_cookie(self.cookies.session(), &renewed.token, renewed.max_age);
    }

    /// The session of a page that only those who are signed in see.
    ///
    /// # Errors
    /// There is none.
    pub fn session(&self) -> Result<SessionId, AppError> {
        self.session.ok_or_else(|| answered(Problem::SignedOut))
    }

    /// Removes the session's cookie, asks the browser to clear what the pages kept, and leads to the front door.
    pub fn leave(&self) {
        self.set_cookie(self.cookies.session(), "", 0);
        append(header::HeaderName::from_static("clear-site-data"), "\"storage\"");
        leptos_axum::redirect("/");
    }

    /// Lets the next page say what was done.
    pub fn say(&self, said: Said) {
        self.set_cookie(self.cookies.said(), said.name(), SAID_SECONDS);
    }

    /// Takes what the last form did, so that it is said once.
    pub fn take_said(&self) -> Option<Said> {
        let said = self.said?;
        self.set_cookie(self.cookies.said(), "", 0);
        Some(said)
    }

    /// Sets one of our cookies for `max_age` seconds.
    pub fn set_cookie(&self, name: &str, value: &str, max_age: i64) {
        append(header::SET_COOKIE, &self.cookies.set(name, value, max_age));
    }

    /// What was typed into `form` before it was refused, for the pages before sign-in.
    pub fn flash_of(&self, form: &domain::form::Form) -> Option<&Flash> {
        self.flash.as_ref().filter(|flash| flash.form == form.action)
    }

    /// The firm's clock.
    pub fn now(&self) -> Moment {
        self.firm.now()
    }
}

/// What a verb answers, as the page may show it.
pub trait Told<T> {
    /// [`Desk::told`], where the verb refused.
    ///
    /// # Errors
    /// The verb's own.
    fn told(self, desk: &Desk) -> Result<T, AppError>;
}

impl<T> Told<T> for firm::Result<T> {
    fn told(self, desk: &Desk) -> Result<T, AppError> {
        self.map_err(|error| desk.told(error))
    }
}

/// Gives the response the status that says the same as the problem.
pub fn answered(problem: Problem) -> AppError {
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(problem.status())) {
        response.set_status(status);
    }
    AppError(problem)
}

/// Adds a header to the response. Never `insert`: a second cookie would overwrite the first.
fn append(name: header::HeaderName, value: &str) {
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(value)) {
        response.append_header(name, value);
    }
}

/// The desk of the request that is being answered.
///
/// # Errors
/// The middleware did not fill it: our own fault.
pub async fn desk() -> Result<Desk, AppError> {
    let Extension(desk) = leptos_axum::extract::<Extension<Desk>>().await.map_err(|_| {
        AppError(Problem::Fault {
            reference: "no desk".to_owned(),
        })
    })?;
    Ok(desk)
}

/// The desk, where a shell asks for it: `None` while the route list is made, when there is no request.
pub fn desk_here() -> Option<Desk> {
    use_context::<Parts>()?.extensions.get::<Desk>().cloned()
}

#[cfg(test)]
mod tests {
    use super::CookieNames;

    #[test]
    fn over_tls_a_cookie_belongs_to_the_host_alone() {
        let names = CookieNames { secure: true };
        assert_eq!(
            names.set(names.session(), "t", 60),
            "__Host-session=t; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
        );
    }

    #[test]
    fn on_plain_loopback_the_names_are_plain() {
        let names = CookieNames { secure: false };
        assert_eq!(
            [names.session(), names.link(), names.flash()],
            ["session", "link", "flash"]
        );
        assert!(!names.set(names.link(), "t", 60).contains("Secure"));
    }
}
