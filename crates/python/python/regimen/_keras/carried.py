"""Which runners hold what stateful layers carry from batch to batch."""

import weakref

_runners = weakref.WeakKeyDictionary()


def is_stateful(layer):
    """Whether a layer carries states, itself or in a layer that it runs in two directions."""
    inner = layer._inner_layers() if layer._class == "Bidirectional" else []
    return bool(layer._config.get("stateful")) or any(is_stateful(each) for each in inner)


def note(runner, layers):
    """A runner computes with these layers."""
    for layer in layers:
        if layer.__dict__.get("_config", {}) and is_stateful(layer):
            _runners.setdefault(layer, weakref.WeakSet()).add(runner)


def reset(layer):
    """Sets states back to zeros, of all layers of the models that it is a part of: the engine has one call for them."""
    for runner in list(_runners.get(layer, ())):
        runner.native.reset_states()
