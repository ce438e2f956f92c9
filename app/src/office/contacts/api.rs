//! Server functions of contacts. All are posted by plain forms; the hidden field `from`, which they carry for a refusal, is
//! read by the layer that keeps what was typed, not here.

use crate::{
    desk::{Told, desk},
    error::AppError,
    office::{
        clients::api::client_page,
        posted::{chosen, not_offered, ticked},
    },
};
use domain::{ClientId, ContactId, Field, said::Said};
use firm::{
    contacts::{self, ContactDraft, Rights},
    invitations, slips,
};
use leptos::prelude::*;

fn contact_page(id: ContactId) -> String {
    format!("/office/contacts/{id}")
}

fn rights(may_approve: &str, may_see_financials: &str) -> Rights {
    Rights {
        may_approve: ticked(may_approve),
        may_see_financials: ticked(may_see_financials),
    }
}

/// Adds a contact.
///
/// # Errors
/// A field is refused, or the client is not in the reader's scope.
#[server(prefix = "/api", endpoint = "add_contact")]
pub async fn add_contact(
    /// The first name.
    first_name: String,
    /// The last name.
    #[server(default)]
    last_name: String,
    /// Where mail reaches them.
    address: String,
    /// Where texts reach them.
    #[server(default)]
    phone: String,
    /// The client that they see to begin with; empty for none.
    #[server(default)]
    client: String,
    /// `yes` if they may approve.
    #[server(default)]
    may_approve: String,
    /// `yes` if they see reports.
    #[server(default)]
    may_see_financials: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let draft = ContactDraft {
        first_name,
        last_name,
        address,
        phone,
    };
    let client: Option<ClientId> = chosen(&client, Field::Client)?;
    let client = client.map(|id| (id, rights(&may_approve, &may_see_financials)));
    let id = contacts::create(&desk.firm, &desk.actor, &draft, client)
        .await
        .told(&desk)?;
    desk.done(Said::ContactAdded, &contact_page(id));
    Ok(())
}

/// Keeps another name or number of a contact.
///
/// # Errors
/// A field is refused, or the contact is not in the reader's scope.
#[server(prefix = "/api", endpoint = "change_contact")]
pub async fn change_contact(
    /// Which.
    id: ContactId,
    /// The first name.
    first_name: String,
    /// The last name.
    #[server(default)]
    last_name: String,
    /// Where mail reaches them.
    address: String,
    /// Where texts reach them.
    #[server(default)]
    phone: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let draft = ContactDraft {
        first_name,
        last_name,
        address,
        phone,
    };
    contacts::change(&desk.firm, &desk.actor, id, &draft)
        .await
        .told(&desk)?;
    desk.done(Said::Saved, &contact_page(id));
    Ok(())
}

/// Lets a contact see a client, or changes what they may do for it.
///
/// # Errors
/// One of the two is not in the reader's scope.
#[server(prefix = "/api", endpoint = "give_client")]
pub async fn give_client(
    /// Who.
    contact: String,
    /// Which client.
    client: String,
    /// `yes` if they may approve.
    #[server(default)]
    may_approve: String,
    /// `yes` if they see reports.
    #[server(default)]
    may_see_financials: String,
    /// `client` to come back to the client's page.
    #[server(default)]
    page: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let id: ContactId = contact.parse().map_err(|_| not_offered(Field::Form))?;
    let client: ClientId = client.parse().map_err(|_| not_offered(Field::Client))?;
    let rights = rights(&may_approve, &may_see_financials);
    contacts::give(&desk.firm, &desk.actor, id, client, rights)
        .await
        .told(&desk)?;
    let to = if page == "client" {
        client_page(client)
    } else {
        contact_page(id)
    };
    desk.done(Said::Saved, &to);
    Ok(())
}

/// Takes a client from a contact.
///
/// # Errors
/// The client is not in the reader's scope, or the contact does not see it.
#[server(prefix = "/api", endpoint = "take_client")]
pub async fn take_client(
    /// Who.
    contact: ContactId,
    /// Which client.
    client: ClientId,
) -> Result<(), AppError> {
    let desk = desk().await?;
    contacts::take(&desk.firm, &desk.actor, contact, client)
        .await
        .told(&desk)?;
    desk.done(Said::AccessTaken, &client_page(client));
    Ok(())
}

/// Suspends a contact, lets them in again, signs them out everywhere, or removes them.
///
/// # Errors
/// The contact is not in the reader's scope, or reaches further.
#[server(prefix = "/api", endpoint = "step_contact")]
pub async fn step_contact(
    /// Who.
    id: ContactId,
    /// `suspend`, `reopen`, `end_devices` or `remove`.
    step: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let (firm, actor) = (&desk.firm, &desk.actor);
    let own = contact_page(id);
    let (outcome, said, to) = match step.as_str() {
        "suspend" => (
            contacts::suspend(firm, actor, id).await,
            Said::ContactSuspended,
            own.as_str(),
        ),
        "reopen" => (
            contacts::reopen(firm, actor, id).await,
            Said::ContactReopened,
            own.as_str(),
        ),
        "end_devices" => (
            contacts::end_devices(firm, actor, id).await,
            Said::SignedOutEverywhere,
            own.as_str(),
        ),
        "remove" => (
            contacts::remove(firm, actor, id).await,
            Said::PersonRemoved,
            "/office/contacts",
        ),
        _ => return Err(not_offered(Field::Form)),
    };
    outcome.told(&desk)?;
    desk.done(said, to);
    Ok(())
}

/// Invites a contact by mail, makes a link to hand over or a code to read out, or puts away what was shown.
///
/// # Errors
/// The contact is not in the reader's scope, or reaches further; they cannot be invited now.
#[server(prefix = "/api", endpoint = "step_invitation")]
pub async fn step_invitation(
    /// Who.
    id: ContactId,
    /// `invite`, `hand`, `read_out` or `put_away`.
    step: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let (firm, actor, session) = (&desk.firm, &desk.actor, desk.session()?);
    let (outcome, said) = match step.as_str() {
        "invite" => (invitations::invite(firm, actor, id).await, Said::InvitationSent),
        "hand" => (invitations::hand(firm, actor, session, id).await, Said::InvitationMade),
        "read_out" => (invitations::read_out(firm, actor, session, id).await, Said::CodeMade),
        "put_away" => (slips::put_away(firm, actor, session, id.uuid()).await, Said::PutAway),
        _ => return Err(not_offered(Field::Form)),
    };
    outcome.told(&desk)?;
    desk.done(said, &contact_page(id));
    Ok(())
}
