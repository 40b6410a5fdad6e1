"""The variables of a layer, and what comes with them."""

import numpy as np

from . import cell_view, freezing, layer_paths
from .variable import Variable, drawn_by


# What an RNN over several cells calls them together.
_STACKED = "stacked_rnn_cells/"


def _with_forget_bias(initializer):
    """Draws the biases of an LSTM's four gates, of which that of the forget gate begins at one."""

    def draw(shape, dtype=None):
        units = shape[0] // 4
        return np.concatenate([drawn_by(initializer, (units,), dtype), np.ones(units), drawn_by(initializer, (2 * units,), dtype)])

    return draw


class Weights:
    """The part of a layer that holds variables."""

    def _shared(self, path):
        """The variable of a layer that this one is wrapped around; Keras's Bidirectional makes layers of its own."""
        if self._class == "Bidirectional":
            return None
        path = path.removeprefix(_STACKED)
        for layer in self._inner_layers():
            if path.startswith(f"{layer.name}/") and layer.built:
                try:
                    return layer._variable(path[len(layer.name) + 1 :])
                except (KeyError, StopIteration):
                    return None
        return None

    def _path_to(self, layer):
        """The layers from inside this one to another; None where it is not in it."""
        if layer is self:
            return []
        for inner in self.__dict__.get("_layers") or self._sublayers:
            path = inner._path_to(layer)
            if path is not None:
                return [inner, *path]
        return None

    def _variable(self, path):
        """The variable of a path below this layer."""
        if path in self._variables:
            return self._variables[path]
        name, _, rest = path.partition("/")
        for layer in self._sublayers:
            if layer.name == name:
                return layer._variable(rest)
        raise KeyError(path)

    def _make_variables(self, weights):
        layer_paths.begin(self)
        for weight in weights:
            own = weight["path"].split("/", 1)[1]
            name = own.rsplit("/", 1)[-1]
            if own in self._variables:
                continue
            shared = self._shared(own)
            if shared is not None:
                self._variables[own] = shared
                continue
            mine = self._first_value_of(own)
            variable = Variable(
                mine or weight["initializer"], weight["shape"], trainable=weight["trainable"], name=name, layer=self,
                path=own,
            )
            variable._held = tuple(self._option_of(name, kind) for kind in ("regularizer", "constraint"))
            self._variables[own] = variable
        self._hand_in()
        cell_view.share(self)

    def _first_value_of(self, path):
        """What a program gave to draw the first value of a weight, to this layer or to the one inside of it that has the weight."""
        layer, *inside = self, *path.split("/")
        name = inside.pop()
        for part in inside:
            names = (part, part.removeprefix("forward_"), part.removeprefix("backward_"))
            layer = next((each for each in layer.__dict__.get("_layers") or layer._inner_layers() if each.name in names), layer)
        found = layer._initializers.get(name) or layer._initializers.get(name.removesuffix("_kernel"))
        return _with_forget_bias(found) if found is not None and name == "bias" and layer._config.get("unit_forget_bias") else found

    def _hand_in(self):
        """Layers that it is wrapped around have their variables, too; Bidirectional makes layers of its own."""
        for layer in self._inner_layers() if self._class != "Bidirectional" else []:
            start = f"{layer.name}/"
            own = {path.removeprefix(_STACKED).removeprefix(start): variable for path, variable in self._variables.items()
                   if path.removeprefix(_STACKED).startswith(start)}
            if own and not layer.built and layer._class_name:
                layer._variables, layer.built = own, True
                layer._hand_in()

    def _option_of(self, weight, kind):
        """The regularizer or constraint of a weight."""
        weight = weight[len("lora_") : -len("_a")] if weight.startswith("lora_") else weight
        for name in (weight, weight.removesuffix("_kernel")):
            if self._config.get(f"{name}_{kind}") is not None:
                return self._option(f"{name}_{kind}")
        return None

    # -- which there are

    @property
    def trainable(self):
        """Whether training moves its weights."""
        return self._trainable

    @trainable.setter
    def trainable(self, value):
        self._trainable = bool(value)
        freezing.thaw(self)
        for layer in self._inner_layers():
            layer.trainable = value

    def _all_layers(self):
        return self._flatten_layers()

    @property
    def weights(self):
        """Variables that were made trainable, then the others."""
        return self._own()

    variables = weights

    @property
    def trainable_weights(self):
        """Variables that training moves."""
        return freezing.moved(self) if self._trainable else []

    trainable_variables = trainable_weights

    @property
    def non_trainable_weights(self):
        """Variables that training does not move."""
        moved = {id(v) for v in self.trainable_weights}
        return [v for v in self.weights if id(v) not in moved]

    non_trainable_variables = non_trainable_weights

    def get_weights(self):
        """Values of all variables, as arrays."""
        return [np.array(v.numpy()) for v in self.weights]

    def set_weights(self, weights):
        """Sets all variables."""
        own = self.weights
        if len(weights) != len(own):
            raise ValueError(
                f"You called `set_weights(weights)` on layer '{self.name}' with a weight list of length {len(weights)}, but the layer "
                f"was expecting {len(own)} weights."
            )
        for variable, value in zip(own, weights):
            value = np.asarray(value)
            if value.shape != variable.shape:
                raise ValueError(
                    f"Layer {self.name} weight shape {variable.shape} is not compatible with provided weight shape {value.shape}."
                )
        for variable, value in zip(own, weights):
            variable.assign(value)

    def count_params(self):
        """Numbers in its variables."""
        if not self.built:
            raise ValueError(
                f"You tried to call `count_params` on layer '{self.name}', but the layer isn't built. You can build it manually via: "
                "`layer.build(input_shape)`."
            )
        return int(sum(np.prod(v.shape, dtype=np.int64) for v in self.weights))

    def save_own_variables(self, store):
        """Puts the values of its own variables into a dict, by number."""
        for i, variable in enumerate(self._own()):
            store[str(i)] = variable.numpy()

    def load_own_variables(self, store):
        """Sets its own variables from such a dict."""
        own = self._own()
        if len(store) != len(own):
            hint = "" if self.built else " The layer is not built: build it first, or call it on data."
            raise ValueError(
                f"Layer '{self.name}' expected {len(own)} variables, but received {len(store)} variables during "
                f"loading.{hint}"
            )
        for i, variable in enumerate(own):
            variable.assign(store[str(i)])

    def _own(self):
        own = list(self._variables.values())
        if self._config.get("lora_rank") is not None:
            return own  # a kernel that was adapted stays in its place
        moved, still = [v for v in own if v.was_made_trainable], [v for v in own if not v.was_made_trainable]
        # SpectralNormalization holds the kernel of its layer as a variable of its own, which goes first.
        first = 1 if self._class_name == "SpectralNormalization" else len(moved)
        return moved[:first] + still + moved[first:]

    # -- layers inside, and losses

    def _inner_layers(self):
        """Layers that it was given."""
        from .base_layer import Layer
        from .nested import found

        return found(list(self.__dict__.get("_held", {}).values()), Layer)

    def _flatten_layers(self, include_self=True, recursive=True):
        """The layer, and all those inside of it."""
        all_ = [self] if include_self else []
        for layer in self._inner_layers():
            all_ += layer._flatten_layers(True, recursive) if recursive else [layer]
        return list({id(layer): layer for layer in all_}.values())

    @property
    def losses(self):
        """Penalties: those of its last call on arrays, and those of its weights."""
        found = [loss for layer in self._flatten_layers() for loss in layer._losses]
        for variable in {id(v): v for v in self.trainable_weights}.values():
            regularizer = variable.regularizer
            if regularizer is not None:
                found.append(regularizer(variable.numpy()))
        return found

    def _clear_losses(self):
        for layer in self._flatten_layers():
            layer._losses = []

    @property
    def metrics(self):
        """Metrics that it keeps: none."""
        return []

    @property
    def metrics_variables(self):
        """Variables of these metrics."""
        return [v for metric in self.metrics for v in metric.variables]
