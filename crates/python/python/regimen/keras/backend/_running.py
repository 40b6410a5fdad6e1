"""What `K` had for graphs and sessions: functions between symbolic tensors, the phase of learning, names."""

import numpy as np

from ..._keras import configs, naming
from ..._keras.tensors import KerasTensor


class Function:
    """Outputs of layers for arrays, in inference; what is no tensor among the inputs is the phase of learning."""

    def __init__(self, inputs, outputs):
        from ..._keras.functional import Functional

        self._single = not isinstance(outputs, (list, tuple))
        outputs = [outputs] if self._single else list(outputs)
        inputs = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        self._tensors = [isinstance(tensor, KerasTensor) for tensor in inputs]
        if not any(self._tensors) or not all(isinstance(tensor, KerasTensor) for tensor in outputs):
            raise NotImplementedError(
                "K.function: inputs and outputs have to be symbolic tensors of a model (model.input, layer.output) here; what is computed "
                "from "
                "weights belongs into a layer, a loss or a metric of your own"
            )
        self._model = Functional([t for t, is_tensor in zip(inputs, self._tensors) if is_tensor], outputs)

    def __call__(self, inputs, *more):
        """Values of the outputs, as a list where a list was asked for."""
        values = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs, *more]
        phases = [value for value, is_tensor in zip(values, self._tensors) if not is_tensor]
        if any(bool(np.any(phase)) for phase in phases):
            raise NotImplementedError("K.function: the phase of learning is 0 here (as in predict); training belongs to fit")
        values += [None] * (len(self._tensors) - len(values))
        found = self._model.predict([np.asarray(value) for value, is_tensor in zip(values, self._tensors) if is_tensor], verbose=0)
        found = found if isinstance(found, list) else [found]
        return found[0] if self._single else found


def function(inputs, outputs, updates=None, name=None, **kwargs):
    """A function from the inputs of a model to outputs of its layers; `name` is of TensorFlow's graphs."""
    if updates or kwargs:
        raise NotImplementedError(f"K.function: {'updates' if updates else ', '.join(kwargs)} cannot be given here; weights are moved by "
                                  "fit and assign")
    return Function(inputs, outputs)


def gradients(loss, variables):
    """Not there: the engine makes gradients for training alone."""
    raise NotImplementedError("K.gradients: gradients with respect to chosen values are not supported here; fit and train_on_batch use "
                              "them inside")


def learning_phase():
    """1 in a layer that runs in training, 0 elsewhere."""
    from ..._keras.layer import running_mode

    return int(running_mode())


def set_learning_phase(value):
    """0 is what models do outside of fit; 1 is refused, since fit says when layers are in training."""
    if value not in (0, False):
        raise NotImplementedError(f"K.set_learning_phase({value!r}): layers are in training inside of fit here, and nowhere else")


def in_train_phase(x, alt, training=None):
    """The one in training, the other elsewhere; functions are called."""
    chosen = x if (learning_phase() if training is None else training) else alt
    return chosen() if callable(chosen) else chosen


def in_test_phase(x, alt, training=None):
    """The other way round."""
    return in_train_phase(alt, x, training=training)


def placeholder(shape=None, ndim=None, dtype=None, sparse=False, name=None, ragged=False):
    """A symbolic tensor that is given later."""
    from ..._keras.model import Input

    if shape is None and ndim is None:
        raise ValueError("K.placeholder: give a shape, or a number of axes")
    return Input(batch_shape=tuple(shape) if shape is not None else (None,) * ndim, dtype=dtype, sparse=sparse, ragged=ragged, name=name)


def get_session():
    """There are no sessions here."""
    raise NotImplementedError("K.get_session: there are no sessions and no graphs of TensorFlow here; get_weights, predict and K.function "
                              "give values")


def set_session(session):
    """Nothing to set: there are no sessions here, and a note says so."""
    configs.tell("K.set_session: there are no sessions of TensorFlow here; what a session was told about devices has no effect")


def get_uid(prefix=""):
    """How often this was asked for a prefix, this time among them."""
    naming.unique(f"uid of {prefix}")
    return naming._counts[f"uid of {prefix}"]


def reset_uids():
    """Counts anew."""
    naming.clear()
