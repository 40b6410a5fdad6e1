"""Written by crates/python/make_stubs.py."""
