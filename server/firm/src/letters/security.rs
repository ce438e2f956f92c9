//! What somebody is told about their own account, in case it was not they.

use super::{first_name, page, send};
use crate::{
    Firm,
    error::Result,
    jobs::Outcome,
    links, people,
    sign_in::{self, Addressee},
};
use domain::{Moment, client::Side};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Something about an account that its owner hears of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Happened {
    /// Somebody signed in in a browser that was not used before.
    NewDevice {
        /// `Firefox on Windows`.
        words: String,
        /// The network's prefix.
        network: String,
    },
    /// An authenticator app was set up, in place of another where there was one.
    AppSet,
    /// The authenticator app was taken away.
    AppRemoved,
    /// A passkey was added.
    PasskeyAdded {
        /// What it is called.
        name: String,
    },
    /// A passkey was taken away.
    PasskeyRemoved {
        /// What it was called.
        name: String,
    },
    /// A passkey was refused, because there may be a second copy of it.
    PasskeyCopied {
        /// What it is called.
        name: String,
    },
    /// Fresh recovery codes were made; the earlier ones are void.
    CodesMade,
    /// A recovery code let somebody in.
    CodeUsed {
        /// Unused ones.
        left: u64,
    },
    /// Somebody of the firm took all second factors away.
    Cleared,
    /// A contact's access was activated.
    Activated,
    /// A first password was set.
    PasswordSet,
    /// Another password was set.
    PasswordChanged,
    /// The password was taken away.
    PasswordRemoved,
    /// Security questions were chosen and answered, in place of earlier ones.
    QuestionsAnswered,
    /// Somebody of the firm cleared the security questions.
    QuestionsCleared,
    /// Ten second proofs in a row were wrong.
    FactorGuessed,
}

/// Tells the owner of an account, wherever their address is by now.
pub(crate) async fn mail_happened(
    firm: &Firm,
    side: Side,
    person: Uuid,
    what: &Happened,
    at: Moment,
) -> Result<Outcome> {
    let Some(owner) = people::find(firm.db(), side, person).await? else {
        return Ok(Outcome::Done);
    };
    let (subject, lead, place) = words(what);
    let letter = page::letter(
        firm,
        &owner.address,
        subject.to_owned(),
        &page::Words {
            greeting: format!("Hello {},", first_name(&owner.name)),
            lead: format!("on {}, {lead}", at.full()),
            button: Some((
                "Look at it in the portal".to_owned(),
                format!("{}{place}", firm.origin()),
            )),
            code: None,
            after: vec![
                "If that was you, you need do nothing.".to_owned(),
                "If it was not, end the devices that you do not know, change your password, and ring us.".to_owned(),
            ],
        },
    );
    Ok(send(letter))
}

/// Tells the owner of an address, if there is one, that their password rests.
pub(crate) async fn mail_resting(firm: &Firm, address: &str, at: Moment) -> Result<Outcome> {
    let Some(addressee) = sign_in::addressee(firm, address).await? else {
        return Ok(Outcome::Done);
    };
    let (Addressee::Contact { name } | Addressee::Staff { name }) = &addressee else {
        return Ok(Outcome::Done);
    };
    let letter = page::letter(
        firm,
        address,
        "Your password rests".to_owned(),
        &page::Words {
            greeting: format!("Hello {},", first_name(name)),
            lead: format!(
                "on {}, your password was tried wrongly for the hundredth time in a row. It rests now, so that nobody can go on guessing it. A new password or a link that we email lets you in.",
                at.full()
            ),
            button: Some((
                "Go to the sign-in page".to_owned(),
                format!("{}/sign-in", firm.origin()),
            )),
            code: None,
            after: vec!["Nobody got in. You need do nothing until you want to sign in yourself.".to_owned()],
        },
    );
    Ok(send(letter))
}

