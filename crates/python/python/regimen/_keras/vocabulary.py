"""Layers that look up texts or whole numbers in a vocabulary: what they learn from data, and what they give for arrays."""

import collections
import os

import numpy as np

from . import streams, texts
from .encoded import encoded, of_rows
from .fingerprints import bucket


class Vocabulary:
    """The part of StringLookup, IntegerLookup and TextVectorization that knows a vocabulary. Tokens that are learned are an option of the
    layer, where the engine and files have them too."""

    @classmethod
    def from_config(cls, config):
        """A layer with these options. A config cannot have it read a file."""
        if isinstance(config.get("vocabulary"), str):
            raise ValueError(f"{cls.__name__}: the vocabulary of a config is a list of tokens, found the path {config['vocabulary']!r}")
        return super().from_config(config)

    # -- options

    def _mask_token(self):
        return "" if self._class == "TextVectorization" else self._config.get("mask_token")

    def _oov_token(self):
        return "[UNK]" if self._class == "TextVectorization" else self._config["oov_token"]

    def _oov_start(self):
        return 1 if self._mask_token() is not None and self._config["output_mode"] == "int" else 0

    def _token_start(self):
        return self._oov_start() + self._config.get("num_oov_indices", 1)

    def _is_of_texts(self):
        return self._class != "IntegerLookup"

    def _tokens(self):
        """The vocabulary without the tokens that stand for masked and unknown ones."""
        given = self._config.get("vocabulary")
        return [] if given is None else self._without_special(list(given))

    def _without_special(self, given):
        start = self._token_start()
        special = [self._mask_token()] * self._oov_start() + [self._oov_token()] * (start - self._oov_start())
        return given[start:] if given[:start] == special else given

    def _table(self):
        """Places of tokens, made once for each vocabulary."""
        given = self._config.get("vocabulary")
        kept = self.__dict__.get("_kept_table")
        if kept is None or kept[0] is not given:
            start = self._token_start()
            kept = (given, {token: start + i for i, token in enumerate(self._tokens())})
            self.__dict__["_kept_table"] = kept
        return kept[1]

    # -- the vocabulary

    def get_vocabulary(self, include_special_tokens=True):
        """The tokens by their places; first those that stand for masked and unknown ones."""
        unknown = self._token_start() - self._oov_start()
        special = [self._mask_token()] * self._oov_start() + [self._oov_token()] * unknown
        return [*(special if include_special_tokens else []), *self._tokens()]

    def vocabulary_size(self):
        """How many tokens there are, those that stand for masked and unknown ones included."""
        return self._token_start() + len(self._table())

    def set_vocabulary(self, vocabulary, idf_weights=None):
        """Takes a vocabulary that is known: a list, an array, or the path of a text file with a token in each line."""
        if isinstance(vocabulary, (str, os.PathLike)):
            if self._config["output_mode"] == "tf_idf":
                raise ValueError("output_mode `'tf_idf'` does not support loading a vocabulary from file.")
            vocabulary = tokens_of_file(vocabulary, self._is_of_texts())
        given = np.asarray(vocabulary).tolist()
        if not given:
            raise ValueError(f"Cannot set an empty vocabulary. Received: vocabulary={vocabulary}")
        self._check_tokens(given, self._without_special(given))
        if idf_weights is not None:
            weights = np.asarray(idf_weights, dtype="float32")
            if weights.shape != (len(given),):
                raise ValueError(f"`idf_weights` must be the same length as vocabulary: {weights.shape} for {len(given)} tokens")
            idf_weights = weights.tolist()
        self._learned(given, idf_weights)

    def _check_tokens(self, given, tokens):
        repeated = [token for token, count in collections.Counter(tokens).items() if count > 1]
        if repeated:
            raise ValueError(
                "The passed vocabulary has at least one repeated term. Please uniquify your dataset. The repeated terms are: "
                f"{repeated}"
            )
        reserved = {"mask": self._mask_token(), "OOV": self._oov_token() if self._config.get("invert") else None}
        for what, token in reserved.items():
            if token is not None and token in tokens:
                raise ValueError(
                    f"Found reserved {what} token at unexpected location in `vocabulary`: {token!r} at index {given.index(token)}. Leave "
                    f"it out, or let the vocabulary begin with {self.get_vocabulary()[: self._token_start()]}"
                )
        size, most = self._token_start() + len(tokens), self._config["max_tokens"]
        if most is not None and size > most:
            raise ValueError(
                f"Attempted to set a vocabulary larger than the maximum vocab size. Received vocabulary size is {size}; `max_tokens` is "
                f"{most}."
            )

    def _learned(self, tokens, weights):
        self._set_options(vocabulary=tokens, **({"idf_weights": weights} if weights is not None else {}))
        self.__dict__["_has_learned"] = True

    # -- learning

    def adapt(self, data, batch_size=None, steps=None):
        """Learns the vocabulary of data: the most frequent tokens first, later ones in the order of tokens before earlier ones."""
        self.reset_state()
        if streams.is_stream(data):
            for i, batch in enumerate(data):
                if steps is not None and i >= steps:
                    break
                self.update_state(batch)
        else:
            array = self._array(data)
            self.update_state(array[:, None] if array.ndim == 1 else array)
        self.finalize_state()

    def reset_state(self):
        """Forgets what was counted and not made a vocabulary yet."""
        self.__dict__["_counts"] = (collections.Counter(), collections.Counter(), [0])

    def update_state(self, data):
        """Counts the tokens of a batch; each row is a document."""
        if self._config.get("vocabulary") is not None and not self.__dict__.get("_has_learned"):
            raise ValueError(
                f"Cannot adapt layer '{self.name}' after setting a static vocabulary via `vocabulary` argument or `set_vocabulary()` "
                "method."
            )
        if "_counts" not in self.__dict__:
            self.reset_state()
        counts, documents, rows = self._counts
        for document in self._documents(self._array(data)):
            counts.update(document)
            documents.update(set(document))
            rows[0] += 1

    def _documents(self, array):
        return array.reshape(1, -1).tolist() if array.ndim < 2 else [row.reshape(-1).tolist() for row in array]

    def finalize_state(self):
        """Makes what was counted the vocabulary."""
        counts, documents, rows = self.__dict__.pop("_counts", ({}, {}, [0]))
        for special in (self._mask_token(), self._oov_token()):
            counts.pop(special, None)
        if not counts:
            return
        order = (lambda t: (counts[t], t.encode())) if self._is_of_texts() else (lambda t: (counts[t], t))
        tokens = sorted(counts, key=order, reverse=True)
        if self._config["max_tokens"]:
            tokens = tokens[: self._config["max_tokens"] - self._token_start()]
        weights = None
        if self._config["output_mode"] == "tf_idf":
            weights = np.log(1 + rows[0] / (1 + np.array([documents[token] for token in tokens]))).tolist()
        self._learned(tokens, weights)

    # -- arrays

    def _array(self, values):
        if self._is_of_texts():
            return texts.array_of(values, self.name, self._config["encoding"])
        array = np.asarray(values)
        if array.dtype.kind not in "iub" and array.size:
            raise ValueError(f"{self.name}: expected whole numbers, found values of type {array.dtype}")
        return array.astype("int64")

    def _on_array(self, inputs):
        """What it gives for texts or numbers."""
        if self._config.get("invert"):
            return self._inverted(np.asarray(inputs))
        array = self._array(inputs)
        return self._encoded(self._places(array.reshape(-1).tolist()), array.shape)

    def _encoded(self, places, shape):
        mode = self._config["output_mode"]
        depth = self._depth()
        found = encoded(np.array(places, dtype="int64").reshape(shape), "count" if mode == "tf_idf" else mode, depth)
        return found * self._weights(depth) if mode == "tf_idf" else found

    def _depth(self):
        if self._config.get("vocabulary") is None:
            raise RuntimeError(
                f"When using `output_mode={self._config['output_mode']}` and `pad_to_max_tokens=False`, you must set the layer's "
                "vocabulary before calling it. Either pass a `vocabulary` argument to the layer, or call `adapt` with some sample data."
            )
        return self._config["max_tokens"] if self._config["pad_to_max_tokens"] else self.vocabulary_size()

    def _weights(self, depth):
        """One weight for each place; unknown tokens have the mean."""
        known = self._config.get("idf_weights")
        if known is None:
            raise ValueError("When `output_mode` is `'tf_idf'`, `idf_weights` must be provided.")
        known = np.asarray(known, dtype="float32")
        missing = self._token_start() - (len(known) - len(self._tokens()))
        front = np.full(missing, known.mean(), dtype="float32")
        return np.concatenate([front, known, np.zeros(depth - missing - len(known), dtype="float32")])

    def _places(self, values):
        """Where values are in the vocabulary; those that count nowhere are at -1."""
        table, mask = self._table(), self._mask_token()
        masked = 0 if self._config["output_mode"] == "int" else -1
        unknown = [value for value in values if value not in table and not (mask is not None and value == mask)]
        places = {value: self._unknown(value) for value in set(unknown)}
        if mask is not None:
            places[mask] = masked
        return [places[value] if value in places else table[value] for value in values]

    def _unknown(self, value):
        count = self._config.get("num_oov_indices", 1)
        if count == 0:
            raise ValueError(
                f"When `num_oov_indices=0` all inputs should be in vocabulary, found OOV values {[value]}, consider setting "
                "`num_oov_indices=1`."
            )
        if count == 1:
            return self._oov_start()
        if not self._is_of_texts() and self._config["oov_method"] != "farmhash":
            return self._oov_start() + value % count
        return self._oov_start() + bucket(str(value), count, self._config.get("salt"))

    def _inverted(self, places):
        if places.dtype.kind not in "iub":
            raise ValueError(f"{self.name}: expected whole numbers, found values of type {places.dtype}")
        names = dict(enumerate(self.get_vocabulary()))
        if self._mask_token() is not None:
            names[0] = self._mask_token()
        found = [names.get(place, self._oov_token()) for place in places.reshape(-1).tolist()]
        return np.array(found, dtype=str if self._is_of_texts() else "int32").reshape(places.shape)


