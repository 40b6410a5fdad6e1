"""Texts as words and numbers, as of old: Tokenizer and the functions beside it."""

import collections
import hashlib
import json

import numpy as np

from ..._keras import configs

_FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'
_MODES = ("binary", "count", "freq", "tfidf")


def base_filter():
    """The characters that are no part of a word, as Keras 1 gave them."""
    return _FILTERS


def text_to_word_sequence(input_text, filters=_FILTERS, lower=True, split=" "):
    """The words of a text."""
    input_text = input_text.lower() if lower else input_text
    return [word for word in input_text.translate(str.maketrans({c: split for c in filters})).split(split) if word]


def one_hot(input_text, n, filters=_FILTERS, lower=True, split=" ", analyzer=None):
    """Words as numbers below n, by Python's `hash`: another in each process, where PYTHONHASHSEED is not set."""
    return hashing_trick(input_text, n, hash, filters=filters, lower=lower, split=split, analyzer=analyzer)


def hashing_trick(text, n, hash_function=None, filters=_FILTERS, lower=True, split=" ", analyzer=None):
    """Words as numbers from 1 to n - 1, by a hash: a function, "md5" (the same everywhere), or None for Python's."""
    words = analyzer(text) if analyzer is not None else text_to_word_sequence(text, filters=filters, lower=lower, split=split)
    if hash_function == "md5":
        hash_function = _md5
    hash_function = hash_function or hash
    return [hash_function(word) % (n - 1) + 1 for word in words]


def _md5(word):
    return int(hashlib.md5(word.encode()).hexdigest(), 16)


