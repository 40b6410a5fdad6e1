"""A model on the engine, and the variables that it shares with Python."""

from .. import _regimen
from . import configs, dialect, naming
from .variable import changes


class Runner:
    """A native runner with what of each variable it has seen."""

    def __init__(self, model, inputs, targets, compile_config):
        compiled = configs.dumps(compile_config) if compile_config is not None else None
        self.native = _regimen.Runner(
            configs.engine_text(model._root()), configs.dumps(inputs), configs.dumps(targets), compiled, naming.draw() >> 1, dialect.version()
        )
        self.inputs, self.targets = inputs, targets
        self.variables = [(path, model._root()._variable(path)) for path in self.native.paths()]
        self.seen, self.synced = {}, -1
        # Inside of fit: what callbacks have set and the loop has not taken yet.
        self.training, self.pending = False, {}
        self.configs = 0

    def log_names(self):
        """Names of loss and metrics, the loss of the whole first."""
        return sorted(self.native.log_names(), key=lambda name: name != "loss")

    def push(self):
        """Hands it every variable that has changed since."""
        if self.synced == changes.count and not changes.training:
            return
        # What is being trained by another runner right now is never the same twice.
        moving = lambda v: v._runner is not None and v._runner.training and v._runner is not self
        stale = [(path, v) for path, v in self.variables if self.seen.get(path) != v._version or moving(v)]
        if stale:
            self.native.put([(path, v.numpy().astype("float32", copy=False)) for path, v in stale])
            for path, variable in stale:
                self.seen[path] = variable._version
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
