//! An in-memory Redis keyspace: data types, command table, expiry.
