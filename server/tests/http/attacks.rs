//! The attack classes of SECURITY.md section 4 that concern signing in, each proved not to succeed even once.

mod alike;
mod forms;
mod guesses;
mod mails;
mod races;
mod recovery;
mod scanners;
mod sessions;
mod texts;
mod ways;
mod writes;
