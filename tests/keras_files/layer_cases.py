"""A model of one layer for every layer config of tests/golden/layers that is in inference, and for some beside them."""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"
import keras  # noqa: E402
import numpy as np  # noqa: E402

GOLDEN = pathlib.Path(__file__).parent.parent / "golden" / "layers"
# Their calls take states beside inputs: they are tried inside of an RNN.
CELLS = {"GRUCell", "LSTMCell", "SimpleRNNCell", "StackedRNNCells"}
# Called with several arguments instead of a list.
SEVERAL = {"MultiHeadAttention", "GroupQueryAttention"}
# Called with a list, also of one input.
LISTS = {"Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply"}
RESCALING = {"class_name": "Rescaling", "module": "keras.layers", "config": {"scale": 0.5, "offset": 1.0}}
# What stands behind a layer, where it cannot be the last of a model that is trained.
BEHIND = {
    # It gives back the tensor that it is called on, which Keras takes for a cycle where that is an output of the model.
    "Equalization": keras.layers.Flatten,
    # Keras 3.15.1 crops in training alone; in inference it gives pictures back whole, whatever its docstring and the shape of the output
    # say. Before the first step fit() asks a loss for its shape with the one, then it computes it with the other: no target is right for
    # both. So it stands where a program has it, in front of a layer whose output has one size for all pictures.
    "RandomCrop": keras.layers.GlobalAveragePooling2D,
}
# Cases beside the golden ones: class, name, config, shape of the input.
OWN = [
    # The place is drawn where pictures are larger both ways, as the golden ones are not.
    ("RandomCrop", "a place that is drawn", {"height": 3, "width": 4}, (2, 6, 7, 3)),
    # These two go there and back, as the golden ones do not.
    ("RandomShear", "two numbers", {"x_factor": [0.1, 0.3]}, (2, 4, 5, 3)),
    ("Pipeline", "stages without weights", {"layers": [RESCALING, RESCALING]}, (2, 3)),
]
# Cases that Keras 3.15.1 itself does not compute on JAX.
NOT_IN_KERAS = {("MultiHeadAttention", "value_dim"), ("MultiHeadAttention", "gate_value_dim")}


def cases(most):
    """Class, name, config, options of the call and inputs of each case in inference; masks and states of calls are left out."""
    for name, case, config, shape in OWN:
        yield name, case, config, {}, [np.random.RandomState(2).uniform(0, 255, shape).astype("float32")]
    for file in sorted(GOLDEN.glob("*.json")):
        seen = {}
        for case in json.loads(file.read_text()).get("cases", []):
            name = case.get("class_name")
            if not name or "inputs" not in case or case.get("training"):
                continue
            configs = seen.setdefault(name, set())
            call = {key: value for key, value in case.get("call", {}).items() if isinstance(value, bool)}
            key = json.dumps([case["config"], call], sort_keys=True)
            if key in configs or len(configs) >= most:
                continue
            configs.add(key)
            inputs = [np.array(x["data"], dtype=x["dtype"]).reshape(x["shape"]) for x in case["inputs"]]
            yield name, case.get("name"), case["config"], call, [steps_of(x) for x in inputs] if name in CELLS else inputs


def steps_of(x):
    """Three steps, from what is one."""
    return np.stack([x, -x, 2 * x], 1)


def model_of(name, config, call, inputs):
    """A model of one layer with weights that differ from those it begins with."""
    if name == "Rescaling":
        config = {"offset": 0.0, **config}  # its from_config wants every option
    layer = getattr(keras.layers, name).from_config(json.loads(json.dumps(config)))
    symbolic = [keras.Input(x.shape[1:], dtype=str(x.dtype)) for x in inputs]
    if name in CELLS:
        outputs = keras.layers.RNN(layer)(*symbolic)
    elif name in SEVERAL:
        outputs = layer(*symbolic, **call)
    else:
        outputs = layer(symbolic if name in LISTS or len(symbolic) > 1 else symbolic[0], **call)
    if name in BEHIND:
        outputs = keras.layers.Dense(2)(BEHIND[name]()(outputs))
    model = keras.Model(symbolic if len(symbolic) > 1 else symbolic[0], outputs)
    for weight in model.weights:
        if "seed" not in weight.path and weight.dtype == "float32":
            weight.assign(np.random.RandomState(len(weight.path)).uniform(0.1, 1, weight.shape).astype("float32"))
    return model


def flat(outputs):
    """All arrays of outputs."""
    if isinstance(outputs, np.ndarray):
        return [outputs.astype("float64")]
    parts = outputs.values() if isinstance(outputs, dict) else outputs
    return [array for part in parts for array in flat(part)]