class Tokenizer:
    """Numbers the words of texts, the most frequent first; turns texts into numbers and matrices."""

    def __init__(self, num_words=None, filters=_FILTERS, lower=True, split=" ", char_level=False, oov_token=None, analyzer=None, **kwargs):
        if "nb_words" in kwargs:
            configs.tell("Tokenizer: `nb_words` is `num_words` today")
            num_words = kwargs.pop("nb_words")
        self.document_count = kwargs.pop("document_count", 0)
        if kwargs:
            raise TypeError(f"Unrecognized keyword arguments: {kwargs}")
        self.num_words, self.filters, self.lower, self.split = num_words, filters, lower, split
        self.char_level, self.oov_token, self.analyzer = char_level, oov_token, analyzer
        self.word_counts, self.word_docs = collections.OrderedDict(), collections.defaultdict(int)
        self.index_docs, self.word_index, self.index_word = collections.defaultdict(int), {}, {}

    def _words(self, text):
        if self.char_level or isinstance(text, list):
            if not self.lower:
                return text
            return [word.lower() for word in text] if isinstance(text, list) else text.lower()
        if self.analyzer is not None:
            return self.analyzer(text)
        return text_to_word_sequence(text, filters=self.filters, lower=self.lower, split=self.split)

    def fit_on_texts(self, texts):
        """Counts the words of texts (each a text, or a list of words) and numbers them."""
        for text in texts:
            self.document_count += 1
            words = self._words(text)
            for word in words:
                self.word_counts[word] = self.word_counts.get(word, 0) + 1
            for word in dict.fromkeys(words):
                self.word_docs[word] += 1
        ordered = sorted(self.word_counts, key=self.word_counts.get, reverse=True)
        first = [] if self.oov_token is None else [self.oov_token]
        # 0 is left to padding.
        self.word_index = {word: i for i, word in enumerate([*first, *ordered], 1)}
        self.index_word = {i: word for word, i in self.word_index.items()}
        for word, count in self.word_docs.items():
            self.index_docs[self.word_index[word]] = count

    def fit_on_sequences(self, sequences):
        """Counts in how many sequences each number is; `tfidf` needs it where no texts were seen."""
        self.document_count += len(sequences)
        for sequence in sequences:
            for i in set(sequence):
                self.index_docs[i] += 1

    def texts_to_sequences(self, texts):
        """Texts as lists of numbers; words that are not known, or too rare, are left out or become `oov_token`."""
        return list(self.texts_to_sequences_generator(texts))

    def texts_to_sequences_generator(self, texts):
        """`texts_to_sequences`, one after the other."""
        unknown = self.word_index.get(self.oov_token)
        for text in texts:
            found = []
            for word in self._words(text):
                i = self.word_index.get(word)
                if i is None:
                    found += [] if self.oov_token is None else [unknown]
                elif self.num_words and i >= self.num_words:
                    found += [] if unknown is None else [unknown]
                else:
                    found.append(i)
            yield found

    def sequences_to_texts(self, sequences):
        """Lists of numbers as texts, words with a space between them."""
        return list(self.sequences_to_texts_generator(sequences))

    def sequences_to_texts_generator(self, sequences):
        """`sequences_to_texts`, one after the other."""
        unknown = self.word_index.get(self.oov_token)
        for sequence in sequences:
            found = []
            for i in sequence:
                word = self.index_word.get(i)
                if word is None:
                    found += [] if self.oov_token is None else [self.index_word[unknown]]
                elif self.num_words and i >= self.num_words:
                    found += [] if unknown is None else [self.index_word[unknown]]
                else:
                    found.append(word)
            yield " ".join(found)

    def texts_to_matrix(self, texts, mode="binary"):
        """A row for each text, a column for each word: "binary", "count", "freq" or "tfidf"."""
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode=mode)

    def sequences_to_matrix(self, sequences, mode="binary"):
        """`texts_to_matrix` of lists of numbers."""
        if not self.num_words and not self.word_index:
            raise ValueError("Specify a dimension (`num_words` argument), or fit on some text data first.")
        if mode == "tfidf" and not self.document_count:
            raise ValueError("Fit the Tokenizer on some data before using tfidf mode.")
        if mode not in _MODES:
            raise ValueError("Unknown vectorization mode:", mode)
        width = self.num_words or len(self.word_index) + 1
        found = np.zeros((len(sequences), width))
        for row, sequence in zip(found, sequences):
            for i, count in collections.Counter(j for j in sequence if j < width).items():
                row[i] = self._weight(mode, i, count, len(sequence))
        return found

    def _weight(self, mode, i, count, length):
        if mode == "binary":
            return 1
        if mode == "count":
            return count
        if mode == "freq":
            return count / length
        return (1 + np.log(count)) * np.log(1 + self.document_count / (1 + self.index_docs.get(i, 0)))

    def get_config(self):
        """Options, and the counts as JSON."""
        counts = {name: json.dumps(getattr(self, name)) for name in ("word_counts", "word_docs", "index_docs", "index_word", "word_index")}
        options = ("num_words", "filters", "lower", "split", "char_level", "oov_token", "document_count")
        return {**{name: getattr(self, name) for name in options}, **counts}

    def to_json(self, **kwargs):
        """All of it as JSON; `tokenizer_from_json` reads it. An `analyzer` is not written."""
        return json.dumps({"class_name": type(self).__name__, "config": self.get_config()}, **kwargs)


def tokenizer_from_json(json_string):
    """A tokenizer from the JSON of `to_json()`, of this package or of Keras."""
    config = dict(json.loads(json_string)["config"])
    counts = {name: json.loads(config.pop(name)) for name in ("word_counts", "word_docs", "index_docs", "index_word", "word_index")}
    tokenizer = Tokenizer(**config)
    tokenizer.word_counts = collections.OrderedDict(counts["word_counts"])
    tokenizer.word_docs = collections.defaultdict(int, counts["word_docs"])
    tokenizer.index_docs = collections.defaultdict(int, {int(i): count for i, count in counts["index_docs"].items()})
    tokenizer.index_word = {int(i): word for i, word in counts["index_word"].items()}
    tokenizer.word_index = counts["word_index"]
    return tokenizer


__all__ = ["Tokenizer", "base_filter", "hashing_trick", "one_hot", "text_to_word_sequence", "tokenizer_from_json"]
