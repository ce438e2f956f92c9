//! Setting up a second factor at the door, where there is none yet: an authenticator app, or a passkey
//! ([`super::enrol_passkey`]).

use super::{
    Entered,
    factor::{digits, refusal, shown},
    step,
};
use crate::{
    Actor, Firm,
    actor::{Nobodys, allow, side_of},
    error::{Error, Result},
    factors::{self, AppKey, Given},
    letters::Happened,
    people,
    sessions::{self, Device},
};
use domain::{Field, Reason, access::Action};

/// What somebody can set up before their first session: a passkey, and mostly an app.
pub struct Enrolment {
    /// What an app needs to know; `None` where only a passkey will do.
    pub app: Option<AppKey>,
}

/// What somebody must set up before their first session; `None` when this browser has no step that asks for it.
///
/// # Errors
/// The database fails.
pub async fn enrol_page(firm: &Firm, actor: &Actor, browser: Option<&str>) -> Result<Option<Enrolment>> {
    let Some(step) = shown(firm, actor, browser).await? else {
        return Ok(None);
    };
    if !super::passkey::may_enrol(firm.db(), &step).await? {
        return Ok(None);
    }
    let side = side_of(&step.kind)?;
    if factors::passkey_only(firm.db(), side).await? {
        return Ok(Some(Enrolment { app: None }));
    }
    let Some(app) = factors::pending(firm.db(), firm, step.person, step.id).await? else {
        return Ok(None);
    };
    let owner = people::find(firm.db(), side, step.person)
        .await?
        .ok_or_else(Error::not_found)?;
    let app = factors::key(firm, &app, &owner.address)?;
    Ok(Some(Enrolment { app: Some(app) }))
}

/// Sets an app up with its first code, and makes the recovery codes that go with it.
///
/// # Errors
/// As [`give_code`].
pub async fn enrol_app(firm: &Firm, actor: &Actor, code: &str, browser: Option<&str>) -> Result<()> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let code = digits(code)?;
    let tx = firm.begin().await?;
    let step = step::count(&tx, browser).await?;
    // Whoever has a factor gives it; only its owner, signed in, replaces it.
    let side = side_of(&step.kind)?;
    if factors::held(tx.db(), step.person).await?.any() || factors::passkey_only(tx.db(), side).await? {
        return Err(Error::refused(Field::Form, Reason::StepOver));
    }
    let pending = factors::pending(tx.db(), firm, step.person, step.id).await?;
    let given = match &pending {
        Some(app) => factors::give(&tx, app, &code).await?,
        None => Given::Wrong,
    };
    if let (Some(app), Given::Right) = (&pending, given) {
        factors::confirm(&tx, app).await?;
        factors::fresh_codes(&tx, step.person, step.id).await?;
        super::passkey::prove(&tx, &step, "app").await?;
        tx.audit_person(side, step.person, "app.enrol", Some(app.id)).await?;
        sessions::tell(&tx, side, step.person, Happened::AppSet).await?;
        return tx.commit().await;
    }
    tx.commit().await?;
    Err(refusal(&step, given))
}

/// The fresh recovery codes of this browser's step, until they are kept.
///
/// # Errors
/// The database fails.
pub async fn codes_page(firm: &Firm, actor: &Actor, browser: Option<&str>) -> Result<Option<Vec<String>>> {
    allow(actor, Action::SignIn, &Nobodys)?;
    match step::open(firm.db(), browser, firm.now()).await? {
        Some(step) if step.factor.is_some() => factors::sheet(firm, step.id).await,
        _ => Ok(None),
    }
}

/// Goes on into the portal, with the recovery codes kept.
///
/// # Errors
/// The step is over.
pub async fn codes_kept(firm: &Firm, actor: &Actor, browser: Option<&str>, device: &Device) -> Result<Entered> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let tx = firm.begin().await?;
    let step = step::must_open(&tx, browser).await?;
    let Some(factor) = step.factor.clone() else {
        return Err(Error::refused(Field::Form, Reason::StepOver));
    };
    factors::tear_sheet(&tx, step.id).await?;
    let entered = step::finish(&tx, &step, &factor, device).await?;
    tx.commit().await?;
    Ok(entered)
}
