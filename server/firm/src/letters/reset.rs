//! The mail that leads to a new password.

use super::{first_name, page};
use crate::{Firm, jobs::Outcome, links};
use domain::{ContactId, LinkId, Moment};
use serde::{Deserialize, Serialize};

/// A reset link on its way.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Reset {
    /// The link's row.
    pub(crate) link: LinkId,
    /// Whose it is, where staff sent it, and not somebody at the door.
    pub(crate) contact: Option<ContactId>,
    /// Where it goes.
    pub(crate) address: String,
    /// The 256-bit secret of the link, as text.
    pub(crate) secret: String,
    /// The code of the same mail.
    pub(crate) code: String,
    /// When it was asked for.
    pub(crate) asked: Moment,
    /// After this it is of no use.
    pub(crate) until: Moment,
}

/// Mails a reset link to somebody of this name.
pub(crate) fn mail_reset(firm: &Firm, name: &str, reset: &Reset) -> Outcome {
    let (lead, after) = if reset.contact.is_some() {
        (
            format!(
                "here is your link to set a password for the portal of {}. We send it, and never see the password.",
                firm.card.name
            ),
            "You did not expect it? Then you need do nothing: your account stays as it is.",
        )
    } else {
        (
            format!(
                "here is your link to set a new password for the portal of {}.",
                firm.card.name
            ),
            "You did not ask? Then you need do nothing: your account stays as it is.",
        )
    };
    let letter = page::letter(
        firm,
        &reset.address,
        format!("Set a new password, asked for at {} UTC", reset.asked.clock()),
        &page::Words {
            greeting: format!("Hello {},", first_name(name)),
            lead,
            button: Some((
                "Set a new password".to_owned(),
                format!("{}/reset/{}#{}", firm.origin(), reset.link, reset.secret),
            )),
            code: Some((
                "If the page asks for it, type this code:".to_owned(),
                links::spaced(&reset.code),
            )),
            after: vec![
                format!("Link and code work once, until {}.", reset.until.full()),
                after.to_owned(),
                "Do not pass this email on, and do not tell anyone your password: we never ask for it.".to_owned(),
            ],
        },
    );
    Outcome::Letter(Box::new(letter))
}

/// Tells one of the firm's people who has no second factor that no reset is mailed to them.
pub(crate) fn mail_no_reset(firm: &Firm, name: &str, address: &str) -> Outcome {
    let letter = page::letter(
        firm,
        address,
        "Your password is not reset by email".to_owned(),
        &page::Words {
            greeting: format!("Hello {},", first_name(name)),
            lead: format!(
                "somebody asked for a new password for your account with {}. Your account has no second step at the moment, so an email alone cannot open it.",
                firm.card.name
            ),
            button: Some((
                "Go to the password page".to_owned(),
                format!("{}/sign-in/manually", firm.origin()),
            )),
            code: None,
            after: vec![
                "You know your password? Sign in with it, and set up your second step.".to_owned(),
                "You do not? Ask an owner or admin of the firm to invite you afresh.".to_owned(),
                "You did not ask? Then you need do nothing.".to_owned(),
            ],
        },
    );
    Outcome::Letter(Box::new(letter))
}
