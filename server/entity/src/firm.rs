//! The tables of one firm.

pub mod address;
pub mod audit_entry;
pub mod client;
pub mod client_contact;
pub mod contact;
pub mod draft;
pub mod file;
pub mod file_look;
pub mod file_part;
pub mod file_version;
pub mod flash;
pub mod job;
pub mod message;
pub mod one_time_token;
pub mod read_mark;
pub mod secret;
pub mod session;
pub mod setting;
pub mod staff;
pub mod thread;
pub mod throttle;
pub mod upload;
