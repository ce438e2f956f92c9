//! One mail as plain text and as HTML.
//!
//! The HTML is what mail programs of the last twenty years show alike: styles in the elements, one table for the
//! button (Outlook ignores padding on links), no picture, nothing to be fetched.

use crate::{Firm, Letter};

/// What a mail says, in order.
pub(super) struct Words {
    pub(super) greeting: String,
    pub(super) lead: String,
    /// Words and address.
    pub(super) button: Option<(String, String)>,
    /// A sentence and the code.
    pub(super) code: Option<(String, String)>,
    pub(super) after: Vec<String>,
}

pub(super) fn letter(firm: &Firm, to: &str, subject: String, words: &Words) -> Letter {
    let card = &firm.card;
    let name = card.name.replace(['<', '>', '"', ',', ';'], " ");
    let from = match &firm.sender {
        Some(sender) => format!("{name} <{sender}>"),
        None => format!("{name} <no-reply@{}>", card.host),
    };
    Letter {
        from,
        to: to.to_owned(),
        subject,
        text: text(firm, words),
        html: html(firm, words),
        at: firm.now(),
    }
}

fn text(firm: &Firm, words: &Words) -> String {
    let mut lines = vec![words.greeting.clone(), String::new(), words.lead.clone(), String::new()];
    if let Some((label, address)) = &words.button {
        lines.extend([format!("{label}:"), address.clone(), String::new()]);
    }
    if let Some((sentence, code)) = &words.code {
        lines.extend([sentence.clone(), code.clone(), String::new()]);
    }
    for sentence in &words.after {
        lines.extend([sentence.clone(), String::new()]);
    }
    lines.push("--".to_owned());
    lines.extend(signature(firm));
    lines.join("\n")
}

fn signature(firm: &Firm) -> Vec<String> {
    let card = &firm.card;
    let mut lines = vec![card.name.clone()];
    if !card.phone.is_empty() {
        lines.push(if card.hours.is_empty() {
            card.phone.clone()
        } else {
            format!("{}, {}", card.phone, card.hours)
        });
    }
    lines.push("Replies to this address are not read. Write to us in the portal, or ring us.".to_owned());
    lines.push(format!("Our portal's address always begins with {}", firm.origin()));
    lines
}

const FONT: &str = "font-family:Figtree,'Segoe UI',Helvetica,Arial,sans-serif";
/// The firm's accent cannot be computed in a mail program, so one dark ink that suits every accent fills the button.
const INK: &str = "#22303a";

fn html(firm: &Firm, words: &Words) -> String {
    let name = escape(&firm.card.name);
    let mut body = paragraph(&words.greeting, "") + &paragraph(&words.lead, "");
    if let Some((label, address)) = &words.button {
        body += &button(label, address);
    }
    if let Some((sentence, code)) = &words.code {
        body += &paragraph(sentence, "");
        body += &paragraph(
            code,
            "font-family:Menlo,Consolas,monospace;font-size:24px;letter-spacing:3px;font-weight:600",
        );
    }
    for sentence in &words.after {
        body += &paragraph(sentence, "color:#4d585f;font-size:14px");
    }
    let foot: Vec<String> = signature(firm).iter().map(|line| escape(line)).collect();
    format!(
        "<!doctype html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{name}</title></head>\n\
         <body style=\"margin:0;padding:24px 16px;background:#f7f5f1\">\n\
         <div style=\"max-width:560px;margin:0 auto;padding:32px;background:#ffffff;border:1px solid #e3dfd8;border-radius:10px;\
         color:#1d2429;{FONT};font-size:16px;line-height:1.5\">\n\
         <p style=\"margin:0 0 24px;font-weight:600\">{name}</p>\n{body}\
         <p style=\"margin:24px 0 0;padding-top:16px;border-top:1px solid #e3dfd8;color:#4d585f;font-size:13px\">{}</p>\n</div>\n</body></html>\n",
        foot.join("<br>")
    )
}

fn paragraph(text: &str, style: &str) -> String {
    format!("<p style=\"margin:0 0 16px;{style}\">{}</p>\n", escape(text))
}

/// One table cell with the colour: Outlook ignores padding on links.
fn button(label: &str, address: &str) -> String {
    format!(
        "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" style=\"margin:24px 0\"><tr>\
         <td style=\"background:{INK};border-radius:6px\"><a href=\"{}\" style=\"display:inline-block;padding:14px 24px;\
         color:#ffffff;text-decoration:none;font-weight:600;{FONT};font-size:16px\">{}</a></td></tr></table>\n",
        escape(address),
        escape(label)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
