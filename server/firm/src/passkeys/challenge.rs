//! What an authenticator was asked, until it answers: sealed, bound to one browser and one purpose, used once.

use crate::{
    error::{Fault, Result},
    tx::Tx,
};
use domain::limits;
use entity::{Sealed, firm::passkey_challenge};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vault::{PasskeyAsked, Token};

/// What the browser asks its authenticators.
pub struct Challenge {
    /// The options, as JSON.
    pub options: String,
    /// The value of the browser's link cookie, to which the answer is bound.
    pub browser: String,
}

/// For what an answer is good. An answer to one question is none to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Purpose {
    /// To sign in, whoever it is.
    Door,
    /// As the second proof of this step.
    Step(Uuid),
    /// To make the first passkey, in this step.
    FirstOne(Uuid),
    /// To prove once more who is there, in this session.
    Proof(Uuid),
    /// To make another passkey, in this session.
    Another(Uuid),
}

/// A question that was asked, and is used up.
pub(crate) struct Taken {
    /// The host at which it was asked.
    pub(crate) host: String,
    /// What the authenticator's answer is held against.
    pub(crate) state: String,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    purpose: Purpose,
    host: String,
    state: String,
}

/// Keeps a question, in place of the browser's earlier one.
pub(crate) async fn put(
    tx: &Tx<'_>,
    purpose: Purpose,
    host: &str,
    asked: PasskeyAsked,
    browser: Option<&str>,
) -> Result<Challenge> {
    let firm = tx.firm;
    let verifier = browser
        .and_then(Token::parse)
        .unwrap_or_else(|| Token::generate(&firm.random));
    let browser_hash = verifier.hash().to_vec();
    forget(tx, &browser_hash).await?;
    let kept = Kept {
        purpose,
        host: host.to_owned(),
        state: asked.state,
    };
    let kept = serde_json::to_string(&kept).map_err(|_| Fault::Inconsistent("a challenge without a JSON form"))?;
    let id = firm.random.id();
    passkey_challenge::ActiveModel {
        id: Set(id),
        browser_hash: Set(browser_hash),
        state: Set(Sealed::seal(
            &kept,
            firm.at("passkey_challenge", "state", id),
            &firm.random,
        )?),
        expires_at: Set(firm.now().plus_seconds(limits::PASSKEY_SECONDS).0),
    }
    .insert(tx.db())
    .await?;
    Ok(Challenge {
        options: asked.options,
        browser: verifier.text().to_string(),
    })
}

/// Uses this browser's question up, by one statement that succeeds once; `None` when there is none, or it was asked for
/// something else. The caller commits whatever becomes of the answer.
pub(crate) async fn take(tx: &Tx<'_>, purpose: Purpose, browser: Option<&str>) -> Result<Option<Taken>> {
    let Some(verifier) = browser.and_then(Token::parse) else {
        return Ok(None);
    };
    let now = tx.firm.now().0;
    let row = passkey_challenge::Entity::find()
        .filter(passkey_challenge::Column::BrowserHash.eq(verifier.hash().to_vec()))
        .one(tx.db())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let used = passkey_challenge::Entity::delete_many()
        .filter(passkey_challenge::Column::Id.eq(row.id))
        .filter(passkey_challenge::Column::ExpiresAt.gt(now))
        .exec(tx.db())
        .await?;
    if used.rows_affected != 1 {
        return Ok(None);
    }
    let kept = row.state.open(tx.firm.at("passkey_challenge", "state", row.id))?;
    let kept: Kept =
        serde_json::from_str(&kept).map_err(|_| Fault::Inconsistent("a challenge that is none of this version"))?;
    Ok((kept.purpose == purpose).then_some(Taken {
        host: kept.host,
        state: kept.state,
    }))
}

async fn forget(tx: &Tx<'_>, browser_hash: &[u8]) -> Result<()> {
    passkey_challenge::Entity::delete_many()
        .filter(passkey_challenge::Column::BrowserHash.eq(browser_hash.to_vec()))
        .exec(tx.db())
        .await?;
    Ok(())
}
