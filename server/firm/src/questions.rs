//! Security questions: they add a check to a mailed reset link and never stand for anything else.
//!
//! A contact chooses some of the firm's list and answers them; of each answer only the Argon2id hash of its normalised
//! text is kept. Right answers alone let nobody in, and wrong ones close no other way: a code to the mobile and a reset
//! by staff stay open. In the strict profile, and wherever the firm asks none, what was answered before is not asked.

mod clear;
mod own;

pub use clear::{clear, on_file};
pub use own::{answer, own};

use crate::{
    Firm,
    error::{Error, Fault, Result},
    settings, throttle,
    tx::Tx,
};
use domain::{ContactId, Field, Reason, limits, questions::QuestionsOffer};
use entity::{Sealed, firm::security_answer};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder,
};
use unicode_normalization::UnicodeNormalization as _;
use vault::Verdict;

/// A checked answer, ready to be kept.
pub(crate) struct Kept {
    question: String,
    hash: String,
}

/// What the firm offers to choose from, and how many are to be answered.
///
/// # Errors
/// The database fails.
pub async fn offered(firm: &Firm) -> Result<QuestionsOffer> {
    let settings = settings::sign_in::read(firm).await?;
    Ok(match settings.questions {
        0 => QuestionsOffer::default(),
        count => QuestionsOffer {
            count,
            list: settings.question_list,
        },
    })
}

/// Whether a contact is asked anything: the firm asks questions, and they have answered some.
pub(crate) async fn has_any(db: &impl ConnectionTrait, contact: ContactId) -> Result<bool> {
    Ok(settings::sign_in::of(db).await?.questions > 0 && rows(contact).count(db).await? > 0)
}

/// The questions that a contact answered, in the order in which they are asked; none where the firm asks none.
pub(crate) async fn asked(firm: &Firm, contact: ContactId) -> Result<Vec<String>> {
    if !has_any(firm.db(), contact).await? {
        return Ok(Vec::new());
    }
    let rows = rows(contact).all(firm.db()).await?;
    rows.iter()
        .map(|row| Ok(row.question.open(firm.at("security_answer", "question", row.id))?))
        .collect()
}

/// Checks chosen questions with their answers, and hashes the answers: before the transaction that keeps them. Where
/// the firm asks none there is nothing to keep.
///
/// # Errors
/// Fewer than the firm asks for; a question that is not on its list or stands twice; an answer that is empty, too long,
/// or the same as another.
pub(crate) async fn prepare(firm: &Firm, answers: &[(String, String)]) -> Result<Vec<Kept>> {
    let offer = offered(firm).await?;
    let mut checked: Vec<(&str, String)> = Vec::new();
    for number in 1..=offer.count {
        let place = usize::try_from(number).unwrap_or(usize::MAX) - 1;
        let (question, answer) = answers
            .get(place)
            .map_or(("", ""), |(question, answer)| (question, answer));
        let at = u8::try_from(number).unwrap_or(u8::MAX);
        let refused = |reason| Error::refused(Field::ChosenQuestion(at), reason);
        if question.is_empty() {
            return Err(refused(Reason::Empty));
        }
        if !offer.list.iter().any(|offered| offered == question) {
            return Err(refused(Reason::NotOffered));
        }
        if checked.iter().any(|(other, _)| *other == question) {
            return Err(refused(Reason::ChosenTwice));
        }
        let answer = checked_answer(answer, at)?;
        if checked.iter().any(|(_, other)| *other == answer) {
            return Err(Error::refused(Field::Answer(at), Reason::AnsweredTwice));
        }
        checked.push((question, answer));
    }
    let mut kept = Vec::new();
    for (question, answer) in checked {
        let hash = firm.hasher.hash(&answer).await;
        kept.push(Kept {
            question: question.to_owned(),
            hash: hash.map_err(|_| Fault::Inconsistent("an answer that is too long to be hashed"))?,
        });
    }
    Ok(kept)
}

fn checked_answer(typed: &str, at: u8) -> Result<String> {
    let refused = |reason| Error::refused(Field::Answer(at), reason);
    let answer = normalised(typed);
    let chars = answer.chars().count();
    if answer.is_empty() {
        return Err(refused(Reason::Empty));
    }
    if chars > limits::QUESTION_CHARS {
        return Err(refused(Reason::TooLong {
            limit: limits::QUESTION_CHARS,
            found: chars,
        }));
    }
    Ok(answer)
}

