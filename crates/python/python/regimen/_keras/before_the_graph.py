"""Layers that read texts, hashes or the values of numbers, on arrays: what they give is computed here, exactly as the library does it
before the graph."""

import numpy as np

from . import quantiles, streams, texts, vocabulary
from .encoded import encoded
from .fingerprints import bucket, crossed, fingerprint64


def called(layer, args, kwargs):
    """What a layer gives for arrays or lists."""
    if not args:
        raise ValueError(f"Layer '{layer.name}' was called without any array or tensor among its arguments")
    return layer._on_array(*args, **kwargs)


def taken(class_name, given):
    """Options as the library takes them, with vocabularies of files read; wrong ones raise what they raise in Keras."""
    for old, new in (("binary", "multi_hot"), ("tf-idf", "tf_idf")):
        if given.get("output_mode") == old:
            given["output_mode"] = new
    _check(class_name, given)
    words = given.get("vocabulary")
    if isinstance(words, str) or hasattr(words, "__fspath__"):
        given["vocabulary"] = vocabulary.tokens_of_file(words, class_name != "IntegerLookup")


def _check(class_name, given):
    if given.get("sparse") and given.get("output_mode", "int") == "int" and class_name != "CategoryEncoding":
        raise ValueError(
            "`sparse` may only be true if `output_mode` is `'one_hot'`, `'multi_hot'`, `'count'` or `'tf_idf'`. Received: "
            f"sparse={given['sparse']} and output_mode={given.get('output_mode', 'int')}"
        )
    if given.get("output_sequence_length") is not None and given.get("output_mode", "int") != "int":
        raise ValueError(
            "`output_sequence_length` must not be set if `output_mode` is not 'int'. Received: "
            f"output_sequence_length={given['output_sequence_length']}"
        )
    if class_name == "Discretization" and given.get("num_bins") is not None and given.get("bin_boundaries") is not None:
        raise ValueError(
            f"Both `num_bins` and `bin_boundaries` should not be set. Received: num_bins={given['num_bins']}, "
            f"bin_boundaries={given['bin_boundaries']}"
        )
    if class_name == "Discretization" and given.get("num_bins") is None and given.get("bin_boundaries") is None:
        raise ValueError("You need to set either `num_bins` or `bin_boundaries`.")
    if class_name == "Hashing" and given.get("output_mode", "int") == "int" and given.get("dtype") is not None:
        own = getattr(given["dtype"], "name", given["dtype"])
        if own not in ("int32", "int64"):
            raise ValueError(f'When `output_mode="int"`, `dtype` should be an integer type, int32 or int64. Received: dtype={own}')
    if class_name == "CategoryEncoding" and given.get("num_tokens") is None:
        raise ValueError(
            "num_tokens must be set to use this layer. If the number of tokens is not known beforehand, use the IntegerLookup layer "
            "instead."
        )
    salt = given.get("salt")
    fits = salt is None or isinstance(salt, int) or isinstance(salt, (tuple, list)) and len(salt) == 2
    if class_name == "Hashing" and not fits:
        raise ValueError(
            f"The `salt` argument for `Hashing` can only be a tuple of size 2 integers, or a single integer. Received: salt={salt}."
        )


def _shape(shape, mode, depth, axis=-1):
    """The shape of places of this shape once they are encoded; `axis` is that of a sample."""
    shape = tuple(shape)
    if mode == "int":
        return shape
    if mode == "one_hot":
        return (*(shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape), depth)
    return (*shape[:axis], *(shape[axis + 1 :] if axis != -1 else ()), depth) if shape else (depth,)


class Hash:
    """Hashing on arrays."""

    def _on_array(self, inputs):
        config, array = self._config, np.asarray(inputs)
        mask, bins = config["mask_value"], config["num_bins"]
        own = 1 if mask is not None and bins > 1 else 0
        of_texts = texts.is_texts(array)
        if of_texts:
            array = texts.array_of(array, self.name)
        elif array.dtype.kind not in "iuf":
            raise ValueError(f"{self.name}: expected texts or numbers, found values of type {array.dtype}")
        values = array.reshape(-1).tolist()
        if own and values and isinstance(mask, str) != of_texts:
            raise ValueError(f"{self.name}: found mask_value={mask!r} and values of type {array.dtype}, expected one type")
        places = [0 if own and value == mask else own + bucket(str(value if of_texts else int(value)), bins - own, config["salt"])
                  for value in values]
        return encoded(np.array(places, dtype="int64").reshape(array.shape), config["output_mode"], bins)


