//! The typed code of a mailed link.

use super::{Entered, enter, live, use_up};
use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::{Error, Result},
    links,
    networks::Tried,
    sessions::Device,
};
use domain::{Field, LinkId, Reason, access::Action, limits};
use entity::firm::one_time_token;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, sea_query::Expr};
use vault::{Token, hmac_sha256, verify_mac};

/// Types the code on the page that asked: it is compared with the live links of that browser.
///
/// # Errors
/// The code is empty, wrong (with the tries that are left) or tried too often, or this browser has no live link.
pub async fn type_code(
    firm: &Firm,
    actor: &Actor,
    code: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<Entered> {
    redeem(firm, actor, None, code, browser, device).await
}

/// Types the code on the link's own page, which is how a browser without scripts goes on.
///
/// # Errors
/// As [`type_code`]; a link that was asked for elsewhere says so.
pub async fn redeem_code(
    firm: &Firm,
    actor: &Actor,
    id: LinkId,
    code: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<Entered> {
    redeem(firm, actor, Some(id), code, browser, device).await
}

async fn redeem(
    firm: &Firm,
    actor: &Actor,
    id: Option<LinkId>,
    code: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<Entered> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let code = links::plain(code);
    if code.is_empty() {
        return Err(Error::refused(Field::Code, Reason::Empty));
    }
    let now = firm.now();
    let Some(verifier) = browser.and_then(Token::parse) else {
        return Err(Error::refused(Field::Code, Reason::OtherBrowser));
    };
    firm.take_try(Tried::SignIn, device)?;
    let browser_hash = verifier.hash();
    let mut scope = live(now).and(one_time_token::Column::BrowserHash.eq(browser_hash.to_vec()));
    if let Some(id) = id {
        scope = scope.and(one_time_token::Column::Id.eq(id.uuid()));
    }
    let tx = firm.begin().await?;
    // The try is counted before it is compared, and stays counted: parallel guesses cost as much as serial ones.
    one_time_token::Entity::update_many()
        .col_expr(
            one_time_token::Column::Tries,
            Expr::col(one_time_token::Column::Tries).add(1),
        )
        .filter(scope.clone())
        .exec(tx.db())
        .await?;
    let rows = one_time_token::Entity::find()
        .filter(scope)
        .order_by_desc(one_time_token::Column::CreatedAt)
        .all(tx.db())
        .await?;
    let mut left = None;
    for row in &rows {
        if row.tries > limits::CODE_TRIES {
            continue;
        }
        left = Ord::max(left, Some(limits::CODE_TRIES - row.tries));
        let right = verify_mac(&firm.keys.mac, CODE, code.as_bytes(), &row.code_mac);
        let proof = one_time_token::Column::CodeMac.eq(code_mac(firm, &code).to_vec());
        if right && use_up(&tx, row.id, &browser_hash, proof).await? {
            let entered = enter(&tx, row, "code", device).await?.ok_or_else(Error::not_found)?;
            tx.commit().await?;
            firm.give_back(Tried::SignIn, device);
            return Ok(entered);
        }
    }
    tx.commit().await?;
    let reason = match left {
        Some(left) if left > 0 => Reason::WrongCode {
            left: left.unsigned_abs(),
        },
        None if rows.is_empty() => dead(firm, id).await?,
        _ => Reason::CodeSpent,
    };
    Err(Error::refused(Field::Code, reason))
}

/// Why this browser has nothing to compare the code with.
async fn dead(firm: &Firm, id: Option<LinkId>) -> Result<Reason> {
    let Some(id) = id else { return Ok(Reason::LinkExpired) };
    let row = one_time_token::Entity::find_by_id(id.uuid())
        .one(firm.db())
        .await?
        .ok_or_else(Error::not_found)?;
    Ok(links::reason(links::state(&row, firm.now())).unwrap_or(Reason::OtherBrowser))
}

const CODE: &str = "sign-in code";

pub(super) fn code_mac(firm: &Firm, code: &str) -> [u8; 32] {
    hmac_sha256(&firm.keys.mac, CODE, code.as_bytes())
}
