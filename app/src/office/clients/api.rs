//! Server functions of clients. All are posted by plain forms; the hidden field `from`, which they carry for a refusal, is
//! read by the layer that keeps what was typed, not here.

use crate::{
    desk::{Told, desk},
    error::AppError,
    office::posted::{chosen, not_offered, ticked},
};
use domain::{ClientId, Field, StaffId, UploadLinkId, said::Said, upload_link::office_path};
use firm::{
    clients::{self, ClientDraft, PortalStep, need_to_know},
    slips,
    upload_links::{self, NewUploadLink},
};
use leptos::prelude::*;

/// The address of a client's page.
pub(in crate::office) fn client_page(id: ClientId) -> String {
    format!("/office/clients/{id}")
}

/// Adds a client.
///
/// # Errors
/// A field is refused.
#[server(prefix = "/api", endpoint = "add_client")]
pub async fn add_client(
    /// The name.
    name: String,
    /// Who looks after them; empty for nobody.
    #[server(default)]
    responsible: String,
    /// Tags, with commas between.
    #[server(default)]
    tags: String,
    /// What only staff may read.
    #[server(default)]
    notes: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let draft = ClientDraft {
        name,
        responsible: chosen(&responsible, Field::Responsible)?,
        tags,
        notes,
    };
    let id = clients::create(&desk.firm, &desk.actor, &draft).await.told(&desk)?;
    desk.done(Said::ClientAdded, &client_page(id));
    Ok(())
}

/// Keeps something else about a client.
///
/// # Errors
/// A field is refused, or the client is not in the reader's scope.
#[server(prefix = "/api", endpoint = "change_client")]
pub async fn change_client(
    /// Which.
    id: ClientId,
    /// The name.
    name: String,
    /// Who looks after them; empty for nobody.
    #[server(default)]
    responsible: String,
    /// Tags, with commas between.
    #[server(default)]
    tags: String,
    /// What only staff may read.
    #[server(default)]
    notes: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let draft = ClientDraft {
        name,
        responsible: chosen(&responsible, Field::Responsible)?,
        tags,
        notes,
    };
    clients::change(&desk.firm, &desk.actor, id, &draft).await.told(&desk)?;
    desk.done(Said::Saved, &client_page(id));
    Ok(())
}

/// Takes a client's portal one step on.
///
/// # Errors
/// The step does not follow, or the client is not in the reader's scope.
#[server(prefix = "/api", endpoint = "step_portal")]
pub async fn step_portal(
    /// Which client.
    id: ClientId,
    /// `enable`, `suspend`, `reopen` or `close`.
    step: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let step = PortalStep::named(&step).ok_or_else(|| not_offered(Field::Form))?;
    clients::step(&desk.firm, &desk.actor, id, step).await.told(&desk)?;
    let said = match step {
        PortalStep::Enable => Said::PortalEnabled,
        PortalStep::Suspend => Said::PortalSuspended,
        PortalStep::Reopen => Said::PortalReopened,
        PortalStep::Close => Said::PortalClosed,
    };
    desk.done(said, &client_page(id));
    Ok(())
}

/// Says who of the team sees a client.
///
/// # Errors
/// The reader may not run the team, or somebody is not of the team.
#[server(prefix = "/api", endpoint = "restrict_client")]
pub async fn restrict_client(
    /// Which client.
    id: ClientId,
    /// `yes` for named members only.
    #[server(default)]
    restricted: String,
    /// The named members.
    #[server(default)]
    named: Vec<StaffId>,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let outcome = if ticked(&restricted) {
        need_to_know::restrict(&desk.firm, &desk.actor, id, &named).await
    } else {
        need_to_know::open_to_all(&desk.firm, &desk.actor, id).await
    };
    outcome.told(&desk)?;
    desk.done(Said::Saved, &client_page(id));
    Ok(())
}

/// Makes an upload-only link.
///
/// # Errors
/// A field is refused, or the client is not in the reader's scope.
#[server(prefix = "/api", endpoint = "make_upload_link")]
pub async fn make_upload_link(
    /// To whose files it adds.
    client: ClientId,
    /// What is asked for.
    #[server(default)]
    label: String,
    /// Days for which it works.
    days: u32,
    /// Gigabytes that may come.
    gigabytes: u32,
    /// `yes` for a PIN as well.
    #[server(default)]
    guarded: String,
    /// To whom it is mailed; empty for nobody.
    #[server(default)]
    address: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let new = NewUploadLink {
        client,
        label,
        days,
        gigabytes,
        pin: ticked(&guarded),
        address,
    };
    upload_links::make(&desk.firm, &desk.actor, desk.session()?, &new)
        .await
        .told(&desk)?;
    desk.done(Said::UploadLinkMade, &office_path(client));
    Ok(())
}

/// Ends a link, or puts away what was shown once of it.
///
/// # Errors
/// There is none in the reader's scope.
#[server(prefix = "/api", endpoint = "step_upload_link")]
pub async fn step_upload_link(
    /// Which.
    id: UploadLinkId,
    /// `end` or `put_away`.
    step: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let (firm, actor) = (&desk.firm, &desk.actor);
    let (client, said) = match step.as_str() {
        "end" => (
            upload_links::end(firm, actor, id).await.told(&desk)?,
            Said::UploadLinkEnded,
        ),
        "put_away" => {
            let client = upload_links::client_of(firm, actor, id).await.told(&desk)?;
            slips::put_away(firm, actor, desk.session()?, id.uuid())
                .await
                .told(&desk)?;
            (client, Said::PutAway)
        }
        _ => return Err(not_offered(Field::Form)),
    };
    desk.done(said, &office_path(client));
    Ok(())
}
