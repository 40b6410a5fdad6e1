"""Written by crates/python/make_stubs.py."""

from collections.abc import Sequence
from numpy.typing import NDArray
from typing import Any

from regimen.keras.utils import PyDataset

class TimeseriesGenerator(PyDataset):
    """Batches of windows over a time series, each with the target that comes after it."""
    data: Any
    targets: Any
    length: Any
    sampling_rate: Any
    stride: Any
    start_index: Any
    end_index: Any
    shuffle: Any
    reverse: Any
    batch_size: Any
    def __init__(self, data: Any, targets: Any, length: Any, sampling_rate: int = 1, stride: int = 1, start_index: int = 0, end_index: int | None = None, shuffle: bool | str = False, reverse: bool = False, batch_size: int = 128, **kwargs: Any) -> None: ...
    def __len__(self) -> int: ...
    def get_config(self) -> dict[str, Any]:
        """The options, data and targets as JSON among them."""
    def to_json(self, **kwargs: Any) -> Any:
        """The config as JSON; `timeseries_generator_from_json` reads it."""

def make_sampling_table(size: int | Sequence[int], sampling_factor: float = 1e-05) -> Any:
    """For each word by its rank, the probability that `skipgrams` takes it: frequent words are taken less often."""
def pad_sequences(sequences: Any, maxlen: int | None = None, dtype: Any = 'int32', padding: str = 'pre', truncating: str = 'pre', value: Any = 0.0) -> NDArray[Any]:
    """Sequences as rows of one length."""
def skipgrams(sequence: Any, vocabulary_size: int, window_size: int = 4, negative_samples: float = 1.0, shuffle: bool | str = True, categorical: bool = False, sampling_table: Any = None, seed: Any = None) -> Any:
    """Pairs of words: those that stand near each other (label 1), and words with ones at random (label 0). 0 is no word."""
def timeseries_generator_from_json(json_string: str) -> Any:
    """A TimeseriesGenerator from the JSON of `to_json()`."""