class Cross:
    """HashedCrossing on arrays."""

    def _on_array(self, inputs):
        if not isinstance(inputs, (list, tuple)):
            raise ValueError(f"`HashedCrossing` should be called on a list or tuple of inputs. Received: inputs={inputs}")
        if len(inputs) < 2:
            raise ValueError(f"`HashedCrossing` should be called on at least two inputs. Received: inputs={inputs}")
        arrays = [np.asarray(each) for each in inputs]
        shape = arrays[0].shape
        if len(shape) > 2 or len(shape) == 2 and shape[-1] != 1:
            raise ValueError(
                f"All `HashedCrossing` inputs should have shape `()`, `(batch_size)` or `(batch_size, 1)`. Received: inputs={inputs}"
            )
        if any(array.shape != shape for array in arrays):
            raise ValueError(f"All `HashedCrossing` inputs should have equal shape. Received: inputs={inputs}")
        columns = [self._prints(array, inputs) for array in arrays]
        places = [crossed(row) % self._config["num_bins"] for row in zip(*columns)]
        return encoded(np.array(places, dtype="int64").reshape(shape), self._config["output_mode"], self._config["num_bins"])

    def _prints(self, array, inputs):
        """The fingerprint of each value; that of a whole number is the number."""
        if texts.is_texts(array):
            return [fingerprint64(text.encode()) for text in texts.array_of(array, self.name).reshape(-1).tolist()]
        if array.dtype.kind not in "iu":
            raise ValueError(f"All `HashedCrossing` inputs should have an integer or string dtype. Received: inputs={inputs}")
        return [value & (1 << 64) - 1 for value in array.reshape(-1).tolist()]


class Bins:
    """Discretization on arrays, and the boundaries that it learns."""

    @classmethod
    def from_config(cls, config):
        """A layer with these options; boundaries that were learned are set after it is made."""
        edges, config = config.get("bin_boundaries"), dict(config)
        if edges is not None and config.get("num_bins") is not None:
            made = cls(**{**config, "bin_boundaries": None})
            made.bin_boundaries = edges
            return made
        return super().from_config(config)

    @property
    def output_dtype(self):
        """The type of what it gives."""
        return "int32" if self._config["output_mode"] == "int" else self.compute_dtype

    def compute_output_shape(self, input_shape):
        """The shape of what it gives; a sample lies along the second axis."""
        edges = self._config["bin_boundaries"]
        depth = self._config["num_bins"] if edges is None else len(edges) + 1
        return _shape(input_shape, self._config["output_mode"], depth, axis=1 if len(input_shape) > 1 else 0)

    def compute_output_spec(self, inputs):
        """A symbolic tensor of that shape and type."""
        from .tensors import KerasTensor

        return KerasTensor(self.compute_output_shape(inputs.shape), self.output_dtype)

    def adapt(self, data, batch_size=None, steps=None):
        """Learns boundaries of `num_bins` bins that hold as many values each; a list is taken for batches, as in Keras."""
        if self._config["num_bins"] is None:
            raise ValueError(
                "Cannot adapt a Discretization layer that has been initialized with `bin_boundaries`, use `num_bins` instead."
            )
        self.reset_state()
        for i, batch in enumerate(data if streams.is_stream(data) or isinstance(data, (list, tuple)) else [data]):
            if steps is not None and i >= steps:
                break
            self.update_state(batch)
        self.finalize_state()

    def reset_state(self):
        """Forgets what it has seen."""
        self.__dict__["_summary"] = quantiles.EMPTY

    def update_state(self, data):
        """Takes a batch of values."""
        self.__dict__["_summary"] = quantiles.merged(self.__dict__.get("_summary", quantiles.EMPTY), data, self._config["epsilon"])

    def finalize_state(self):
        """Makes what it has seen its boundaries."""
        if self._config["num_bins"] is not None:
            self.bin_boundaries = quantiles.boundaries(self._summary, self._config["num_bins"]).tolist()

    def _on_array(self, inputs):
        edges = self._config["bin_boundaries"]
        if edges is None:
            raise ValueError(
                "You need to either pass the `bin_boundaries` argument at construction time or call `adapt(dataset)` before you can start "
                "using the `Discretization` layer."
            )
        places = np.searchsorted(np.asarray(edges, dtype="float32"), np.asarray(inputs, dtype="float32"), side="right")
        return encoded(places, self._config["output_mode"], len(edges) + 1)


class Categories:
    """CategoryEncoding on arrays."""

    def compute_output_shape(self, input_shape):
        """The shape of what it gives."""
        return _shape(input_shape, self._config["output_mode"], self._config["num_tokens"])

    def _on_array(self, inputs, count_weights=None):
        if count_weights is not None and self._config["output_mode"] != "count":
            raise ValueError(
                "`count_weights` is not used when `output_mode` is not `'count'`. Received "
                f"`count_weights={count_weights}`."
            )
        array = np.asarray(inputs)
        if array.dtype.kind not in "iubf":
            raise ValueError(f"{self.name}: expected whole numbers, found values of type {array.dtype}")
        return encoded(array.astype("int64"), self._config["output_mode"], self._config["num_tokens"], count_weights)


# More methods of the classes, by name.
PARTS = {
    "StringLookup": vocabulary.Vocabulary, "IntegerLookup": vocabulary.Vocabulary, "TextVectorization": vocabulary.TextsVocabulary,
    "Hashing": Hash, "HashedCrossing": Cross, "Discretization": Bins, "CategoryEncoding": Categories,
}