/// Keeps the answers in place of all earlier ones, and begins the count of tries anew.
pub(crate) async fn keep(tx: &Tx<'_>, contact: ContactId, answers: Vec<Kept>) -> Result<()> {
    forget(tx, contact).await?;
    for (place, kept) in (1..).zip(answers) {
        let id = tx.firm.random.id();
        security_answer::ActiveModel {
            id: Set(id),
            contact: Set(contact.uuid()),
            place: Set(place),
            question: Set(Sealed::seal(
                &kept.question,
                tx.firm.at("security_answer", "question", id),
                &tx.firm.random,
            )?),
            answer_hash: Set(kept.hash),
            created_at: Set(tx.firm.now().0),
        }
        .insert(tx.db())
        .await?;
    }
    Ok(())
}

/// Forgets what a contact answered.
pub(crate) async fn forget(tx: &Tx<'_>, contact: ContactId) -> Result<()> {
    security_answer::Entity::delete_many()
        .filter(security_answer::Column::Contact.eq(contact.uuid()))
        .exec(tx.db())
        .await?;
    throttle::clear(tx, &throttle::answer_tries(tx.firm, contact.uuid())).await
}

/// Compares answers, in the order of [`asked`]. A try is counted before it is compared, and every one costs as many
/// Argon2 runs as there are questions, whichever of them is wrong.
///
/// Right answers are worth nothing without the mailed link that they come with.
///
/// # Errors
/// One of them is wrong, with the tries that are left; there were too many; or nothing is asked.
pub(crate) async fn check(firm: &Firm, contact: ContactId, answers: &[String]) -> Result<()> {
    let subject = throttle::answer_tries(firm, contact.uuid());
    let tx = firm.begin().await?;
    if !has_any(tx.db(), contact).await? {
        return Err(Error::not_found());
    }
    let rows = rows(contact).all(tx.db()).await?;
    let tries = throttle::count(&tx, &subject).await?;
    tx.commit().await?;
    if tries > limits::CODE_TRIES {
        return Err(Error::refused(Field::Form, Reason::AnswersSpent));
    }
    let mut right = true;
    for (place, row) in rows.iter().enumerate() {
        let answer = normalised(answers.get(place).map_or("", String::as_str));
        right &= firm.hasher.verify(&answer, &row.answer_hash).await != Verdict::Wrong;
    }
    if !right {
        return Err(Error::refused(
            Field::Form,
            match limits::CODE_TRIES - tries {
                left if left > 0 => Reason::WrongAnswers {
                    left: left.unsigned_abs(),
                },
                _ => Reason::AnswersSpent,
            },
        ));
    }
    let tx = firm.begin().await?;
    throttle::clear(&tx, &subject).await?;
    tx.commit().await
}

/// What a recovery was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    /// The mailed link's secret, or its code, in the browser that goes on.
    pub(crate) link: bool,
    /// Right answers to all questions that were asked.
    pub(crate) answers: bool,
    /// The code that was sent to the mobile on file.
    pub(crate) code: bool,
}

/// Whether that is enough to set a password: the mailed link always, and where questions are asked, right answers or a
/// code beside it. Questions so take ways away and never add one.
pub(crate) fn is_enough(asks: bool, shown: Shown) -> bool {
    shown.link && (!asks || shown.answers || shown.code)
}

/// An answer as it is compared: capital letters, spacing and the way in which a keyboard writes a letter do not matter.
pub(crate) fn normalised(answer: &str) -> String {
    let visible = answer
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !domain::text::is_deceptive(*c));
    // By way of capitals, because ß, ς and ſ have several small forms; letter by letter, because a sigma's depends on what
    // follows it.
    let folded: String = visible
        .nfkc()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfkc()
        .collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn rows(contact: ContactId) -> sea_orm::Select<security_answer::Entity> {
    security_answer::Entity::find()
        .filter(security_answer::Column::Contact.eq(contact.uuid()))
        .order_by_asc(security_answer::Column::Place)
}

#[cfg(test)]
mod tests;
