//! Redis connections without sockets: feed bytes, take bytes.
