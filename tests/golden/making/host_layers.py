"""Layers that work before the graph, and what layers learn from data, in host/*.json.

Keras runs lookups, hashes and TextVectorization by TensorFlow's string ops with every backend, so this subject needs tensorflow
beside jax: pip install tensorflow-cpu==2.21.0. The README's other subjects do without."""

import keras
import numpy as np

from .tensors import Draw, fresh, keras_json, round_trip, tensor, write


def value(x):
    """Numbers as elsewhere, texts as {"shape", "texts"}."""
    x = np.asarray(x)
    if x.dtype.kind in "OSU":
        texts = [t.decode() if isinstance(t, bytes) else str(t) for t in x.ravel()]
        return {"shape": list(x.shape), "texts": texts}
    return tensor(x)


def output(x):
    return x.numpy() if hasattr(x, "numpy") else np.asarray(x)


class HostCases:
    def __init__(self, file):
        self.file = file
        self.list = []

    def draw(self, name):
        return Draw(f"{self.file}/{name}")

    def add(self, name, class_name, config, inputs, adapt=None, batches=False):
        """`adapt`: data to learn from; with `batches` a list of them."""
        fresh()
        layer = getattr(keras.layers, class_name)(**config)
        case = {"name": name, "class_name": class_name, "config": round_trip(config), "full_config": round_trip(layer.get_config())}
        if adapt is not None:
            layer.adapt(iter(adapt) if batches else adapt)
            case["adapt"] = [value(b) for b in adapt] if batches else [value(adapt)]
            if hasattr(layer, "get_vocabulary"):
                case["vocabulary"] = round_trip([str(t) if isinstance(t, str) else int(t) for t in layer.get_vocabulary()])
            elif class_name == "Discretization":
                case["boundaries"] = tensor(np.array(layer.bin_boundaries, "float32"))
            else:
                case["mean"], case["variance"] = tensor(layer.adapt_mean), tensor(layer.adapt_variance)
        case["inputs"] = [value(x) for x in inputs]
        if config.get("invert") and class_name == "StringLookup":
            # Texts come out, which are TensorFlow's alone.
            from keras.src.utils.module_utils import tensorflow as tf

            inputs = [tf.constant(x) for x in inputs]
        case["output"] = value(output(layer(*inputs) if len(inputs) == 1 else layer(tuple(inputs))))
        case["full_config"].pop("dtype", None)
        self.list.append(case)

    def write(self):
        write(f"{self.file}.json", {"cases": self.list})


WORDS = ["a", "b", "c", "d"]


def texts(*rows):
    return np.array(rows, dtype=object)


