"""What a model was compiled with, in files: objects of a program among it are there as Keras writes them; the engine has their numbers."""

import json

from .. import _regimen
from . import by_number, configs, copies, tf_loss_scale
from .registered import get_registered_object
from .user_line import warn

_PARTS = ("loss", "metrics", "weighted_metrics")
# Metrics for which Keras takes a class by the shapes of target and output.
_BY_SHAPES = ("accuracy", "acc", "crossentropy", "ce")
NOT_COMPILED = "the model is not compiled"
_UNSAID = "{what}: the file does not say what the model was compiled with, and load_model() gives it uncompiled: {fault}"
_WITHOUT = "Load the model with compile=False, and compile it"


class _NotLocated(TypeError):
    """The program has not registered what a model was compiled with."""


class _Code(ValueError):
    """It was compiled with a function that is there as code."""


# -- how Keras computes, which changes nothing here and stays as it was

_HOW = ("run_eagerly", "steps_per_execution", "jit_compile")


def how(model):
    """What a model was told of it, for files."""
    eagerly, steps, jit = (getattr(model, name) for name in _HOW)
    return {"run_eagerly": bool(eagerly), "steps_per_execution": int(steps), "jit_compile": jit if jit == "auto" else bool(jit)}


def take_how(model, given):
    """Sets it to what a file says; where that does not say it, Keras decides."""
    for name, usual in zip(_HOW, (False, 1, "auto")):
        setattr(model, name, usual if given.get(name) is None else given[name])


# -- writing


def written(model):
    """A model's compile config as Keras writes it; None where all of it is the library's, which writes it itself."""
    compiled = model._compiled
    if compiled is None or model.loss is not None and not by_number.is_in_text(compiled):
        return None
    loss, metrics, weighted = model._held_by_compile
    return {
        "optimizer": _placed(_entries(model.optimizer)), "loss": _entries(loss), "loss_weights": compiled["loss_weights"],
        "metrics": _entries(metrics), "weighted_metrics": _entries(weighted), **how(model),
    }


def text(model):
    """The same as files get it; `null` where no file can hold it."""
    try:
        found = written(model)
        return None if found is None else configs.dumps(found)
    except Exception:  # noqa: BLE001 -- what a get_config raises comes out of save(), which `tell` is called for
        return "null"


def tell(model, what="save()"):
    """Says where files do not hold what the model was compiled with; other errors of `get_config` come out of `save()`."""
    try:
        configs.dumps(written(model))
    except Exception as fault:  # noqa: BLE001 -- training does not end for a file
        if what == "save()" and not isinstance(fault, (NotImplementedError, ValueError)):
            raise
        warn(_UNSAID.format(what=what, fault=fault))


def _entries(given):
    """Names as they are, objects as `{module, class_name, config, registered_name}`, nested as they were given."""
    from ..keras import saving

    if isinstance(given, dict):
        return {key: _entries(value) for key, value in given.items()}
    if isinstance(given, (list, tuple)):
        return [_entries(value) for value in given]
    if given is None or isinstance(given, str):
        return given
    entry = by_number.named(saving.serialize_keras_object(given))
    if by_number.is_in_text(entry):
        raise NotImplementedError(f"{getattr(given, 'name', given)}: holds a function without a name, or an object without a get_config()")
    return entry


