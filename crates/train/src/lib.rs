//! Compile, the one fit loop, and callbacks
