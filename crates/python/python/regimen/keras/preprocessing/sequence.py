"""Sequences: padding, windows of time series, pairs of words."""

import json
import random

import numpy as np

from ..utils import PyDataset, pad_sequences


class TimeseriesGenerator(PyDataset):
    """Batches of windows over a time series, each with the target that comes after it."""

    def __init__(self, data, targets, length, sampling_rate=1, stride=1, start_index=0, end_index=None, shuffle=False, reverse=False,
                 batch_size=128, **kwargs):
        super().__init__(**kwargs)
        if len(data) != len(targets):
            raise ValueError(f"Data and targets have to be of same length. Data length is {len(data)} while target length is "
                             f"{len(targets)}")
        self.data, self.targets, self.length, self.sampling_rate, self.stride = data, targets, length, sampling_rate, stride
        self.start_index, self.end_index = start_index + length, len(data) - 1 if end_index is None else end_index
        self.shuffle, self.reverse, self.batch_size = shuffle, reverse, batch_size
        if self.start_index > self.end_index:
            raise ValueError(
                f"`start_index+length={self.start_index} > end_index={self.end_index}` is disallowed, as no part of the sequence would be "
                "left to be used as current step."
            )

    def __len__(self):
        width = self.batch_size * self.stride
        return (self.end_index - self.start_index + width) // width

    def __getitem__(self, index):
        if self.shuffle:
            rows = np.random.randint(self.start_index, self.end_index + 1, size=self.batch_size)
        else:
            first = self.start_index + self.batch_size * self.stride * index
            rows = np.arange(first, min(first + self.batch_size * self.stride, self.end_index + 1), self.stride)
        samples = np.array([self.data[row - self.length : row : self.sampling_rate] for row in rows])
        targets = np.array([self.targets[row] for row in rows])
        return (samples[:, ::-1, ...] if self.reverse else samples), targets

    def get_config(self):
        """The options, data and targets as JSON among them."""
        options = ("length", "sampling_rate", "stride", "start_index", "end_index", "shuffle", "reverse", "batch_size")
        texts = {"data": _json(self.data, "Data"), "targets": _json(self.targets, "Targets")}
        return {**texts, **{name: getattr(self, name) for name in options}}

    def to_json(self, **kwargs):
        """The config as JSON; `timeseries_generator_from_json` reads it."""
        return json.dumps({"class_name": type(self).__name__, "config": self.get_config()}, **kwargs)


def _json(values, what):
    values = values.tolist() if hasattr(values, "tolist") else values
    try:
        return json.dumps(values)
    except TypeError as error:
        raise TypeError(f"{what} not JSON Serializable: {values}") from error


def timeseries_generator_from_json(json_string):
    """A TimeseriesGenerator from the JSON of `to_json()`."""
    config = dict(json.loads(json_string)["config"])
    data, targets = (json.loads(config.pop(name)) for name in ("data", "targets"))
    config["start_index"] -= config["length"]
    return TimeseriesGenerator(data, targets, **config)


def make_sampling_table(size, sampling_factor=1e-05):
    """For each word by its rank, the probability that `skipgrams` takes it: frequent words are taken less often."""
    rank = np.arange(size)
    rank[0] = 1
    # One over the frequency of a rank by Zipf's law; 0.577 stands for Euler's constant.
    rarity = sampling_factor * (rank * (np.log(rank) + 0.577) + 0.5 - 1.0 / (12.0 * rank))
    return np.minimum(1.0, rarity / np.sqrt(rarity))


def skipgrams(sequence, vocabulary_size, window_size=4, negative_samples=1.0, shuffle=True, categorical=False, sampling_table=None,
              seed=None):
    """Pairs of words: those that stand near each other (label 1), and words with ones at random (label 0). 0 is no word."""
    couples = []
    for i, word in enumerate(sequence):
        if not word or (sampling_table is not None and sampling_table[word] < random.random()):
            continue
        near = range(max(0, i - window_size), min(len(sequence), i + window_size + 1))
        couples += [[word, sequence[j]] for j in near if j != i and sequence[j]]
    labels = [[0, 1] if categorical else 1 for _ in couples]
    if negative_samples > 0:
        words, count = [couple[0] for couple in couples], int(len(labels) * negative_samples)
        random.shuffle(words)
        couples += [[words[i % len(words)], random.randint(1, vocabulary_size - 1)] for i in range(count)]
        labels += [[1, 0] if categorical else 0 for _ in range(count)]
    if shuffle:
        seed = random.randint(0, 10_000_000) if seed is None else seed
        for values in (couples, labels):
            random.seed(seed)
            random.shuffle(values)
    return couples, labels


__all__ = ["TimeseriesGenerator", "make_sampling_table", "pad_sequences", "skipgrams", "timeseries_generator_from_json"]
