//! The invitation to the team.

use super::{first_name, page};
use crate::{
    Firm,
    error::Result,
    jobs::Outcome,
    links, people,
    walks::{self, Purpose},
};
use domain::{LinkId, Moment, StaffId, client::Side, sign_in::LinkState};

/// A fresh invitation on its way.
pub(crate) struct ToTheTeam<'a> {
    pub(crate) staff: StaffId,
    pub(crate) link: LinkId,
    pub(crate) secret: &'a str,
    pub(crate) code: &'a str,
    /// Who invites; nobody where the command line did.
    pub(crate) by: Option<&'a str>,
}

/// Mails it, as long as its link works and is for somebody of the team.
pub(crate) async fn mail_invitation_to_team(firm: &Firm, invitation: &ToTheTeam<'_>) -> Result<Outcome> {
    let Some(owner) = people::find(firm.db(), Side::Staff, invitation.staff.uuid()).await? else {
        return Ok(Outcome::Done);
    };
    let link = walks::find(firm.db(), Purpose::Join, invitation.link).await?;
    if links::state(&link, firm.now()) != LinkState::Live {
        return Ok(Outcome::Done);
    }
    let name = &firm.card.name;
    let who = invitation.by.unwrap_or("whoever runs the portal");
    let address = format!("{}/join/{}#{}", firm.origin(), invitation.link, invitation.secret);
    let letter = page::letter(
        firm,
        &owner.address,
        format!("Your invitation to the team of {name}"),
        &page::Words {
            greeting: format!("Hello {},", first_name(&owner.name)),
            lead: format!("{who} invites you to the team of {name} in their client portal."),
            button: Some(("Join the team".to_owned(), address)),
            code: Some((
                "If the page asks for it, type this code:".to_owned(),
                links::spaced(invitation.code),
            )),
            after: vec![
                "It takes five minutes: you choose a password, and set up an authenticator app on your phone."
                    .to_owned(),
                format!(
                    "Link and code work until {}. Pass them on to nobody: whoever has them comes in as you.",
                    Moment(link.expires_at).full()
                ),
                "You do not know of this? Then ring us before you open it.".to_owned(),
            ],
        },
    );
    Ok(Outcome::Letter(Box::new(letter)))
}