def string_lookup():
    c = HostCases("host/string_lookup")
    add = lambda name, config, inputs, **k: c.add(name, "StringLookup", config, inputs, **k)  # noqa: E731
    x = texts(["a", "c", "d"], ["d", "zebra", "b"], ["", "[UNK]", "yak"])
    column = texts(["a"], ["d"], ["?"], [""])
    flat = texts("a", "d", "?", "d")
    add("int", {"vocabulary": WORDS}, [x])
    add("int_one_axis", {"vocabulary": WORDS}, [flat])
    add("int_rank_3", {"vocabulary": WORDS}, [x.reshape(3, 1, 3)])
    add("mask", {"vocabulary": WORDS, "mask_token": ""}, [x])
    add("special_in_vocabulary", {"vocabulary": ["", "[UNK]"] + WORDS, "mask_token": ""}, [x])
    add("oov_in_vocabulary", {"vocabulary": ["?"] + WORDS, "oov_token": "?"}, [x])
    add("three_oov", {"vocabulary": WORDS, "num_oov_indices": 3}, [x])
    add("three_oov_masked", {"vocabulary": WORDS, "num_oov_indices": 3, "mask_token": ""}, [x])
    add("salted_oov", {"vocabulary": WORDS, "num_oov_indices": 4, "salt": [133, 137]}, [x])
    add("salted_by_one", {"vocabulary": WORDS, "num_oov_indices": 4, "salt": 7}, [x])
    add("no_oov", {"vocabulary": WORDS, "num_oov_indices": 0}, [texts(["a", "d"], ["b", "c"])])
    add("no_oov_token", {"vocabulary": WORDS, "oov_token": None}, [x])
    for mode in ["one_hot", "multi_hot", "count"]:
        add(mode, {"vocabulary": WORDS, "output_mode": mode}, [x])
        add(f"{mode}_column", {"vocabulary": WORDS, "output_mode": mode, "mask_token": ""}, [column])
        add(f"{mode}_one_axis", {"vocabulary": WORDS, "output_mode": mode}, [flat])
        add(f"{mode}_padded", {"vocabulary": WORDS, "output_mode": mode, "max_tokens": 7, "pad_to_max_tokens": True}, [x])
    add("multi_hot_rank_3", {"vocabulary": WORDS, "output_mode": "multi_hot"}, [x.reshape(3, 3, 1)])
    idf = [0.25, 0.75, 0.6, 0.4]
    add("tf_idf", {"vocabulary": WORDS, "output_mode": "tf_idf", "idf_weights": idf}, [x])
    add("tf_idf_special", {"vocabulary": ["[UNK]"] + WORDS, "output_mode": "tf_idf", "idf_weights": [0.9] + idf}, [x])
    add(
        "tf_idf_padded",
        {"vocabulary": WORDS, "output_mode": "tf_idf", "idf_weights": idf, "max_tokens": 8, "pad_to_max_tokens": True},
        [x],
    )
    ids = np.array([[1, 3, 4], [4, 0, 2], [9, 5, -1]], "int64")
    add("inverted", {"vocabulary": WORDS, "invert": True}, [ids])
    add("inverted_masked", {"vocabulary": WORDS, "invert": True, "mask_token": "-", "oov_token": "?"}, [ids])
    data = texts(["a", "c", "d"], ["d", "z", "b"], ["z", "", "[UNK]"], ["ä", "c", "z"])
    add("adapted", {}, [x], adapt=data)
    add("adapted_masked", {"mask_token": ""}, [x], adapt=data)
    add("adapted_few", {"max_tokens": 4, "num_oov_indices": 2}, [x], adapt=data)
    add("adapted_flat", {}, [x], adapt=texts("b", "a", "b"))
    add("adapted_count", {"output_mode": "count"}, [x], adapt=data)
    add("adapted_tf_idf", {"output_mode": "tf_idf"}, [x], adapt=data)
    add("adapted_tf_idf_padded", {"output_mode": "tf_idf", "max_tokens": 9, "pad_to_max_tokens": True}, [x], adapt=data)
    add("adapted_batches", {"output_mode": "tf_idf"}, [x], adapt=[data[:1], data[1:]], batches=True)
    add("adapted_inverted", {"invert": True}, [ids], adapt=data)
    c.write()


