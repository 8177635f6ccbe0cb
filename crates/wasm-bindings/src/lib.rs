//! Redmoon for JavaScript hosts: the WebAssembly module behind the npm package.
