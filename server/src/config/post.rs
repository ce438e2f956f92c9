//! The tables `[mail]` and `[texts]`: how mail and text messages leave.

use super::Refusal;
use firm::{Gateway, GatewaySettings, Security, Smtp, SmtpSettings};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// `[mail]` as it was given.
#[derive(Clone, Default)]
pub struct Mail {
    /// The mail server's name; without one, no mail leaves.
    pub host: String,
    /// Its port, unless it is the usual one.
    pub port: Option<u16>,
    /// How the way there is protected; TLS from the first byte unless said otherwise.
    pub security: Option<Security>,
    /// The name with which we sign in there.
    pub user: String,
    /// Its password, from the environment; never logged.
    pub password: String,
    /// The file that holds its password.
    pub password_file: Option<PathBuf>,
    /// A certificate authority beside the public ones, PEM.
    pub authority: Option<PathBuf>,
    /// The address that all mail comes from; otherwise each firm's own `no-reply@host`.
    pub sender: Option<String>,
}

/// `[texts]` as it was given.
#[derive(Clone, Default)]
pub struct Texts {
    /// The gateway's address; without one, no text message leaves.
    pub url: String,
    /// Our account there.
    pub account: String,
    /// Its secret, from the environment; never logged.
    pub token: String,
    /// The file that holds its secret.
    pub token_file: Option<PathBuf>,
    /// The number or name that messages come from.
    pub from: String,
}

impl Mail {
    /// The settings of the mail server, checked against each other; `None` when no mail is to leave.
    ///
    /// # Errors
    /// The key that is missing or does not fit, or a file that cannot be read.
    pub fn settings(&self) -> Result<Option<SmtpSettings>, Refusal> {
        if self.host.is_empty() {
            let left = [
                (self.port.is_some(), "port"),
                (self.security.is_some(), "security"),
                (!self.user.is_empty(), "user"),
                (!self.password.is_empty(), "password"),
                (self.password_file.is_some(), "password-file"),
                (self.authority.is_some(), "authority"),
                (self.sender.is_some(), "sender"),
            ];
            return match left.iter().find(|(given, _)| *given) {
                Some((_, key)) => Err(Refusal::Pair(format!(
                    "[mail] {key} is given, but not [mail] host, the name of the mail server."
                ))),
                None => Ok(None),
            };
        }
        let security = self.security.unwrap_or(Security::Tls);
        if security == Security::None && !is_here(&self.host) {
            return Err(Refusal::Pair(format!(
                "[mail] security is none, and {} is not this machine: letters with sign-in links would cross the network readable. Set it to tls or starttls.",
                self.host
            )));
        }
        let password = secret(&self.password, self.password_file.as_deref(), "[mail] password")?;
        let login = match (self.user.is_empty(), password) {
            (true, None) => None,
            (false, Some(password)) => Some((self.user.clone(), password)),
            (true, Some(_)) => {
                return Err(Refusal::Pair(
                    "[mail] user is missing, and there is a password for it.".to_owned(),
                ));
            }
            (false, None) => {
                return Err(Refusal::Pair(
                    "[mail] user needs a password: set GATEHOUSE_MAIL_PASSWORD, or [mail] password-file.".to_owned(),
                ));
            }
        };
        let authority = match &self.authority {
            Some(path) => Some(read(path, "[mail] authority")?.into_bytes()),
            None => None,
        };
        Ok(Some(SmtpSettings {
            host: self.host.clone(),
            port: self.port.unwrap_or(match security {
                Security::Tls => 465,
                Security::StartTls => 587,
                Security::None => 25,
            }),
            security,
            login,
            authority,
            hello: self
                .sender
                .as_ref()
                .and_then(|sender| Some(sender.split_once('@')?.1.to_owned())),
        }))
    }

    /// The way to the mail server.
    ///
    /// # Errors
    /// As [`settings`](Self::settings), and an authority that is not a certificate.
    pub fn courier(&self) -> Result<Option<Smtp>, Refusal> {
        self.settings()?
            .map(|settings| Smtp::new(&settings).map_err(|fault| Refusal::Pair(format!("{fault}."))))
            .transpose()
    }
}

impl Texts {
    /// The way to the gateway; `None` when no text message is to leave.
    ///
    /// # Errors
    /// The key that is missing or does not fit, or a file that cannot be read.
    pub fn courier(&self) -> Result<Option<Gateway>, Refusal> {
        let token = secret(&self.token, self.token_file.as_deref(), "[texts] token")?;
        let given = [
            (!self.url.is_empty(), "url, the gateway’s address"),
            (!self.account.is_empty(), "account, the account’s name there"),
            (
                token.is_some(),
                "token: set GATEHOUSE_TEXTS_TOKEN, or [texts] token-file",
            ),
            (!self.from.is_empty(), "from, the number that messages come from"),
        ];
        if given.iter().all(|(given, _)| !given) {
            return Ok(None);
        }
        if let Some((_, key)) = given.iter().find(|(given, _)| !given) {
            return Err(Refusal::Pair(format!(
                "The table [texts] is not whole. Missing is {key}."
            )));
        }
        let settings = GatewaySettings {
            url: self.url.clone(),
            account: self.account.clone(),
            token: token.unwrap_or_default(),
            from: self.from.clone(),
        };
        Gateway::new(settings)
            .map(Some)
            .map_err(|fault| Refusal::Pair(format!("{fault}.")))
    }
}