def _placed(value):
    """The config of an optimizer with where the schedule and the optimizer inside of it are."""
    from ..keras import optimizers

    if isinstance(value, list):
        return [_placed(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: _placed(item) for key, item in value.items()}
    if "class_name" not in value or "module" in value:
        return found
    is_schedule = hasattr(optimizers.schedules, value["class_name"])
    return {"module": f"keras.optimizers{'.schedules' if is_schedule else ''}", **found, "registered_name": None}


# -- reading


def give(model, path, read, kept, notes):
    """Compiles a model that the library has read from a file; gives what is to be told. `read` is what it was compiled with, None where
    the library does not know all of it: TypeError for what the program has not registered, as in Keras."""
    stands = _regimen.file_config(path)[1]
    if stands is None:
        return notes
    take_how(model, json.loads(stands))
    given = plain(json.loads(stands if read is None else read))
    by_number.refuse(given, path, _WITHOUT)
    own = _any_of_program(given)
    scaled = tf_loss_scale.today(given.get("optimizer")) if read is None else None
    if scaled is not None and not own:
        return [note for note in notes if not note.startswith(NOT_COMPILED)] + _give_scaled(model, path, given, scaled)
    if read is not None and not own:
        given.pop("version", None)
        copies.give(model, given, None)
        model.optimizer._from_file = kept
        return notes
    told = give_objects(model, path, given, only_look=not own)
    return [note for note in notes if not own or not note.startswith(NOT_COMPILED)] + told


def _give_scaled(model, path, given, optimizer):
    """Compiles a model with an optimizer under a loss scale of tf_keras."""
    try:
        copies.give(model, {part: given.get(part) for part in ("loss", "loss_weights", *_PARTS[1:])} | {"optimizer": optimizer}, None)
    except (TypeError, ValueError, NotImplementedError) as error:
        return [f"{NOT_COMPILED}: {error}"]
    model.optimizer._from_file = tf_loss_scale.state(optimizer, _kept(model, path), float(model.optimizer.learning_rate))
    return []


def _kept(model, path):
    """What a file has of the optimizer of a model."""
    inputs = [[list(t.shape[1:]), t.dtype] for t in model._known_inputs()]
    return _regimen.read_optimizer(path, configs.engine_text(model._root()), configs.dumps(inputs))


def give_objects(model, path, given, only_look=False):
    """Compiles a model with the objects of a config, and its optimizer goes on as the file says; gives what is to be told."""
    by_number.refuse(given, path, _WITHOUT)
    try:
        options = made(given)
        if only_look:
            return []  # what the library has read says why the model is not compiled
        model.compile(**options, **how(model))
    except (_NotLocated, _Code):
        raise
    except (TypeError, ValueError, NotImplementedError) as error:
        return [] if only_look else [f"{NOT_COMPILED}: {error}"]
    model.optimizer._from_file = _kept(model, path)
    return []


def plain(value):
    """What was read, with lists in the place of arrays."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("class_name") in ("__numpy__", "__tensor__"):
        return value["config"]["value"]
    return {key: plain(item) for key, item in value.items()}


def made(config):
    """Arguments of `compile` from a config of them."""
    from ..keras import losses, metrics

    options = {"optimizer": _made(config.get("optimizer")), "loss_weights": config.get("loss_weights")}
    options.update({part: _nested(config.get(part), losses if part == "loss" else metrics) for part in _PARTS})
    return {part: value for part, value in options.items() if value is not None}


def _nested(value, module):
    if isinstance(value, (list, tuple)):
        return [_nested(item, module) for item in value]
    if isinstance(value, dict) and "class_name" not in value:
        return {key: _nested(item, module) for key, item in value.items()}
    return _named(value, module) if isinstance(value, str) else _made(value)


def _named(name, module):
    """What the program has under a name; a name of the library as it is."""
    if (found := get_registered_object(name)) is not None or name in _BY_SHAPES:
        return name if found is None else found
    if name == "<lambda>":
        return _made({"class_name": "__lambda__"})
    try:
        module.get(name)
    except ValueError:
        raise _not_located("function", name) from None
    return name


def _made(entry):
    """The object of an entry: of the program, or of the library with those of the program in its config."""
    from ..keras import saving

    if not isinstance(entry, dict):
        return entry
    if "__lambda__" in entry.values() or entry.get("config") == "<lambda>":
        raise _Code(f"a lambda, which the model was compiled with, is code, and none is taken from files. {_WITHOUT}")
    inner = entry.get("config")
    config = _revived(inner) if isinstance(inner, dict) and not _is_of_program(entry) else inner
    try:
        return saving.deserialize_keras_object({**entry, "config": config})
    except TypeError as fault:
        if "Could not locate" not in str(fault):
            raise
        name = inner if entry["class_name"] == "function" else entry["class_name"]
        raise _not_located("function" if name is inner else "class", name) from None


def _revived(value, key=None):
    """The config of an object of the library with objects of the program in it."""
    if isinstance(value, list):
        return [_revived(item) for item in value]
    if isinstance(value, dict):
        return _made(value) if _is_of_program(value) else {name: _revived(item, name) for name, item in value.items()}
    found = get_registered_object(value) if key == "fn" and isinstance(value, str) else None
    return value if found is None else found


def _not_located(what, name):
    return _NotLocated(
        f"Could not locate {what} '{str(name).rpartition('>')[2]}', which the model was compiled with. Make sure custom classes and "
        "functions are decorated with `@keras.saving.register_keras_serializable()`, or give them in custom_objects; with compile=False "
        f"load_model() does not ask for it. Full name: {name!r}"
    )


def _is_of_program(entry):
    """Whether an entry is an object of the program, or is meant to be one."""
    from . import of_program

    if "class_name" not in entry:
        return False
    names = (entry.get("registered_name"), entry["class_name"], entry.get("config"))
    known = any(get_registered_object(name) is not None for name in names if isinstance(name, str))
    if _is_in_python(entry):
        return True
    return known or of_program.is_of_program(entry) or bool("module" in entry and entry["module"] is None and entry.get("registered_name"))


def _is_in_python(entry):
    """Whether an entry is a loss of the library with options that it has in Python alone."""
    options = entry.get("config")
    return entry["class_name"] == "CategoricalFocalCrossentropy" and isinstance(options, dict) and isinstance(options.get("alpha"), list)


def _any_of_program(value, key=None):
    """Whether objects of the program are in what a model was compiled with."""
    if isinstance(value, list):
        return any(_any_of_program(item, key) for item in value)
    if isinstance(value, dict):
        inner = value.get("config") if value.get("class_name") != "function" else None
        rest = value.items() if "class_name" not in value else inner.items() if isinstance(inner, dict) else ()
        return _is_of_program(value) or any(_any_of_program(item, key if key in _PARTS else name) for name, item in rest)
    return isinstance(value, str) and key in (*_PARTS, "fn") and (">" in value or get_registered_object(value) is not None)
