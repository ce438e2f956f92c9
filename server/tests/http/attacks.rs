//! The attack classes of SECURITY.md section 4 that concern signing in, each proved not to succeed even once.

mod alike;
mod forms;
mod guesses;
mod mails;
mod races;
mod scanners;
mod sessions;
mod ways;
mod writes;
