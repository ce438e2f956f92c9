//! Apps that the house itself holds, for invented people: the demo shows their codes on its outbox page, and the suites
//! type them.

use super::app;
use crate::{Firm, error::Result};
use uuid::Uuid;
use vault::totp::{STEP_SECONDS, step_at};

/// Gives somebody an app that is set up already.
pub(crate) async fn install(firm: &Firm, person: Uuid) -> Result<()> {
    let tx = firm.begin().await?;
    let row = app::prepare(&tx, person, firm.random.id()).await?;
    app::confirm(&tx, &row).await?;
    tx.commit().await
}

/// The next code of a person's app that would be taken, and until when, in seconds from now; without a code, in how many
/// seconds there is one.
pub(crate) async fn next_code(firm: &Firm, person: Uuid) -> Result<Option<(Option<String>, i64)>> {
    let Some(row) = app::confirmed(firm.db(), person).await? else {
        return Ok(None);
    };
    let now = firm.now().0;
    let current = step_at(now);
    let into_step = (now / 1000).rem_euclid(STEP_SECONDS);
    // Where codes of one step before and after are taken too, several sign-ins within one step find one each.
    let drift = app::drift(firm.db()).await?;
    let unused = (current..=current + drift).find(|step| *step > row.last_step);
    Ok(Some(match unused {
        Some(step) => {
            let over = (step + drift + 1 - current) * STEP_SECONDS - into_step;
            (Some(app::secret(firm, &row)?.code(step)), over)
        }
        None => (None, STEP_SECONDS - into_step),
    }))
}
