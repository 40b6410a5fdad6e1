"""What stateful layers carry from batch to batch: one state for all runners that compute with a layer."""

import weakref

from .. import _regimen

# Of a layer and the name of its state: the runner that has computed with it last, and the path there.
_latest = weakref.WeakKeyDictionary()
# Runners that have states of a layer.
_runners = weakref.WeakKeyDictionary()


def is_stateful(layer):
    """Whether a layer carries states, itself or in a layer that it runs in two directions."""
    inner = layer._inner_layers() if layer._class == "Bidirectional" else []
    return bool(layer._config.get("stateful")) or any(is_stateful(each) for each in inner)


def of(runner, root):
    """`[(path, layer, name)]` of the states of a runner."""
    found = []
    for path in runner.native.carried_paths():
        names, layer = path.split("/"), root
        while len(names) > 1 and (inner := _below(layer, names[0])) is not None:
            layer, names = inner, names[1:]
        _runners.setdefault(layer, weakref.WeakSet()).add(runner)
        found.append((path, layer, "/".join(names)))
    return found


def _below(layer, name):
    """The layer of this name inside of a layer; what the two of Bidirectional carry is its own."""
    if layer._class == "Bidirectional":
        return None
    inner = layer.__dict__.get("_layers") or layer._inner_layers()
    return next((each for each in inner if each.name == name), None)


def take(runner):
    """A runner is about to compute: it goes on from where the layers are."""
    for path, layer, name in runner.carried:
        known = _latest.setdefault(layer, {})
        source, there = known[name] if name in known else (lambda: None, None)
        other = source()
        if other is not None and other is not runner:
            value = other.native.carried(there)
            if value.shape == runner.native.carried(path).shape:
                runner.native.set_carried(path, value)
        known[name] = weakref.ref(runner), path


def now(layer):
    """Values of the states of a layer, in order; None where nothing has computed with it."""
    known = _latest.get(layer, {})
    sources = [(known[name][0](), known[name][1]) for name in sorted(known)]
    return [runner.native.carried(path) for runner, path in sources] if sources and all(runner for runner, _ in sources) else None


def reset(layers):
    """Sets the states of layers, and of those inside of them, back to zeros."""
    layers = {id(inner) for layer in layers for inner in layer._all_layers()} | {
        id(inner) for layer in layers for inner in _inside(layer)}
    runners = {runner for layer, known in list(_runners.items()) if id(layer) in layers for runner in known}
    for runner in runners:
        paths = [path for path, layer, _ in runner.carried if id(layer) in layers]
        if runner.training:
            _regimen.ask("reset_states", (paths,))
        else:
            runner.native.reset_states(paths)


def _inside(layer):
    return [each for inner in layer._inner_layers() for each in (inner, *_inside(inner))] if hasattr(layer, "_inner_layers") else []
