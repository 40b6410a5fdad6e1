"""Threads, processes, copies, and what many calls leave behind."""

import copy
import multiprocessing
import pickle
import threading

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers

X = np.random.default_rng(2).normal(size=(64, 5)).astype("float32")
Y = X[:, :1].copy()


def model():
    made = keras.Sequential([keras.Input((5,)), layers.Dense(16, activation="relu"), layers.Dense(1)])
    made.compile("adam", "mse", metrics=["mae"])
    return made


def test_a_model_is_pickled_and_copied():
    made = model()
    made.fit(X, Y, verbose=0)
    for again in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made)):
        assert np.array_equal(again.predict(X, verbose=0), made.predict(X, verbose=0))
        assert len(again.fit(X, Y, verbose=0).epoch) == 1
    own = model()
    own.compile("sgd", lambda y_true, y_pred: keras.ops.mean(y_pred - y_true, axis=-1))
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(own)


@pytest.mark.parametrize("copied", [lambda value: pickle.loads(pickle.dumps(value)), copy.deepcopy])
def test_the_optimizer_goes_on_in_a_copy(copied):
    x, y = np.random.RandomState(0).normal(size=(40, 3)), np.ones((40, 1))
    made = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(1)])
    made.compile("adam", "mse")
    made.optimizer.learning_rate = 0.25
    assert float(copied(made).optimizer.learning_rate) == 0.25
    made.fit(x, y, verbose=0)
    again = copied(copied(made))
    assert int(again.optimizer.iterations) == int(made.optimizer.iterations) == 2
    for mine, its in zip(made.optimizer.variables, again.optimizer.variables, strict=True):
        np.testing.assert_array_equal(mine.numpy(), its.numpy())
    again.fit(iter([(x, y)]), steps_per_epoch=1, verbose=0)
    made.fit(iter([(x, y)]), steps_per_epoch=1, verbose=0)
    losses = [each.fit(x, y, shuffle=False, epochs=2, verbose=0).history["loss"] for each in (made, again)]
    assert losses[0] == losses[1]


def test_threads_predict_with_one_model():
    made, found, faults = model(), [], []
    wanted = made.predict(X, verbose=0)

    def run():
        try:
            for _ in range(20):
                found.append(np.array_equal(made.predict(X, verbose=0), wanted))
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults and len(found) == 80 and all(found)


def test_other_threads_run_while_a_model_trains():
    seen = []

    def count(stop):
        while not stop.is_set():
            seen.append(1)
            stop.wait(0.001)

    stop = threading.Event()
    thread = threading.Thread(target=count, args=(stop,))
    big = keras.Sequential([keras.Input((200,)), layers.Dense(256, activation="relu"), layers.Dense(200)])
    big.compile("adam", "mse")
    x = np.random.default_rng(1).normal(size=(4000, 200)).astype("float32")
    thread.start()
    before = len(seen)
    big.fit(x, x, epochs=3, verbose=0)
    during = len(seen) - before
    stop.set()
    thread.join()
    assert during > 5


def child(queue):
    try:
        model().predict(X, verbose=0)
        queue.put("computed")
    except RuntimeError as error:
        queue.put(str(error))


def test_a_forked_process_is_told_and_a_spawned_one_computes():
    model().predict(X, verbose=0)
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    process = context.Process(target=child, args=(queue,))
    process.start()
    assert "spawn" in queue.get(timeout=60)
    process.join()


def test_many_predictions_leave_no_memory_behind():
    resource = pytest.importorskip("resource")
    made, row = model(), X[:1]
    made.predict(row, verbose=0)
    for _ in range(2000):
        made.predict(row, verbose=0)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(20000):
        made.predict(row, verbose=0)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4096


def test_predictions_in_a_loop_hold_no_memory():
    """One row at a time, as servers ask: what is held does not grow."""
    import resource

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)])
    row = np.ones((1, 8), "float32")
    held = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(2_000):
        model.predict(row, verbose=0)
    before = held()
    for _ in range(100_000):
        model.predict(row, verbose=0)
    assert held() - before < 2_000, "KiB"
