//! The Redis reply tree, and its encoding and decoding in RESP2 and RESP3.
