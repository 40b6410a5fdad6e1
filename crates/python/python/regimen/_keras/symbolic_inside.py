"""Symbolic tensors of a model inside of what is traced, where they have no value: a loss or `call` that reads one from around it."""

from .tensors import tensors_in


def check(values):
    """Refuses nested values of a graph that hold a symbolic tensor, too."""
    symbolic = tensors_in(values)
    if symbolic:
        raise ValueError(
            f"A KerasTensor cannot be used as input to a function that is traced: {symbolic[0]}{_from(symbolic[0])} is a placeholder in "
            "the model, and a loss, a metric or `call` of a layer sees only the values that it is given. Add what follows from it with "
            "model.add_loss(...) before compile(), give it out of the model as an output with a loss of its own, or give it to the "
            "layer as an argument of its call"
        )


def _from(tensor):
    """The layers that a symbolic tensor follows from, beyond the operations that made it."""
    from .function_layer import FunctionLayer, Operation

    names, waiting, seen = [], [tensor], set()
    while waiting:
        layer, index, _ = waiting.pop(0)._keras_history or (None, 0, 0)
        if layer is None or (id(layer), index) in seen:
            continue
        seen.add((id(layer), index))
        if isinstance(layer, (FunctionLayer, Operation)):
            waiting += layer._inbound_nodes[index].input_tensors
        elif layer.name not in names:
            names.append(layer.name)
    return f" (from {', '.join(names)})" if names else ""
