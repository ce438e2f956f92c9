//! Runs the queues of all firms.

mod carry;

use crate::{
    Firm, Registry,
    error::Result,
    invitations,
    jobs::{self, Job, Outcome},
    letters, resets, sweep,
};
use domain::Moment;
use std::{sync::Arc, time::Duration};

/// How long the worker sleeps at most: a lost alarm is found then.
const SLOW_SWEEP: Duration = Duration::from_mins(5);
/// Seconds between two sweeps of a firm's storage.
const STORAGE_SWEEP: i64 = 3600;

/// Runs until `stop` resolves, and lets the job in hand end.
pub async fn run(registry: Registry, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    let mut swept = Moment(0);
    let mut first = true;
    loop {
        let now = registry.clock().now();
        let storage = now.seconds_since(swept) >= STORAGE_SWEEP;
        if storage || first {
            swept = now;
            if let Err(error) = run_all(&registry, storage).await {
                tracing::error!(%error, "the queue cannot be read");
            }
            first = false;
        }
        if let Err(error) = run_due(&registry).await {
            tracing::error!(%error, "the queue cannot be read");
        }
        let pause = match registry.link().due(registry.clock().now()).await {
            Ok((due, _)) if !due.is_empty() => Duration::from_millis(200),
            Ok((_, Some(next))) => {
                let milliseconds = next.0.saturating_sub(registry.clock().now().0).max(1);
                Duration::from_millis(milliseconds.unsigned_abs()).min(SLOW_SWEEP)
            }
            Ok((_, None)) => SLOW_SWEEP,
            Err(_) => Duration::from_secs(5),
        };
        tokio::select! {
            () = &mut stop => return,
            () = registry.link().rung() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Runs every job that is due, and says how many ran.
///
/// # Errors
/// The registry cannot be read; a job that fails is noted in its row instead.
pub async fn run_due(registry: &Registry) -> Result<usize> {
    let (firms, _) = registry.link().due(registry.clock().now()).await?;
    let mut ran = 0;
    for id in firms {
        registry.link().slept(id).await?;
        let firm = registry.firm(id).await?;
        ran += run_firm(registry, &firm).await?;
    }
    Ok(ran)
}

async fn run_all(registry: &Registry, storage: bool) -> Result<()> {
    for firm in registry.firms().await? {
        run_firm(registry, &firm).await?;
        if storage {
            let gone = sweep::run(&firm).await?;
            if gone.uploads + gone.objects > 0 {
                tracing::info!(firm = %firm.id, uploads = gone.uploads, objects = gone.objects, "swept storage");
            }
        }
    }
    Ok(())
}

async fn run_firm(registry: &Registry, firm: &Arc<Firm>) -> Result<usize> {
    let mut ran = 0;
    while let Some(claimed) = jobs::claim(firm).await? {
        let outcome = match &claimed.job {
            Job::MailLink {
                link,
                address,
                secret,
                code,
                asked,
            } => letters::mail_link(firm, *link, address, secret, code, *asked).await,
            Job::MailReset(reset) => resets::mail(firm, reset).await,
            Job::ProveAddress(proof) => letters::mail_proof(firm, proof).await,
            Job::AddressMoves(step) => letters::mail_moved(firm, step).await,
            Job::Notice { contact } => letters::mail_notice(firm, *contact).await,
            Job::InviteStaff {
                staff,
                link,
                secret,
                code,
                by,
            } => {
                let invitation = letters::ToTheTeam {
                    staff: *staff,
                    link: *link,
                    secret,
                    code,
                    by: by.as_deref(),
                };
                letters::mail_invitation_to_team(firm, &invitation).await
            }
            Job::Happened { side, person, what, at } => letters::mail_happened(firm, *side, *person, what, *at).await,
            Job::PasswordRests { address, at } => letters::mail_resting(firm, address, *at).await,
            Job::StepCode {
                side,
                person,
                code,
                until,
            } => letters::mail_step_code(firm, *side, *person, code, *until).await,
            Job::Invitation {
                contact,
                link,
                secret,
                code,
                by,
            } => {
                let invitation = letters::Invitation {
                    contact: *contact,
                    link: *link,
                    secret,
                    code,
                    by: by.as_deref(),
                };
                letters::mail_invitation(firm, &invitation).await
            }
            Job::AskInvitation { link } => invitations::again_for_link(firm, *link).await,
            Job::ProofCode { contact, code, until } => letters::mail_proof_code(firm, *contact, code, *until).await,
            Job::Text { to, words, until, .. } => letters::text(firm, to, words, *until),
            Job::UploadLink {
                link,
                secret,
                address,
                by,
            } => letters::mail_upload_link(firm, *link, secret, address, by).await,
            Job::GuestCode { guest, code, until } => letters::mail_guest_code(firm, *guest, code, *until).await,
            Job::Received { staff, link } => letters::mail_received(firm, *staff, *link).await,
            Job::DeleteObjects { store, objects } => sweep::delete(firm, store.as_deref(), objects).await,
        };
        let (outcome, note) = match outcome {
            Ok(Outcome::Letter(letter)) => carry::letter(firm, claimed.id, &letter).await,
            Ok(Outcome::Text(text)) => carry::text(firm, claimed.id, &text).await,
            other => (other, None),
        };
        jobs::settle(firm, &claimed, &outcome, note.as_ref()).await?;
        ran += 1;
    }
    if let Some(due) = jobs::next_due(firm).await? {
        registry.link().wake(firm.id, due).await?;
    }
    Ok(ran)
}
