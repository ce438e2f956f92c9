//! The queue of a firm: work that follows a commit.
//!
//! A verb writes a job in its own transaction. The worker claims it with a lease, runs it, and marks it done; a crash
//! in between lets the lease run out and the job runs again, so every job may run twice.

use crate::{
    Firm, Letter, Text,
    error::{Fault, Result},
    letters::{Happened, Move, Proof, Reset},
    mails::{self, Note},
    tx::Tx,
};
use domain::{ContactId, GuestId, LinkId, Moment, StaffId, UploadLinkId, client::Side};
use entity::{Sealed, firm::job};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Seconds for which a claimed job is nobody else's.
const LEASE: i64 = 120;
/// Tries after which a job is given up, loudly.
const TRIES: i32 = 8;
/// Tries after which a mail is given up: with the pauses between them about two days, for a mail server that is down over
/// a weekend's night and one that greylists (RFC 5321 section 4.5.4.1 asks for patience of days).
const TRIES_OF_POST: i32 = 20;
/// Seconds after which a job that waits for a courier looks again.
const WAITING: i64 = 15 * 60;

/// A piece of work. Its secrets rest sealed in its row and are rendered when it runs.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Job {
    /// Mail a sign-in link, if the address is somebody's.
    MailLink {
        /// The link's row.
        link: LinkId,
        /// What the request gave.
        address: String,
        /// The 256-bit secret of the link, as text.
        secret: String,
        /// The code of the same mail.
        code: String,
        /// When it was asked for.
        asked: Moment,
    },
    /// Mail a link that sets a password, if the address is somebody's who has access.
    MailReset(Reset),
    /// Mail what proves a new address, or that it is in use already.
    ProveAddress(Proof),
    /// Tell one of two addresses how far a new one has come.
    AddressMoves(Move),
    /// Tell a contact that something waits. Several events within the quiet window make one mail.
    Notice {
        /// Whom.
        contact: ContactId,
    },
    /// Send a text message.
    Text {
        /// Whose number it is, where that is a contact: their page shows how it went.
        contact: Option<ContactId>,
        /// The number, in E.164.
        to: String,
        /// What it says; a code in it rests sealed with the row.
        words: String,
        /// After this it is of no use, and goes no more.
        until: Moment,
    },
    /// Tell somebody what happened to their own account.
    Happened {
        /// On which side they stand.
        side: Side,
        /// Who.
        person: Uuid,
        /// What.
        what: Happened,
        /// When.
        at: Moment,
    },
    /// Mail an invitation to the team.
    InviteStaff {
        /// Whom.
        staff: StaffId,
        /// The link's row.
        link: LinkId,
        /// The 256-bit secret of the link, as text.
        secret: String,
        /// The code of the same mail.
        code: String,
        /// Who invites; nobody where the command line did.
        by: Option<String>,
    },
    /// Tell the owner of an address, if there is one, that their password rests.
    PasswordRests {
        /// What was tried.
        address: String,
        /// When.
        at: Moment,
    },
    /// Mail an invitation, as long as its link works.
    Invitation {
        /// Whom.
        contact: ContactId,
        /// The link's row.
        link: LinkId,
        /// The 256-bit secret of the link, as text.
        secret: String,
        /// The code of the same mail.
        code: String,
        /// Who of the firm invites, by name.
        by: Option<String>,
    },
    /// Make and mail a fresh invitation in place of one that works no more, if its contact still waits to come in.
    AskInvitation {
        /// The old link's row.
        link: LinkId,
    },
    /// Mail the code of an invitation's second proof, apart from the invitation.
    ProofCode {
        /// Whom.
        contact: ContactId,
        /// The code.
        code: String,
        /// After this it is of no use.
        until: Moment,
    },
    /// Mail the code that a second proof asks for on top.
    StepCode {
        /// On which side they stand.
        side: Side,
        /// Who.
        person: Uuid,
        /// The code.
        code: String,
        /// After this it is of no use.
        until: Moment,
    },
    /// Mail an upload-only link, as long as it works.
    UploadLink {
        /// Which.
        link: UploadLinkId,
        /// The 256-bit secret of the link, as text.
        secret: String,
        /// To whom.
        address: String,
        /// Who of the firm made it, by name.
        by: String,
    },
    /// Mail the code that proves the address of a guest.
    GuestCode {
        /// Whose.
        guest: GuestId,
        /// The code.
        code: String,
        /// After this it is of no use.
        until: Moment,
    },
    /// Tell the maker of an upload-only link that something came by it. What comes within the quiet window makes one mail.
    Received {
        /// Whom.
        staff: StaffId,
        /// By which link.
        link: UploadLinkId,
    },
    /// Delete objects that no row names any more.
    DeleteObjects {
        /// The store that they are in. Jobs from before there were several name none, and then every store is asked.
        #[serde(default)]
        store: Option<String>,
        /// Their names.
        objects: Vec<Uuid>,
    },
}

