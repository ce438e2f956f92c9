//! Who may do what: one table, written from policy.
//!
//! The table answers for a role. Whether *this* thread is one of *this* contact's is the actor's scope, which
//! `firm::actor::allow` adds; a thing out of scope is as good as absent.

/// The kinds of people and processes that act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Nobody has signed in.
    Visitor,
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
    /// Download a file.
    ReadFile,
    /// Use staff's pages.
    SeeOffice,
    /// Add clients, contacts and staff; remove a contact.
    RunFirm,
    /// Do the queue's work.
    RunJobs,
    /// Create a firm.
    CreateFirm,
}

/// Whether a role may do a thing at all.
pub fn may(role: Role, action: Action) -> bool {
    use Action::{
        CreateFirm, OpenThread, ReadFile, ReadThread, RunFirm, RunJobs, SeeOffice, SeeSelf, SignIn, WriteThread,
    };
    match role {
        Role::Visitor => matches!(action, SignIn),
        Role::Contact => matches!(
            action,
            SignIn | SeeSelf | ReadThread | WriteThread | OpenThread | ReadFile
        ),
        Role::Member => matches!(
            action,
            SignIn | SeeSelf | ReadThread | WriteThread | OpenThread | ReadFile | SeeOffice
        ),
        Role::Admin | Role::Owner => {
            matches!(
                action,
                SignIn | SeeSelf | ReadThread | WriteThread | OpenThread | ReadFile | SeeOffice | RunFirm
            )
        }
        Role::Worker => matches!(action, RunJobs),
        Role::Operator => matches!(action, CreateFirm | RunFirm),
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
    fn a_contact_never_enters_the_office() {
        assert!(!may(Role::Contact, Action::SeeOffice) && !may(Role::Contact, Action::RunFirm));
    }

    #[test]
    fn neither_queue_nor_command_line_reads_content() {
        for role in [Role::Worker, Role::Operator] {
            assert!(!may(role, Action::ReadThread) && !may(role, Action::ReadFile));
        }
    }
}
