"""Preprocessing of sequences, as of old."""

from . import image, sequence, text
