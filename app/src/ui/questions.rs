//! The fields in which security questions are chosen and answered, and those in which they are asked.

use crate::ui::field::{FieldError, error_of, typed};
use domain::{Field, form::Flash, limits, questions::QuestionsOffer};
use leptos::prelude::*;

/// Hint of every answer.
const HINT: &str = "Capital letters and spaces do not matter.";

/// The names of the fields in which questions are chosen, as the forms declare them.
const CHOSEN: [&str; 5] = [
    "question[0]",
    "question[1]",
    "question[2]",
    "question[3]",
    "question[4]",
];

/// As many pairs of a choice and an answer as the firm asks for. They post `question[n]` and `answer[n]`, from 0.
pub fn choose(offer: &QuestionsOffer, flash: Option<&Flash>) -> impl IntoView + use<> {
    let count = usize::try_from(offer.count).unwrap_or(usize::MAX);
    (0..count.min(CHOSEN.len()))
        .map(|place| pair(place, count, &offer.list, flash))
        .collect_view()
}

fn pair(place: usize, count: usize, list: &[String], flash: Option<&Flash>) -> impl IntoView + use<> {
    let at = u8::try_from(place + 1).unwrap_or(u8::MAX);
    let problem = flash.map(|flash| &flash.problem);
    let wrong_choice = error_of(problem, Field::ChosenQuestion(at));
    let wrong_answer = error_of(problem, Field::Answer(at));
    let chosen = typed(flash, CHOSEN[place]);
    let options = list
        .iter()
        .map(|question| {
            view! {
                <option value=question.clone() selected=*question == chosen>
                    {question.clone()}
                </option>
            }
        })
        .collect_view();
    let id = format!("question-{place}");
    let label = if count == 1 {
        "Question".to_owned()
    } else {
        format!("Question {at}")
    };
    let described = wrong_choice.is_some().then(|| format!("{id}-error"));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select
                id=id.clone()
                name=CHOSEN[place]
                required
                aria-describedby=described
                aria-invalid=wrong_choice.is_some().then_some("true")
                autofocus=wrong_choice.is_some()
            >
                <option value="">"Choose a question"</option>
                {options}
            </select>
            {wrong_choice.map(|sentence| view! { <FieldError id=format!("{id}-error") sentence=sentence /> })}
        </div>
        {answer(place, if count == 1 { "Your answer".to_owned() } else { format!("Answer to question {at}") }, wrong_answer)}
    }
}

/// The questions that were chosen, each with a field for its answer. They post `answer[n]`, from 0.
pub fn ask(questions: &[String]) -> impl IntoView + use<> {
    questions
        .iter()
        .enumerate()
        .map(|(place, question)| answer(place, question.clone(), None))
        .collect_view()
}

fn answer(place: usize, label: String, wrong: Option<String>) -> impl IntoView {
    let id = format!("answer-{place}");
    let described = match &wrong {
        Some(_) => format!("{id}-hint {id}-error"),
        None => format!("{id}-hint"),
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <p class="hint" id=format!("{id}-hint")>
                {HINT}
            </p>
            <input
                id=id.clone()
                name=format!("answer[{place}]")
                type="text"
                autocomplete="off"
                spellcheck="false"
                maxlength=limits::QUESTION_CHARS.to_string()
                aria-describedby=described
                aria-invalid=wrong.is_some().then_some("true")
                autofocus=wrong.is_some()
                required
            />
            {wrong.map(|sentence| view! { <FieldError id=format!("{id}-error") sentence=sentence /> })}
        </div>
    }
}