def integer_lookup():
    c = HostCases("host/integer_lookup")
    add = lambda name, config, inputs, **k: c.add(name, "IntegerLookup", config, inputs, **k)  # noqa: E731
    known = [12, 36, 1138, -42, 5]
    x = np.array([[12, 1138, 42], [-42, 1000, 36], [-1, 0, 7], [5, 5, -7]], "int32")
    add("int", {"vocabulary": known}, [x])
    add("mask", {"vocabulary": known, "mask_token": 0}, [x])
    add("special_in_vocabulary", {"vocabulary": [0, -1] + known, "mask_token": 0}, [x])
    add("three_oov", {"vocabulary": known, "num_oov_indices": 3}, [x])
    add("farmhash", {"vocabulary": known, "num_oov_indices": 4, "oov_method": "farmhash"}, [x])
    add("siphash", {"vocabulary": known, "num_oov_indices": 4, "oov_method": "farmhash", "salt": [9, 11]}, [x])
    add("no_oov", {"vocabulary": known, "num_oov_indices": 0}, [x[:1, :2]])
    add("no_oov_token", {"vocabulary": known, "oov_token": None}, [x])
    for mode in ["one_hot", "multi_hot", "count"]:
        add(mode, {"vocabulary": known, "output_mode": mode, "mask_token": 0}, [x])
        add(f"{mode}_column", {"vocabulary": known, "output_mode": mode}, [x[:, :1]])
    add("padded", {"vocabulary": known, "output_mode": "count", "max_tokens": 9, "pad_to_max_tokens": True}, [x])
    add("tf_idf", {"vocabulary": known, "output_mode": "tf_idf", "idf_weights": [0.25, 0.75, 0.6, 0.4, 0.1]}, [x])
    ids = np.array([[1, 3, 4], [4, 0, 2], [9, 5, 7]], "int64")
    add("inverted", {"vocabulary": known, "invert": True}, [ids])
    add("inverted_masked", {"vocabulary": known, "invert": True, "mask_token": 77, "oov_token": -5}, [ids])
    data = np.array([[1, 2, 2], [7, -3, 2], [7, 0, -1]], "int32")
    add("adapted", {}, [x], adapt=data)
    add("adapted_few", {"max_tokens": 3, "mask_token": 0}, [data], adapt=data)
    add("adapted_tf_idf", {"output_mode": "tf_idf"}, [data], adapt=data)
    add("floats", {"vocabulary": known}, [x.astype("float32") + np.float32(0.5)])
    c.write()


def text_vectorization():
    c = HostCases("host/text_vectorization")
    add = lambda name, config, inputs, **k: c.add(name, "TextVectorization", config, inputs, **k)  # noqa: E731
    words = ["the", "cat", "sat", "on", "mat"]
    x = texts(["The cat, sat."], ["on  the\tmat!"], [""], ["a DOG's cat ÄÖ the"])
    flat = x[:, 0]
    add("int", {"vocabulary": words}, [x])
    add("int_one_axis", {"vocabulary": words}, [flat])
    add("cut", {"vocabulary": words, "output_sequence_length": 2}, [x])
    add("padded", {"vocabulary": words, "output_sequence_length": 7}, [x])
    for how in ["lower", "strip_punctuation", "lower_and_strip_punctuation", None]:
        add(f"standardize_{how}", {"vocabulary": words + ["The", "sat.", "cat,"], "standardize": how}, [x])
    add("characters", {"vocabulary": ["a", "t", " ", "ä", "Ä"], "split": "character"}, [x])
    add("no_split", {"vocabulary": ["the", "cat"], "split": None}, [texts(["The", "cat!"], ["dog", ""])])
    add("no_split_cut", {"vocabulary": ["the", "cat"], "split": None, "output_sequence_length": 3}, [texts(["The", "cat!"], ["dog", ""])])
    add("no_split_one_hot", {"vocabulary": ["the", "cat"], "split": None, "output_mode": "one_hot"}, [texts(["The", "cat!"], ["dog", ""])])
    add("no_split_ngrams", {"vocabulary": ["the", "the cat"], "split": None, "ngrams": 2}, [texts(["The", "cat!"], ["dog", ""])])
    pairs = ["the cat", "cat sat", "the", "cat", "on the mat"]
    add("ngrams", {"vocabulary": pairs, "ngrams": 2}, [x])
    add("ngram_widths", {"vocabulary": pairs, "ngrams": (2, 3), "output_mode": "multi_hot"}, [x])
    for mode in ["multi_hot", "count"]:
        add(mode, {"vocabulary": words, "output_mode": mode}, [x])
        add(f"{mode}_padded", {"vocabulary": words, "output_mode": mode, "max_tokens": 9, "pad_to_max_tokens": True}, [x])
    add("tf_idf", {"vocabulary": words, "output_mode": "tf_idf", "idf_weights": [0.1, 0.2, 0.3, 0.4, 0.5]}, [x])
    add("special_in_vocabulary", {"vocabulary": ["", "[UNK]"] + words}, [x])
    data = texts("The cat sat on the mat.", "the dog; the cat?", "", "on [UNK] mat")
    add("adapted", {}, [x], adapt=data)
    add("adapted_columns", {}, [x], adapt=data[:, None])
    add("adapted_few", {"max_tokens": 4}, [x], adapt=data)
    add("adapted_ngrams", {"ngrams": 2, "max_tokens": 9}, [x], adapt=data)
    add("adapted_tf_idf", {"output_mode": "tf_idf"}, [x], adapt=data)
    add("adapted_tf_idf_batches", {"output_mode": "tf_idf"}, [x], adapt=[data[:1], data[1:]], batches=True)
    add("adapted_characters", {"split": "character", "output_mode": "count"}, [x], adapt=data)
    add("adapted_no_split", {"split": None}, [texts(["The", "cat!"], ["dog", ""])], adapt=texts(["The", "cat!"], ["dog", "the"]))
    c.write()


