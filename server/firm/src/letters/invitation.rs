//! The invitation, and the code that takes a text message's place where the firm has it so.

use super::page;
use crate::{
    Firm, contacts,
    error::Result,
    jobs::Outcome,
    links, settings,
    walks::{self, Purpose},
};
use domain::{ContactId, LinkId, Moment, contact::first_name, settings::WithoutMobile, sign_in::LinkState, text};
use entity::firm::contact;
use sea_orm::EntityTrait;

/// A fresh invitation on its way.
pub(crate) struct Invitation<'a> {
    pub(crate) contact: ContactId,
    pub(crate) link: LinkId,
    pub(crate) secret: &'a str,
    pub(crate) code: &'a str,
    /// Who of the firm invites; nobody when the contact asked for it afresh.
    pub(crate) by: Option<&'a str>,
}

/// Mails an invitation, as long as its link works and is for somebody who still waits to come in.
pub(crate) async fn mail_invitation(firm: &Firm, invitation: &Invitation<'_>) -> Result<Outcome> {
    let Some(row) = waiting(firm, invitation.contact).await? else {
        return Ok(Outcome::Done);
    };
    let link = walks::find(firm.db(), Purpose::Activate, invitation.link).await?;
    if links::state(&link, firm.now()) != LinkState::Live {
        return Ok(Outcome::Done);
    }
    let name = &firm.card.name;
    let address = format!("{}/activate/{}", firm.origin(), invitation.link);
    let why = match invitation.by {
        Some(by) => format!(
            "Sent because {by} entered your address as a contact. It was not meant for you? Then you need do nothing: without the code, nobody gets in."
        ),
        None => {
            "Sent because somebody asked for it with your address. Was it not you? Then you need do nothing.".to_owned()
        }
    };
    let letter = page::letter(
        firm,
        &row.address,
        format!("Your invitation to the portal of {name}"),
        &page::Words {
            greeting: format!("Hello {},", first_name(row.first_name.as_deref(), &row.name)),
            lead: format!(
                "{name} invite you to their portal. From now on we exchange papers with you there, in place of email attachments."
            ),
            button: Some((
                "Activate my access".to_owned(),
                format!("{address}#{}", invitation.secret),
            )),
            code: Some((
                "If the page asks for it, type this code:".to_owned(),
                links::spaced(invitation.code),
            )),
            after: vec![
                second(firm, &row).await?,
                format!("Link and code work until {}.", Moment(link.expires_at).full()),
                why,
            ],
        },
    );
    Ok(Outcome::Letter(Box::new(letter)))
}

/// Mails the code of the second proof, apart from the invitation.
pub(crate) async fn mail_proof_code(firm: &Firm, contact: ContactId, code: &str, until: Moment) -> Result<Outcome> {
    let row = contact::Entity::find_by_id(contact.uuid()).one(firm.db()).await?;
    let row = row.filter(|row| row.removed_at.is_none() && row.suspended_at.is_none());
    let Some(row) = row.filter(|_| firm.now() < until) else {
        return Ok(Outcome::Done);
    };
    let letter = page::letter(
        firm,
        &row.address,
        format!("Your code for the portal of {}", firm.card.name),
        &page::Words {
            greeting: format!("Hello {},", first_name(row.first_name.as_deref(), &row.name)),
            lead: "type this code on the page that asked for it.".to_owned(),
            button: None,
            code: Some((format!("It works once, until {}:", until.full()), code.to_owned())),
            after: vec![
                "You did not ask? Then you need do nothing. We never ask for this code, by phone or by email."
                    .to_owned(),
            ],
        },
    );
    Ok(Outcome::Letter(Box::new(letter)))
}

/// Somebody who was invited and has not come in yet.
async fn waiting(firm: &Firm, contact: ContactId) -> Result<Option<contact::Model>> {
    let row = contact::Entity::find_by_id(contact.uuid()).one(firm.db()).await?;
    Ok(row.filter(|row| row.removed_at.is_none() && row.suspended_at.is_none() && row.activated_at.is_none()))
}

/// What to have at hand for the second proof.
async fn second(firm: &Firm, row: &contact::Model) -> Result<String> {
    let mobile = contacts::phone_of(firm, row)?.filter(|_| firm.sends_texts());
    let policy = settings::sign_in::read(firm).await?.without_mobile;
    Ok(match (mobile, policy) {
        (Some(number), _) => format!(
            "It takes two minutes. Have your mobile to hand, the one ending {}: we text a code to it.",
            text::masked_phone(&number)
        ),
        (None, WithoutMobile::Mail) => {
            "It takes two minutes. A code comes by a second email when you ask for it.".to_owned()
        }
        (None, WithoutMobile::ReadOut) => {
            "It takes two minutes. A code is asked for on the way: ring us, and we read it to you.".to_owned()
        }
    })
}
