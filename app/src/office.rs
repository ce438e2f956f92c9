//! Staff's own pages. Threads and files are the portal's pages in staff's words.

pub mod inbox;