def hashing():
    c = HostCases("host/hashing")
    long = ["x" * n for n in [1, 2, 3, 4, 7, 8, 9, 16, 17, 24, 32, 33, 48, 63, 64, 65, 100, 127, 128, 129, 192, 193, 300]]
    long = texts(*[[t[:-1] + "yz"] for t in long] + [["".join(chr(32 + i % 90) for i in range(n))] for n in [5, 20, 40, 70, 200]])
    add = lambda name, config, inputs: c.add(name, "Hashing", config, inputs)  # noqa: E731
    x = texts(["A", "B"], ["", "Ä"], ["D", "E"])
    add("lengths", {"num_bins": 1_000_003}, [long])
    add("lengths_salted", {"num_bins": 1_000_003, "salt": [133, 137]}, [long])
    add("texts", {"num_bins": 3}, [x])
    add("mask", {"num_bins": 3, "mask_value": ""}, [x])
    add("mask_in_one_bin", {"num_bins": 1, "mask_value": ""}, [x])
    add("salted", {"num_bins": 3, "salt": 133}, [x])
    ids = np.array([[0, 1, -1], [2147483647, -2147483648, 12]], "int32")
    add("integers", {"num_bins": 100}, [ids])
    add("integers_masked", {"num_bins": 100, "mask_value": 12, "salt": [1, 2]}, [ids])
    add("floats", {"num_bins": 100}, [np.array([[0.5, 2.9], [-1.5, 3.0]], "float32")])
    for mode in ["one_hot", "multi_hot", "count"]:
        add(mode, {"num_bins": 4, "output_mode": mode}, [x])
        add(f"{mode}_column", {"num_bins": 4, "output_mode": mode}, [x[:, :1]])
        add(f"{mode}_one_axis", {"num_bins": 4, "output_mode": mode}, [x[:, 0]])
    cross = lambda name, config, inputs: c.add(name, "HashedCrossing", config, inputs)  # noqa: E731
    a, b = texts("A", "B", "A", "B", "A"), np.array([101, 101, -101, 102, 102], "int32")
    cross("crossed", {"num_bins": 1000}, [a, b])
    cross("crossed_three", {"num_bins": 1000}, [b, a, texts("x", "yy", "", "zebra", "Ä")])
    cross("crossed_columns", {"num_bins": 1000}, [a[:, None], b[:, None]])
    cross("crossed_one_hot", {"num_bins": 5, "output_mode": "one_hot"}, [a, b])
    cross("crossed_one_hot_columns", {"num_bins": 5, "output_mode": "one_hot"}, [a[:, None], b[:, None]])
    c.write()


