//! A page as a browser's parser reads it (html5ever, the parser of Servo): what stands in its fields and in its text.

use html5ever::{parse_document, tendril::TendrilSink as _};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// A parsed page.
pub struct Page(RcDom);

impl Page {
    pub fn read(html: &str) -> Self {
        Self(parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(html))
    }

    /// What a field of this name holds: the text of a `<textarea>`, or the value of an `<input>`.
    pub fn field(&self, name: &str) -> Option<String> {
        let mut found = None;
        walk(&self.0.document, &mut |node| {
            if attribute(node, "name").as_deref() == Some(name) && found.is_none() {
                found = match &*tag(node) {
                    "textarea" => Some(text(node)),
                    "input" => Some(attribute(node, "value").unwrap_or_default()),
                    _ => None,
                };
            }
        });
        found
    }

    /// The texts of all elements with this tag.
    pub fn texts(&self, of: &str) -> Vec<String> {
        let mut found = Vec::new();
        walk(&self.0.document, &mut |node| {
            if tag(node) == of {
                found.push(text(node));
            }
        });
        found
    }

    /// Every form: its method in small letters, where it goes, and the names of its fields.
    pub fn forms(&self) -> Vec<(String, String, Vec<String>)> {
        let mut found = Vec::new();
        walk(&self.0.document, &mut |node| {
            if tag(node) == "form" {
                let mut fields = Vec::new();
                walk(node, &mut |field| fields.extend(attribute(field, "name")));
                let method = attribute(node, "method").unwrap_or_default().to_lowercase();
                found.push((method, attribute(node, "action").unwrap_or_default(), fields));
            }
        });
        found
    }

    /// All text that a reader sees, scripts and styles left out.
    pub fn text(&self) -> String {
        text(&self.0.document)
    }

    /// The attributes that would run something: `onclick` and its kin.
    pub fn handlers(&self) -> Vec<String> {
        let mut found = Vec::new();
        walk(&self.0.document, &mut |node| {
            if let NodeData::Element { attrs, .. } = &node.data {
                let names = attrs.borrow();
                let names = names.iter().map(|it| it.name.local.to_string());
                found.extend(names.filter(|name| name.starts_with("on")));
            }
        });
        found
    }
}

fn walk(node: &Handle, visit: &mut impl FnMut(&Handle)) {
    visit(node);
    for child in node.children.borrow().iter() {
        walk(child, visit);
    }
}

fn tag(node: &Handle) -> String {
    match &node.data {
        NodeData::Element { name, .. } => name.local.to_string(),
        _ => String::new(),
    }
}

fn attribute(node: &Handle, wanted: &str) -> Option<String> {
    let NodeData::Element { attrs, .. } = &node.data else {
        return None;
    };
    let attributes = attrs.borrow();
    let found = attributes.iter().find(|it| &*it.name.local == wanted)?;
    Some(found.value.to_string())
}

fn text(node: &Handle) -> String {
    match &node.data {
        NodeData::Text { contents } => contents.borrow().to_string(),
        NodeData::Element { name, .. } if matches!(&*name.local, "script" | "style" | "template") => String::new(),
        _ => node.children.borrow().iter().map(text).collect(),
    }
}
