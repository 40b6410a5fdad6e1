"""The parts of make_golden.py, one file per subject."""
