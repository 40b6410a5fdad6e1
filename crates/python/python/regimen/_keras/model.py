"""What every model is: layers, variables, summary, and what it does with data."""

import copy
import json

from .. import _regimen
from . import by_number, copies, dialect, freezing, in_trace, model_calls, naming, notebook, run_settings, terminal
from .eager_array import eager
from .layer import InputLayer, Layer
from .runner import engine_text
from .tensors import tensors_in
from .traced import any_traced, at_once
from .training import Trained


def Input(shape=None, batch_size=None, dtype=None, sparse=None, ragged=None, batch_shape=None, name=None, tensor=None, optional=False,
          **kwargs):
    """A symbolic tensor that a model takes."""
    layer = InputLayer(shape=shape, batch_size=batch_size, dtype=dtype, sparse=sparse, ragged=ragged, batch_shape=batch_shape, name=name,
                       input_tensor=tensor, optional=optional, **kwargs)
    return layer.output


# What Keras asks while it trains, evaluates and predicts, and the engine does not.
_OF_STEPS = ("train_step", "test_step", "predict_step", "compute_loss", "compute_metrics", "make_train_function", "make_test_function",
             "make_predict_function", "stateless_call", "stateless_compute_loss", "reset_metrics", "get_metrics_result", "metrics")


class Model(Trained, Layer):
    """A model: `Model(inputs, outputs)`."""

    _class_name = "Functional"

    def _start(self, name, trainable=True):
        self._set_up()
        self._class, self._config, self._policy = type(self)._class_name, {}, None
        self.name = name or naming.unique(naming.snake_case(type(self).__name__))
        self._trainable = trainable
        self.__dict__["supports_masking"] = False
        self._start_training()

    # -- layers and variables

    @property
    def layers(self):
        """Layers in order."""
        return list(self._layers)

    def get_layer(self, name=None, index=None):
        """A layer by name or place."""
        if index is not None and name is not None:
            raise ValueError(f"Provide only a layer name or a layer index. Received: index={index}, name={name}.")
        layers = self.layers
        if index is not None:
            if len(layers) <= index:
                raise ValueError(f"Was asked to retrieve layer at index {index} but model only has {len(layers)} layers.")
            return layers[index]
        if name is not None:
            for layer in layers:
                if layer.name == name:
                    return layer
            raise ValueError(f"No such layer: {name}. Existing layers are: {[layer.name for layer in layers]}.")
        raise ValueError("Provide either a layer name or layer index at `get_layer`.")

    def _all_layers(self):
        return [self, *(inner for layer in self._layers for inner in layer._all_layers())]

    @property
    def trainable(self):
        """Whether training moves its weights."""
        return self._trainable

    @trainable.setter
    def trainable(self, value):
        self._trainable = bool(value)
        for layer in self._layers:
            layer.trainable = value

    @property
    def weights(self):
        """Variables of the layers in order."""
        found = {id(v): v for layer in self._layers for v in layer.weights}
        return list(found.values())

    variables = weights

    @property
    def trainable_weights(self):
        """Variables that training moves."""
        return freezing.moved(self) if self._trainable else []

    trainable_variables = trainable_weights

    def _variable(self, path):
        """The variable of a path as the library has it."""
        name, rest = path.split("/", 1)
        layer = self._by_name.get(name) if hasattr(self, "_by_name") else None
        if layer is None:
            layer = next(layer for layer in self._layers if layer.name == name)
        return layer._variable(rest)

    # -- pickling

    def __reduce__(self):
        from .reading import kept_of, restored

        compiled, objects = self._compiled, copies.of_program(self)
        kept = kept_of(self.optimizer) if compiled is not None else None
        # Objects that cannot be written are refused by `to_json`: their numbers hold in this process alone.
        return restored, (self.to_json(), self.get_weights() if self.built else None, compiled, kept, objects)

    def __deepcopy__(self, memo):
        from .reading import kept_of, restored

        with by_number.in_process():
            text = json.dumps(self._entry())
        compiled = copy.deepcopy(self._compiled)
        kept = kept_of(self.optimizer) if compiled is not None else None
        return restored(text, self.get_weights() if self.built else None, compiled, kept, copies.of_program(self))

    # -- config

    def to_json(self, **kwargs):
        """The config as JSON; weights and what it was compiled with are not in it."""
        entry = self._entry()
        by_number.check(entry)
        return json.dumps({**entry, "keras_version": "3.15.1", "backend": "jax"}, **kwargs)

    def _entry(self):
        module = "keras.src.models.functional" if self._class == "Functional" else "keras"
        return {"module": module, **self._object(), "registered_name": None if self._class != "Functional" else "Functional"}

    def summary(self, line_length=None, positions=None, print_fn=None, expand_nested=False, show_trainable=False, layer_range=None):
        """Prints the layers with their shapes and numbers of parameters."""
        inputs, params = self._declared(), self._optimizer_params()
        drawn = lambda length: _regimen.summary(
            engine_text(self), inputs, params, length, positions, expand_nested, show_trainable,
            tuple(layer_range) if layer_range else None,
        )
        text = drawn(line_length)
        if line_length is None and notebook.display() is None and (most := terminal.columns() - 4) < max(map(len, text.split("\n"))):
            text = drawn(most)
        if print_fn is not None or run_settings.interactive():
            (print_fn or print)(text.rstrip("\n"))

    def _known_inputs(self):
        """What it takes, as symbolic tensors; none where that is not known yet."""
        return self.inputs if self._is_wired() else []

    def _declared(self):
        return "[]"

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        own = ("call",) if cls._class_name else ()
        mine = [name for name in (*_OF_STEPS, *own) if name in cls.__dict__]
        if mine and not cls.__module__.startswith("regimen."):
            raise NotImplementedError(
                f"{cls.__name__}: overrides {', '.join(mine)}; the steps of training are the engine's here. A loss of your own "
                "(`compile`, `add_loss`) "
                "and callbacks do most of what they are overridden for"
            )

    def _two_modes(self):
        return any(layer._two_modes() for layer in self._layers)

    def __call__(self, *args, **kwargs):
        inputs, training, mask = model_calls.of_call(self.name, args, kwargs)
        given = {key: value for key, value in (("training", training), ("mask", mask)) if value is not None}
        if tensors_in((inputs, given)) or any_traced((inputs, given)) or in_trace.is_part(self):
            return Layer.__call__(self, inputs, **given)
        if mask is not None or (training and self._two_modes()) or (training is None and self._says_modes()):
            return Layer.__call__(self, inputs, **given)
        with at_once(self):
            return eager(self.predict(inputs, verbose=0, batch_size=1 << 30))

    def _says_modes(self):
        """Whether a call between symbolic tensors inside of it said `training`, which counts where a call of it does not say it."""
        return not dialect.before(3) and any(getattr(layer, "_own_modes", False) for layer in self._all_layers())

    def _infer(self, args, kwargs):
        if not self.built:
            shapes = [tensor.shape for tensor in tensors_in((args, kwargs))]
            self.build(shapes if len(shapes) > 1 else shapes[0])
        return [tuple(shape) for shape in self._described(args, kwargs)["outputs_of_call"]]

    def _described(self, args, kwargs):
        told = super()._described(args, kwargs)
        told["outputs_of_call"] = told["layers"].get(self.name) or told["outputs"]
        return told
