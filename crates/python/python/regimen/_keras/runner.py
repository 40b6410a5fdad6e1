"""A model on the engine, and the variables that it shares with Python."""

import json

from .. import _regimen
from . import carried, configs, dialect, freezing, layer_texts, naming, saved_compile, vector_logs
from .variable import changes


class Runner:
    """A native runner with what of each variable it has seen."""

    def __init__(self, model, inputs, targets, compile_config):
        compiled = configs.dumps({**compile_config, **saved_compile.how(model)}) if compile_config is not None else None
        root, seed = model._root(), naming.draw() >> 1
        made = lambda text: _made(text, configs.dumps(inputs), configs.dumps(targets), compiled, seed, dialect.version())
        text = freezing.engine_text(model)
        self.native = made(text)
        self.inputs, self.targets = inputs, targets
        self.variables = [(path, root._variable(path)) for path in self.native.paths()]
        # The engine is told of them by their paths, which it gives itself.
        if marks := _marks(self.variables):
            self.native = made(_with(text, marks))
            self.variables = [(path, root._variable(path)) for path in self.native.paths()]
        if compiled is not None and (own := saved_compile.text(model)) is not None:
            self.native.set_file_compile(own)
        self.carried = carried.of(self, root)
        self.seen, self.synced = {}, -1
        # Inside of fit: what callbacks have set and the loop has not taken yet.
        self.training, self.pending = False, {}
        # What callbacks have put into the logs of epochs and is no number: the loop's logs have numbers.
        self.others = {}
        self.configs = 0
        # Metrics that give an array of one number, which the engine logs as a number.
        self.ones = vector_logs.ones(compile_config, model._target_names())
        self._names = sorted(vector_logs.folded_names(self.native.log_names()), key=lambda name: name != "loss")
        self._params = self.native.optimizer_params() if compiled is not None else None

    def log_names(self):
        """Names of loss and metrics, the loss of the whole first."""
        return list(self._names)

    def optimizer_params(self):
        """How many numbers the optimizer keeps; inside of a run, what it was at its beginning."""
        try:
            self._params = self.native.optimizer_params()
        except RuntimeError:  # it runs
            pass
        return self._params

    def push(self):
        """Hands it every variable that has changed since, and what stateful layers carry."""
        if self.carried and not self.training:
            carried.take(self)
        if self.synced == changes.count and not changes.training:
            return
        # What is being trained by another runner right now is never the same twice.
        moving = lambda v: v._runner is not None and v._runner.training and v._runner is not self
        stale = [(path, v) for path, v in self.variables if self.seen.get(path) != v._version or moving(v)]
        for path, variable in stale:
            self.native.put([(path, variable.now().astype("float32", copy=False))])
            self.seen[path] = variable._version
            variable.handed_to(self, path)
        self.synced = changes.count

    def moved(self):
        """Training has moved its variables."""
        for path, variable in self.variables:
            variable.trained(self, path)
            self.seen[path] = variable._version
        changes.count += 1
        self.synced = changes.count

    def set_inside(self, path, value):
        """A callback sets a weight."""
        _regimen.ask("weight", (path, value.astype("float32", copy=False)))
        self.pending[path] = value


def engine_text(model):
    """The config of a model for the engine, with what it says of variables that are frozen by themselves."""
    plain = freezing.engine_text(model)
    if not freezing.alone_in(model):
        return plain
    inputs = [[list(t.shape[1:]), t.dtype] for t in model._known_inputs()]
    return _with(plain, {"frozen": freezing.alone(Runner(model, inputs, [], None).variables)})


def _made(*given):
    try:
        return _regimen.Runner(*given)
    except ValueError as error:
        if (told := layer_texts.of_graph(error)) is None:
            raise
        raise told from None


def _tied(variables):
    """Paths of variables that are there under another path already, each with that: of layers in several models or wrappers."""
    first, tied = {}, {}
    for path, variable in variables:
        known = first.setdefault(id(variable), path)
        if known != path:
            tied[path] = known
    return tied


def _marks(variables):
    """What the config of a model says of its variables: which are tied, and which are frozen by themselves."""
    marks = {"tied": _tied(variables), "frozen": freezing.alone(variables)}
    return {key: value for key, value in marks.items() if value}


def _with(text, marks):
    """The config of a model for the engine, with such marks."""
    entry = json.loads(text)
    entry["config"].update(marks)
    return configs.dumps(entry)
