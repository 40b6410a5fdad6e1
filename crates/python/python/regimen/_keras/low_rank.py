"""Low-rank adaptation of kernels (LoRA): options that the library reads of layers that stand in a model, and `enable_lora`."""

from .variable import Variable, changes

CLASSES = ("Dense", "EinsumDense", "Embedding", "Conv1D", "Conv2D", "Conv3D")
TOLD = ("lora_enabled", "lora_rank", "lora_alpha")
_OPTIONS = ("lora_rank", "lora_alpha")


def apart(class_name, given):
    """Takes these options out of those of a layer, which the library checks by itself."""
    found = {key: given.pop(key) for key in _OPTIONS if class_name in CLASSES and key in given}
    return {key: value for key, value in found.items() if value is not None} if found.get("lora_rank") is not None else {}


def enable(layer, rank, a_initializer=None, b_initializer=None, lora_alpha=None):
    """Freezes the kernel of a layer that is built, and learns two factors of `rank` beside it."""
    from ..keras import initializers

    weight = "embedding" if layer._class == "Embedding" else "kernel"
    constraint = "embeddings_constraint" if layer._class == "Embedding" else "kernel_constraint"
    if layer._config.get(constraint) is not None:
        raise ValueError(f"Lora is incompatible with {weight} constraints. In order to enable lora on this layer, remove the "
                         f"`{constraint}` argument.")
    if not layer.built:
        raise ValueError("Cannot enable lora on a layer that isn't yet built.")
    if layer._config.get("lora_rank") is not None:
        raise ValueError("lora is already enabled. This can only be done once per layer.")
    layer._config.update({"lora_rank": rank, **({} if lora_alpha is None else {"lora_alpha": lora_alpha})})
    try:
        weights = layer._weights_as_built()
    except ValueError:
        for key in _OPTIONS:
            layer._config.pop(key, None)
        raise
    layer._make_variables(weights)
    for weight in weights:
        own = weight["path"].split("/", 1)[1]
        variable = layer._variables[own]
        variable.trainable = weight["trainable"] or not layer._trainable
        initializer = {"a": a_initializer, "b": b_initializer}.get(own[-1]) if own.startswith("lora_") else None
        if initializer is not None:
            variable.assign(initializers.get(initializer)(variable.shape))
    changes.configs += 1


def is_adapted(layer):
    """Whether a layer learns factors beside its kernel."""
    return layer._class in CLASSES and layer._config.get("lora_rank") is not None


def is_base(layer, variable):
    """Whether a variable is the kernel that factors stand beside."""
    return is_adapted(layer) and any(layer._variables.get(name) is variable for name in ("kernel", "embeddings"))


def told(layer, name):
    """`lora_enabled`, `lora_rank` or `lora_alpha` of a layer."""
    rank, alpha = (layer._config.get(key) for key in _OPTIONS)
    return {"lora_enabled": rank is not None, "lora_rank": rank, "lora_alpha": rank if alpha is None else alpha}[name]


def seen(layer, name):
    """A variable of a layer as its attribute has it: a kernel with what its factors add."""
    variable = layer._variables[name]
    if name not in ("kernel", "embeddings") or not is_adapted(layer):
        return variable
    from ..keras import ops

    a, b = (layer._variables[f"lora_{name}_{which}"] for which in "ab")
    return ops.add(variable, ops.matmul(a, b) * (told(layer, "lora_alpha") / told(layer, "lora_rank")))


def plain(layer):
    """A layer that gives the same and has one kernel: the engine computes factors in models alone."""
    twin = layer.__dict__.get("_plain")
    kept = [name for name in layer._variables if not name.startswith("lora_")]
    if twin is None:
        twin = object.__new__(type(layer))
        config = {key: value for key, value in layer._config.items() if key not in _OPTIONS}
        twin.__dict__.update({**layer.__dict__, "_config": config, "_inbound_nodes": [], "_losses": [], "_on_arrays": {}})
        twin.__dict__["_variables"] = {
            name: Variable(layer._variables[name].numpy(), name=name, layer=twin, path=name) for name in kept}
        layer.__dict__["_plain"] = twin
    for name in kept:
        twin._variables[name].assign(seen(layer, name))
    return twin
