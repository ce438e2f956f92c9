//! The attack classes of SECURITY.md section 4 that concern signing in, each proved not to succeed even once.

pub mod alike;
mod cookies;
mod forms;
mod guesses;
mod ids;
mod mails;
mod neighbours;
mod races;
mod recovery;
mod replay;
mod scanners;
mod sessions;
mod texts;
mod ways;
mod writes;