/// Mails the code that a second proof asks for on top, after many wrong ones.
pub(crate) async fn mail_step_code(
    firm: &Firm,
    side: Side,
    person: Uuid,
    code: &str,
    until: Moment,
) -> Result<Outcome> {
    let Some(owner) = people::find(firm.db(), side, person).await? else {
        return Ok(Outcome::Done);
    };
    if firm.now() > until {
        return Ok(Outcome::Done);
    }
    let letter = page::letter(
        firm,
        &owner.address,
        "A code for your second step".to_owned(),
        &page::Words {
            greeting: format!("Hello {},", first_name(&owner.name)),
            lead: "many wrong codes were typed for your account. To sign in, type this one where it is asked for, and then the code of your app:".to_owned(),
            button: None,
            code: Some((format!("It works until {} UTC:", until.clock()), links::spaced(code))),
            after: vec!["You are not signing in? Then somebody knows your password: change it, and ring us.".to_owned()],
        },
    );
    Ok(send(letter))
}

fn words(what: &Happened) -> (&'static str, String, &'static str) {
    const DEVICES: &str = "/account/devices";
    const ACCOUNT: &str = "/account";
    const FACTORS: &str = "/account/factors";
    const PASSWORD: &str = "/account/password";
    match what {
        Happened::NewDevice { words, network } => {
            let network = if network.is_empty() {
                String::new()
            } else {
                format!(", from the network {network}")
            };
            (
                "You signed in on a new device",
                format!("somebody signed in to your account on a device that was not used before: {words}{network}."),
                DEVICES,
            )
        }
        Happened::AppSet => (
            "An authenticator app was set up",
            "an authenticator app was set up for your account. Its codes are asked for when you sign in.".to_owned(),
            FACTORS,
        ),
        Happened::AppRemoved => (
            "Your authenticator app was removed",
            "the authenticator app was removed from your account. Its codes are no longer asked for.".to_owned(),
            FACTORS,
        ),
        Happened::PasskeyAdded { name } => (
            "A passkey was added",
            format!("a passkey was added to your account: {name}. It lets its owner in without a password."),
            FACTORS,
        ),
        Happened::PasskeyRemoved { name } => (
            "A passkey was removed",
            format!("a passkey was removed from your account: {name}. It no longer lets anybody in."),
            FACTORS,
        ),
        Happened::PasskeyCopied { name } => (
            "A passkey was refused",
            format!("one of your passkeys, {name}, was refused, because there may be a second copy of it. Please remove it and make a new one."),
            FACTORS,
        ),
        Happened::CodesMade => (
            "New recovery codes were made",
            "new recovery codes were made for your account. Earlier ones no longer work.".to_owned(),
            FACTORS,
        ),
        Happened::CodeUsed { left } => (
            "A recovery code was used",
            format!("one of your recovery codes was used to sign in. {left} are left."),
            FACTORS,
        ),
        Happened::Cleared => (
            "Your second step was reset",
            "somebody who runs the portal took away the second factors of your account. You set up new ones when you next sign in. A password that is too short without them lets nobody in: the sign-in page says so, and you set a longer one by email.".to_owned(),
            FACTORS,
        ),
        Happened::Activated => (
            "Your access was activated",
            "your access to the portal was activated, by an invitation and the code that goes with it.".to_owned(),
            DEVICES,
        ),
        Happened::PasswordSet => (
            "A password was set",
            "a password was set for your account. All other devices were signed out.".to_owned(),
            PASSWORD,
        ),
        Happened::PasswordChanged => (
            "Your password was changed",
            "the password of your account was changed. All other devices were signed out.".to_owned(),
            PASSWORD,
        ),
        Happened::PasswordRemoved => (
            "Your password was removed",
            "the password of your account was removed. You sign in with a link that we email. All other devices were signed out.".to_owned(),
            PASSWORD,
        ),
        Happened::QuestionsAnswered => (
            "Your security questions were answered anew",
            "security questions were chosen and answered for your account. They are asked when your password is reset."
                .to_owned(),
            ACCOUNT,
        ),
        Happened::QuestionsCleared => (
            "Your security questions were cleared",
            "somebody who runs the portal cleared the security questions of your account. Your earlier answers are no longer asked for; you can choose and answer new ones.".to_owned(),
            ACCOUNT,
        ),
        Happened::FactorGuessed => (
            "Somebody typed wrong codes",
            "somebody who got past your first proof typed ten wrong codes in a row. From now on, a code that we email is asked for as well, until you have signed in. If it was not you, change your password.".to_owned(),
            DEVICES,
        ),
    }
}
