"""Layers on words, hashes and categories, called on arrays. Numbers are those of Keras 3.15.1 (TensorFlow's string ops)."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen._keras.fingerprints import fingerprint64, siphash
from regimen.keras import layers

TEXTS = ["The cat sat, on the mat!", "the dog. THE end", ""]
# Bins of `x` repeated 0, 1, 3, ... times.
FARM = [61252, 67928, 32728, 25084, 5943, 16807, 30366, 26654, 59244, 98224, 18784, 25053, 37705, 18896, 8986]
ROWS = [["a", "c", "d"], ["d", "z", "b"]]


def test_hashes_of_all_lengths():
    assert fingerprint64(b"") == 0x9AE16A3B2F90404F
    texts = np.array(["x" * n for n in (0, 1, 3, 4, 7, 8, 16, 17, 32, 33, 64, 65, 128, 129, 500)])
    found = layers.Hashing(num_bins=100003)(texts)
    assert found.tolist() == FARM
    bytes_ = bytes(range(15))
    key = (0x0706050403020100, 0x0F0E0D0C0B0A0908)
    assert siphash(key, b"") == 0x726FDB47DD0E0E31 and siphash(key, bytes_) == 0xA129CA6149BE45E5


def test_hashing():
    column = [["A"], ["B"], ["C"], ["D"], ["E"]]
    assert layers.Hashing(num_bins=3)(column).tolist() == [[1], [0], [1], [1], [2]]
    assert layers.Hashing(num_bins=3, mask_value="")([["A"], ["B"], [""], ["C"], ["D"]]).tolist() == [[1], [1], [0], [2], [2]]
    assert layers.Hashing(num_bins=3, salt=[133, 137])(column).tolist() == [[1], [2], [1], [0], [2]]
    assert layers.Hashing(num_bins=3, salt=133)(column).tolist() == [[0], [0], [2], [1], [0]]
    assert layers.Hashing(num_bins=3, output_mode="count")([[0, 1, 2, 3, 4]]).tolist() == [[2, 2, 1]]
    with pytest.raises(ValueError, match="tuple of size 2"):
        layers.Hashing(num_bins=3, salt=[1])
    with pytest.raises(ValueError, match="one type"):
        layers.Hashing(num_bins=3, mask_value=1)(column)


def test_crossed_values():
    features = (np.array(["A", "B", "A", "B", "A"]), np.array([101, 101, 101, 102, 102]))
    assert layers.HashedCrossing(num_bins=5)(features).tolist() == [1, 4, 1, 1, 3]
    assert layers.HashedCrossing(num_bins=5, output_mode="one_hot")(features)[1].tolist() == [0, 0, 0, 0, 1]
    for wrong, text in ((np.array(1), "on a list"), ([np.array(1)], "at least two"), ((np.ones((1, 1)),) * 2, "integer or string"),
                        ((np.ones((1, 1, 1)),) * 2, "inputs should have shape")):
        with pytest.raises(ValueError, match=text):
            layers.HashedCrossing(num_bins=5)(wrong)


def test_a_vocabulary_is_learned():
    layer = layers.StringLookup()
    layer.adapt(ROWS)
    assert layer.get_vocabulary() == ["[UNK]", "d", "z", "c", "b", "a"] and layer.vocabulary_size() == 6
    assert layer([["a", "q"], ["d", "b"]]).tolist() == [[5, 0], [1, 4]]
    assert layer.get_config()["vocabulary"] == ["d", "z", "c", "b", "a"]
    again = layers.StringLookup.from_config(layer.get_config())
    assert again(["z", "q"]).tolist() == [2, 0]
    layer.adapt(iter([["x", "x"], ["y"]]))
    assert layer.get_vocabulary() == ["[UNK]", "x", "y"]
    numbers = layers.IntegerLookup(max_tokens=3, mask_token=0)
    numbers.adapt(np.array([[7, 7], [5, 0], [5, 7]]))
    assert numbers.get_vocabulary() == [0, -1, 7] and numbers([7, 0, 5]).tolist() == [2, 0, 1]
    with pytest.raises(ValueError, match="static vocabulary"):
        layers.StringLookup(vocabulary=["a"]).adapt(ROWS)
    with pytest.raises(RuntimeError, match="adapt"):
        layers.StringLookup()(["a"])


def test_modes_of_a_lookup():
    made = lambda **options: layers.StringLookup(vocabulary=["a", "b", "c"], **options)
    assert made(output_mode="one_hot")(["b", "q"]).tolist() == [[0, 0, 1, 0], [1, 0, 0, 0]]
    assert made(output_mode="multi_hot")([["c", "a", "a"]]).tolist() == [[0, 1, 0, 1]]
    assert made(output_mode="count")([["c", "a", "a"], ["q", "z", "b"]]).tolist() == [[0, 2, 0, 1], [2, 0, 1, 0]]
    weighed = layers.StringLookup(output_mode="tf_idf")
    weighed.set_vocabulary(["[UNK]", "a", "b", "c", "d"], idf_weights=[0.9, 0.25, 0.75, 0.6, 0.4])
    assert np.allclose(weighed([["a", "c", "d", "d"], ["d", "z", "b", "z"]]), [[0, 0.25, 0, 0.6, 0.8], [1.8, 0, 0.75, 0, 0.4]])
    assert made(invert=True)([[1, 3], [0, 9]]).tolist() == [["a", "c"], ["[UNK]", "[UNK]"]]
    hashed = layers.IntegerLookup(vocabulary=[10, 20], num_oov_indices=4, oov_method="farmhash")
    assert hashed([100, 200, 300, 400]).tolist() == [3, 1, 3, 1]
    assert layers.IntegerLookup(vocabulary=[2**40, 20])([2**40, 20, 2**41]).tolist() == [1, 2, 0]
    with pytest.raises(ValueError, match="num_oov_indices=0"):
        made(num_oov_indices=0)(["q"])


def test_vocabularies_that_are_given(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("10\n20\n")
    assert layers.IntegerLookup(vocabulary=str(path))([20, 7]).tolist() == [2, 0]
    layer = layers.StringLookup()
    layer.set_vocabulary(path)
    assert layer.get_vocabulary() == ["[UNK]", "10", "20"]
    for given, text in ((["a", "a"], "repeated term"), ([], "empty vocabulary"), (tmp_path / "none.txt", "does not exist")):
        with pytest.raises(ValueError, match=text):
            layer.set_vocabulary(given)
    with pytest.raises(ValueError, match="larger than the maximum"):
        layers.StringLookup(max_tokens=2).set_vocabulary(["a", "b"])
    # A config that somebody else wrote reads no file.
    with pytest.raises(ValueError, match="list of tokens"):
        layers.StringLookup.from_config({"vocabulary": str(path)})


def test_texts_become_tokens():
    layer = layers.TextVectorization()
    layer.adapt(TEXTS)
    assert layer.get_vocabulary() == ["", "[UNK]", "the", "sat", "on", "mat", "end", "dog", "cat"]
    assert layer(TEXTS).tolist() == [[2, 8, 3, 4, 2, 5], [2, 7, 2, 6, 0, 0], [0] * 6]
    assert layer(np.array([["a cat"]])).tolist() == [[1, 8]] and layer("a cat").tolist() == [1, 8]
    fixed = lambda **options: layers.TextVectorization(vocabulary=["the", "cat", "the cat"], **options)
    assert fixed(output_sequence_length=3)(TEXTS).tolist() == [[2, 3, 1], [2, 1, 2], [0, 0, 0]]
    assert fixed(ngrams=2)(["the cat"]).tolist() == [[2, 3, 4]]
    assert fixed(ngrams=2, output_mode="count")(["the cat the"]).tolist() == [[1, 2, 1, 1]]
    assert fixed(standardize=None)(["The cat"]).tolist() == [[1, 3]]
    assert fixed(split=None, standardize="lower")(["THE CAT", "dog"]).tolist() == [4, 1]
    letters = layers.TextVectorization(split="character", vocabulary=list("abc"), output_mode="multi_hot")
    assert letters(["cab", "é a"]).tolist() == [[0, 1, 1, 1], [1, 1, 0, 0]]
    with pytest.raises(ValueError, match="last shape dimension must be 1"):
        layer([["a", "b"]])


def test_bins_of_numbers():
    layer = layers.Discretization(bin_boundaries=[0.0, 0.5, 1.0])
    assert layer([[-1.0, 0.0], [0.7, 5.0]]).tolist() == [[0, 1], [2, 3]]
    learned = layers.Discretization(num_bins=3)
    learned.adapt(np.arange(30, dtype="float32"))
    assert learned.bin_boundaries == pytest.approx([9, 19]) and learned([0.0, 15, 29]).tolist() == [0, 1, 2]
    again = layers.Discretization.from_config(learned.get_config())
    assert again.bin_boundaries == learned.bin_boundaries
    with pytest.raises(ValueError, match="Both `num_bins` and `bin_boundaries`"):
        layers.Discretization(num_bins=3, bin_boundaries=[0.0])
    with pytest.raises(ValueError, match="adapt"):
        layers.Discretization(num_bins=3)([1.0])


def test_categories():
    made = lambda mode: layers.CategoryEncoding(num_tokens=4, output_mode=mode)
    assert made("one_hot")([3, 2]).tolist() == [[0, 0, 0, 1], [0, 0, 1, 0]]
    assert made("multi_hot")([[0, 1], [0, 0]]).tolist() == [[1, 1, 0, 0], [1, 0, 0, 0]]
    assert np.allclose(made("count")([[1, 2, 2]], count_weights=[[0.1, 0.2, 0.3]]), [[0, 0.1, 0.5, 0]])
    assert made("multi_hot").compute_output_shape(()) == (4,)
    with pytest.raises(ValueError, match="`count_weights` is not used"):
        made("one_hot")([1], count_weights=[1.0])
    with pytest.raises(ValueError, match="num_tokens must be set"):
        layers.CategoryEncoding()


def test_the_engine_has_what_was_learned(tmp_path):
    places = layers.IntegerLookup()
    places.adapt([3, 3, 8])
    model = keras.Sequential([keras.Input((2,), dtype="int32"), places, layers.Embedding(places.vocabulary_size(), 4)])
    model.save(tmp_path / "model.keras")
    assert keras.models.load_model(tmp_path / "model.keras").layers[0].get_vocabulary() == [-1, 3, 8]


def test_hashing_inside_of_a_model_says_what_to_do():
    x = keras.Input((1,), dtype="int32")
    model = keras.Model(x, layers.Dense(1)(layers.Flatten()(layers.Hashing(5, output_mode="one_hot", name="bins")(x))))
    model.compile("sgd", "mse")
    rows = np.array([[1], [2]])
    for run in (lambda: model.predict(rows, verbose=0), lambda: model.predict(rows, verbose=0), lambda: model(rows),
                lambda: model.fit(rows, np.ones((2, 1)), verbose=0)):
        with pytest.raises(NotImplementedError, match=r"bins \(Hashing\): computes on arrays alone here.*x = layer\(x\)"):
            run()
