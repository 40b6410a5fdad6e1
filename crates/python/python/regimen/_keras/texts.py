"""Texts as arrays, and cut into tokens: standardized, split, joined to n-grams. Letters are lowered in ASCII alone, punctuation and
whitespace are those of ASCII, as TextVectorization has it in the library."""

import re

import numpy as np

_LOWER = {code: chr(code).lower() for code in range(ord("A"), ord("Z") + 1)}
_STRIPPED = {code: None for code in range(ord("!"), ord("~") + 1) if not chr(code).isalnum()}
_WORD = re.compile("[^ \t\n\v\f\r]+")


def is_texts(array):
    """Whether an array holds texts or bytes."""
    return array.dtype.kind in "US" or array.dtype.kind == "O" and all(isinstance(item, (str, bytes)) for item in array.flat)


def array_of(values, what, encoding="utf-8"):
    """Texts as an array of `str`; bytes are read in an encoding."""
    array = np.asarray(values)
    if array.size and not is_texts(array):
        raise ValueError(f"{what}: expected texts, found values of type {array.dtype}")
    if array.dtype.kind == "U":
        return array
    read = [item.decode(encoding) if isinstance(item, bytes) else item for item in array.flat]
    return np.array(read, dtype=str).reshape(array.shape)


def standardized(text, how):
    """A text as it is before it is split; `how` is the option `standardize`."""
    if how in ("lower", "lower_and_strip_punctuation"):
        text = text.translate(_LOWER)
    return text.translate(_STRIPPED) if how in ("strip_punctuation", "lower_and_strip_punctuation") else text


def split(text, how):
    """The tokens of a text: words or characters."""
    return _WORD.findall(text) if how == "whitespace" else list(text)


def joined(tokens, ngrams):
    """Runs of tokens of these lengths, the shorter ones first; `ngrams` is the option of TextVectorization."""
    if ngrams is None:
        return tokens
    widths = range(1, ngrams + 1) if isinstance(ngrams, int) else ngrams
    return [" ".join(tokens[i : i + width]) for width in widths for i in range(len(tokens) - width + 1)]
