"""The line of progress of loops that a program runs by itself: CallbackList(add_progbar=True)."""


class LineOfProgress:
    """What shows the epochs and steps of such a loop; it is told of them as a callback is."""

    def __init__(self, params):
        self._params, self._bar, self._steps = params, None, 0

    def on_epoch_begin(self, epoch, logs=None):
        """Another line."""
        from ..keras.utils import Progbar

        verbose, epochs = self._params.get("verbose", 1), self._params.get("epochs")
        if verbose:
            print(f"Epoch {epoch + 1}" + (f"/{epochs}" if epochs else ""))
        self._bar, self._steps = Progbar(self._params.get("steps"), verbose=verbose, stateless_metrics=()), 0

    def on_train_batch_end(self, batch, logs=None):
        """A step further."""
        self._steps = batch + 1
        if self._bar is not None:
            self._bar.update(self._steps, (logs or {}).items(), finalize=False)

    on_batch_end = on_train_batch_end

    def on_epoch_end(self, epoch, logs=None):
        """The line as it stays."""
        if self._bar is not None:
            self._bar.update(self._steps, (logs or {}).items(), finalize=True)
