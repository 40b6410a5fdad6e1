"""The arguments that a layer is made with, and its config."""

import numpy as np

from . import before_the_graph, by_number, by_place, cell_view, configs, formats, layer_facts, layer_texts, low_rank, naming, positional
from .variable import changes


# Options that are tuples in Keras, where JSON has lists.
_SIZES = ("kernel_size", "strides", "pool_size", "dilation_rate", "padding", "cropping", "size", "output_size", "target_shape", "dims",
          "output_padding")


class Options:
    """The part of a layer that knows its options. `_options` are their names, in Keras's order."""

    def _take(self, args, kwargs):
        """Reads the arguments of the class."""
        args, kwargs = positional.named(self._class_name, args, kwargs)
        ordered = by_place.ordered(self._kind, self._class_name, self._options)
        given = formats.filled(self._class_name, self._options, configs.bound(self._class_name, ordered, args, kwargs))
        given = by_number.revived(given)
        if self._class_name == "BatchNormalization":
            from . import old_arguments

            old_arguments.batch_normalization(given)
        if self._class_name in layer_facts.BEFORE_THE_GRAPH:
            before_the_graph.taken(self._class_name, given)
        self._given_weights = given.pop("weights", None)
        # Functions live as long as the configs that name them.
        given.update({name: _revived(value) for name, value in given.items() if name in layer_facts.HOLD_LAYERS})
        self._held = dict(given)
        self._take_shape(given)
        self._take_name(given)
        self._policy = _policies().of_layer(given.pop("dtype", None))
        self._take_initializers(given)
        layer_texts.check_numbers(self._class_name, given)
        adapted = low_rank.apart(self._class_name, given)
        try:
            self._class, self._config = configs.checked("layers", self._class_name, given)
        except ValueError as error:
            raise layer_texts.of_option(error, given) from None
        self._config.update(adapted)
        # Masks and noise follow from the order in which layers were made, not from their names.
        self._seed = naming.draw() >> 33 if self._config.get("seed", 0) is None else None

    def _set_option(self, name, value):
        """An option that is set after the layer was made."""
        self._set_options(**{name: value})

    def _set_options(self, **options):
        """Several of them, which have to fit each other."""
        cell_view.check_options(self)
        config = {**self._config, **options}
        adapted = low_rank.apart(self._class_name, config)
        self.__dict__["_config"] = {**configs.checked("layers", self._class_name, config)[1], **adapted}
        self.__dict__.setdefault("_held", {}).update(options)
        changes.configs += 1

    def _option(self, name):
        """The value of an option, as an object where it is one."""
        value = self._config[name]
        held = self.__dict__.get("_held", {}).get(name)
        if name in layer_facts.HOLD_LAYERS and held is not None:
            return self._stack(held) if name == "cell" and isinstance(held, list) else held
        if name == "activation" or name.endswith("_activation"):
            from ..keras import activations

            return held if callable(held) and not hasattr(held, "_keras_name") else activations.get(value)
        for suffix in ("initializer", "regularizer", "constraint"):
            if name.endswith(suffix):
                from .. import keras

                return held if callable(held) else getattr(keras, f"{suffix}s").get(value)
        return tuple(value) if isinstance(value, list) else value

    def _stack(self, cells):
        """Several cells as the one that Keras makes of them."""
        if "_stacked" not in self.__dict__:
            from ..keras import layers

            self.__dict__["_stacked"] = layers.StackedRNNCells(cells)
        return self._stacked

    def _take_initializers(self, given):
        """Functions that draw first values: they are asked here, the library does not see them."""
        for key, value in list(given.items()):
            if key.endswith("_initializer") and callable(value) and not getattr(value, "_class_name", ""):
                self._initializers[key[: -len("_initializer")]] = value() if isinstance(value, type) else value
                given[key] = "zeros"

    def _take_name(self, given):
        name = given.pop("name", None)
        if name is not None and (not isinstance(name, str) or "/" in name):
            raise ValueError(f"Argument `name` must be a string and cannot contain character `/`. Received: name={name!r}")
        self.name = name or naming.unique(naming.snake_case(self._class_name))
        trainable = given.pop("trainable", True)
        if not isinstance(trainable, (bool, np.bool_)):
            raise ValueError(f"Expected `trainable` to be a boolean. Received: trainable={trainable} (of type {type(trainable)})")
        self._trainable = bool(trainable)

    def _take_shape(self, given):
        """The shape of the input that a first layer of old declares."""
        shape = given.pop("batch_input_shape", None)
        batch = given.pop("batch_size", None) if "batch_size" not in [o[0] for o in self._options] else None
        if shape is None:
            own = given.pop("input_shape", None)
            if own is None and given.get("input_dim") is not None and not self._has("input_dim"):
                length = given.pop("input_length", None)
                own = (given.pop("input_dim"),)
                own = (length, *own) if length is not None else own
            if own is None and given.get("input_length") is not None and not self._has("input_length"):
                length = given.pop("input_length")
                own = tuple(length) if isinstance(length, (list, tuple)) else (length,)
            if own is not None:
                own = (own,) if isinstance(own, (int, np.integer)) else tuple(own)
                shape = (batch, *own)
        self._input_shape = tuple(shape) if shape is not None else None

    def _has(self, option):
        return any(known[0] == option for known in self._options)

    # -- types

    @property
    def dtype_policy(self):
        """The types that it computes in and keeps its weights in."""
        own = self.__dict__.get("_policy")
        return _policies().get(own) if own is not None else _policies().DTypePolicy("float32")

    @dtype_policy.setter
    def dtype_policy(self, value):
        self._policy = _policies().get(value)

    @property
    def dtype(self):
        """The type of its weights."""
        return self.dtype_policy.variable_dtype

    variable_dtype = dtype

    @property
    def compute_dtype(self):
        """The type that it computes in."""
        return self.dtype_policy.compute_dtype

    input_dtype = compute_dtype

    @property
    def quantization_mode(self):
        """None: nothing is quantized."""
        return None

    # -- config

    def get_config(self):
        """The options, each with its value."""
        own = {key: _tuples(value) if key in _SIZES else value for key, value in self._written_config().items()}
        if own.get("activity_regularizer", self) is None:
            del own["activity_regularizer"]
        return {"name": self.name, "trainable": self._trainable, "dtype": _policies().serialize(self.dtype_policy), **own}

    def _with_inner(self, config):
        """A config with the layers that it is wrapped around as they are now."""
        from .base_layer import Layer

        held = {key: value for key, value in self.__dict__.get("_held", {}).items() if key in config}
        found = {**config, **{key: value._entry() for key, value in held.items() if isinstance(value, Layer)}}
        for key, value in held.items():
            if isinstance(value, list) and value and all(isinstance(each, Layer) for each in value):
                cells = [each._entry() for each in value]
                found[key] = {**found[key], "config": {**found[key]["config"], "cells": cells}} if key == "cell" else cells
        return found

    def _dtype_config(self):
        if self._policy is None:
            return {}
        if configs.for_engine() and self.compute_dtype == "float16" and self.variable_dtype == "float32":
            # Computed in float32, which has all its values, and rounded where arrays come out.
            return {"dtype": "float32"}
        return {"dtype": configs.serialize(self._policy)}

    @classmethod
    def from_config(cls, config):
        """A layer with these options."""
        try:
            return cls(**config)
        except (TypeError, ValueError) as error:
            raise TypeError(f"Error when deserializing class '{cls.__name__}' using config={config}. {error}") from error


def _revived(value):
    """Layers of configs as layers."""
    if isinstance(value, (list, tuple)):
        return [_revived(item) for item in value]
    if not isinstance(value, dict) or "class_name" not in value or value["class_name"].startswith("python>"):
        return value
    from .reading import layer_of

    return layer_of(value)


def _policies():
    from ..keras import dtype_policies

    return dtype_policies


def _tuples(value):
    """Lists as tuples, those inside of them too."""
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