class TextsVocabulary(Vocabulary):
    """The same for TextVectorization, which cuts texts into tokens first."""

    def _rows(self, array):
        """Tokens of each text."""
        config = self._config
        if array.ndim > 1 and array.shape[-1] != 1 or array.ndim > 2:
            raise ValueError(
                "When using `TextVectorization` to tokenize strings, the input rank must be 1 or the last shape dimension must be 1. "
                f"Received: inputs.shape={array.shape} with rank={array.ndim}"
            )
        cut = (texts.split(texts.standardized(text, config["standardize"]), config["split"]) for text in array.reshape(-1).tolist())
        return [texts.joined(tokens, config["ngrams"]) for tokens in cut]

    def _whole(self, array):
        """Texts that are not split; n-grams join those of a row."""
        changed = [texts.standardized(text, self._config["standardize"]) for text in array.reshape(-1).tolist()]
        array = np.array(changed, dtype=str).reshape(array.shape)
        if self._config["ngrams"] is None:
            return array
        return np.array([texts.joined(row, self._config["ngrams"]) for row in array.reshape(-1, array.shape[-1]).tolist()], dtype=str)

    def _documents(self, array):
        return super()._documents(self._whole(array)) if self._config["split"] is None else self._rows(array)

    def _on_array(self, inputs):
        array, length = self._array(inputs), self._config["output_sequence_length"]
        if self._config["split"] is None:
            whole = self._whole(array)
            found = self._encoded(self._places(whole.reshape(-1).tolist()), whole.shape)
            return _to_length(found, length) if length is not None else found
        rows = [self._places(tokens) for tokens in self._rows(array)]
        if array.ndim == 0:
            return self._encoded(rows[0], (len(rows[0]),)) if length is None else _to_length(np.array(rows[0], dtype="int32"), length)
        mode, depth = self._config["output_mode"], self._depth()
        if mode == "int":
            length = max((len(row) for row in rows), default=0) if length is None else length
            return np.array([(row + [0] * length)[:length] for row in rows], dtype="int32").reshape(len(rows), length)
        if mode == "one_hot":
            raise ValueError(f"{self.name}: output_mode='one_hot' needs texts of one length; use multi_hot, count or tf_idf, or split=None")
        found = of_rows(rows, "count" if mode == "tf_idf" else mode, depth)
        return found * self._weights(depth) if mode == "tf_idf" else found


def _to_length(found, length):
    cut = found[..., :length]
    return np.pad(cut, [(0, 0)] * (cut.ndim - 1) + [(0, length - cut.shape[-1])])


def tokens_of_file(path, of_texts):
    """The lines of a text file."""
    if not os.path.exists(path):
        raise ValueError(f"Vocabulary file {path} does not exist.")
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    return lines if of_texts else [int(line) for line in lines]
