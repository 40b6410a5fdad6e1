"""One call of `fit`: the rows that it trains on and those of validation, the loop, and the history that is left."""

import contextlib

from . import callback_faults, column_targets, counts, data, dialect, findings, old_params, row_weights, streams, vector_logs
from .fit_stream import End, FitStream
from .progress import AfterCallbacks, Progress, Silent
from .variable import changes


class FitRun:
    """A training that is made ready part by part, and then run."""

    def __init__(self, model, verbose, epochs, initial_epoch):
        from ..keras.callbacks import History

        self._model, self._verbose, self._epochs = model, verbose, epochs
        self._first = counts.whole(initial_epoch, "initial_epoch", 0)
        self._options = {"epochs": epochs, "initial_epoch": self._first}
        self._stream, self._dataset, self._history, self._repeats = None, None, History(), False

    def take(self, x, y, sample_weight, class_weight, batch_size, steps, shuffle):
        """What is trained on: arrays, or batches of a stream. Rows of a batch are those that the program gave, or None."""
        weights = data.class_weights(class_weight)
        steps = counts.steps(steps, "steps_per_epoch", streams.is_stream(x))
        if streams.is_stream(x):
            if y is not None or sample_weight is not None:
                raise ValueError("fit() on batches: y and sample_weight come with them")
            self._stream = FitStream(self._model, x, steps, weights, bool(shuffle))
            self._put(stream_pass=self._stream.batches.of_pass)
            steps, weights, self._rows = self._stream.steps_for_engine, None, self._stream.first
        else:
            self._rows = self._model._rows(x, y, sample_weight)
            self._repeats = bool(steps) and batch_size is None and counts.steps_are_whole()
        column_targets.tell(self._model, self._rows[1])
        self._given_size, self._steps = batch_size, steps
        self._weights = weights if self._repeats else None
        self._put(steps_per_epoch=steps, class_weight=None if self._repeats else weights)

    def hold_out(self, validation_data, split, steps, batch_size, frequency):
        """What it is validated on: rows of their own, or the last ones of those that it is given."""
        if self._stream is not None and split:
            raise ValueError("fit() on batches: validation_split needs arrays; give validation_data")
        if batch_size is not None:
            batch_size = counts.whole(batch_size, "validation_batch_size")
        steps = counts.steps(steps, "validation_steps", streams.is_stream(validation_data))
        self._validation, size = self._rows_of_validation(validation_data, steps)
        if size is not None:
            batch_size, steps = batch_size or size, None
        count, split = len(self._rows[0][0]), float(split or 0)
        self._held = 0 if self._validation is not None else count - int(count * (1 - split))
        if self._repeats and self._held:
            self._validation, self._rows, self._held, split = self._held_out(), self._part(slice(-self._held)), 0, 0
        self._rows = data.class_weighted(self._rows, self._weights)
        self._batch_size = self._rows_of_a_batch()
        self._put(batch_size=self._batch_size, validation_steps=steps, validation_batch_size=self._size_of_validation(batch_size, steps),
                  validation_freq=counts.frequency(frequency),
                  validation_split=split if self._validation is None and split else None)

    def _rows_of_a_batch(self):
        rows = len(self._rows[0][0])
        return rows if self._stream is not None else self._model._batch_size(self._given_size, rows - self._held, self._steps)

    def _size_of_validation(self, given, steps):
        """Rows of a batch of validation: those of training where these were given, too."""
        rows = len(self._validation[0][0]) if self._validation is not None else self._held
        if given is not None or not rows:
            return given
        if self._stream is not None and dialect.before(2, 4):
            return self._batch_size
        return self._model._batch_size(self._given_size, rows, steps)

    def _rows_of_validation(self, given, steps):
        """Rows of validation; those of a stream all together, and how many its batches had."""
        if given is None:
            return None, None
        size = None
        if streams.is_by_number(given):
            return self._rows_of_dataset(given, steps)
        if streams.is_stream(given):
            *parts, size = streams.together(given, steps, "validation_data", False)
        else:
            parts = tuple(given)
            if len(parts) not in (2, 3):
                raise ValueError("validation_data: expected (x, y) or (x, y, sample_weight)")
        return self._alike(*self._model._rows(*(*parts, None)[:3], "validation ")), size

    def _rows_of_dataset(self, given, steps):
        from .validation_dataset import ValidationDataset

        self._dataset = ValidationDataset(self._model, given, steps)
        rows, size = self._dataset.read()
        return self._dataset.keep(self._alike(*rows)), size

    def _alike(self, inputs, targets, weights):
        """Rows of validation in the types of those that are trained on."""
        self._widen(inputs, targets)
        return data.alike(inputs, self._rows[0], "validation x"), data.alike(targets, self._rows[1], "validation y"), weights

    def _widen(self, inputs, targets):
        """Trains on float32 where validation has numbers that are not whole."""
        self._rows = data.widened(self._rows[0], inputs), data.widened(self._rows[1], targets), self._rows[2]
        if self._stream is not None:
            self._stream.begin_with(self._rows)

    def _put(self, **options):
        self._options.update((name, value) for name, value in options.items() if value is not None)

    def train(self, shuffle, callbacks):
        """Runs it; gives the `History`."""
        self._put(shuffle=counts.shuffling(shuffle))
        model, runner = self._model, self._model._for_training(self._rows[0], self._rows[1])
        self._ones = runner.ones
        self._names = runner.log_names() if dialect.before(3) else sorted(runner.log_names(), key=model._place_in_history)
        observer, asks = self._watched(runner, callbacks)
        with self._training(runner), callback_faults.as_in_keras():
            try:
                course = runner.native.fit(
                    self._rows, self._validation, self._options, asks,
                    _Following(observer, self._history, lambda epoch, logs: self._add(runner, epoch, logs)),
                    self._gives(),
                )
            finally:
                observer.end_line()
        self._finish(runner, *course, callbacks)
        if self._verbose and self._history.findings:
            observer.found(self._history.findings)
        return self._history

    def _gives(self):
        """What gives the batch of a step; None where the loop cuts them from the rows."""
        if self._stream is not None:
            return self._stream.give
        return (lambda epoch, batch: self._rows) if self._repeats else None

    def _watched(self, runner, callbacks):
        """What prints, and the callbacks as the loop asks them."""
        from .asking import asked

        rows, steps = self._counts()
        history, model = self._history, self._model
        history.params = {"verbose": self._verbose, "epochs": self._epochs, "steps": steps}
        history.set_model(model)
        model.history = history
        for own in _histories(callbacks):
            own.history, own.epoch = history.history, history.epoch
        validated = len(self._validation[0][0]) if self._validation is not None else self._held
        in_batches = self._stream is not None and dialect.before(3) and not dialect.before(2)  # so Keras 2 counted what generators give
        counted = None if in_batches else rows
        observer = Progress(self._verbose, self._epochs, steps, counted, validated, self._names) if self._verbose else Silent()
        runner.native.set_file_config(_file_config(model))
        model._tell_of_nothing_to_train()
        told = old_params.of_fit(runner, history.params, rows if self._stream is None else None, self._batch_size, validated)
        asks = asked(model, runner, callbacks, told, old_params.validation_data(self._validation or self._held_out()))
        if self._stream is not None and self._stream.ends:
            asks.append(End(self._stream, observer, self._epochs))
        if self._dataset is not None:
            asks = self._dataset.around(asks)
        if self._verbose and not dialect.before(2, 4):
            asks.append(AfterCallbacks(observer))
        return observer, asks

    def _counts(self):
        """Rows and steps of an epoch; None where only the stream knows."""
        if self._stream is not None:
            steps = self._stream.steps
            return (self._batch_size * steps if steps is not None else None), steps
        rows = len(self._rows[0][0]) - self._held
        return rows, self._steps or -(-rows // self._batch_size)

    def _held_out(self):
        """The last rows, which `validation_split` keeps for validation."""
        if not self._held:
            return None
        return self._part(slice(-self._held, None))

    def _part(self, places):
        inputs, targets, weights = self._rows
        return [array[places] for array in inputs], [array[places] for array in targets], row_weights.part(weights, places)

    @contextlib.contextmanager
    def _training(self, runner):
        """Inside of a `with` statement the runner has the newest values of the variables."""
        self._model.stop_training = False
        runner.training, runner.others = True, {}
        changes.training += 1
        runner.moved()
        try:
            yield
        finally:
            runner.training = False
            changes.training -= 1
            runner.pending.clear()
            runner.moved()

    def _add(self, runner, epoch, logs):
        """Puts the logs of an epoch behind those before: loss and metrics first, then those of validation, then what callbacks added."""
        logs, names, history = {**vector_logs.folded(logs, self._ones), **runner.others.get(epoch, {})}, self._names, self._history.history
        ordered = [*names, *(f"val_{name}" for name in (names if dialect.before(3) else sorted(names)))]
        for name in (*(name for name in ordered if name in logs), *(name for name in logs if name not in ordered)):
            history.setdefault(name, []).append(logs[name])

    def _finish(self, runner, logs_of_epochs, found, course, callbacks):
        """What the loop gives goes into the history, in the place of what was seen of it on the way."""
        history = self._history
        history.history.clear()
        history.epoch[:] = range(self._first, self._first + len(logs_of_epochs))
        for epoch, logs in zip(history.epoch, logs_of_epochs):
            self._add(runner, epoch, logs)
        self._model._shown = _last_shown(logs_of_epochs, self._ones)
        history.findings, history._course = findings.read(found), course
        for own in _histories(callbacks):
            own.findings, own._course = history.findings, course


class _Following:
    """Hands on what happens to what prints, and puts the logs of each epoch into the history: an exception leaves those before it there."""

    def __init__(self, observer, history, add):
        self._observer, self._history, self._add, self._batches = observer, history, add, observer._batches

    def _tell(self, what, index, logs, text):
        if what == "epoch_end":
            self._history.epoch.append(index)
            self._add(index, logs or {})
        self._observer._tell(what, index, logs, text)


def _histories(callbacks):
    """Those of a program's callbacks that keep the history."""
    from ..keras.callbacks import History

    return [each for each in (callbacks if isinstance(callbacks, (list, tuple)) else [callbacks]) if isinstance(each, History)]


def _last_shown(logs_of_epochs, ones):
    """What the metrics were set to last: by the validation of the last epoch, where there was one."""
    logs = vector_logs.folded(logs_of_epochs[-1], ones) if logs_of_epochs else {}
    of_validation = {name.removeprefix("val_"): value for name, value in logs.items() if name.startswith("val_")}
    return of_validation or {name: value for name, value in logs.items() if name != "lr" and not name.startswith("learning_rate")}


def _file_config(model):
    """The config of files of the whole model; None where the library's own will do, or none can be written."""
    try:
        return model._file_config("model.keras", True)
    except (NotImplementedError, TypeError):
        return None
