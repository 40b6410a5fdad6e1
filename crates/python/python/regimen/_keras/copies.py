"""What copies of a model are compiled with: the library's objects by their configs, those of a program as they are."""

import copy

from . import dialect


def of_program(model):
    """Optimizer, loss, metrics and weighted metrics of a model, where one of them is a program's; None where all are the library's."""
    compiled = model._compiled
    if compiled is None or "python>" not in str(compiled):
        return None
    own = model.optimizer if "python>" in str(compiled["optimizer"]) else None
    return own, *model._held_by_compile


def give(model, compiled, objects):
    """Compiles a copy as its original was."""
    from ..keras import optimizers

    optimizer, loss, metrics, weighted = objects or (None, None, None, None)
    optimizer = copy.copy(optimizer) if optimizer is not None else optimizers.get(compiled["optimizer"])
    if objects is not None:
        model.compile(optimizer, loss, loss_weights=compiled["loss_weights"], metrics=metrics, weighted_metrics=weighted)
        return
    model.optimizer, model.loss, model._compiled = optimizer, compiled["loss"], compiled
    model._held_by_compile = (None, None, None)  # all of it is the library's
    optimizer._bind(model)


def compile_alike(clone, model):
    """Compiles a clone as the model is, since Keras 3; its optimizer begins anew, with the learning rate of now."""
    if not model.compiled or dialect.before(3):
        return
    give(clone, copy.deepcopy(model._compiled), of_program(model))
    if model.loss is not None:
        clone.loss = model.loss
    rate = model.optimizer.get_config().get("learning_rate")
    if isinstance(rate, float):
        clone.optimizer.learning_rate = rate
