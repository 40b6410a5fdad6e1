"""Written by crates/python/make_stubs.py."""

import os
from collections.abc import Callable
from typing import Any

from regimen._keras.findings import Findings
from regimen.keras.models import Model

class Callback:
    """Sees a training: override what is needed. `self.model` is the model, `self.params` what `fit` was told."""
    params: dict[str, Any]
    model: Any
    validation_data: Any
    def __init__(self) -> None: ...
    def set_params(self, params: dict[str, Any]) -> None:
        """What `fit` was told."""
    def set_model(self, model: Any) -> None:
        """The model that trains."""
    def on_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Before a step, under its old name."""
    def on_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """After a step, under its old name."""
    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Before a step."""
    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """After a step."""
    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Before an epoch."""
    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """After an epoch and its validation. What is put into `logs` stays there."""
    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Before the first epoch."""
    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """After the last epoch."""
    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Before an evaluation."""
    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        """After an evaluation."""
    def on_test_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Before a batch of an evaluation."""
    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """After a batch of an evaluation."""
    def on_predict_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Before predictions."""
    def on_predict_end(self, logs: dict[str, Any] | None = None) -> None:
        """After predictions."""
    def on_predict_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Before a batch of predictions."""
    def on_predict_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """After a batch of predictions."""

class History(Callback):
    """What `fit` gives: `history` by name, `epoch`, and `findings` of the doctor."""
    history: dict[str, list[float]]
    epoch: list[int]
    findings: Findings
    def __init__(self) -> None: ...
    def curves(self) -> str:
        """Losses and metrics over the epochs as a picture in SVG, with what was found marked in it."""

class NativeCallback(Callback):
    """A callback of the library."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...

class OrbaxCheckpoint(NativeCallback):
    """Saves the model as training goes on, each step into a folder of its own, and keeps the newest."""
    def __init__(self, directory: str | os.PathLike[str], monitor: str = 'val_loss', verbose: int | str = 0, save_best_only: bool = False, mode: str = 'auto', save_freq: int | str = 'epoch', initial_value_threshold: float | None = None, max_to_keep: int | None = 1, save_on_background: bool = True, save_weights_only: bool = False) -> None: ...

class LambdaCallback(Callback):
    """Calls the functions that it is given."""
    def __init__(self, on_epoch_begin: Callable[..., Any] | None = None, on_epoch_end: Callable[..., Any] | None = None, on_train_begin: Callable[..., Any] | None = None, on_train_end: Callable[..., Any] | None = None, on_train_batch_begin: Callable[..., Any] | None = None, on_train_batch_end: Callable[..., Any] | None = None, on_batch_begin: Callable[..., Any] | None = None, on_batch_end: Callable[..., Any] | None = None, **kwargs: Any) -> None: ...

class LearningRateScheduler(Callback):
    """Sets the learning rate at the beginning of each epoch by a function of the epoch and the rate."""
    schedule: Any
    verbose: Any
    def __init__(self, schedule: Callable[..., Any], verbose: int | str = 0) -> None: ...

class CallbackList:
    """Several callbacks as one."""
    callbacks: list[Any]
    model: Any
    params: Any
    def __init__(self, callbacks: Any = None, add_history: bool = False, add_progbar: bool = False, model: Model | None = None, **params: Any) -> None: ...
    def set_model(self, model: Any) -> Any:
        """The model that trains."""
    def set_params(self, params: dict[str, Any]) -> Any:
        """What they are told of the training."""
    def append(self, callback: Any) -> None:
        """Puts one at the end."""
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...

class BackupAndRestore(NativeCallback):
    """Lets training that was killed go on when it is begun again."""
    def __init__(self, backup_dir: Any, save_freq: int | str = 'epoch', double_checkpoint: bool = False, delete_checkpoint: bool = True) -> None: ...

class CSVLogger(NativeCallback):
    """Writes the logs of every epoch to a CSV file."""
    def __init__(self, filename: str | os.PathLike[str], separator: str = ',', append: bool = False) -> None: ...

class EarlyStopping(NativeCallback):
    """Ends training when a value has stopped improving."""
    def __init__(self, monitor: str = 'val_loss', min_delta: float = 0.0, patience: int = 0, verbose: int | str = 0, mode: str = 'auto', baseline: float | None = None, restore_best_weights: bool = False, start_from_epoch: int = 0) -> None: ...

class ModelCheckpoint(NativeCallback):
    """Saves the model as training goes on."""
    def __init__(self, filepath: str | os.PathLike[str], monitor: str = 'val_loss', verbose: int | str = 0, save_best_only: bool = False, save_weights_only: bool = False, mode: str = 'auto', save_freq: int | str = 'epoch', initial_value_threshold: float | None = None) -> None: ...

class PriorCorrection(NativeCallback):
    """After training, decides classes as if all were equally common."""
    def __init__(self, shares: Any, bias: Any = None) -> None: ...

class ProgbarLogger(NativeCallback):
    """Shows progress, which is done anyway."""
    def __init__(self) -> None: ...

class ReduceLROnPlateau(NativeCallback):
    """Lowers the learning rate when a value has stopped improving."""
    def __init__(self, monitor: str = 'val_loss', factor: float = 0.1, patience: int = 10, verbose: int | str = 0, mode: str = 'auto', min_delta: float = 0.0001, cooldown: int = 0, min_lr: float = 0.0) -> None: ...

class RemoteMonitor(NativeCallback):
    """Sends the logs of every epoch to a server."""
    def __init__(self, root: str = 'http://localhost:9000', path: str | os.PathLike[str] = '/publish/epoch/end/', field: str = 'data', headers: Any = None, send_as_json: bool = False) -> None: ...

class SwapEMAWeights(NativeCallback):
    """Evaluates with the moving averages of the weights."""
    def __init__(self, swap_on_epoch: bool = False) -> None: ...

class TensorBoard(NativeCallback):
    """Writes logs, weights and the model for TensorBoard."""
    def __init__(self, log_dir: str | os.PathLike[str] = 'logs', histogram_freq: int = 0, write_graph: bool = True, write_images: bool = False, write_steps_per_second: bool = False, update_freq: str = 'epoch') -> None: ...

class TerminateOnNaN(NativeCallback):
    """Ends training at the first loss that is not finite."""
    def __init__(self, raise_error: bool = False) -> None: ...
