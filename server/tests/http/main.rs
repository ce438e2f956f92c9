//! The HTTP surface, driven as people drive it: the real router over real databases, on both engines.

mod authz;
mod browser;
mod csrf;
mod cut_short;
mod downloads;
mod factors;
mod failing;
mod forms;
mod headers;
mod hosts;
mod html;
mod load;
mod logs;
mod mail;
mod office;
mod outbox;
mod passwords;
mod planted;
mod portal;
mod reports;
mod round_trip;
mod settings;
mod sign_in;
mod spoofing;
mod uploads;
mod wire;
