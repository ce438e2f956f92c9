//! The text fields of the form, as typed, and what they name.

use domain::{
    ClientId, Field as Name, FileId, FolderId, FormId, Problem, Reason, ThreadId, UploadId, text::local_path,
};
use firm::uploads::Destination;

/// The text fields, as typed.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) thread: Option<String>,
    pub(super) client: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) text: Option<String>,
    pub(super) form: Option<String>,
    /// `yes` where the files go into the library, without a message.
    pub(super) library: Option<String>,
    pub(super) folder: Option<String>,
    pub(super) shared: Option<String>,
    pub(super) from: Option<String>,
    /// The file whose next version this is.
    pub(super) version: Option<String>,
    /// Uploads that were finished before; their bytes are not in the form. They stay when it is refused.
    pub(super) sent: Vec<UploadId>,
}

impl Typed {
    pub(super) fn slot(&mut self, name: &str) -> Option<&mut Option<String>> {
        match name {
            "thread" => Some(&mut self.thread),
            "client" => Some(&mut self.client),
            "subject" => Some(&mut self.subject),
            "text" => Some(&mut self.text),
            "form" => Some(&mut self.form),
            "library" => Some(&mut self.library),
            "folder" => Some(&mut self.folder),
            "shared" => Some(&mut self.shared),
            "from" => Some(&mut self.from),
            "version" => Some(&mut self.version),
            _ => None,
        }
    }

    pub(super) fn thread(&self) -> Result<Option<ThreadId>, Problem> {
        self.thread
            .as_deref()
            .map(|id| id.parse().map_err(|_| Problem::NotFound))
            .transpose()
    }

    pub(super) fn client(&self) -> Result<ClientId, Problem> {
        let typed = self.client.as_deref().filter(|id| !id.is_empty());
        let typed = typed.ok_or(Problem::field(Name::Client, Reason::Empty))?;
        typed
            .parse()
            .map_err(|_| Problem::field(Name::Client, Reason::NotOffered))
    }

    pub(super) fn version(&self) -> Result<Option<FileId>, Problem> {
        self.version
            .as_deref()
            .map(|id| id.parse().map_err(|_| Problem::NotFound))
            .transpose()
    }

    pub(super) fn destination(&self) -> Result<Destination, Problem> {
        if let Some(file) = self.version()? {
            return Ok(Destination::Version(file));
        }
        match self.thread()? {
            Some(thread) => Ok(Destination::Thread(thread)),
            None => self.client().map(Destination::Client),
        }
    }

    pub(super) fn folder(&self) -> Result<Option<FolderId>, Problem> {
        let typed = self.folder.as_deref().filter(|id| !id.is_empty());
        typed
            .map(|id| id.parse().map_err(|_| Problem::field(Name::Folder, Reason::NotOffered)))
            .transpose()
    }

    pub(super) fn form(&self) -> Result<FormId, Problem> {
        let given = self.form.as_deref().and_then(|form| form.parse().ok());
        given.ok_or(Problem::field(Name::Form, Reason::NotOffered))
    }

    pub(super) fn from(&self) -> &str {
        self.from.as_deref().and_then(local_path).unwrap_or("/")
    }
}
