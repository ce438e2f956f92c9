//! A verb's transaction: rows, audit entry and jobs together, or none.

use crate::{Actor, Firm, audit, error::Result, events::Hint, jobs::Job};
use domain::{Moment, client::Side};
use sea_orm::DatabaseTransaction;
use std::sync::{Mutex, PoisonError, atomic::Ordering};
use uuid::Uuid;

/// A transaction that holds its firm's write lock. Dropped without [`Tx::commit`], it leaves nothing.
pub(crate) struct Tx<'a> {
    pub(crate) firm: &'a Firm,
    inner: DatabaseTransaction,
    hints: Vec<Hint>,
    due: Mutex<Option<Moment>>,
}

impl<'a> Tx<'a> {
    pub(crate) async fn begin(firm: &'a Firm) -> Result<Self> {
        Ok(Self {
            firm,
            inner: firm.pools.begin().await?,
            hints: Vec::new(),
            due: Mutex::default(),
        })
    }

    /// The connection, for statements of this transaction.
    pub(crate) fn db(&self) -> &DatabaseTransaction {
        &self.inner
    }

    /// Notes who did what to which thing.
    pub(crate) async fn audit(&self, actor: &Actor, verb: &'static str, thing: Option<Uuid>) -> Result<()> {
        audit::note(self, actor.kind(), actor.person(), verb, thing, None).await
    }

    /// As [`Tx::audit`], with a reason, or with what was and what is now. It rests sealed; never a secret.
    pub(crate) async fn audit_with(
        &self,
        actor: &Actor,
        verb: &'static str,
        thing: Option<Uuid>,
        detail: &str,
    ) -> Result<()> {
        audit::note(self, actor.kind(), actor.person(), verb, thing, Some(detail)).await
    }

    /// As [`Tx::audit`], for a person who is only now known: a sign-in.
    pub(crate) async fn audit_person(
        &self,
        side: Side,
        person: Uuid,
        verb: &'static str,
        thing: Option<Uuid>,
    ) -> Result<()> {
        audit::note(self, crate::actor::side_name(side), Some(person), verb, thing, None).await
    }

    /// Queues a job that runs after the commit, at `due` or later, and says its id.
    pub(crate) async fn job(&mut self, job: &Job, due: Moment) -> Result<Uuid> {
        self.follow_up(job, due).await
    }

    /// As [`Tx::job`], for what is part of a verb and shares its transaction.
    pub(crate) async fn follow_up(&self, job: &Job, due: Moment) -> Result<Uuid> {
        let id = crate::jobs::enqueue(self, job, due).await?;
        let mut earliest = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        *earliest = Some(earliest.map_or(due, |earlier| earlier.min(due)));
        Ok(id)
    }

    /// Tells open pages after the commit.
    pub(crate) fn hint(&mut self, hint: Hint) {
        self.hints.push(hint);
    }

    /// Makes it durable, then wakes the queue's worker and tells open pages.
    pub(crate) async fn commit(self) -> Result<()> {
        // Before the commit: a false alarm is harmless, a lost one would wait for the slow sweep.
        let due = self.due.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(due) = due {
            self.firm.registry.wake(self.firm.id, due).await?;
        }
        self.inner.commit().await?;
        self.firm.commits.fetch_add(1, Ordering::AcqRel);
        if due.is_some() {
            self.firm.registry.ring();
        }
        for hint in self.hints {
            self.firm.hub.tell(hint);
        }
        Ok(())
    }
}
