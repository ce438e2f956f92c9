//! Security questions, as a contact meets them.

use crate::Moment;

/// What a contact chooses from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuestionsOffer {
    /// How many are to be answered; 0 where the firm asks none.
    pub count: u32,
    /// The firm's list.
    pub list: Vec<String>,
}

/// The page of one's own security questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionsView {
    /// What to choose from.
    pub offer: QuestionsOffer,
    /// The questions that were chosen, in the order in which they are asked. The answers are nobody's to read.
    pub chosen: Vec<String>,
    /// When they were answered.
    pub since: Option<Moment>,
    /// Whether something was proven in the last minutes, so that changes are taken at once.
    pub fresh: bool,
}
