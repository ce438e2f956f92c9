//! The cookie by which a browser knows again who signed in there: powerless, sealed, for a year.
//!
//! It fills in the address on the sign-in page, masked, so that one press sends the link, and it sets a browser that
//! was used before apart from a new one. It proves nothing: whoever steals it learns a masked address.

use crate::{
    Firm,
    actor::{side_name, side_of},
    error::Result,
    people,
    sessions::Device,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{client::Side, sign_in::Remembered, text};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vault::ColumnPlace;

/// Seconds for which a browser is remembered: a year.
pub const REMEMBERED_SECONDS: i64 = 365 * 24 * 3600;
/// Characters of a cookie that could be ours.
const COOKIE_CHARS: usize = 512;
const PLACE: ColumnPlace<'static> = ColumnPlace {
    table: "cookie",
    column: "device",
    row: [0; 16],
};

#[derive(Serialize, Deserialize)]
struct Kept {
    person: Uuid,
    side: String,
    until: i64,
}

/// The cookie's value for somebody who has just signed in.
pub(crate) fn remember(firm: &Firm, side: Side, person: Uuid) -> String {
    let kept = Kept {
        person,
        side: side_name(side).to_owned(),
        until: firm.now().plus_seconds(REMEMBERED_SECONDS).0,
    };
    let plain = serde_json::to_vec(&kept).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(vault::seal_column(&firm.keys.cookie, &PLACE, &plain, &firm.random))
}

/// Who signed in here before.
pub(crate) fn known(firm: &Firm, device: &Device) -> Option<(Side, Uuid)> {
    let text = device.remembered.as_deref().filter(|text| text.len() <= COOKIE_CHARS)?;
    let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
    let plain = vault::open_column(&firm.keys.cookie, &PLACE, &sealed).ok()?;
    let kept: Kept = serde_json::from_slice(&plain).ok()?;
    let side = side_of(&kept.side).ok()?;
    (kept.until > firm.now().0).then_some((side, kept.person))
}

/// Who signed in here before, for the sign-in page: the address as it is now, masked. Whoever was removed is forgotten.
///
/// # Errors
/// The database fails.
pub async fn remembered(firm: &Firm, device: &Device) -> Result<Option<Remembered>> {
    let Some((side, person)) = known(firm, device) else {
        return Ok(None);
    };
    let row = people::find(firm.db(), side, person).await?;
    Ok(row.map(|row| Remembered {
        side,
        masked: text::masked_address(&row.address),
    }))
}

/// The address to which a link goes when the sign-in page's one button is pressed.
pub(crate) async fn address(firm: &Firm, device: &Device) -> Result<Option<String>> {
    let Some((side, person)) = known(firm, device) else {
        return Ok(None);
    };
    Ok(people::find(firm.db(), side, person).await?.map(|row| row.address))
}
