"""`compile`, `fit`, `evaluate`, `predict`: what a model does with data."""

import contextlib

import numpy as np

from . import configs, counts, data, dialect, findings, no_loss, old_params, per_output, streams
from .fit_stream import End, FitStream
from .model_files import ModelFiles
from .old_methods import OldMethods
from .on_batches import OnBatches
from .progress import Progress, Silent
from .runner import Runner
from .variable import changes


class Trained(OnBatches, ModelFiles, OldMethods):
    """The part of a model that trains."""

    def _start_training(self):
        self._compiled, self._runner, self._asked = None, None, None
        self._fingerprint, self._fast, self._trained_as, self._shown, self._told_of_nothing = None, None, [], {}, False
        self.optimizer, self.loss, self.stop_training, self.history = None, None, False, None

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

        if kwargs.pop("sample_weight_mode", None):
            raise NotImplementedError("compile(sample_weight_mode=...): weights are those of rows here, one for each")
        for name, given in (("metrics", metrics), ("weighted_metrics", weighted_metrics)):
            if given is not None and not isinstance(given, (list, tuple, dict)) and not dialect.before(3):
                told = f"{name}={given} of type {type(given)}"
                raise ValueError(f"Expected `{name}` argument to be a list, tuple, or dict. Received instead: {told}")
        if kwargs:
            raise TypeError(f"compile() got unexpected keyword arguments: {list(kwargs)}")
        if optimizer is not None and optimizer is self.optimizer:
            optimizer._keep()
        self.optimizer = optimizers.get(optimizer)
        self.loss = loss
        given = {"optimizer": self.optimizer._object(), "loss": configs.serialize(loss), "loss_weights": configs.serialize(loss_weights),
                 "metrics": _metrics(metrics), "weighted_metrics": _metrics(weighted_metrics)}
        self._compiled, self._held_by_compile = given, (loss, metrics, weighted_metrics)
        self._runner, self._shown, self._told_of_nothing = None, {}, False
        # Until Keras 3 it was `compile` that decided which layers are trained.
        self._trained_as = [(layer, layer._trainable) for layer in self._all_layers()] if dialect.before(3) else []
        self.optimizer._bind(self)

    @property
    def compiled(self):
        """Whether it was compiled."""
        return self._compiled is not None

    def get_compile_config(self):
        """What it was compiled with."""
        return self._compiled

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
            runner = Runner(self, inputs, targets, self._compile_config())
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
        names = self.input_names if wired else []
        arrays = data.inputs(x, names, declared, what)
        for i, (found, tensor) in enumerate(zip(arrays, self.inputs if wired else [])):
            self._check_shape(found, tensor, data.label(what, i, len(arrays)))
        if not wired:
            return arrays
        return [a[:, None] if a.ndim + 1 == len(t.shape) else a for a, t in zip(arrays, self.inputs)]

    def _check_shape(self, found, tensor, what):
        shape = tensor.shape
        same = len(found.shape) == len(shape) and all(b is None or a == b for a, b in zip(found.shape[1:], shape[1:]))
        widened = found.ndim + 1 == len(shape) and shape[-1] == 1
        if not same and not widened:
            raise ValueError(
                f'Input {what} of model "{self.name}" is incompatible with the model: expected shape={tuple(shape)}, found shape={found.shape}'
            )

    def _rows(self, x, y, sample_weight, what=""):
        arrays = self._inputs(x, f"{what}x")
        wanted = self._wanted(y, len(arrays[0]), f"{what}y")
        data.same_rows([*arrays, *wanted], f"{what}x, {what}y")
        weights = data.weights(sample_weight, len(arrays[0]))
        if weights is not None and len(weights) != len(arrays[0]):
            raise ValueError(f"{what}sample_weight: has {len(weights)} rows, x has {len(arrays[0])}")
        return arrays, wanted, weights

    def _wanted(self, y, rows, what):
        if y is None and self.loss is None and self._compiled is not None:
            return no_loss.targets(rows, self._target_names())
        return data.targets(y, self._target_names(), what)

    def _compile_config(self):
        given = per_output.checked(self._compiled, self._target_names())
        return no_loss.compiled(given) if self.loss is None else given

    def _target_names(self):
        return self.output_names

    # -- fit

    def fit(self, x=None, y=None, batch_size=None, epochs=1, verbose="auto", callbacks=None, validation_split=0.0, validation_data=None,
            shuffle=True, class_weight=None, sample_weight=None, initial_epoch=0, steps_per_epoch=None, validation_steps=None,
            validation_batch_size=None, validation_freq=1, **kwargs):
        """Trains on arrays; gives a `History`, whose `findings` say why it went as it did."""
        from ..keras.callbacks import History
        from .asking import asked

        epochs = kwargs.pop("nb_epoch", epochs)
        for gone in ("max_queue_size", "workers", "use_multiprocessing", "show_accuracy"):
            kwargs.pop(gone, None)
        if kwargs:
            raise TypeError(f"fit() got unexpected keyword arguments: {list(kwargs)}")
        self._must_be_compiled()
        verbose = 1 if verbose == "auto" else int(verbose)
        epochs, batch_size = counts.whole(epochs, "epochs"), counts.batch_size(batch_size)
        if validation_batch_size is not None:
            validation_batch_size = counts.whole(validation_batch_size, "validation_batch_size")
        stream = None
        if streams.is_stream(x):
            if y is not None or sample_weight is not None or validation_split:
                raise ValueError("fit() on batches: y and sample_weight come with them, and validation_split needs arrays")
            stream = FitStream(self, x, steps_per_epoch, data.class_weights(class_weight))
            steps_per_epoch, class_weight = stream.steps_for_engine, None
            arrays, wanted, weights = stream.first
            batch_size = len(arrays[0])
        else:
            arrays, wanted, weights = self._rows(x, y, sample_weight)
        validation, size = self._validation(validation_data, validation_steps)
        if validation is not None:
            validation = (validation[0], data.alike(validation[1], wanted), validation[2])
        if size is not None:
            validation_batch_size, validation_steps = validation_batch_size or size, None
        options = {
            "epochs": epochs, "batch_size": batch_size, "shuffle": shuffle if isinstance(shuffle, bool) else str(shuffle),
            "initial_epoch": int(initial_epoch), "validation_freq": list(validation_freq) if isinstance(validation_freq, (list, tuple)) else int(validation_freq),
        }
        optional = {"steps_per_epoch": steps_per_epoch, "validation_steps": validation_steps, "validation_batch_size": validation_batch_size,
                    "class_weight": data.class_weights(class_weight)}
        options.update({key: value for key, value in optional.items() if value is not None})
        if validation is None and validation_split:
            options["validation_split"] = float(validation_split)
        runner = self._for_training(arrays, wanted)
        count = len(arrays[0])
        held = 0 if validation is not None else count - int(count * (1 - float(validation_split or 0)))
        rows = len(arrays[0]) - held if stream is None else batch_size * stream.steps if stream.steps is not None else None
        steps = (stream.steps if stream is not None else steps_per_epoch) or (-(-rows // batch_size) if rows is not None else None)
        history = History()
        history.params = {"verbose": verbose, "epochs": epochs, "steps": steps}
        history.set_model(self)
        val_rows = len(validation[0][0]) if validation is not None else held
        observer = Progress(verbose, epochs, steps, rows, val_rows) if verbose else Silent()
        self._tell_of_nothing_to_train()
        told = old_params.of_fit(runner, history.params, None if stream is not None else rows, batch_size, val_rows)
        held_out = old_params.validation_data(validation or _held_out((arrays, wanted, weights), held))
        asks = asked(self, runner, callbacks, told, held_out)
        if stream is not None and stream.ends:
            asks.append(End(stream, observer, epochs))
        self.stop_training = False
        runner.training = True
        changes.training += 1
        runner.moved()
        try:
            history_of, found, course = runner.native.fit(
                (arrays, wanted, weights), validation, options, asks, observer, stream.give if stream is not None else None,
            )
        finally:
            runner.training = False
            changes.training -= 1
            runner.pending.clear()
            runner.moved()
        for i, logs in enumerate(history_of):
            history.epoch.append(int(initial_epoch) + i)
            for name, value in logs.items():
                history.history.setdefault(name, []).append(value)
        self._shown = _last_shown(history_of)
        history.findings, history._course = findings.read(found), course
        for callback in callbacks if isinstance(callbacks, (list, tuple)) else [callbacks]:
            if isinstance(callback, History):
                callback.history, callback.epoch, callback.findings = history.history, history.epoch, history.findings
                callback._course = course
        if verbose and history.findings:
            observer.found(history.findings)
        self.history = history
        return history

    def _validation(self, given, steps):
        """Rows of validation; those of a stream all together, and how many its batches had."""
        if given is None:
            return None, None
        if streams.is_stream(given):
            x, y, weights, size = streams.together(given, steps, "validation_data", False)
            return self._rows(x, y, weights, "validation "), size
        parts = tuple(given)
        if len(parts) not in (2, 3):
            raise ValueError("validation_data: expected (x, y) or (x, y, sample_weight)")
        return self._rows(parts[0], parts[1], parts[2] if len(parts) == 3 else None, "validation "), None

    def treat(self, x, y, validation_data=None, test_data=None, validation_split=0.0, epochs=10, batch_size=32, shuffle=True,
              class_weight=None, callbacks=None, remedies=None, budget=None, metric=None, margin=None, seed=None, folder=None, verbose=1):
        """Says which remedy makes this model better on this data, by how much and how sure that is: trains it anew from fresh seeds, as
        it is and with remedies, and compares in pairs.

        Rows are cut by chance into 70 % for training, 10 % for validation and 20 % for the verdict, unless `validation_data` or `test_data`
        (x, y) are given; `validation_split` is the share of validation among the rows that are not for the verdict. `remedies`: names from `regimen list remedies`; default: those that the findings name. `budget`: trainings (60), or time
        such as "10m". `margin`: a difference that does not matter. Trials, results and an improved run file go into `folder`;
        called again with the same arguments, a treatment that was broken off goes on. The model itself stays as it is. Gives a `Treatment`.
        """
        from .treating import treat

        return treat(self, x, y, {key: value for key, value in locals().items() if key not in ("self", "x", "y", "treat")})

    # -- evaluate, predict

    def evaluate(self, x=None, y=None, batch_size=None, verbose="auto", sample_weight=None, steps=None, callbacks=None,
                 return_dict=False, **kwargs):
        """Loss and metrics over all rows."""
        from .asking import asked

        for gone in ("max_queue_size", "workers", "use_multiprocessing"):
            kwargs.pop(gone, None)
        if kwargs:
            raise TypeError(f"evaluate() got unexpected keyword arguments: {list(kwargs)}")
        self._must_be_compiled()
        verbose = 1 if verbose == "auto" else int(verbose)
        if streams.is_stream(x):
            x, y, sample_weight, batch_size = streams.together(x, steps, "x", self._runner is None)
            steps = None
        batch_size = counts.batch_size(batch_size)
        rows = self._rows(x, y, sample_weight)
        runner = self._for_training(rows[0], rows[1]) if self._runner is None or not self._runner.training else self._aside(rows)
        logs = runner.native.evaluate(rows, batch_size, steps, asked(self, runner, callbacks, {}))
        if verbose:
            count = steps or -(-len(rows[0][0]) // batch_size)
            progress = Progress(verbose, None, count, len(rows[0][0]))
            progress._show(count, logs, True)
        return self._flat(runner, logs, return_dict)

    def _aside(self, rows):
        """A runner for evaluations inside of fit."""
        runner = Runner(self, data.infos(rows[0]), data.infos(rows[1]), self._compile_config())
        runner.push()
        return runner

    @property
    def metrics_names(self):
        """Names of what `evaluate` gives."""
        return self._runner.log_names() if self._runner is not None else ["loss"]

    def predict(self, x, batch_size=None, verbose="auto", steps=None, callbacks=None, **kwargs):
        """The model's outputs."""
        fast = self._fast
        if fast is not None and type(x) is np.ndarray and verbose == 0 and not kwargs and callbacks is None and steps is None:
            native, dtype, sizes, synced = fast
            synced, known = synced
            if x.dtype == dtype and x.shape[1:] == sizes and synced == changes.count and known == changes.configs and not changes.training and len(x):
                return native.predict((x,), counts.batch_size(batch_size), None, ())[0]
        from .asking import asked

        for gone in ("max_queue_size", "workers", "use_multiprocessing"):
            kwargs.pop(gone, None)
        if kwargs:
            raise TypeError(f"predict() got unexpected keyword arguments: {list(kwargs)}")
        if streams.is_stream(x):
            x, _, _, batch_size = streams.together(x, steps, "x")
            steps = None
        batch_size = counts.batch_size(batch_size)
        arrays = self._inputs(x)
        data.same_rows(arrays, "x")
        runner = self._for_asking(arrays)
        plain = isinstance(x, np.ndarray) and len(arrays) == 1 and arrays[0] is x and len(self.output_names) == 1
        struct = getattr(self, "_outputs_struct", None)
        keeps = self._keeps_states()
        plain = plain and not isinstance(struct, (list, tuple, dict)) and not keeps
        self._fast = (runner.native, x.dtype, x.shape[1:], (runner.synced, changes.configs)) if plain else None
        outputs = runner.native.predict(arrays, batch_size, steps, asked(self, runner, callbacks, {}) if callbacks else [])
        if keeps and not runner.training:
            runner.moved()
        verbose = 1 if verbose == "auto" else int(verbose)
        if verbose:
            count = steps or -(-len(arrays[0]) // batch_size)
            Progress(verbose, None, count, len(arrays[0]))._show(count, {}, True)
        return self._given(outputs)

    def _keeps_states(self):
        """Whether layers that a program wrote have variables that their `call` may assign."""
        from .written_layer import is_written

        return any(not v.trainable for layer in self._all_layers() if is_written(layer) for v in layer._variables.values())

    def _given(self, outputs):
        struct = getattr(self, "_outputs_struct", None)
        if isinstance(struct, dict):
            return dict(zip(struct, outputs))
        return outputs[0] if len(outputs) == 1 and not isinstance(struct, (list, tuple)) else outputs


def _metrics(given):
    """Metrics of a config; the mean of a function of a program is kept."""
    if isinstance(given, dict):
        return {key: _metrics(value) for key, value in given.items()}
    if isinstance(given, (list, tuple)):
        return [_metrics(value) for value in given]
    object_ = configs.serialize(given)
    stateful = hasattr(given, "update_state")
    if not stateful and isinstance(object_, dict) and object_["class_name"].startswith("python>"):
        name = getattr(given, "name", None) or getattr(given, "__name__", type(given).__name__)
        return {"class_name": "MeanMetricWrapper", "config": {"fn": object_, "name": name}}
    return object_


def _held_out(rows, count):
    """The last rows, which `validation_split` keeps for validation."""
    if not count:
        return None
    last = lambda arrays: [array[-count:] for array in arrays]
    return last(rows[0]), last(rows[1]), rows[2][-count:] if rows[2] is not None else None


def _last_shown(history):
    """What the metrics were set to last: by the validation of the last epoch, where there was one."""
    logs = history[-1] if history else {}
    of_validation = {name.removeprefix("val_"): value for name, value in logs.items() if name.startswith("val_")}
    return of_validation or {name: value for name, value in logs.items() if not name.startswith("learning_rate")}
