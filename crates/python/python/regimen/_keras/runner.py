"""A model on the engine, and the variables that it shares with Python."""

from .. import _regimen
from . import carried, configs, dialect, naming, vector_logs
from .variable import changes


class Runner:
    """A native runner with what of each variable it has seen."""

    def __init__(self, model, inputs, targets, compile_config):
        compiled = configs.dumps(compile_config) if compile_config is not None else None
        self.native = _regimen.Runner(
            configs.engine_text(model._root()), configs.dumps(inputs), configs.dumps(targets), compiled, naming.draw() >> 1,
            dialect.version(),
        )
        self.inputs, self.targets = inputs, targets
        self.variables = [(path, model._root()._variable(path)) for path in self.native.paths()]
        carried.note(self, model._root()._all_layers())
        self.seen, self.synced = {}, -1
        # Inside of fit: what callbacks have set and the loop has not taken yet.
        self.training, self.pending = False, {}
        self.configs, self.checked = 0, False
        self._names = sorted(vector_logs.folded_names(self.native.log_names()), key=lambda name: name != "loss")
        self._params = self.native.optimizer_params() if compiled is not None else None

    def check_shared(self, trained):
        """Refuses to train a layer that lies in several layers or models of this one: the engine would train each as one of its own."""
        if self.checked:
            return
        first, trained = {}, {id(variable) for variable in trained}
        for path, variable in self.variables:
            known = first.setdefault(id(variable), path)
            if known != path and id(variable) in trained:
                raise NotImplementedError(
                    f"`{known}` and `{path}` are one weight, of a layer that lies in several models or layers inside of this "
                    "one; it would be trained "
                    "as two here. Call the layer, or the model that holds it, in one place alone and go on from its outputs, "
                    "or freeze it (trainable=False)"
                )
        self.checked = True

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
        """Hands it every variable that has changed since."""
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