/// How a run of a job ended.
pub(crate) enum Outcome {
    /// It is done.
    Done,
    /// There is a letter to send; the worker hands it to the courier and keeps the log.
    Letter(Box<Letter>),
    /// There is a text message to send.
    Text(Text),
    /// It cannot go out because nothing is set up to carry it; nothing is wrong with it.
    Waits,
}

impl Job {
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::MailLink { .. } => "mail_link",
            Self::MailReset(_) => "mail_reset",
            Self::ProveAddress(_) => "prove_address",
            Self::AddressMoves(_) => "address_moves",
            Self::Notice { .. } => "notice",
            Self::Text { .. } => "text",
            Self::Happened { .. } => "happened",
            Self::InviteStaff { .. } => "invite_staff",
            Self::PasswordRests { .. } => "password_rests",
            Self::StepCode { .. } => "step_code",
            Self::Invitation { .. } => "invitation",
            Self::AskInvitation { .. } => "ask_invitation",
            Self::ProofCode { .. } => "proof_code",
            Self::UploadLink { .. } => "upload_link",
            Self::GuestCode { .. } => "guest_code",
            Self::Received { .. } => "received",
            Self::DeleteObjects { .. } => "delete_objects",
        }
    }

    /// To whom it writes, where that is somebody whose post is logged from the start.
    pub(crate) fn person(&self) -> Option<(Side, Uuid)> {
        match self {
            Self::InviteStaff { staff, .. } | Self::Received { staff, .. } => Some((Side::Staff, staff.uuid())),
            _ => self.contact().map(|contact| (Side::Contact, contact.uuid())),
        }
    }

    /// The contact to whom it writes, where that is known from the start.
    fn contact(&self) -> Option<ContactId> {
        match self {
            Self::Notice { contact } | Self::Invitation { contact, .. } | Self::ProofCode { contact, .. } => {
                Some(*contact)
            }
            Self::Text { contact, .. } => *contact,
            Self::MailReset(reset) => reset.contact,
            Self::Happened {
                side: Side::Contact,
                person,
                ..
            } => Some((*person).into()),
            _ => None,
        }
    }

    /// Jobs of one key that wait are one job.
    fn dedupe(&self) -> Option<String> {
        match self {
            Self::Notice { contact } => Some(format!("notice:{contact}")),
            Self::Received { link, .. } => Some(format!("received:{link}")),
            _ => None,
        }
    }
}

/// A claimed job.
pub(crate) struct Claimed {
    pub(crate) id: Uuid,
    pub(crate) job: Job,
    attempts: i32,
}

/// Writes a job's row and says its id. One that waits already under the same key stays the only one.
pub(crate) async fn enqueue(tx: &Tx<'_>, job: &Job, due: Moment) -> Result<Uuid> {
    let firm = tx.firm;
    if let Some(key) = job.dedupe() {
        let waiting = job::Entity::find()
            .filter(job::Column::Dedupe.eq(key))
            .one(tx.db())
            .await?;
        if let Some(waiting) = waiting {
            return Ok(waiting.id);
        }
    }
    let id = firm.random.id();
    let body = serde_json::to_string(job).map_err(|_| Fault::Inconsistent("a job has no JSON form"))?;
    job::ActiveModel {
        id: Set(id),
        kind: Set(job.kind().to_owned()),
        body: Set(Sealed::seal(&body, firm.at("job", "body", id), &firm.random)?),
        dedupe: Set(job.dedupe()),
        due_at: Set(due.0),
        attempts: Set(0),
        leased_until: Set(None),
        done_at: Set(None),
        failed_at: Set(None),
        last_error: Set(None),
    }
    .insert(tx.db())
    .await?;
    mails::queued(tx, id, job).await?;
    Ok(id)
}

