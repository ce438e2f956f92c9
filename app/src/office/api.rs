//! Server functions of the firm's housekeeping. All are posted by plain forms; the hidden field `from`, which they carry
//! for a refusal, is read by the layer that keeps what was typed, not here.

use crate::{
    desk::{Desk, desk},
    error::AppError,
};
use domain::{ClientId, ContactId, Field, Problem, Reason, StaffId, office::team::role_named, said::Said};
use firm::{
    clients::{self, ClientDraft, PortalStep, need_to_know},
    contacts::{self, ContactDraft, Rights},
    invitations, slips,
    staff::{self, MemberDraft},
};
use leptos::prelude::*;

fn done(desk: &Desk, said: Said, to: &str) {
    desk.say(said);
    leptos_axum::redirect(to);
}

fn client_page(id: ClientId) -> String {
    format!("/office/clients/{id}")
}

fn contact_page(id: ContactId) -> String {
    format!("/office/contacts/{id}")
}

fn not_offered(field: Field) -> AppError {
    AppError(Problem::field(field, Reason::NotOffered))
}

/// A choice of a list that may be left open.
fn chosen<T: std::str::FromStr>(typed: &str, field: Field) -> Result<Option<T>, AppError> {
    match typed {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| not_offered(field)),
    }
}

/// What a ticked box posts.
fn ticked(value: &str) -> bool {
    value == "yes"
}

fn rights(may_approve: &str, may_see_financials: &str) -> Rights {
    Rights {
        may_approve: ticked(may_approve),
        may_see_financials: ticked(may_see_financials),
    }
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
    let id = clients::create(&desk.firm, &desk.actor, &draft)
        .await
        .map_err(|error| desk.told(error))?;
    done(&desk, Said::ClientAdded, &client_page(id));
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
    clients::change(&desk.firm, &desk.actor, id, &draft)
        .await
        .map_err(|error| desk.told(error))?;
    done(&desk, Said::Saved, &client_page(id));
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
    clients::step(&desk.firm, &desk.actor, id, step)
        .await
        .map_err(|error| desk.told(error))?;
    let said = match step {
        PortalStep::Enable => Said::PortalEnabled,
        PortalStep::Suspend => Said::PortalSuspended,
        PortalStep::Reopen => Said::PortalReopened,
        PortalStep::Close => Said::PortalClosed,
    };
    done(&desk, said, &client_page(id));
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
    outcome.map_err(|error| desk.told(error))?;
    done(&desk, Said::Saved, &client_page(id));
    Ok(())
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
        .map_err(|error| desk.told(error))?;
    done(&desk, Said::ContactAdded, &contact_page(id));
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
        .map_err(|error| desk.told(error))?;
    done(&desk, Said::Saved, &contact_page(id));
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
        .map_err(|error| desk.told(error))?;
    let to = if page == "client" {
        client_page(client)
    } else {
        contact_page(id)
    };
    done(&desk, Said::Saved, &to);
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
        .map_err(|error| desk.told(error))?;
    done(&desk, Said::AccessTaken, &client_page(client));
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
    outcome.map_err(|error| desk.told(error))?;
    done(&desk, said, to);
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
    outcome.map_err(|error| desk.told(error))?;
    done(&desk, said, &contact_page(id));
    Ok(())
}

/// Keeps another name, place or role of somebody of the team.
///
/// # Errors
/// A field is refused; the reader may not; the firm would have no owner.
#[server(prefix = "/api", endpoint = "change_staff")]
pub async fn change_staff(
    /// Who.
    id: StaffId,
    /// The name.
    name: String,
    /// Their place in the firm.
    #[server(default)]
    title: String,
    /// `owner`, `admin` or `member`.
    role: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let role = role_named(&role).ok_or_else(|| not_offered(Field::Role))?;
    staff::change(&desk.firm, &desk.actor, id, &MemberDraft { name, title, role })
        .await
        .map_err(|error| desk.told(error))?;
    done(&desk, Said::Saved, "/office/team");
    Ok(())
}

/// Signs somebody of the team out everywhere, or ends their work here.
///
/// # Errors
/// The reader may not, or the firm would have no owner.
#[server(prefix = "/api", endpoint = "step_staff")]
pub async fn step_staff(
    /// Who.
    id: StaffId,
    /// `end_devices` or `remove`.
    step: String,
) -> Result<(), AppError> {
    let desk = desk().await?;
    let (outcome, said) = match step.as_str() {
        "end_devices" => (
            staff::end_devices(&desk.firm, &desk.actor, id).await,
            Said::SignedOutEverywhere,
        ),
        "remove" => (staff::remove(&desk.firm, &desk.actor, id).await, Said::PersonRemoved),
        _ => return Err(not_offered(Field::Form)),
    };
    outcome.map_err(|error| desk.told(error))?;
    done(&desk, said, "/office/team");
    Ok(())
}
