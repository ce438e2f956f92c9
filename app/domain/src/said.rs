//! What a page says once after a form was accepted.
//!
//! It is a closed set, so that no address and no cookie can put words of its own on a page.

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Settings were saved.
    Saved,
    /// One device was signed out.
    DeviceEnded,
    /// All other devices were signed out.
    DevicesEnded,
    /// An authenticator app is in use.
    AppSet,
    /// The authenticator app was taken away.
    AppRemoved,
    /// A first password was set.
    PasswordSet,
    /// The password was changed.
    PasswordChanged,
    /// The new address was proven.
    AddressChanged,
    /// The new address was called off.
    AddressKept,
    /// A reset link was sent.
    ResetSent,
    /// The password was taken away.
    PasswordRemoved,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was taken away.
    PasskeyRemoved,
    /// A client was added.
    ClientAdded,
    /// A portal was enabled.
    PortalEnabled,
    /// A portal was suspended.
    PortalSuspended,
    /// A portal was opened again.
    PortalReopened,
    /// A portal was closed.
    PortalClosed,
    /// A contact was added.
    ContactAdded,
    /// A client was taken from a contact.
    AccessTaken,
    /// A contact was suspended.
    ContactSuspended,
    /// A contact was let in again.
    ContactReopened,
    /// Somebody was signed out everywhere.
    SignedOutEverywhere,
    /// A fresh invitation was asked for.
    InvitationAsked,
    /// An invitation was mailed.
    InvitationSent,
    /// An invitation link was made, to be handed over.
    InvitationMade,
    /// A code was made, to be read out.
    CodeMade,
    /// What was shown once is put away.
    PutAway,
    /// Somebody was invited to the team.
    StaffInvited,
    /// Somebody was removed.
    PersonRemoved,
    /// Security questions were answered.
    QuestionsAnswered,
    /// A contact's security questions were cleared.
    QuestionsCleared,
    /// A list of old links was taken in.
    LinksTaken,
    /// An old link was removed.
    LinkRemoved,
    /// Files are seen by the client from now on.
    FilesShared,
    /// Files are seen by staff alone from now on.
    FilesHidden,
    /// Files were withdrawn by their author.
    FilesWithdrawn,
    /// Files were put into the trash.
    FilesTrashed,
    /// Files were taken out of the trash.
    FilesRestored,
    /// Folder, year or tags of files were changed.
    FilesChanged,
    /// Files were put into the library.
    FilesKept,
    /// The store does what it should.
    StoreWorks,
    /// A file has a new version.
    FileRenewed,
    /// An upload-only link was made.
    UploadLinkMade,
    /// An upload-only link was ended.
    UploadLinkEnded,
    /// A guest's files arrived.
    FilesReceived,
    /// A folder was added.
    FolderAdded,
    /// A folder was taken away.
    FolderRemoved,
}

