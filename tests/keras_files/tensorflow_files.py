"""Files that need TensorFlow to be made: legacy files of Keras 2 (the package tf_keras), and models of Keras 3 whose layers work
on words. Each has to predict here as it does there; what we write of words has to open in Keras again.

    cargo build -p regimen-cli
    python tests/keras_files/tensorflow_files.py target/debug/regimen

Needs tensorflow-cpu, tf_keras and keras==3.15.1.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras
import numpy as np
import tensorflow as tf
import tf_keras

L = tf_keras.layers


def image(*layers):
    return (8, 8, 3), layers


def sequence(*layers):
    return (6, 4), layers


def row(*layers):
    return (5,), layers


MODELS = {
    "dense": row(L.Dense(4, "relu"), L.Dense(3, "softmax")),
    "activations": row(L.Dense(4), L.LeakyReLU(0.2), L.PReLU(), L.ELU(0.5), L.ThresholdedReLU(0.1), L.ReLU(6.0), L.Softmax()),
    "selu": row(L.Dense(4, "selu"), L.AlphaDropout(0.1), L.Dense(2, "hard_sigmoid")),
    "norm": row(L.BatchNormalization(), L.Dense(4), L.LayerNormalization(), L.UnitNormalization()),
    "noise": row(L.GaussianNoise(0.1), L.Dropout(0.5), L.GaussianDropout(0.1), L.Dense(2, activity_regularizer="l2")),
    "conv2d": image(L.Conv2D(4, 3, padding="same", activation="relu"), L.MaxPooling2D(), L.Flatten(), L.Dense(2)),
    "depthwise": image(L.DepthwiseConv2D(3, depth_multiplier=2), L.SeparableConv2D(4, 3), L.GlobalAveragePooling2D()),
    "transpose": image(L.Conv2DTranspose(3, 3, strides=2), L.UpSampling2D(), L.ZeroPadding2D(), L.Cropping2D(), L.GlobalMaxPooling2D()),
    "conv2d_norm": image(L.Conv2D(4, 3, use_bias=False), L.BatchNormalization(), L.Activation("swish"), L.AveragePooling2D(), L.Flatten()),
    "group_norm": image(L.Conv2D(4, 3), L.GroupNormalization(2), L.SpatialDropout2D(0.1), L.GlobalAveragePooling2D()),
    "conv1d": sequence(L.Conv1D(4, 3, padding="causal", dilation_rate=2), L.MaxPooling1D(), L.Flatten(), L.Dense(1)),
    "separable1d": sequence(L.SeparableConv1D(4, 3), L.DepthwiseConv1D(2), L.Conv1DTranspose(3, 2), L.GlobalMaxPooling1D()),
    "conv3d": ((4, 4, 4, 2), (L.Conv3D(3, 2), L.MaxPooling3D(), L.Flatten(), L.Dense(1))),
    "conv3d_transpose": ((3, 3, 3, 2), (L.Conv3DTranspose(3, 2), L.GlobalAveragePooling3D())),
    "simple_rnn": sequence(L.SimpleRNN(5, return_sequences=True), L.SimpleRNN(3)),
    "lstm": sequence(L.LSTM(5, return_sequences=True), L.LSTM(3, go_backwards=True), L.Dense(1)),
    "gru": sequence(L.GRU(5, return_sequences=True), L.GRU(3, reset_after=False), L.Dense(1)),
    "bidirectional": sequence(L.Bidirectional(L.LSTM(4, return_sequences=True)), L.Bidirectional(L.GRU(3), merge_mode="sum")),
    "cells": sequence(L.RNN(L.LSTMCell(4), return_sequences=True), L.RNN([L.GRUCell(3), L.SimpleRNNCell(2)])),
    "masking": sequence(L.Masking(), L.LSTM(4), L.RepeatVector(2), L.TimeDistributed(L.Dense(3)), L.Permute((2, 1)), L.Reshape((6,))),
    "augmented": image(L.RandomFlip(), L.RandomRotation(0.1), L.RandomZoom(0.1), L.RandomContrast(0.1), L.Rescaling(0.5), L.Conv2D(2, 3), L.Flatten()),
    "conv_lstm": ((3, 6, 6, 2), (L.ConvLSTM2D(3, 3), L.Flatten(), L.Dense(1))),
    "locally": row(L.Reshape((5, 1)), L.Flatten(), L.Dense(2, kernel_constraint="max_norm", kernel_regularizer=tf_keras.regularizers.L1L2(0.1, 0.2))),
}


def attention():
    x = tf_keras.Input((6, 4))
    query, value, key = (L.Dense(4, name=name)(x) for name in "qvk")
    return tf_keras.Model(x, L.Dense(2)(L.MultiHeadAttention(2, 3)(query=query, value=value, key=key)))


def inputs_for(model):
    rng = np.random.default_rng(3)
    return rng.normal(size=(4, *model.input_shape[1:])).astype("float32")


def functional(library):
    """A shared layer, a nested model, several merges."""
    K = library.layers
    x = library.Input((5,), name="x")
    shared = K.Dense(4, "tanh", name="shared")
    inner_in = library.Input((4,))
    inner = library.Model(inner_in, K.Dense(3)(K.Dense(4, "relu")(inner_in)), name="inner")
    a, b = shared(x), shared(K.Dropout(0.2)(x))
    merged = K.Concatenate()([inner(a), K.Add()([a, b]), K.Multiply()([a, b]), K.Average()([a, b])])
    return library.Model(x, K.Dense(2, "softmax")(merged))


def embedding():
    return tf_keras.Sequential([L.Input((7,)), L.Embedding(20, 4, mask_zero=True), L.LSTM(5), L.Dense(1, "sigmoid")])


def predicted(binary, folder, model, rows, *options):
    out = folder / "out.npy"
    command = [binary, "predict", str(model), str(rows), "--out", str(out), *options]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    return np.load(out)


def close(found, expected):
    expected = np.asarray(expected).reshape(found.shape)
    if not np.allclose(found, expected, rtol=2e-4, atol=2e-5):
        raise RuntimeError(f"differs by {np.abs(found - expected).max():.3g}")


def legacy(binary, folder):
    """Models of Keras 2: whole, as JSON with weights of their own, and in the first `.keras` format."""
    models = {}
    for name, (shape, layers) in MODELS.items():
        models[name] = tf_keras.Sequential([L.Input(shape), *layers])
    models["functional"] = functional(tf_keras)
    models["embedding"] = embedding()
    models["attention"] = attention()
    for name, model in models.items():
        model.compile("adam", "mse", metrics=["mae"])
        x = inputs_for(model)
        if name == "embedding":
            x = np.abs(x * 5).astype("int32").astype("float32")
        expected = model.predict(x, verbose=0)
        model.fit(x, expected + 0.1, epochs=1, verbose=0)
        expected = model.predict(x, verbose=0)
        rows = folder / "x.npy"
        np.save(rows, x)
        whole, first, json_, weights = (folder / f"m{end}" for end in (".h5", ".keras", ".json", "_w.h5"))
        model.save(whole, save_format="h5")
        model.save(first, save_format="keras")
        json_.write_text(model.to_json())
        model.save_weights(weights, save_format="h5")
        ways = {
            "h5": lambda: predicted(binary, folder, whole, rows),
            "keras": lambda: predicted(binary, folder, first, rows),
            "json": lambda: predicted(binary, folder, json_, rows, "--weights", str(weights)),
            "by name": lambda: predicted(binary, folder, json_, rows, "--weights", str(weights), "--by-name"),
        }
        for way, predict in ways.items():
            yield f"{name} ({way})", lambda predict=predict: close(predict(), expected)
        again = folder / "again.keras"

        def back():
            subprocess.run([binary, "export", str(whole), str(again)], check=True, capture_output=True)
            close(np.asarray(keras.models.load_model(again).predict(x, verbose=0)), expected)

        def refused():
            done = subprocess.run([binary, "export", str(whole), str(again)], capture_output=True, text=True)
            if done.returncode != 1 or "hard_sigmoid" not in done.stderr:
                raise RuntimeError(f"is not refused: {done.returncode} {done.stderr.strip()}")

        # Keras 3 has another hard_sigmoid, and we refuse to write the old one under its name.
        yield f"{name} (in Keras 3)", refused if name in ("selu", "conv_lstm") else back
        if name in ("dense", "conv2d_norm", "lstm"):

            def goes_on():
                subprocess.run([binary, "export", str(whole), str(again)], check=True, capture_output=True)
                y = np.asarray(expected) + 0.3
                losses = [m.fit(x, y, epochs=3, shuffle=False, verbose=0).history["loss"] for m in (model, keras.models.load_model(again))]
                close(np.array(losses[1]), losses[0])

            yield f"{name} (goes on in Keras 3)", goes_on


def words(binary, folder):
    """Models of Keras 3 that take texts: their vocabularies lie in assets."""
    K = keras.layers
    texts = ["the cat sat on the mat", "the dog sat", "a bird flew over the mat"]
    cities = np.array(["Ulm", "Bonn", "Ulm", "Köln"])
    t = keras.Input((1,), dtype="string", name="t")
    c = keras.Input((1,), dtype="string", name="c")
    i = keras.Input((1,), dtype="int64", name="i")
    ids = K.TextVectorization(max_tokens=50, output_sequence_length=6)
    ids.adapt(texts)
    weighed = K.TextVectorization(max_tokens=9, output_mode="tf_idf", pad_to_max_tokens=True, ngrams=2)
    weighed.adapt(texts)
    hot = K.StringLookup(output_mode="one_hot", num_oov_indices=2)
    hot.adapt(cities)
    whole = K.IntegerLookup()
    whole.adapt(np.array([[5], [5], [9], [-3]]))
    norm = K.Normalization()
    norm.adapt(np.array([[1.0], [4.0], [9.0]]))
    n = keras.Input((1,), name="n")
    crossed = K.HashedCrossing(8, output_mode="one_hot")((c, i))
    parts = [
        K.Flatten()(K.Embedding(16, 2)(K.Hashing(16)(c))),
        K.Flatten()(K.Embedding(16, 2)(K.Hashing(16, mask_value="", salt=[5, 7])(t))),
        crossed,
        K.GlobalAveragePooling1D()(K.Embedding(50, 4)(ids(t))),
        K.Flatten()(weighed(t)),
        hot(c),
        K.Flatten()(K.Embedding(5, 3)(whole(i))),
        norm(n),
    ]
    model = keras.Model([t, c, i, n], K.Dense(2, "softmax")(K.Concatenate()(parts)))
    model.compile("adam", "sparse_categorical_crossentropy")
    feeds = [
        tf.constant([["the cat flew"], ["dog mat zebra"], [""]]),
        tf.constant([["Ulm"], ["Köln"], ["Rom"]]),
        np.array([[5], [7], [-3]]),
        np.array([[1.0], [2.0], [-3.0]], "float32"),
    ]
    expected = model.predict(feeds, verbose=0)
    file, table = folder / "words.keras", folder / "words.csv"
    model.save(file)
    table.write_text("t,c,i,n\nthe cat flew,Ulm,5,1\ndog mat zebra,Köln,7,2\n,Rom,-3,-3\n", encoding="utf-8")
    yield "words", lambda: close(predicted(binary, folder, file, table), expected)
    for end in ("keras", "h5"):
        again = folder / f"again.{end}"

        def back(again=again):
            subprocess.run([binary, "export", str(file), str(again)], check=True, capture_output=True)
            loaded = keras.models.load_model(again)
            close(np.asarray(loaded.predict(feeds, verbose=0)), expected)
            loaded.compile("adam", "sparse_categorical_crossentropy")
            loaded.fit(feeds, np.array([0, 1, 0]), verbose=0)
            close(predicted(binary, folder, again, table), expected)

        yield f"words (.{end} in Keras 3)", back


def main():
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    passed, failed = 0, []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for make in (words, legacy):
            for case, check in make(binary, folder):
                try:
                    check()
                    passed += 1
                except Exception as fault:  # every fault is told, with its case
                    failed.append(f"{case}: {fault}")
    for line in failed:
        print(f"FAILED {line}")
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
