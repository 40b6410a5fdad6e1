"""Where Keras's files keep the layers inside of one that a program wrote: by the attributes that hold them.

Follows `_walk_saveable` and `_save_container_state` of keras/src/saving/saving_lib.py: attributes in order of their names, `layers` first
in models that are wired, layers in lists and dicts by class and number.
"""

import re

from . import naming


def held_as(layer, path):
    """Attribute path and class of the layer whose weights have `path` below `layer`; None where neither is known."""
    from .functional import Functional
    from .sequential import Sequential
    from .written_model import WrittenModel

    if not path:
        return ("", type(layer).__name__) if WrittenModel in type(layer).__mro__ and layer._inner is not None else None
    parent, inner = layer, None
    for name in path.split("/"):
        parent = inner if inner is not None else parent
        held = parent.layers if isinstance(parent, (Functional, Sequential)) else parent._inner_layers()
        inner = next((found for found in held if found.name == name), None)
        if inner is None:
            return None
    attribute = _attributes(parent).get(id(inner))
    return (attribute, type(inner)._class_name or type(inner).__name__) if attribute is not None else None


def _attributes(layer):
    """Paths of the layers in a layer, by identity."""
    from .functional import Functional
    from .layer import Layer
    from .sequential import Sequential
    from .written_layer import is_written
    from .written_model import WrittenModel

    if isinstance(layer, (Functional, Sequential)):
        return _numbered(layer.layers, "layers")
    if not is_written(layer):
        return {}
    found, own = {}, dict(layer.__dict__)
    if WrittenModel in type(layer).__mro__:
        own["layers"] = layer.layers  # an attribute like others
    for name in sorted(own, key=_natural):
        value = own[name]
        if name.startswith("__") or name in OWN:
            continue
        if isinstance(value, Layer):
            found.setdefault(id(value), name)
        elif isinstance(value, dict):
            found.update({key: place for key, place in _numbered(value.values(), name).items() if key not in found})
        elif isinstance(value, (list, tuple, set)):
            found.update({key: place for key, place in _numbered(value, name).items() if key not in found})
    return found


# Attributes in which the package itself holds layers, or what they are made of.
OWN = frozenset((
    "_sublayers _inner _layers _structures _inbound_nodes _by_name _on_arrays _held _variables _initializers _losses _config _made_with "
    "_trained_as _held_by_compile _compiled _shown _fast _fingerprint _form _arguments _has_mask _owners _seen _spec _build_shape "
    "_input_shape _output_structure _output_dtypes _output_masks _old_options _first_weights _regimen_methods history"
).split())


def _numbered(layers, name):
    from .layer import Layer

    counts, found = {}, {}
    for layer in layers:
        if not isinstance(layer, Layer) or id(layer) in found:
            continue
        class_name = naming.snake_case(type(layer)._class_name or type(layer).__name__)
        count = counts[class_name] = counts.get(class_name, -1) + 1
        found[id(layer)] = f"{name}/{class_name}" if count == 0 else f"{name}/{class_name}_{count}"
    return found


def _natural(name):
    """`a_10` comes after `a_2`."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]
