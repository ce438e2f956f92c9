//! The mails about another address: to the one that is to be proven, and to both.

use super::{first_name, page};
use crate::{Firm, error::Result, jobs::Outcome, links, people};
use domain::{LinkId, Moment, client::Side};
use entity::firm::address;
use sea_orm::EntityTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How far a new address has come.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Moved {
    /// It was asked for; the old one works until it is proven.
    Asked {
        /// The new address.
        new: String,
    },
    /// It has taken the place of the old one.
    Taken {
        /// The old address.
        old: String,
        /// The new address.
        new: String,
    },
}

/// What proves a new address.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Proof {
    /// The link's row.
    pub(crate) link: LinkId,
    /// On which side they stand.
    pub(crate) side: Side,
    /// Who asked.
    pub(crate) person: Uuid,
    /// The new address.
    pub(crate) address: String,
    /// The 256-bit secret of the link, as text.
    pub(crate) secret: String,
    /// The code of the same mail.
    pub(crate) code: String,
    /// After this it is of no use.
    pub(crate) until: Moment,
}

/// A word to one of two addresses.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Move {
    /// On which side they stand.
    pub(crate) side: Side,
    /// Whose addresses they are.
    pub(crate) person: Uuid,
    /// To which of them.
    pub(crate) to: String,
    /// What.
    pub(crate) what: Moved,
    /// When.
    pub(crate) at: Moment,
}

/// Mails what proves a new address. To somebody who has it already goes a mail that says so, and no link.
pub(crate) async fn mail_proof(firm: &Firm, proof: &Proof) -> Result<Outcome> {
    if firm.now() > proof.until {
        return Ok(Outcome::Done);
    }
    let address = proof.address.as_str();
    let taken = address::Entity::find_by_id(address).one(firm.db()).await?;
    let letter = if let Some(taken) = taken {
        let Some(holder) = people::find(firm.db(), crate::actor::side_of(&taken.kind)?, taken.person).await? else {
            return Ok(Outcome::Done);
        };
        page::letter(
            firm,
            address,
            "Your address is in use already".to_owned(),
            &page::Words {
                greeting: format!("Hello {},", first_name(&holder.name)),
                lead: format!(
                    "somebody who is signed in to the portal of {} typed your address as their new one. It is in use already, by you, so nothing was changed.",
                    firm.card.name
                ),
                button: None,
                code: None,
                after: vec![
                    "You need do nothing. If you meant to use it for another account of yours, ring us.".to_owned(),
                ],
            },
        )
    } else {
        let Some(owner) = people::find(firm.db(), proof.side, proof.person).await? else {
            return Ok(Outcome::Done);
        };
        page::letter(
            firm,
            address,
            "Is this your new address?".to_owned(),
            &page::Words {
                greeting: format!("Hello {},", first_name(&owner.name)),
                lead: format!(
                    "you asked to use this address for the portal of {}. Press the button in the browser in which you are signed in, or type the code there.",
                    firm.card.name
                ),
                button: Some((
                    "Use this address".to_owned(),
                    format!("{}/account/address/{}#{}", firm.origin(), proof.link, proof.secret),
                )),
                code: Some((
                    "Or type this code where you asked:".to_owned(),
                    links::spaced(&proof.code),
                )),
                after: vec![
                    format!("Both work once, until {}.", proof.until.full()),
                    "You did not ask? Then you need do nothing: nobody gets in by this email alone.".to_owned(),
                ],
            },
        )
    };
    Ok(Outcome::Letter(Box::new(letter)))
}

/// Tells one of the two addresses how far the new one has come.
pub(crate) async fn mail_moved(firm: &Firm, step: &Move) -> Result<Outcome> {
    let Some(owner) = people::find(firm.db(), step.side, step.person).await? else {
        return Ok(Outcome::Done);
    };
    let at = step.at;
    let (subject, lead) = match &step.what {
        Moved::Asked { new } => (
            "A new email address was asked for",
            format!(
                "on {}, somebody signed in as you asked to use {new} in place of this address. This one works until the new one is proven.",
                at.full()
            ),
        ),
        Moved::Taken { old, new } => (
            "Your email address was changed",
            format!(
                "on {}, the email address of your account was changed from {old} to {new}. We write to the new one from now on, and you sign in with it.",
                at.full()
            ),
        ),
    };
    let letter = page::letter(
        firm,
        &step.to,
        subject.to_owned(),
        &page::Words {
            greeting: format!("Hello {},", first_name(&owner.name)),
            lead,
            button: Some((
                "Look at it in the portal".to_owned(),
                format!("{}/account/address", firm.origin()),
            )),
            code: None,
            after: vec![
                "If that was you, you need do nothing.".to_owned(),
                "If it was not, ring us at once.".to_owned(),
            ],
        },
    );
    Ok(Outcome::Letter(Box::new(letter)))
}
