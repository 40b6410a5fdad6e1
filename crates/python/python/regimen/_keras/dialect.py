"""Which Keras a program was written for: names, defaults and log keys follow it.

`REGIMEN_KERAS` in the environment goes before what `python -m regimen` reads off a program (see `of_source`); without
either it is today's Keras.
"""

import ast
import os

_version = os.environ.get("REGIMEN_KERAS") or None

# Arguments that only Keras 1 had.
_KERAS_1 = {
    "W_constraint", "b_constraint", "U_constraint", "W_regularizer", "b_regularizer", "U_regularizer", "nb_epoch", "nb_filter",
    "nb_row", "nb_col", "filter_length", "subsample_length", "border_mode", "subsample", "dim_ordering", "dropout_W", "dropout_U",
    "nb_val_samples", "samples_per_epoch", "inner_activation", "inner_init", "pool_length", "show_accuracy",
}
# Calls that only Keras 1 had; those of kernels with their sizes by place.
_KERAS_1_CALLS = {"Merge", "merge", "MaxoutDense", "Highway", "TimeDistributedDense", "AtrousConvolution1D", "AtrousConvolution2D"}
_KERAS_1_SIZES = {"Convolution2D": 3, "Convolution3D": 4, "Deconvolution2D": 3, "SeparableConvolution2D": 3}
# Names that Keras 2 had until 2.2: learning rates as `lr`, logs of accuracy as `acc`.
_KERAS_2 = {"lr"}
_KERAS_2_TEXTS = {"acc", "val_acc"}


def version():
    """Such as "1.2"; None for today's."""
    return _version


def set_version(text):
    """Sets the version; None for today's."""
    global _version
    _version = text


def before(major, minor=0):
    """Whether the dialect is older than a version."""
    if _version is None:
        return False
    parts = [int(part) for part in _version.split(".")[:2]]
    return tuple(parts + [0] * (2 - len(parts))) < (major, minor)


def of_source(text):
    """The version that a program's oldest names belong to: "1.2", "2.2", or None."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return None
    found = None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            names = {keyword.arg for keyword in node.keywords}
            if names & _KERAS_1 or _is_call_of_1(node, names):
                return "1.2"
            if names & _KERAS_2:
                found = "2.2"
            watched = [k.value for k in node.keywords if k.arg == "monitor"]
            if any(_is_text(value) for value in watched):
                found = "2.2"
        elif isinstance(node, ast.Subscript) and _is_text(node.slice):
            found = "2.2"
    return found


def _is_call_of_1(node, names):
    called = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if called == "merge" and "mode" not in names:
        return False
    return called in _KERAS_1_CALLS or len(node.args) >= _KERAS_1_SIZES.get(called, 1 << 10)


def _is_text(node):
    return isinstance(node, ast.Constant) and node.value in _KERAS_2_TEXTS
