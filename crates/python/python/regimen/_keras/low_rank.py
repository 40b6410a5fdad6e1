"""Low-rank adaptation of kernels (LoRA): options that the library reads of layers that stand in a model, and `enable_lora`."""

from .variable import changes

CLASSES = ("Dense", "EinsumDense", "Embedding", "Conv1D", "Conv2D", "Conv3D")
_OPTIONS = ("lora_rank", "lora_alpha")


def apart(class_name, given):
    """Takes these options out of those of a layer, which the library checks by itself."""
    found = {key: given.pop(key) for key in _OPTIONS if class_name in CLASSES and key in given}
    return {key: value for key, value in found.items() if value is not None} if found.get("lora_rank") is not None else {}


def enable(layer, rank, a_initializer=None, b_initializer=None, lora_alpha=None):
    """Freezes the kernel of a layer that is built, and learns two factors of `rank` beside it."""
    from ..keras import initializers

    constraint = "embeddings_constraint" if layer._class == "Embedding" else "kernel_constraint"
    if layer._config.get(constraint) is not None:
        raise ValueError("Lora is incompatible with kernel constraints. In order to enable lora on this layer, remove the "
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
