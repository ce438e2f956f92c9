//! Who may do what: one table, written from policy.
//!
//! The table answers for a role. Whether *this* thread is one of *this* contact's is the actor's scope, which
//! `firm::actor::allow` adds; a thing out of scope is as good as absent.

/// The kinds of people and processes that act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Nobody has signed in.
    Visitor,
    /// Nobody has signed in, and an upload-only link was opened.
    Guest,
    /// A client's human.
    Contact,
    /// Staff who act on all that they are let see.
    Member,
    /// Staff who also run the firm's settings.
    Admin,
    /// Staff who also appoint admins.
    Owner,
    /// The queue.
    Worker,
    /// The command line.
    Operator,
}

/// Something that can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Ask for a link, redeem one, type a code, give a password.
    SignIn,
    /// See one's own frame: name, counts; end one's own session.
    SeeSelf,
    /// Read a thread and its messages, receive its events.
    ReadThread,
    /// Write into a thread, keep a draft for it, attach files.
    WriteThread,
    /// Begin a thread.
    OpenThread,
    /// Send the bytes of a file that is for a client.
    Upload,
    /// Download a file.
    ReadFile,
    /// Withdraw a file that one sent oneself.
    WithdrawFile,
    /// Share, move, tag and remove a client's files, put some into the library, keep its folders.
    KeepLibrary,
    /// Use staff's pages.
    SeeOffice,
    /// Add, change, invite, suspend and remove clients and contacts.
    RunClients,
    /// Invite staff, give roles, end somebody's work here; say who of the team sees a restricted client.
    RunTeam,
    /// Make somebody an owner, or an owner something else.
    AppointOwner,
    /// Change the firm's settings.
    RunSettings,
    /// Read the log of who did what.
    ReadAudit,
    /// All of the four above: what the first pages of the office asked for.
    RunFirm,
    /// Do the queue's work.
    RunJobs,
    /// Create a firm.
    CreateFirm,
}

/// Whether a role may do a thing at all.
pub fn may(role: Role, action: Action) -> bool {
    use Action::{
        AppointOwner, CreateFirm, KeepLibrary, OpenThread, ReadAudit, ReadFile, ReadThread, RunClients, RunFirm,
        RunJobs, RunSettings, RunTeam, SeeOffice, SeeSelf, SignIn, Upload, WithdrawFile, WriteThread,
    };
    match role {
        Role::Visitor => matches!(action, SignIn),
        Role::Guest => matches!(action, Upload),
        Role::Contact => matches!(
            action,
            SignIn | SeeSelf | ReadThread | WriteThread | OpenThread | Upload | ReadFile | WithdrawFile
        ),
        Role::Member => may(Role::Contact, action) || matches!(action, SeeOffice | RunClients | KeepLibrary),
        Role::Admin => may(Role::Member, action) || matches!(action, RunTeam | RunSettings | ReadAudit | RunFirm),
        Role::Owner => may(Role::Admin, action) || matches!(action, AppointOwner),
        Role::Worker => matches!(action, RunJobs),
        Role::Operator => matches!(action, CreateFirm | RunClients | RunTeam | AppointOwner | RunFirm),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_may_only_sign_in() {
        for action in [
            Action::SeeSelf,
            Action::ReadThread,
            Action::ReadFile,
            Action::SeeOffice,
            Action::RunFirm,
        ] {
            assert!(!may(Role::Visitor, action));
        }
        assert!(may(Role::Visitor, Action::SignIn));
    }

    #[test]
    fn a_guest_of_an_upload_only_link_sends_and_does_nothing_else() {
        for action in [
            Action::SignIn,
            Action::SeeSelf,
            Action::ReadThread,
            Action::WriteThread,
            Action::ReadFile,
            Action::WithdrawFile,
            Action::KeepLibrary,
            Action::SeeOffice,
        ] {
            assert!(!may(Role::Guest, action), "{action:?}");
        }
        assert!(may(Role::Guest, Action::Upload) && !may(Role::Visitor, Action::Upload));
    }

    #[test]
    fn a_contact_never_enters_the_office() {
        assert!(!may(Role::Contact, Action::SeeOffice) && !may(Role::Contact, Action::RunFirm));
        assert!(!may(Role::Contact, Action::KeepLibrary) && may(Role::Contact, Action::WithdrawFile));
    }

    #[test]
    fn a_member_runs_clients_and_neither_team_nor_settings_nor_log() {
        assert!(may(Role::Member, Action::RunClients));
        for action in [
            Action::RunTeam,
            Action::RunSettings,
            Action::ReadAudit,
            Action::AppointOwner,
        ] {
            assert!(!may(Role::Member, action) && !may(Role::Contact, action), "{action:?}");
        }
    }

    #[test]
    fn owners_alone_appoint_owners() {
        assert!(may(Role::Owner, Action::AppointOwner) && !may(Role::Admin, Action::AppointOwner));
    }

    #[test]
    fn neither_queue_nor_command_line_reads_content() {
        for role in [Role::Worker, Role::Operator] {
            assert!(!may(role, Action::ReadThread) && !may(role, Action::ReadFile));
        }
    }
}
