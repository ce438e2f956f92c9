//! The invitation of a contact: sent, handed over, or helped along by a code that is read out.

use crate::{
    desk::{Desk, Told},
    error::AppError,
    office::parts::hidden,
    ui::{
        icon::{Glyph, Icon},
        time::{Style, Time},
    },
};
use domain::{
    form,
    mail::MailState,
    office::contacts::{ContactView, InvitationMail, InvitationView, MayInvite, Slip, SlipKind},
};
use firm::invitations;
use leptos::prelude::*;

/// The section of a contact who has not come in yet; nothing for anybody else.
///
/// # Errors
/// The database fails.
pub(super) async fn section(desk: &Desk, contact: &ContactView) -> Result<Option<AnyView>, AppError> {
    if contact.activated.is_some() || contact.suspended.is_some() {
        return Ok(None);
    }
    let view = invitations::view(&desk.firm, &desk.actor, desk.session()?, contact.id)
        .await
        .told(desk)?;
    Ok(Some(show(&view, contact)))
}

fn show(view: &InvitationView, contact: &ContactView) -> AnyView {
    let here = &format!("/office/contacts/{}", contact.id);
    let slips = view.slips.iter().map(show_slip).collect_view();
    let put_away = (!view.slips.is_empty()).then(|| step(view, here, "put_away", "Put it away", "button"));
    let guessed = view.guessed.then(|| {
        view! {
            <p class="banner warning">
                <Icon glyph=Glyph::CircleAlert />
                <span>
                    "Ten wrong codes in a row were typed for this access, so no code is taken now. Ring them at a number that you know, then invite them again: that begins the count anew."
                </span>
            </p>
        }
    });
    view! {
        <section class="section" aria-labelledby="invitation">
            <div class="section-head">
                <h2 id="invitation">"Invitation"</h2>
            </div>
            {guessed} {slips} {put_away} {state(view)} {ways(view, contact, here)}
        </section>
    }
    .into_any()
}

/// What became of it so far.
fn state(view: &InvitationView) -> impl IntoView + use<> {
    let mail = view.mail.as_ref().map(|mail| {
        view! {
            <div>
                <dt>"Email"</dt>
                <dd>{mail_words(mail, view.sends_mail)}</dd>
            </div>
        }
    });
    let link = view.again.then(|| {
        let words = match view.until {
            Some(until) => view! { "Works until " <Time at=until style=Style::LongDay /> }.into_any(),
            None => "None works now. Invite them again.".into_any(),
        };
        view! {
            <div>
                <dt>"Link"</dt>
                <dd>{words}</dd>
            </div>
        }
    });
    (view.again || view.mail.is_some()).then(|| view! { <dl class="facts">{mail} {link}</dl> })
}

fn mail_words(mail: &InvitationMail, sends_mail: bool) -> AnyView {
    let reply = mail
        .reply
        .clone()
        .filter(|_| !matches!(mail.state, MailState::Sent))
        .map(|reply| view! { <br /> <span class="quiet-text">{format!("The mail server said: {reply}")}</span> });
    let at = mail.settled.unwrap_or(mail.queued);
    let words = match mail.state {
        MailState::Waiting if !sends_mail => {
            "Waits: no mail server is set up. Hand the link over another way.".to_owned()
        }
        MailState::Waiting if mail.tries > 0 => format!("Waits for another try, after {} so far.", mail.tries),
        MailState::Waiting => "Waits for its turn.".to_owned(),
        MailState::Sent => "Sent".to_owned(),
        MailState::Bounced => "Came back: the address does not work. Correct it, then invite them again.".to_owned(),
        MailState::GivenUp => "Did not get out. Hand the link over another way.".to_owned(),
        MailState::Dropped => "Was not sent: a later invitation took its place.".to_owned(),
    };
    let when = matches!(mail.state, MailState::Sent).then(|| view! { " " <Time at=at style=Style::LongDay /> });
    view! { {words} {when} {reply} }.into_any()
}

