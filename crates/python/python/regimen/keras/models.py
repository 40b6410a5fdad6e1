"""Models, and reading them from files."""

from .._keras.absent import absent as _absent
from .._keras.functional import Functional
from .._keras.reading import load_model, model_from_json
from .._keras.sequential import Sequential
from .._keras.written_model import WrittenModel as Model


def save_model(model, filepath, overwrite=True, zipped=None, **kwargs):
    """`model.save(filepath)`."""
    model.save(filepath, overwrite=overwrite, zipped=zipped, **kwargs)


def clone_model(model, input_tensors=None, clone_function=None, call_function=None, recursive=False, **kwargs):
    """A model of the same layers with weights of its own, compiled alike; `clone_function(layer)` gives the layer that stands for one.

    It begins at `input_tensors`, nested as the model's inputs are; `call_function(layer, *args, **kwargs)` calls the layers of a
    functional model.
    """
    if kwargs:
        raise ValueError(f"Unexpected keyword argument(s): {tuple(kwargs)}")
    from .._keras import by_number, copies
    from .._keras.cloning import cloned
    from .._keras.reading import model_of

    if any(given is not None for given in (clone_function, input_tensors, call_function)):
        clone = cloned(model, clone_function, recursive, input_tensors, call_function)
    else:
        with by_number.in_process():
            config = model._object()
        clone = model_of(config)
    copies.compile_alike(clone, model)
    return clone


def model_from_yaml(yaml_string, custom_objects=None):
    """Gone in Keras too."""
    raise RuntimeError(
        "Method `model_from_yaml()` has been removed due to security risk of arbitrary code execution. Please use `Model.to_json()` and "
        "`model_from_json()` instead."
    )


def model_from_config(config, custom_objects=None):
    """A model from `{class_name, config}`."""
    from ..keras import utils
    from .._keras.reading import model_of

    with utils.custom_object_scope(custom_objects):
        return model_of(config)


__getattr__ = _absent("keras.models", {"Graph": "it went with Keras 1; wire the same layers with keras.Input and Model(inputs, outputs)"})

Model.__name__ = "Model"

__all__ = ["Functional", "Model", "Sequential", "clone_model", "load_model", "model_from_json", "save_model"]