/// Claims the next job that is due. Its key is given up with the claim, so that what happens from now on queues anew.
pub(crate) async fn claim(firm: &Firm) -> Result<Option<Claimed>> {
    let now = firm.now();
    let tx = firm.begin().await?;
    let Some(row) = job::Entity::find()
        .filter(open().and(job::Column::DueAt.lte(now.0)))
        .filter(
            job::Column::LeasedUntil
                .is_null()
                .or(job::Column::LeasedUntil.lte(now.0)),
        )
        .order_by_asc(job::Column::DueAt)
        .one(tx.db())
        .await?
    else {
        return Ok(None);
    };
    let body = row.body.open(firm.at("job", "body", row.id))?;
    let job = serde_json::from_str(&body).map_err(|_| Fault::Inconsistent("a job cannot be read"))?;
    let attempts = row.attempts + 1;
    job::ActiveModel {
        id: Set(row.id),
        attempts: Set(attempts),
        leased_until: Set(Some(now.plus_seconds(LEASE).0)),
        dedupe: Set(None),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    tx.commit().await?;
    Ok(Some(Claimed {
        id: row.id,
        job,
        attempts,
    }))
}

/// Notes how a run ended, in the log of mails too: done jobs lose their row, failed ones come again later, until they are
/// given up.
pub(crate) async fn settle(
    firm: &Firm,
    claimed: &Claimed,
    outcome: &Result<Outcome>,
    note: Option<&Note>,
) -> Result<()> {
    let now = firm.now();
    let tx = firm.begin().await?;
    let tries = if note.is_some() { TRIES_OF_POST } else { TRIES };
    let given_up = outcome.is_err() && claimed.attempts >= tries;
    if outcome.is_ok() || note.is_some() {
        mails::note(&tx, claimed.id, &claimed.job, note, given_up).await?;
    }
    let again = match outcome {
        Ok(Outcome::Done | Outcome::Letter(_) | Outcome::Text(_)) => {
            job::Entity::delete_by_id(claimed.id).exec(tx.db()).await?;
            None
        }
        Ok(Outcome::Waits) => Some((now.plus_seconds(WAITING), claimed.attempts - 1, None)),
        Err(error) => {
            tracing::warn!(firm = %firm.id, job = claimed.job.kind(), attempt = claimed.attempts, %error, "a job failed");
            let pause = 15_i64 << claimed.attempts.clamp(1, 10);
            Some((now.plus_seconds(pause), claimed.attempts, Some(error.to_string())))
        }
    };
    if let Some((due, attempts, error)) = again {
        if given_up {
            tracing::error!(firm = %firm.id, job = claimed.job.kind(), "a job is given up");
        }
        job::ActiveModel {
            id: Set(claimed.id),
            attempts: Set(attempts),
            leased_until: Set(None),
            due_at: Set(due.0),
            failed_at: Set(given_up.then_some(now.0)),
            last_error: Set(error),
            ..Default::default()
        }
        .update(tx.db())
        .await?;
    }
    tx.commit().await
}

/// When the next job is due, leases of others included.
pub(crate) async fn next_due(firm: &Firm) -> Result<Option<Moment>> {
    let rows: Vec<(i64, Option<i64>)> = job::Entity::find()
        .select_only()
        .columns([job::Column::DueAt, job::Column::LeasedUntil])
        .filter(open())
        .order_by_asc(job::Column::DueAt)
        .limit(64)
        .into_tuple()
        .all(firm.db())
        .await?;
    Ok(rows
        .into_iter()
        .map(|(due, leased)| Moment(Ord::max(due, leased.unwrap_or(0))))
        .min())
}

/// Jobs that wait or run.
///
/// # Errors
/// The database fails.
pub async fn waiting(firm: &Firm) -> Result<u64> {
    use sea_orm::PaginatorTrait;
    Ok(job::Entity::find().filter(open()).count(firm.db()).await?)
}

fn open() -> sea_orm::sea_query::Expr {
    job::Column::DoneAt.is_null().and(job::Column::FailedAt.is_null())
}
