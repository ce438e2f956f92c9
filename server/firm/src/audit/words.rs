//! What the log says, in words.

/// The nouns of each topic by which the log is narrowed.
const NOUNS: [(&str, &[&str]); 6] = [
    (
        "sign-in",
        &[
            "session",
            "password",
            "app",
            "passkey",
            "recovery_code",
            "factors",
            "questions",
            "legacy",
        ],
    ),
    ("clients", &["client"]),
    ("contacts", &["contact", "address"]),
    ("team", &["staff"]),
    ("content", &["thread", "message", "file", "folder", "upload_link"]),
    ("settings", &["sign_in", "settings", "setting", "storage"]),
];

/// Each verb, and how a sentence goes on after a name. What is done to somebody is followed by their name.
const WORDS: &[(&str, &str)] = &[
    ("address.begin", "began to change the email address of"),
    ("address.cancel", "called off the new email address of"),
    ("address.change", "changed the email address of"),
    ("app.enrol", "set up an authenticator app"),
    ("app.remove", "removed an authenticator app"),
    ("client.add", "added the client"),
    ("client.change", "changed what is kept about"),
    ("client.close_portal", "closed the portal of"),
    ("client.enable_portal", "enabled the portal of"),
    ("client.export", "downloaded all files of"),
    ("client.open_to_all", "let the whole team see"),
    ("client.rename", "renamed"),
    ("client.room", "changed the room for the files of"),
    ("client.reopen_portal", "opened again the portal of"),
    ("client.restrict", "restricted to named members"),
    ("client.suspend_portal", "suspended the portal of"),
    ("contact.activate", "activated the access of"),
    ("contact.add", "added the contact"),
    ("contact.address", "corrected the email address of"),
    ("contact.ask_invitation", "asked for a new invitation for"),
    ("contact.clear_questions", "cleared the security questions of"),
    ("contact.end_devices", "signed out everywhere"),
    ("contact.give_client", "gave a client to"),
    ("contact.hand_invitation", "copied an invitation link for"),
    ("contact.invite", "invited"),
    ("contact.invite_again", "invited again"),
    ("contact.phone", "changed the telephone number of"),
    ("contact.read_code_out", "read a code out to"),
    ("contact.remove", "removed the contact"),
    ("contact.rename", "renamed"),
    ("contact.reopen", "let in again"),
    ("contact.rights", "changed the rights of"),
    ("contact.send_reset", "sent a reset link to"),
    ("contact.suspend", "suspended the access of"),
    ("contact.take_client", "took a client from"),
    ("factors.clear", "cleared the second factors of"),
    ("file.drop", "sent a file by an upload link"),
    ("file.erase", "erased a file that was in the trash long enough"),
    ("file.hide", "made a file internal"),
    ("file.keep", "put an internal file into the library"),
    ("file.keep_shared", "put a shared file into the library"),
    ("file.look", "opened a file"),
    ("file.view", "looked at a file"),
    ("legacy.import", "listed addresses of a former portal"),
    ("legacy.open", "opened an address of a former portal"),
    ("legacy.open_of", "opened an address of a former portal that was for"),
    ("legacy.remove", "removed an address of a former portal"),
    ("file.move", "moved a file"),
    ("file.restore", "took a file out of the trash"),
    ("file.share", "shared a file"),
    ("file.tag", "tagged a file"),
    ("file.trash", "put a file into the trash"),
    ("file.untag", "took a tag from a file"),
    ("file.withdraw", "withdrew a file"),
    ("file.withdraw_version", "withdrew the newest version of a file"),
    ("file.quarantine", "found malware and put into quarantine a file"),
    ("file.renew", "added a version of a file"),
    ("file.year", "set the year of a file"),
    ("folder.add", "added a folder for"),
    ("folder.remove", "removed a folder of"),
    ("folder.rename", "renamed a folder of"),
    ("message.post", "sent a message"),
    ("passkey.add", "added a passkey"),
    (
        "passkey.copied",
        "showed a passkey that may have been copied, which was refused",
    ),
    ("passkey.remove", "removed a passkey"),
    ("passkey.rename", "renamed a passkey"),
    ("password.change", "changed their password"),
    ("password.remove", "removed their password"),
    ("password.set", "set a password"),
    ("questions.answer", "answered security questions"),
    ("recovery_code.make", "made new recovery codes"),
    ("recovery_code.use", "used a recovery code"),
    ("session.confirm", "confirmed who they are"),
    ("session.end", "signed out"),
    ("session.end_others", "signed out their other devices"),
    ("session.open", "signed in"),
    ("settings.button_look", "changed the look of the website’s button"),
    ("settings.button_words", "changed the words of the website’s button"),
    ("staff.add", "added to the team"),
    ("staff.change", "changed the name or title of"),
    ("staff.end_devices", "signed out everywhere"),
    ("staff.hand_invitation", "was given an invitation link for"),
    ("staff.invite", "invited to the team"),
    ("staff.invite_again", "invited again to the team"),
    ("staff.join", "came into the team"),
    ("staff.remove", "removed from the team"),
    ("staff.role", "changed the role of"),
    ("thread.start", "began a conversation"),
    ("upload_link.end", "ended an upload link for"),
    ("upload_link.guessed", "typed the last wrong PIN of an upload link for"),
    ("upload_link.make", "made an upload link for"),
    (
        "upload_link.prove",
        "proved an address and may send by an upload link for",
    ),
];

/// The nouns of a topic; none for everything.
pub(super) fn nouns(topic: &str) -> &'static [&'static str] {
    NOUNS
        .iter()
        .find(|(known, _)| *known == topic)
        .map_or(&[], |(_, nouns)| nouns)
}

/// How the sentence of an entry goes on after the name of who did it.
pub(super) fn of(verb: &str) -> String {
    if let Some((_, words)) = WORDS.iter().find(|(known, _)| *known == verb) {
        return (*words).to_owned();
    }
    let plain = verb.replace(['.', '_'], " ");
    if nouns("settings").iter().any(|noun| verb.starts_with(noun)) {
        format!("changed the setting “{}”", plain.trim_start_matches("settings ").trim())
    } else {
        format!("did “{plain}”")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::office::audit::TOPICS;

    #[test]
    fn every_verb_belongs_to_a_topic_and_every_topic_has_nouns() {
        for (verb, _) in WORDS {
            let noun = verb.split('.').next().unwrap_or_default();
            assert!(NOUNS.iter().any(|(_, nouns)| nouns.contains(&noun)), "{verb}");
        }
        for (topic, _) in TOPICS {
            assert!(!nouns(topic).is_empty(), "{topic}");
        }
    }

    #[test]
    fn a_setting_without_words_of_its_own_is_named() {
        assert_eq!(of("sign_in.link_minutes"), "changed the setting “sign in link minutes”");
        assert_eq!(of("staff.role"), "changed the role of");
    }
}