/// A secret from the environment or from a file, whose last line end does not count.
fn secret(given: &str, file: Option<&Path>, key: &str) -> Result<Option<String>, Refusal> {
    let found = match (given.is_empty(), file) {
        (false, Some(_)) => {
            return Err(Refusal::Pair(format!(
                "{key} is given twice: in the environment and by {key}-file."
            )));
        }
        (false, None) => given.to_owned(),
        (true, Some(path)) => read(path, &format!("{key}-file"))?
            .trim_end_matches(['\r', '\n'])
            .to_owned(),
        (true, None) => return Ok(None),
    };
    if found.is_empty() {
        return Err(Refusal::Pair(format!("{key}-file: the file is empty.")));
    }
    Ok(Some(found))
}

fn read(path: &Path, key: &str) -> Result<String, Refusal> {
    fs::read_to_string(path)
        .map_err(|error| Refusal::Pair(format!("{key}: {} cannot be read: {error}.", path.display())))
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        Mail {
            host: "smtp.provider.example".to_owned(),
            ..Mail::default()
        }
    }

    fn refused(mail: &Mail) -> String {
        mail.settings()
            .err()
            .map(|refusal| refusal.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn without_a_host_no_mail_leaves_and_nothing_else_may_be_given() {
        assert!(Mail::default().settings().expect("fine").is_none());
        let orphan = Mail {
            user: "portal".to_owned(),
            ..Mail::default()
        };
        assert!(refused(&orphan).contains("[mail] user is given, but not [mail] host"));
    }

    #[test]
    fn the_port_follows_the_way() {
        let port = |security| {
            let mail = Mail { security, ..mail() };
            mail.settings().expect("fine").expect("settings").port
        };
        assert_eq!((port(None), port(Some(Security::StartTls))), (465, 587));
    }

    #[test]
    fn letters_do_not_cross_the_network_readable() {
        let plain = Mail {
            security: Some(Security::None),
            ..mail()
        };
        assert!(refused(&plain).contains("[mail] security"));
        for here in ["localhost", "127.0.0.1", "::1"] {
            let local = Mail {
                host: here.to_owned(),
                ..plain.clone()
            };
            assert!(local.settings().is_ok(), "{here}");
        }
    }

    #[test]
    fn a_name_needs_a_password_and_a_password_a_name() {
        let named = Mail {
            user: "portal".to_owned(),
            ..mail()
        };
        assert!(refused(&named).contains("GATEHOUSE_MAIL_PASSWORD"));
        let nameless = Mail {
            password: "secret words".to_owned(),
            ..mail()
        };
        let sentence = refused(&nameless);
        assert!(sentence.contains("[mail] user") && !sentence.contains("secret words"));
    }

    #[test]
    fn a_password_may_lie_in_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("password");
        fs::write(&path, "secret words\n").expect("written");
        let filed = Mail {
            user: "portal".to_owned(),
            password_file: Some(path),
            ..mail()
        };
        let settings = filed.settings().expect("fine").expect("settings");
        assert_eq!(settings.login, Some(("portal".to_owned(), "secret words".to_owned())));
        let twice = Mail {
            password: "another".to_owned(),
            ..filed.clone()
        };
        assert!(refused(&twice).contains("given twice"));
        let gone = Mail {
            password_file: Some(folder.path().join("gone")),
            ..filed
        };
        assert!(refused(&gone).contains("[mail] password-file"));
    }

    #[tokio::test]
    async fn an_authority_is_a_certificate() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ca.pem");
        fs::write(&path, "not a certificate").expect("written");
        let odd = Mail {
            authority: Some(path),
            ..mail()
        };
        let refusal = odd.courier().expect_err("refused").to_string();
        assert!(refusal.contains("[mail] authority"), "{refusal}");
    }

    #[test]
    fn the_table_of_texts_is_whole_or_absent() {
        assert!(Texts::default().courier().expect("fine").is_none());
        let mut texts = Texts {
            url: "https://gateway.example".to_owned(),
            account: "AC0".to_owned(),
            token: "secret words".to_owned(),
            ..Texts::default()
        };
        let sentence = texts.courier().expect_err("refused").to_string();
        assert!(sentence.contains("from") && !sentence.contains("secret words"));
        texts.from = "+441632960147".to_owned();
        assert!(texts.courier().expect("fine").is_some());
        texts.url = "http://gateway.example".to_owned();
        assert!(
            texts
                .courier()
                .expect_err("refused")
                .to_string()
                .contains("[texts] url")
        );
    }
}