/// What can be done.
fn ways(view: &InvitationView, contact: &ContactView, here: &str) -> AnyView {
    match view.may {
        MayInvite::No => ().into_any(),
        MayInvite::PortalOff => portal_off(contact),
        MayInvite::Yes => {
            let press = if view.again { "Invite again" } else { "Invite by email" };
            let class = if view.again { "button" } else { "button primary" };
            let code = (view.may_read_out && view.until.is_some()).then(|| {
                view! {
                    <details class="edit">
                        <summary>"Read a code out"</summary>
                        <p class="quiet-text">
                            "They ring, and you are sure who it is: read them a code in place of the text message. It is shown once, works for a day, and it is logged that you made it."
                        </p>
                        {step(view, here, "read_out", "Make a code", "button")}
                    </details>
                }
            });
            let words = match (contact.phone.is_empty(), view.sends_texts, view.reads_out) {
                (false, true, _) if view.may_read_out => {
                    "A text message to them did not get out, so you can read them their code."
                }
                (false, true, _) => "Their code is texted to the mobile on file.",
                (true, _, true) => {
                    "No mobile is on file, so they ring you for their code. With a mobile it is texted to them."
                }
                (true, _, false) => {
                    "No mobile is on file, so their code comes by a second email. A text message would be safer."
                }
                (false, false, true) => "Text messages do not go out from here, so they ring you for their code.",
                (false, false, false) => {
                    "Text messages do not go out from here, so their code comes by a second email."
                }
            };
            view! {
                <p class="quiet-text">{words}</p>
                {step(view, here, "invite", press, class)}
                <details class="edit">
                    <summary>"Copy the invitation link"</summary>
                    <p class="quiet-text">
                        "For when email does not arrive. It makes a fresh link, ends the earlier one, and is logged. On its own the link is worth nothing: the code is asked for as well."
                    </p>
                    {step(view, here, "hand", "Make a link", "button")}
                </details>
                {code}
            }
            .into_any()
        }
    }
}

fn portal_off(contact: &ContactView) -> AnyView {
    if contact.clients.is_empty() {
        return view! { <p class="quiet-text">"First let them see a client, whose portal is on. Then invite them."</p> }
            .into_any();
    }
    let clients = contact
        .clients
        .iter()
        .map(|client| {
            view! {
                <li>
                    <a href=format!("/office/clients/{}", client.label.id)>
                        {format!("Enable the portal of {}", client.label.name)}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <p class="quiet-text">"First enable the portal of one of their clients. Then invite them."</p>
        <ul>{clients}</ul>
    }
    .into_any()
}

/// A link to copy, or a code to read out.
fn show_slip(slip: &Slip) -> AnyView {
    let until = slip.until;
    match slip.kind {
        SlipKind::Link => view! {
            <div class="slip field">
                <label for="slip-link">"The invitation link, for you to hand over"</label>
                <input id="slip-link" type="text" readonly value=slip.words.clone() />
                <div class="actions">
                    <button class="button small" type="button" data-copy="slip-link" hidden>
                        <Icon glyph=Glyph::Copy />
                        "Copy"
                    </button>
                    <span class="quiet-text" role="status" data-copied="slip-link"></span>
                </div>
                <p class="quiet-text">"It works until " <Time at=until style=Style::LongDay /> "."</p>
            </div>
        }
        .into_any(),
        SlipKind::Code => view! {
            <div class="slip">
                <p>"The code to read out:"</p>
                <p class="app-key">{slip.words.clone()}</p>
                <p class="quiet-text">"They type it on the page of their invitation. It works for a day."</p>
            </div>
        }
        .into_any(),
    }
}

fn step(
    view: &InvitationView,
    here: &str,
    step: &'static str,
    words: &'static str,
    class: &'static str,
) -> impl IntoView + use<> {
    view! {
        <form method="post" action=form::STEP_INVITATION.action>
            {hidden("from", here)} {hidden("id", view.id)} {hidden("step", step)}
            <button class=class>{words}</button>
        </form>
    }
}
