//! The entries of a thread, in the order in which they are read.

use crate::ui::{
    avatar::{Avatar, called},
    file::Chip,
    icon::{Glyph, Icon},
    time::{Style, Time, Zone},
};
use domain::{Moment, client::Side, message::MessageView, thread::ThreadView};
use leptos::prelude::*;

/// A line of the page of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A new day begins.
    Day(Moment),
    /// What follows is new to the reader: so many messages.
    Unread(u32),
    /// An entry.
    Message(Box<MessageView>),
}

impl Line {
    /// What tells this line from the others, and from an earlier state of itself.
    pub fn key(&self) -> String {
        match self {
            Self::Day(at) => format!("day {}", at.0),
            Self::Unread(count) => format!("unread {count}"),
            Self::Message(message) => {
                let seen = message.seen.as_ref().map(|(_, at)| at.0);
                let gone = message.files.iter().filter(|file| file.gone.is_some()).count();
                format!("{} {seen:?} {gone}", message.id)
            }
        }
    }
}

/// The lines of a thread: its messages, a line at each new day of the reader's calendar, and the line above what is
/// new.
pub fn lines(thread: &ThreadView, zone: Zone) -> Vec<Line> {
    let mut lines = Vec::with_capacity(thread.messages.len() + 4);
    let mut day: Option<Moment> = None;
    for message in &thread.messages {
        let here = zone.here(message.at);
        if !day.is_some_and(|day| day.same_day(here)) {
            lines.push(Line::Day(message.at));
        }
        day = Some(here);
        if thread.unread_from == Some(message.number) {
            lines.push(Line::Unread(thread.unread));
        }
        lines.push(Line::Message(Box::new(message.clone())));
    }
    lines
}

/// Shows a line to a reader of this side.
pub fn show(line: Line, client: String, now: Moment, reader: Side) -> AnyView {
    match line {
        Line::Day(at) => view! {
            <p class="day">
                <Time at=at style=Style::Day(now) />
            </p>
        }
        .into_any(),
        Line::Unread(count) => view! {
            <p class="unread-line" id="unread">
                {format!("{count} new")}
            </p>
        }
        .into_any(),
        Line::Message(message) => view! { <Message message=*message client=client now=now reader=reader /> }.into_any(),
    }
}

/// A message with its files, like a letter: both sides on the same edge.
#[component]
fn Message(
    /// The message.
    message: MessageView,
    /// The client's name, which stands beside its contacts.
    client: String,
    /// When the page was made.
    now: Moment,
    /// Who reads it.
    reader: Side,
) -> impl IntoView {
    let author = called(&message.author);
    let side = match message.author.side {
        _ if message.author.own => String::new(),
        Side::Staff => message.author.title.clone(),
        Side::Contact => client,
    };
    let label = format!("{author}, {}", message.at.clock());
    let paragraphs = paragraphs(&message.text);
    let files = message
        .files
        .into_iter()
        .map(|file| view! { <Chip file=file side=reader /> })
        .collect_view();
    view! {
        <article class="message" aria-label=label>
            <Avatar person=message.author />
            <p class="message-head">
                <strong>{author}</strong>
                <span>{side}</span>
                <Time at=message.at style=Style::Clock />
            </p>
            <div class="message-body">
                {paragraphs.into_iter().map(|text| view! { <p>{text}</p> }).collect_view()}
                {files}
                {message
                    .seen
                    .map(|(name, at)| {
                        view! {
                            <p class="message-seen">
                                <Icon glyph=Glyph::Eye />
                                <span>
                                    {format!("Seen by {name}, ")} <Time at=at style=Style::Brief(now) />
                                </span>
                            </p>
                        }
                    })}
            </div>
        </article>
    }
}

/// The paragraphs of a text: parted by empty lines; single line ends stay inside.
fn paragraphs(text: &str) -> Vec<String> {
    text.split("\n\n")
        .map(|part| part.trim_matches('\n').to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::paragraphs;

    #[test]
    fn empty_lines_part_paragraphs() {
        assert_eq!(paragraphs("one\ntwo\n\n\n\nthree"), ["one\ntwo", "three"]);
        assert!(paragraphs("").is_empty());
    }
}
