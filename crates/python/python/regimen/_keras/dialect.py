"""Which Keras a program was written for: names, defaults and log keys follow it.

`REGIMEN_KERAS` in the environment goes before what `python -m regimen` reads off a program (see `of_source`); without
either it is today's Keras.
"""

import ast
import os
import re

# Arguments that only Keras 1 had.
_KERAS_1 = {
    "W_constraint", "b_constraint", "U_constraint", "W_regularizer", "b_regularizer", "U_regularizer", "nb_epoch", "nb_filter",
    "nb_row", "nb_col", "filter_length", "subsample_length", "border_mode", "subsample", "dim_ordering", "dropout_W", "dropout_U",
    "nb_val_samples", "samples_per_epoch", "inner_activation", "inner_init", "pool_length", "show_accuracy",
}
# Calls that only Keras 1 had; those of kernels with their sizes by place.
_KERAS_1_CALLS = {"Merge", "merge", "MaxoutDense", "Highway", "TimeDistributedDense", "AtrousConvolution1D", "AtrousConvolution2D"}
_KERAS_1_SIZES = {"Convolution2D": 3, "Convolution3D": 4, "Deconvolution2D": 3, "SeparableConvolution2D": 3}
_KERAS_1_MODULES = ("keras.objectives",)
_KERAS_1_FUNCTIONS = {"set_image_dim_ordering"}
# Names that Keras 2 had until 2.2: learning rates as `lr`, logs of accuracy as `acc`, and what went with Keras 2.
_KERAS_2 = {"lr"}
_KERAS_2_TEXTS = {"acc", "val_acc"}
_KERAS_2_MODULES = (
    *(f"keras.layers.{name}" for name in ("core", "convolutional", "pooling", "recurrent", "embeddings", "normalization", "noise", "local",
                                          "advanced_activations", "wrappers", "merge")),
    *(f"keras.utils.{name}" for name in ("np_utils", "vis_utils", "generic_utils")), "keras.engine", "keras.wrappers",
)
_KERAS_2_METHODS = {"fit_generator", "evaluate_generator", "predict_generator", "predict_classes"}


def version():
    """Such as "1.2"; None for today's."""
    return _version


def set_version(text):
    """Sets the version; None for today's."""
    global _version, _parts
    if text is not None and not re.fullmatch(r"\d+(\.\d+)*", text):
        raise ValueError(f"REGIMEN_KERAS: found {text!r}, expected the version of a Keras, such as 1.2, 2.2 or 3")
    _version, _parts = text, tuple(int(part) for part in (text or "").split(".")[:2] if part)


def before(major, minor=0):
    """Whether the dialect is older than a version."""
    return _version is not None and (*_parts, 0)[:2] < (major, minor)


def of_source(text):
    """The version that a program's oldest names belong to: "1.2", "2.2", or None."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return None
    nodes = list(ast.walk(tree))
    found = {_of_node(node) for node in nodes} - {None}
    if not found and any(map(_is_weak_sign_of_2, nodes)) and not any(map(_is_sign_of_later, nodes)):
        found = {"2.2"}
    return min(found, default=None)


def _of_node(node):
    if isinstance(node, ast.Call):
        names = {keyword.arg for keyword in node.keywords}
        if names & _KERAS_1 or _is_call_of_1(node, names):
            return "1.2"
        watched = [k.value for k in node.keywords if k.arg == "monitor"]
        return "2.2" if names & _KERAS_2 or any(_is_text(value) for value in watched) else None
    if isinstance(node, ast.Subscript):
        return "2.2" if _is_text(node.slice) else None
    return "1.2" if _imports(node, _KERAS_1_MODULES) else None


def _is_weak_sign_of_2(node):
    """Names that went with Keras 2, some of which it had until its end."""
    if not isinstance(node, ast.Call):
        return _imports(node, _KERAS_2_MODULES)
    called = _called(node)
    # An estimator of scikit-learn has `predict_proba`, too.
    if called == "predict_proba":
        return any(keyword.arg in ("batch_size", "verbose") for keyword in node.keywords)
    return called in _KERAS_2_METHODS or (called == "LeakyReLU" and any(keyword.arg == "alpha" for keyword in node.keywords))


def _is_sign_of_later(node):
    """Names that came with Keras 2.3."""
    if isinstance(node, ast.Constant):
        return node.value == "val_accuracy"
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant) and node.slice.value == "accuracy"
    if not isinstance(node, ast.Call):
        return False
    asked = _called(node) == "get" and node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value == "accuracy"
    return asked or any(keyword.arg == "learning_rate" for keyword in node.keywords)


def _imports(node, known):
    """Whether a statement imports one of these modules, or something out of it."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    else:
        return False
    return any(name == module or name.startswith(f"{module}.") for name in names for module in known)


def _called(node):
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def _is_call_of_1(node, names):
    called = _called(node)
    if called in _KERAS_1_FUNCTIONS:
        return True
    if called == "merge" and "mode" not in names:
        return False
    return called in _KERAS_1_CALLS or len(node.args) >= _KERAS_1_SIZES.get(called, 1 << 10)


def _is_text(node):
    return isinstance(node, ast.Constant) and node.value in _KERAS_2_TEXTS


set_version(os.environ.get("REGIMEN_KERAS") or None)
