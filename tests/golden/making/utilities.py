"""Functions on data that stand by themselves: padding, one-hot classes, windows, the old Tokenizer; utilities.json."""

import json
import warnings

import numpy as np
from keras.src.legacy.preprocessing import sequence as old_sequence
from keras.src.legacy.preprocessing import text as old_text
from keras.utils import normalize, pad_sequences, split_dataset, to_categorical

from .tensors import Draw, round_trip, tensor, write

TEXTS = ["The cat sat on the mat.", "The dog, the CAT; a mat?", "", "Sat\ttwice: on\nmats ... Äpfel"]


def padding():
    ragged = [[1], [2, 3], [], [4, 5, 6, 7]]
    out = []
    for maxlen in [None, 3, 6]:
        for pad in ["pre", "post"]:
            for cut in ["pre", "post"]:
                how = {"maxlen": maxlen, "padding": pad, "truncating": cut, "value": -1 if pad == "post" else 0}
                out.append({**how, "output": tensor(pad_sequences(ragged, **how))})
    return {"sequences": ragged, "cases": out}


def classes():
    out = []
    for x, n in [([0, 2, 1, 2], None), ([[0], [3]], None), ([[0, 1], [1, 0]], 4)]:
        x = np.array(x, "int32")
        out.append({"x": tensor(x), "num_classes": n, "output": tensor(to_categorical(x, n))})
    return out


def norms():
    x = Draw("utilities/norms").normal(3, 4)
    x[1] = 0
    # Along axis 0 of several Keras divides by the norms of other vectors.
    return [
        {"x": tensor(x), "axis": axis, "order": order, "output": tensor(normalize(x, axis=axis, order=order))}
        for axis in [-1, 1]
        for order in [1, 2, 3]
    ]


def generators():
    x = np.arange(40, dtype="int32").reshape(20, 2)
    y = np.arange(100, 120, dtype="int32")
    out = []
    for how in [
        {"length": 3},
        {"length": 4, "sampling_rate": 2, "stride": 3, "batch_size": 2},
        {"length": 5, "sampling_rate": 2, "reverse": True, "start_index": 2, "end_index": 15, "batch_size": 4},
    ]:
        made = old_sequence.TimeseriesGenerator(x, y, **how)
        batches = [[tensor(a) for a in made[i]] for i in range(len(made))]
        out.append({"how": how, "batches": batches})
    return {"data": tensor(x), "targets": tensor(y), "cases": out}


def halves():
    x = np.arange(11, dtype="int32")
    out = []
    for left, right in [(0.5, None), (None, 0.3), (3, None), (None, 4), (0.25, 0.5), (2, 0.5)]:
        a, b = split_dataset(x, left_size=left, right_size=right)
        of = lambda part: [int(np.asarray(v).item()) for v in part]  # noqa: E731
        out.append({"left_size": left, "right_size": right, "left": of(a), "right": of(b)})
    return {"rows": 11, "cases": out}


def words():
    out = []
    for how in [{}, {"lower": False}, {"filters": ".,", "split": "t"}]:
        cut = [old_text.text_to_word_sequence(t, **how) for t in TEXTS]
        md5 = [old_text.hashing_trick(t, 50, hash_function="md5", **how) for t in TEXTS]
        out.append({"how": how, "words": cut, "md5": md5})
    return out


def tokenizers():
    out = []
    for how in [{}, {"num_words": 5}, {"num_words": 5, "oov_token": "<OOV>"}, {"oov_token": "?", "lower": False}, {"char_level": True}]:
        made = old_text.Tokenizer(**how)
        made.fit_on_texts(TEXTS[:2])
        made.fit_on_texts(TEXTS[2:])
        new = TEXTS + ["an unknown cat"]
        sequences = made.texts_to_sequences(new)
        out.append(
            {
                "how": how,
                "word_index": made.word_index,
                "sequences": sequences,
                "texts": made.sequences_to_texts(sequences),
                "matrices": {m: tensor(made.texts_to_matrix(new, m)) for m in ["binary", "count", "freq", "tfidf"]},
                "json": json.loads(made.to_json()),
            }
        )
    return out


def pairs():
    sequence = [1, 2, 0, 3, 4, 2]
    out = []
    for window in [1, 2, 4]:
        couples, labels = old_sequence.skipgrams(sequence, 5, window_size=window, negative_samples=0.0, shuffle=False)
        out.append({"window_size": window, "couples": round_trip(couples), "labels": labels})
    return {"sequence": sequence, "cases": out, "table": [float(v) for v in old_sequence.make_sampling_table(12)]}


def windows():
    """By tf.data, whose rules are those of the library's text."""
    from keras.utils import timeseries_dataset_from_array

    x = np.arange(20, dtype="int32")
    out = []
    for how, with_targets in [
        ({"sequence_length": 3}, True),
        ({"sequence_length": 3}, False),
        ({"sequence_length": 4, "sequence_stride": 2, "sampling_rate": 3}, True),
        ({"sequence_length": 2, "start_index": 3, "end_index": 12}, True),
    ]:
        y = x * 10 if with_targets else None
        batches = list(timeseries_dataset_from_array(x, y, batch_size=64, **how))
        first = batches[0]
        inputs, targets = (first if with_targets else (first, None))
        out.append({"how": how, "windows": tensor(np.asarray(inputs)), "targets": None if targets is None else tensor(np.asarray(targets))})
    return {"data": tensor(x), "cases": out}


def make():
    warnings.simplefilter("ignore")
    content = {
        "pad_sequences": padding(),
        "to_categorical": classes(),
        "normalize": norms(),
        "timeseries_generator": generators(),
        "split_dataset": halves(),
        "words": words(),
        "tokenizer": tokenizers(),
        "skipgrams": pairs(),
        "timeseries": windows(),
    }
    write("utilities.json", content)