def learning():
    """What numeric layers learn."""
    c = HostCases("host/learning")
    data = c.draw("data").normal(200, 3, scale=3)
    more = c.draw("more").normal(50, 3)
    x = c.draw("x").normal(3, 3, scale=3)
    images = c.draw("images").normal(5, 2, 3, 2)
    norm = lambda name, config, x, **k: c.add(name, "Normalization", config, [x], **k)  # noqa: E731
    norm("columns", {}, x, adapt=data)
    norm("everything", {"axis": None}, x, adapt=data)
    norm("inverted", {"invert": True}, x, adapt=data)
    norm("batches", {}, x, adapt=[data, more], batches=True)
    norm("two_axes", {"axis": [1, 3]}, images, adapt=images)
    norm("last_axis", {}, images, adapt=images)
    norm("integers", {}, x, adapt=c.draw("ints").ints(9, 20, 3))
    bins = lambda name, config, x, **k: c.add(name, "Discretization", config, [x], **k)  # noqa: E731
    few = np.array([[-1.5, 1.0, 3.4, 0.5], [0.0, 3.0, 1.3, 0.0]], "float32")
    bins("few", {"num_bins": 4}, few, adapt=few)
    bins("many", {"num_bins": 5}, x, adapt=data)
    bins("one_bin", {"num_bins": 1}, x, adapt=data)
    bins("rough", {"num_bins": 4, "epsilon": 0.1, "output_mode": "one_hot"}, x, adapt=data)
    bins("fine", {"num_bins": 20, "epsilon": 0.001}, x, adapt=data)
    bins("merged", {"num_bins": 5}, x, adapt=[data, more, x], batches=True)
    bins("merged_rough", {"num_bins": 3, "epsilon": 0.2, "output_mode": "count"}, x, adapt=[data, more], batches=True)
    bins("repeated_values", {"num_bins": 4}, x, adapt=np.round(data))
    c.write()


def feature_space():
    """host/feature_space.json: {"name","config" (get_config before), "data","adapt","output": value, or by name for dict}."""
    space = keras.utils.FeatureSpace
    draw = Draw("host/feature_space")
    rows = 70
    data = {
        "age": draw.uniform(rows, low=18, high=80),
        "income": draw.normal(rows, scale=100),
        "score": draw.normal(rows),
        "kind": draw.ints(5, rows),
        "zip": draw.ints(100000, rows),
        "city": np.array([["Bonn", "Ulm", "Köln"][i] for i in draw.ints(3, rows)], dtype=object),
        "street": np.array([f"street {i}" for i in draw.ints(50, rows)], dtype=object),
    }
    new = {k: v[:6].copy() for k, v in data.items()}
    new["city"][2], new["kind"][3] = "Paris", 77
    every = {
        "age": "float_discretized",
        "income": "float_normalized",
        "score": "float",
        "kind": "integer_categorical",
        "zip": "integer_hashed",
        "city": "string_categorical",
        "street": "string_hashed",
    }
    own = {
        "age": space.float_discretized(num_bins=4, output_mode="int"),
        "income": space.float_rescaled(scale=0.01, offset=0.5),
        "kind": space.integer_categorical(max_tokens=4, num_oov_indices=2),
        "city": space.string_categorical(num_oov_indices=1, output_mode="int"),
        "zip": space.integer_hashed(7, output_mode="int"),
        "street": space.feature("string", keras.layers.Hashing(num_bins=5, salt=3), "one_hot"),
    }
    cases = []

    def add(name, **config):
        fresh()
        made = space(**config)
        before = keras_json(made)["config"]
        made.adapt(data)
        out = made({k: new[k] for k in config["features"]})
        out = {k: value(v) for k, v in out.items()} if config.get("output_mode") == "dict" else value(out)
        cases.append({"name": name, "config": before, "output": out})

    add("every_kind", features=every, hashing_dim=8, num_discretization_bins=5)
    add("crossed", features={k: every[k] for k in ["kind", "city", "age"]}, crosses=[("kind", "city"), ("city", "age")], crossing_dim=9)
    add("own", features=own, output_mode="dict", crosses=[space.cross(("city", "kind"), 11, output_mode="int"), ("kind", "zip")])
    columns = lambda d: {k: value(v) for k, v in d.items()}  # noqa: E731
    write("host/feature_space.json", {"adapt": columns(data), "data": columns(new), "cases": cases})


def make():
    feature_space()
    string_lookup()
    integer_lookup()
    text_vectorization()
    hashing()
    learning()