/// Everything that can be said: its name in the cookie, and the sentence.
const WORDS: &[(Said, &str, &str)] = &[
    (Said::Saved, "saved", "Saved."),
    (Said::DeviceEnded, "device_ended", "That device is signed out."),
    (Said::DevicesEnded, "devices_ended", "All other devices are signed out."),
    (
        Said::AppSet,
        "app_set",
        "Your app is set up. Its codes are asked for from now on.",
    ),
    (
        Said::AppRemoved,
        "app_removed",
        "The app is removed. Its codes are no longer asked for.",
    ),
    (
        Said::PasswordSet,
        "password-set",
        "Your password is set. All other devices are signed out.",
    ),
    (
        Said::PasswordChanged,
        "password-changed",
        "Your password is changed. All other devices are signed out.",
    ),
    (
        Said::AddressChanged,
        "address-changed",
        "Your new address is in use. We told both addresses.",
    ),
    (
        Said::AddressKept,
        "address-kept",
        "Your old address stays. The link and code to the new one no longer work.",
    ),
    (
        Said::ResetSent,
        "reset-sent",
        "A link to set a password is on its way to them.",
    ),
    (
        Said::PasswordRemoved,
        "password-removed",
        "Your password is removed. You sign in with a link that we email.",
    ),
    (
        Said::PasskeyAdded,
        "passkey_added",
        "Your passkey is added. It signs you in by itself from now on.",
    ),
    (
        Said::PasskeyRemoved,
        "passkey_removed",
        "The passkey is removed. You can delete it from your device as well.",
    ),
    (
        Said::ClientAdded,
        "client-added",
        "The client is added. Add a contact, then enable the portal.",
    ),
    (Said::PortalEnabled, "portal-enabled", "The portal is on."),
    (
        Said::PortalSuspended,
        "portal-suspended",
        "The portal is suspended. Nobody of theirs gets in.",
    ),
    (Said::PortalReopened, "portal-reopened", "The portal is on again."),
    (
        Said::PortalClosed,
        "portal-closed",
        "The portal is closed. Nobody of theirs gets in any more.",
    ),
    (
        Said::ContactAdded,
        "contact-added",
        "The contact is added. Nothing was sent yet.",
    ),
    (
        Said::AccessTaken,
        "access-taken",
        "They do not see this client any more.",
    ),
    (
        Said::ContactSuspended,
        "contact-suspended",
        "They are signed out and do not get in until you let them.",
    ),
    (Said::ContactReopened, "contact-reopened", "They can come in again."),
    (
        Said::SignedOutEverywhere,
        "signed-out-everywhere",
        "They are signed out everywhere.",
    ),
    (
        Said::InvitationAsked,
        "invitation-asked",
        "If you still wait to come in, a new invitation is on its way to you.",
    ),
    (
        Said::InvitationSent,
        "invitation-sent",
        "The invitation is on its way. An earlier link works no more.",
    ),
    (
        Said::InvitationMade,
        "invitation-made",
        "The link is made, and an earlier one works no more. Copy it now: it is shown here only.",
    ),
    (
        Said::CodeMade,
        "code-made",
        "The code is made. Read it out once you are sure who is on the telephone.",
    ),
    (Said::PutAway, "put-away", "It is put away and is not shown again."),
    (
        Said::QuestionsAnswered,
        "questions-answered",
        "Your answers are kept. They are asked for when your password is reset.",
    ),
    (
        Said::QuestionsCleared,
        "questions-cleared",
        "Their security questions are cleared, and they are told by email.",
    ),
    (
        Said::FilesShared,
        "files-shared",
        "Shared. The client sees it, and is told by email that something waits.",
    ),
    (Said::FilesHidden, "files-hidden", "Internal now. Only staff see it."),
    (
        Said::FilesWithdrawn,
        "files-withdrawn",
        "Withdrawn. Nobody can download it any more; the record that you sent it stays.",
    ),
    (
        Said::FilesTrashed,
        "files-trashed",
        "In the trash. For 30 days it can be taken out again: choose “In the trash” above the list.",
    ),
    (
        Said::FilesRestored,
        "files-restored",
        "Out of the trash, and where it was before.",
    ),
    (Said::FilesChanged, "files-changed", "Changed."),
    (
        Said::StoreWorks,
        "store-works",
        "It works: a test was written, read back and deleted.",
    ),
    (Said::FilesKept, "files-kept", "Added to the library."),
    (
        Said::FileRenewed,
        "file-renewed",
        "The new version is here. The ones before it stay.",
    ),
    (
        Said::UploadLinkMade,
        "upload-link-made",
        "The link is made. You can read it here for ten minutes.",
    ),
    (
        Said::UploadLinkEnded,
        "upload-link-ended",
        "The link is ended. What came by it stays.",
    ),
    (
        Said::FilesReceived,
        "files-received",
        "Your files have arrived, whole. Their receipts are below.",
    ),
    (Said::FolderAdded, "folder-added", "The folder is added."),
    (
        Said::FolderRemoved,
        "folder-removed",
        "The folder is removed. Its files are in the folder around it.",
    ),
    (
        Said::StaffInvited,
        "staff-invited",
        "The invitation is on its way. Its link works for 7 days.",
    ),
    (
        Said::PersonRemoved,
        "person-removed",
        "They are removed and signed out.",
    ),
    (
        Said::LinksTaken,
        "links-taken",
        "The list is taken in. Its links lead to the new place from now on.",
    ),
    (Said::LinkRemoved, "link-removed", "That old link leads nowhere now."),
];

impl Said {
    /// The name under which it travels: short, plain ASCII.
    pub fn name(self) -> &'static str {
        WORDS
            .iter()
            .find(|(said, ..)| *said == self)
            .map_or("", |(_, name, _)| name)
    }

    /// What travelled under `name`, if it is one of the set.
    pub fn named(name: &str) -> Option<Self> {
        WORDS
            .iter()
            .find(|(_, known, _)| *known == name)
            .map(|(said, ..)| *said)
    }

    /// The sentence.
    pub fn sentence(self) -> &'static str {
        WORDS
            .iter()
            .find(|(said, ..)| *said == self)
            .map_or("", |(.., words)| words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_travels_by_a_name_of_its_own_and_nothing_else_is_said() {
        for &(said, name, sentence) in WORDS {
            assert_eq!((said.name(), Said::named(name)), (name, Some(said)));
            assert!(!sentence.is_empty());
        }
        assert_eq!(Said::named("you have won"), None);
    }
}
