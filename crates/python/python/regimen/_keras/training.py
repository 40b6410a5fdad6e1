"""`compile`, `fit`, `evaluate`, `predict`: what a model does with data."""

import contextlib
import copy

import numpy as np

from . import beside, column_targets, configs, counts, data, dialect, foreign, layer_texts, metric_parts, naming, no_loss, per_output
from . import row_weights, run_settings, saved_compile, streams
from .model_files import ModelFiles
from .nested import filled, is_single, mapped
from .old_methods import OldMethods
from .on_batches import OnBatches
from .progress import Progress
from .runner import Runner
from .variable import changes


class Trained(OnBatches, ModelFiles, OldMethods):
    """The part of a model that trains."""

    def _start_training(self):
        self._compiled, self._runner, self._asked = None, None, None
        self._fingerprint, self._fast, self._trained_as, self._shown, self._told_of_nothing = None, None, [], {}, False
        self.optimizer, self.loss, self.stop_training, self.history, self._carrying = None, None, False, None, None
        # What Keras is told of how it computes; nothing follows from it here.
        self.run_eagerly, self.jit_compile, self.steps_per_execution = False, True, 1

    def _forget(self):
        """Layers have changed: what runs is made anew, the optimizer begins again."""
        self._runner = self._asked = self._fast = None

    def _root(self):
        """The model that the engine runs."""
        return self

    def _is_wired(self):
        """Whether it is known what the model takes."""
        return self.built

    # -- compile

    def compile(self, optimizer="rmsprop", loss=None, loss_weights=None, metrics=None, weighted_metrics=None, run_eagerly=False,
                steps_per_execution=1, jit_compile="auto", auto_scale_loss=True, **kwargs):
        """Says how the model is trained."""
        from ..keras import optimizers

        row_weights.check_mode(kwargs.pop("sample_weight_mode", None))
        if per_output.are_metrics(loss_weights):
            loss_weights, metrics = metrics, loss_weights
        for name, given in (("metrics", metrics), ("weighted_metrics", weighted_metrics)):
            if given is not None and not isinstance(given, (list, tuple, dict)) and not dialect.before(3):
                told = f"{name}={given} of type {type(given)}"
                raise ValueError(f"Expected `{name}` argument to be a list, tuple, or dict. Received instead: {told}")
        if kwargs:
            raise TypeError(f"compile() got unexpected keyword arguments: {list(kwargs)}")
        if optimizer is None:
            raise NotImplementedError("compile(optimizer=None): the engine evaluates with an optimizer, too; name any, or leave it out")
        if optimizer is self.optimizer:
            optimizer._keep()
        self.optimizer = optimizers.get(optimizer)
        loss, metrics, weighted_metrics = (_made(each) for each in (loss, metrics, weighted_metrics))
        self.loss, self.run_eagerly, self.jit_compile, self.steps_per_execution = loss, run_eagerly, jit_compile, steps_per_execution
        apart = self._is_wired() and len(self._target_names()) > 1
        given = {"optimizer": self.optimizer._object(), "loss": configs.serialize(loss), "loss_weights": configs.serialize(loss_weights),
                 "metrics": _metrics_of(metrics, apart), "weighted_metrics": _metrics_of(weighted_metrics, apart)}
        self._compiled, self._held_by_compile = given, (loss, metrics, weighted_metrics)
        if self._runner is not None and self._runner.carried:
            self._carrying = self._runner  # what stateful layers carry stays, as weights do
        self._runner, self._shown, self._told_of_nothing = None, {}, False
        self._had_trainable = bool(self.trainable_weights)
        # Until Keras 3 it was `compile` that decided which layers are trained.
        self._trained_as = [(layer, layer._trainable) for layer in self._all_layers()] if dialect.before(3) else []
        self.optimizer._bind(self)

    @property
    def compiled(self):
        """Whether it was compiled."""
        return self._compiled is not None

    def get_compile_config(self):
        """What it was compiled with."""
        return saved_compile.written(self) or copy.deepcopy(self._compiled)

    def compile_from_config(self, config):
        """Compiles it as such a config says."""
        self.compile(**saved_compile.made(config))

    def _must_be_compiled(self):
        if self._compiled is None:
            raise ValueError("You must call `compile()` before using the model.")

    # -- runners

    def _trainable_flags(self):
        return tuple(layer._trainable for layer in self._all_layers())

    @contextlib.contextmanager
    def _as_compiled(self):
        """Inside of a `with` statement layers are trained, or not, as `compile` found them."""
        now = [(layer, layer._trainable) for layer, _ in self._trained_as]
        try:
            for layer, trainable in self._trained_as:
                layer.__dict__["_trainable"] = trainable
            yield
        finally:
            for layer, trainable in now:
                layer.__dict__["_trainable"] = trainable

    def _for_training(self, x, y):
        """The runner that trains on such arrays."""
        self._must_be_compiled()
        with self._as_compiled():
            return self._runner_for(x, y)

    def _runner_for(self, x, y):
        inputs, targets = data.infos(x), data.infos(y)
        fingerprint = (inputs, targets, self._trainable_flags(), changes.configs)
        if self._runner is None or self._fingerprint != fingerprint:
            before = self._runner
            if before is not None and before.training:
                raise RuntimeError("this model is being trained by a call of fit() that has not ended")
            self._build_for(x)
            with beside.noted() as read:
                runner = Runner(self, inputs, targets, self._compile_config())
            beside.check(self, read)
            if before is not None:
                runner.native.go_on_from(before.native)
            else:
                self.optimizer._begin(runner)
            self._runner, self._fingerprint = runner, fingerprint
        self._runner.push()
        return self._runner

    def _for_asking(self, x):
        """The runner that predicts from such arrays."""
        inputs = data.infos(x)
        if self._asked is None or self._asked.inputs != inputs or self._asked.configs != changes.configs:
            self._build_for(x)
            self._asked = Runner(self, inputs, [], None)
            self._asked.configs = changes.configs
        self._asked.push()
        return self._asked

    def _build_for(self, x):
        if not self.built:
            self.build([a.shape for a in x] if len(x) > 1 else x[0].shape)

    def _inputs(self, x, what="x"):
        wired = self._is_wired()
        declared = [tensor.dtype for tensor in self.inputs] if wired else None
        names = self.input_names if wired else self._names_to_be(x)
        if len(names) == 1:
            data.check_single(x, names[0], len(self.inputs[0].shape) if wired else None, what)
        arrays = data.inputs(x, names, declared, what)
        for i, (found, tensor) in enumerate(zip(arrays, self.inputs if wired else [])):
            self._check_shape(found, tensor, data.label(what, i, len(arrays)))
        if not wired:
            return arrays
        return [a[:, None] if a.ndim + 1 == len(t.shape) else a for a, t in zip(arrays, self.inputs)]

    def _names_to_be(self, x):
        """Names of the inputs where it is not wired yet: a Sequential has one."""
        from .sequential import Sequential

        return ["x"] if isinstance(x, (list, tuple)) and isinstance(self, Sequential) else []

    def _check_shape(self, found, tensor, what):
        shape = tensor.shape
        same = len(found.shape) == len(shape) and all(b is None or a == b for a, b in zip(found.shape[1:], shape[1:]))
        widened = found.ndim + 1 == len(shape) and shape[-1] == 1
        if not same and not widened:
            raise ValueError(
                f'Input {what} of model "{self.name}" is incompatible with the model: expected shape={tuple(shape)}, '
                f"found shape={found.shape}"
            )

    def _rows(self, x, y, sample_weight, what=""):
        arrays = self._inputs(x, f"{what}x")
        if not self._is_wired():
            self._build_for(arrays)  # what a model takes and gives is known then: types of inputs, and which targets are whose
            arrays = self._inputs(x, f"{what}x")
        wanted = self._wanted(y, len(arrays[0]), f"{what}y")
        data.same_rows([*arrays, *wanted], f"{what}x, {what}y")
        return arrays, wanted, row_weights.of(sample_weight, wanted, self._target_names(), f"{what}sample_weight")

    def _wanted(self, y, rows, what):
        if y is None and self.loss is None and self._compiled is not None:
            return no_loss.targets(rows, self._target_names())
        if len(self._target_names()) == 1 and not dialect.before(3):
            per_output.check_targets(self.loss, y)
        return data.targets(y, self._target_names(), what, rows)

    def _compile_config(self):
        given = per_output.checked(self._compiled, self._target_names(), self._are_named())
        return no_loss.compiled(given, self._target_names(), self._are_named()) if self.loss is None else given

    def _target_names(self):
        return self.output_names

    def _are_named(self):
        """Whether the outputs are a dict."""
        return isinstance(getattr(self, "_outputs_struct", None), dict)

    def _log_names(self, runner):
        losses = self._compiled.get("loss") if self._compiled is not None and self._are_named() else None
        names = per_output.in_order(runner.log_names(), self._target_names(), losses if isinstance(losses, dict) else [])
        parts = metric_parts.owners(self._held_by_compile) if self._compiled is not None else {}
        return sorted(names, key=lambda name: (name in parts, name if name in parts else ""))

    def _place_in_history(self, name):
        """By what it is sorted: the name of the metric, and of the entry of what that gives."""
        return metric_parts.owners(self._held_by_compile).get(name, name), name

    # -- fit

    def fit(self, x=None, y=None, batch_size=None, epochs=1, verbose="auto", callbacks=None, validation_split=0.0, validation_data=None,
            shuffle=True, class_weight=None, sample_weight=None, initial_epoch=0, steps_per_epoch=None, validation_steps=None,
            validation_batch_size=None, validation_freq=1, **kwargs):
        """Trains on arrays or batches; gives a `History`, whose `findings` say why it went as it did."""
        from .fit_run import FitRun

        epochs = kwargs.pop("nb_epoch", epochs)
        if kwargs.pop("show_accuracy", None):
            configs.tell("fit(show_accuracy=True): accuracy is in the logs where compile() is given metrics=['accuracy']")
        _drop_workers("fit", kwargs)
        self._must_be_compiled()
        run = FitRun(self, run_settings.verbosity(verbose), run_settings.bounded(counts.whole(epochs, "epochs", 0)), initial_epoch)
        run.take(x, y, sample_weight, class_weight, batch_size, steps_per_epoch, shuffle)
        run.hold_out(validation_data, validation_split, validation_steps, validation_batch_size, validation_freq)
        return run.train(shuffle, callbacks)

    def treat(self, x, y, validation_data=None, test_data=None, validation_split=0.0, epochs=10, batch_size=32, shuffle=True,
              class_weight=None, callbacks=None, remedies=None, budget=None, metric=None, margin=None, seed=None, folder=None, verbose=1):
        """Says which remedy makes this model better on this data, by how much and how sure that is: trains it anew from fresh seeds, as
        it is and with remedies, and compares in pairs.

        Rows are cut by chance into 70 % for training, 10 % for validation and 20 % for the verdict, unless `validation_data` or
        `test_data` (x, y) are given; `validation_split` is the share of validation among the rows that are not for the verdict.
        `remedies`: names from `regimen list remedies`; default: those that the findings name. `budget`: trainings (60), or time such as
        "10m". `margin`: a difference that does not matter. Trials, results and an improved run file go into `folder`; called again with
        the same arguments, a treatment that was broken off goes on. The model itself stays as it is. Gives a `Treatment`.
        """
        from .treating import treat

        return treat(self, x, y, {key: value for key, value in locals().items() if key not in ("self", "x", "y", "treat")})

    # -- evaluate, predict

    def evaluate(self, x=None, y=None, batch_size=None, verbose="auto", sample_weight=None, steps=None, callbacks=None,
                 return_dict=False, **kwargs):
        """Loss and metrics over all rows."""
        from .asking import asked

        _drop_workers("evaluate", kwargs)
        self._must_be_compiled()
        verbose = run_settings.verbosity(verbose)
        if streams.is_stream(x):
            x, y, sample_weight, batch_size = streams.together(x, counts.steps(steps, "steps", True), "x", self._runner is None)
            steps = None
        steps = counts.steps(steps, "steps")
        rows = self._rows(x, y, sample_weight)
        column_targets.tell(self, rows[1])
        batch_size = min(self._batch_size(batch_size, len(rows[0][0]), steps), len(rows[0][0]))
        runner = self._for_evaluation(rows)
        count = steps or -(-len(rows[0][0]) // batch_size)
        progress = Progress(verbose, None, count, len(rows[0][0]))
        asks = asked(self, runner, callbacks, {"verbose": verbose, "epochs": 1, "steps": count})
        logs = runner.native.evaluate(rows, batch_size, steps, asks)
        if verbose:
            progress._show(count, logs, True)
        return self._flat(runner, logs, return_dict)

    def _for_evaluation(self, rows):
        """The runner that evaluates such rows; inside of fit one aside."""
        if self._runner is None or not self._runner.training:
            return self._for_training(rows[0], rows[1])
        runner = Runner(self, data.infos(rows[0]), data.infos(rows[1]), self._compile_config())
        runner.push()
        return runner

    @property
    def metrics_names(self):
        """Names of what `evaluate` gives."""
        return self._log_names(self._runner) if self._runner is not None else ["loss"]

    def predict(self, x, batch_size=None, verbose="auto", steps=None, callbacks=None, **kwargs):
        """The model's outputs."""
        fast = self._fast
        if fast is not None and type(x) is np.ndarray and verbose == 0 and not kwargs and callbacks is None and steps is None:
            native, dtype, sizes, synced = fast
            synced, known = synced
            current = synced == changes.count and known == changes.configs and not changes.training
            if current and x.dtype == dtype and x.shape[1:] == sizes and len(x):
                return native.predict((x,), counts.batch_size(batch_size), None, ())[0]
        from . import predicting
        from .asking import asked

        _drop_workers("predict", kwargs)
        if streams.is_stream(x):
            batches, rows = streams.apart(x, counts.steps(steps, "steps", True), "x")
            if batches is not None and callbacks:
                raise NotImplementedError("predict(callbacks=...): batches whose rows differ in their sizes are predicted one by one, "
                                          "without callbacks")
            if batches is not None:
                if not self.built and (shape := streams.common_shape(batches)) is not None:
                    self.build(shape)
                return streams.beside([self.predict(batch, 1 << 30, 0) for batch in batches])
            (x, _, _, batch_size), steps = rows, None
        steps = counts.steps(steps, "steps")
        arrays = self._inputs(x)
        data.same_rows(arrays, "x")
        runner = self._for_asking(arrays)
        again = steps if steps and batch_size is None and counts.steps_are_whole() else 1
        batch_size = min(self._batch_size(batch_size, len(arrays[0]), steps), len(arrays[0]))
        plain = isinstance(x, np.ndarray) and len(arrays) == 1 and arrays[0] is x and len(self.output_names) == 1
        struct = getattr(self, "_outputs_struct", None)
        keeps = self._keeps_states()
        plain = plain and not isinstance(struct, (list, tuple, dict)) and not keeps and self.inputs[0].shape[0] is None
        self._fast = (runner.native, x.dtype, x.shape[1:], (runner.synced, changes.configs)) if plain else None
        verbose = run_settings.verbosity(0 if verbose == "auto" and dialect.before(2, 9) else verbose)
        count = steps or -(-len(arrays[0]) // batch_size)
        told = {"verbose": verbose, "epochs": 1, "steps": count}
        progress = Progress(verbose, None, count, len(arrays[0]))
        asks = asked(self, runner, callbacks, told) if callbacks else []
        if asks and predicting.looks(callbacks):
            outputs = predicting.outputs(self, runner, asks, arrays, batch_size, steps)
        else:
            outputs = self._predicted(runner, arrays, batch_size, steps, asks)
        if keeps and not runner.training:
            runner.moved()
        if verbose:
            progress._show(count, {}, True)
        return self._given([np.concatenate([output] * again) for output in outputs] if again > 1 else outputs)

    def _predicted(self, runner, arrays, batch_size, steps, asks):
        try:
            return runner.native.predict(arrays, batch_size, steps, asks)
        except ValueError as error:
            if (told := layer_texts.of_graph(error)) is None:
                raise
            self._fast = None
            raise told from None

    def _batch_size(self, given, rows, steps):
        """Rows of a batch; those that the inputs fix, or what `counts.batch_size` has, where nothing is said."""
        fixed = next((tensor.shape[0] for tensor in self._known_inputs() if tensor.shape[0]), None) if given is None else None
        return fixed or counts.batch_size(given, steps, rows)

    def _keeps_states(self):
        """Whether layers that a program wrote have variables that their `call` may assign."""
        from .written_layer import is_written

        return any(not v.trainable for layer in self._all_layers() if is_written(layer) for v in layer._variables.values())

    def _given(self, outputs):
        struct = getattr(self, "_outputs_struct", None)
        return outputs[0] if is_single(struct) else filled(struct, list(outputs))


def _drop_workers(method, given):
    """Takes out what old versions were told of workers: it says how, not what. Arguments that none had raise TypeError."""
    for gone in ("max_queue_size", "workers", "use_multiprocessing"):
        given.pop(gone, None)
    if given:
        raise TypeError(f"{method}() got unexpected keyword arguments: {list(given)}")


def _made(given):
    """Objects of the classes that stand among losses or metrics."""
    return mapped(given, lambda kind: kind(), type)


def _metrics_of(given, apart):
    """Metrics of a config. One that gives a dict is one for each entry: beside the others, or `apart` where each place is an output's."""
    if isinstance(given, dict):
        return {key: _metrics_of(value, False) for key, value in given.items()}
    if not isinstance(given, (list, tuple)):
        return _parts(given) or _metric(given)
    found = []
    for value in given:
        several = _metrics_of(value, False)
        found.extend(several) if _parts(value) and not apart else found.append(several)
    if apart and any(isinstance(each, list) for each in found):
        return [each if isinstance(each, list) else [] if each is None else [each] for each in found]
    return found


def _parts(given):
    """The entries of a metric that gives a dict, each as a metric."""
    parts = metric_parts.of(given)
    if parts:
        configs.serialize(given)  # which checks it
    return [{"class_name": foreign.register(part), "config": {"name": key}} for key, part in parts.items()]


def _metric(given):
    """A metric of a config; the mean of a function of a program, or of a loss, is kept under its name."""
    from ..keras.losses import Loss

    object_ = configs.serialize(given)
    if hasattr(given, "update_state") or not isinstance(object_, dict):
        return object_
    if isinstance(given, Loss) and given._class_name:
        # The engine's metrics know the classes of losses; a mean is what a metric takes.
        own = {key: value for key, value in object_["config"].items() if (key, value) != ("reduction", "sum_over_batch_size")}
        return {**object_, "config": {**own, "name": given.name}}
    if object_["class_name"].startswith("python>"):
        name = getattr(given, "name", None)
        if name is None:
            name = getattr(given, "__name__", type(given).__name__)
            name = name if dialect.before(3) else naming.snake_case(name)
        return {"class_name": "MeanMetricWrapper", "config": {"fn": object_, "name": name}}
    return object_
