"""Optimizers on their own, several as one, and what they keep."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers, optimizers

X, Y = np.ones((4, 2), "float32"), np.ones((4, 1), "float32")


def model(optimizer, loss="mse"):
    made = keras.Sequential([keras.Input((2,)), layers.Dense(3, name="first"), layers.Dense(1, name="second")])
    made.compile(optimizer, loss)
    return made


def variable(scope, value):
    with keras.name_scope(scope):
        return keras.Variable(np.array(value, "float32"), name="kernel")


@pytest.mark.parametrize("name, options, told", [
    ("SGD", {"clipnorm": 1.0, "clipvalue": 1.0}, "Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set"),
    ("SGD", {"momentum": 2.0}, "`momentum` must be a float between"),
    ("AdamW", {"weight_decay": None}, "Argument `weight_decay` must be a float. Received: weight_decay=None"),
    ("Lion", {"beta_1": 0.0}, "Argument `beta_1` must be in the"),
    ("Ftrl", {"learning_rate_power": 0.5}, "`learning_rate_power` needs to be negative or zero"),
    ("LossScaleOptimizer", {"inner_optimizer": "sgd", "dynamic": False}, "set `loss_scale_factor`"),
    ("LossScaleOptimizer", {"inner_optimizer": "sgd", "foo": 1, "bar": 2}, "arguments: `foo`, `bar`"),
])
def test_options_are_refused_in_the_words_of_keras(name, options, told):
    with pytest.raises(ValueError, match=told):
        getattr(optimizers, name)(**options)


def test_names_are_counted():
    keras.backend.clear_session()
    assert [made().name for made in (optimizers.Adam, optimizers.Adam, optimizers.AdamW)] == ["adam", "adam_1", "adam_w"]
    again = optimizers.deserialize(optimizers.serialize(optimizers.SGD(name="mine")))
    assert again.name == "mine" and again.get_config()["name"] == "mine"


def test_a_rate_that_is_a_function():
    rates = iter([0.5, 0.25, 0.125])
    sgd, moved = optimizers.SGD(lambda: next(rates)), keras.Variable([1.0])
    assert [kept.name for kept in sgd.variables] == ["iteration"]
    sgd.apply([np.ones(1)], [moved])
    sgd.apply([np.ones(1)], [moved])
    assert float(moved[0]) == 0.25 and float(sgd.learning_rate) == 0.125
    with pytest.raises(NotImplementedError, match="its learning rate is a function"):
        model(sgd)
    with pytest.raises(TypeError, match="not settable"):
        sgd.learning_rate = 0.1


def test_a_schedule_of_a_program():
    class Halves(optimizers.schedules.LearningRateSchedule):
        def __init__(self):
            pass

        def __call__(self, step):
            return 0.5 ** (step + 1)

    sgd, moved = optimizers.SGD(Halves()), keras.Variable([1.0])
    for _ in range(2):
        sgd.apply([np.ones(1)], [moved])
    assert float(moved[0]) == 0.25 and float(sgd.learning_rate) == 0.125


def test_a_schedule_takes_the_place_of_a_rate():
    adam, moved = optimizers.Adam(0.5), keras.Variable([1.0], name="variable")
    adam.apply([np.ones(1)], [moved])
    momentum = adam.variables[2].numpy()
    adam.learning_rate = optimizers.schedules.PolynomialDecay(adam.learning_rate, 4, 0.0)
    assert [kept.name for kept in adam.variables] == ["iteration", "variable_momentum", "variable_velocity"]
    assert int(adam.iterations) == 1 and adam.variables[1].numpy() == momentum
    assert float(adam.learning_rate) == 0.375
    bound = optimizers.SGD()
    model(bound)
    with pytest.raises(NotImplementedError, match="compile again"):
        bound.learning_rate = optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)


def test_steps_on_values_alone():
    adam, moved = optimizers.Adam(0.1), keras.Variable([1.0, 2.0])
    with pytest.raises(ValueError, match="must be built"):
        adam.stateless_apply([], [np.ones(2)], [moved.numpy()])
    adam.build([moved])
    state = [kept.numpy() for kept in adam.variables]
    values = [moved.numpy()]
    for _ in range(3):
        values, state = adam.stateless_apply(state, [np.ones(2)], values)
    assert int(adam.iterations) == 0 and moved.numpy().tolist() == [1.0, 2.0]
    for _ in range(3):
        adam.apply([np.ones(2)])
    np.testing.assert_array_equal(moved.numpy(), values[0])
    for kept, value in zip(adam.variables, state):
        np.testing.assert_array_equal(kept.numpy(), value)


def test_set_weights():
    first, second, moved = optimizers.Adam(), optimizers.Adam(), keras.Variable([1.0])
    first.apply([np.ones(1)], [moved])
    with pytest.raises(ValueError, match="You are calling `set_weights"):
        second.set_weights(first.variables)
    second.build([moved])
    second.set_weights(first.variables)
    assert all(np.array_equal(a.numpy(), b.numpy()) for a, b in zip(first.variables, second.variables))


def test_gradients_that_are_values():
    direct, moved = keras.Variable([1.0]), keras.Variable([1.0])
    direct.overwrite_with_gradient = True
    optimizers.SGD(0.5).apply([np.array([7.0]), np.array([1.0])], [direct, moved])
    assert float(direct[0]) == 7.0 and float(moved[0]) == 0.5
    held = model("sgd")
    held.layers[0].kernel.overwrite_with_gradient = True
    with pytest.raises(NotImplementedError, match="overwrite_with_gradient"):
        held.fit(X, Y, verbose=0)


def test_a_constraint_of_a_variable():
    moved = keras.Variable([-1.0, 2.0])
    moved.constraint = keras.constraints.NonNeg()
    optimizers.SGD(0.5).apply([np.zeros(2)], [moved])
    assert np.min(moved) == 0.0 and np.max(moved) == 2.0
    with pytest.raises(NotImplementedError, match="given to the layer"):
        model("sgd").layers[0].kernel.constraint = keras.constraints.NonNeg()


def test_numpy_takes_values_and_operators_stay():
    value = keras.Variable([1.0, 4.0])
    assert np.sqrt(value).tolist() == [1.0, 2.0] and np.sum(value) == 5.0
    added = np.ones(2) + value
    assert added.tolist() == [2.0, 5.0] and str(added.dtype) == "float32"
    assert (np.array([2.0, 2.0]) < value).tolist() == [False, True]
    assert list(range(keras.Variable(2, dtype="int32"))) == [0, 1]

    class Constant(layers.Layer):
        def build(self, shape):
            self.weight = self.add_weight(shape=(2,))

        def call(self, x):
            return x * np.exp(self.weight)

    with pytest.raises(TypeError, match="exp"):
        keras.Sequential([keras.Input((2,)), Constant()]).predict(X, verbose=0)


def test_name_scopes():
    with keras.name_scope("outer"):
        assert variable("inner", [1.0]).path == "outer/inner/kernel"
        assert layers.Dense(1, name="plain").name == "plain"
    assert keras.Variable([1.0], name="free").path == "free"
    with pytest.raises(ValueError, match="cannot contain"):
        keras.name_scope("a/b")


def test_state_stays_when_a_model_is_compiled_with_its_optimizer_again():
    adam = optimizers.Adam(0.1)
    trained = model(adam)
    trained.fit(X, Y, verbose=0, epochs=3)
    adam.learning_rate = 0.05
    momentum = adam.variables[2].numpy()
    trained.compile(adam, "mae")
    trained.evaluate(X, Y, verbose=0)
    assert int(adam.iterations) == 3 and np.array_equal(adam.variables[2].numpy(), momentum)
    assert float(adam.learning_rate) == np.float32(0.05)
    # A layer that is trained no longer, and once more.
    trained.layers[0].trainable = False
    trained.compile(adam, "mse")
    trained.fit(X, Y, verbose=0)
    assert int(adam.iterations) == 4 and not any("first" in kept.name for kept in adam.variables)
    trained.layers[0].trainable = True
    trained.compile(adam, "mse")
    trained.fit(X, Y, verbose=0)
    assert int(adam.iterations) == 5 and any("first" in kept.name for kept in adam.variables)
    trained.compile(optimizers.Adam(0.1), "mae")
    trained.fit(X, Y, verbose=0)
    assert int(trained.optimizer.iterations) == 1


# -- several as one


def several(**options):
    parts = optimizers.SGD(0.5), optimizers.SGD(0.25)
    found = optimizers.OptimizerMap(parts[1])
    found["first/.*"] = parts[0]
    return optimizers.MultiOptimizer(found, **options), parts


def test_maps_of_optimizers():
    a, b, rest = optimizers.SGD(), optimizers.Adam(), optimizers.RMSprop()
    found = optimizers.OptimizerMap(rest, {"a/.*": a})
    found["a/kernel"] = b
    assert found["a/kernel"] is b and found["a/bias"] is a and found["c"] is rest and len(found) == 2
    assert found(variable("a", [1.0])) is b
    found[".*/bias"] = b
    with pytest.raises(ValueError, match="Multiple optimizers"):
        found["a/bias"]
    with pytest.raises(ValueError, match="already exists"):
        found["a/.*"] = b
    for wrong in (optimizers.LossScaleOptimizer("sgd"), several()[0]):
        with pytest.raises(ValueError, match="optimizer cannot be"):
            found["d"] = wrong
    with pytest.raises(TypeError, match="default_optimizer"):
        optimizers.OptimizerMap("sgd")


def test_several_optimizers_on_their_own():
    multi, (first, rest) = several(loss_scale_factor=2.0)
    moved = [variable("first", [1.0]), variable("other", [1.0])]
    multi.apply([np.array([2.0])] * 2, moved)
    assert [float(v[0]) for v in moved] == [0.5, 0.75]
    assert [int(each.iterations) for each in (multi, first, rest)] == [1, 1, 1]
    state = [kept.numpy() for kept in multi.variables]
    values, after = multi.stateless_apply(state, [np.array([2.0])] * 2, [v.numpy() for v in moved])
    assert [float(v[0]) for v in values] == [0.0, 0.5] and int(after[0]) == 2
    assert [float(v[0]) for v in moved] == [0.5, 0.75] and int(multi.iterations) == 1
    assert multi.scale_loss(3.0) == 6.0
    with pytest.raises(AttributeError, match="individual"):
        multi.learning_rate


def test_a_function_that_chooses():
    adam, sgd = optimizers.Adam(), optimizers.SGD(0.5)
    multi = optimizers.MultiOptimizer(lambda v: adam if "first" in v.path else sgd)
    moved = [variable("first", [1.0]), variable("other", [1.0])]
    multi.apply([np.ones(1)] * 2, moved)
    assert multi.optimizers == [adam, sgd] and float(moved[1][0]) == 0.5
    with pytest.raises(NotImplementedError, match="give an OptimizerMap"):
        model(multi)


@pytest.mark.parametrize("around", [lambda inner: inner, optimizers.LossScaleOptimizer])
def test_several_optimizers_in_a_model(around):
    multi, (first, rest) = several()
    whole = around(multi)
    trained = model(whole)
    first.learning_rate = 0.125
    trained.fit(X, Y, verbose=0, epochs=2)
    assert float(first.learning_rate) == 0.125 and float(rest.learning_rate) == 0.25
    assert int(whole.iterations) == int(first.iterations) == 2
    rest.learning_rate = 0.0
    before = trained.get_weights()
    trained.fit(X, 2 * Y, verbose=0)
    after = trained.get_weights()
    assert not np.array_equal(before[0], after[0]) and np.array_equal(before[2], after[2])


def test_rates_of_several_optimizers_by_callbacks():
    multi, (first, rest) = several()
    trained = model(multi)
    halves = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    halves.set_model(trained)
    halves.on_epoch_begin(0)
    assert [float(each.learning_rate) for each in (first, rest)] == [0.25, 0.125]
    logs = {}
    halves.on_epoch_end(0, logs)
    assert logs == {f"learning_rate_{first.name}": 0.25, f"learning_rate_{rest.name}": 0.125}
    with pytest.raises(NotImplementedError, match="while fit"):
        trained.fit(X, Y, verbose=0, callbacks=[halves])


def test_a_config_of_several_optimizers():
    multi, _ = several()
    again = optimizers.deserialize(optimizers.serialize(multi))
    assert [type(each).__name__ for each in again.optimizers] == ["SGD", "SGD"]
    assert [float(each.learning_rate) for each in again.optimizers] == [0.5, 0.25]


# -- a scale of the loss


def test_the_scale_of_the_loss():
    inner = optimizers.SGD(0.5, loss_scale_factor=3.0)
    scaled, moved = optimizers.LossScaleOptimizer(inner, initial_scale=8.0, dynamic_growth_steps=2), keras.Variable([1.0])
    assert scaled.inner_optimizer is inner and inner.loss_scale_factor is None and scaled.scale_loss(1.0) == 8.0
    scaled.learning_rate = 0.25
    assert float(inner.learning_rate) == 0.25
    scaled.build([moved])
    scaled.apply([np.array([np.inf])])
    assert scaled.scale_loss(1.0) == 4.0 and float(moved[0]) == 1.0
    for _ in range(2):
        scaled.apply([np.array([4.0])])
    assert scaled.scale_loss(1.0) == 8.0 and float(moved[0]) == 0.5
    assert int(scaled.iterations) == int(inner.iterations) == 2
    inner.learning_rate = 0.125
    assert float(scaled.learning_rate) == 0.125


def test_the_state_of_a_scaled_optimizer_is_read_from_files(tmp_path):
    trained = model(optimizers.LossScaleOptimizer("adam"))
    trained.fit(X, Y, verbose=0, epochs=3)
    trained.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    assert int(again.optimizer.iterations) == 3
    again.fit(X, Y, verbose=0)
    assert int(again.optimizer.iterations) == 4


def test_a_read_optimizer_has_its_state_before_it_trains(tmp_path):
    trained = model("adam")
    trained.fit(X, Y, verbose=0, epochs=2)
    trained.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    for one, other in zip(trained.optimizer.variables, again.optimizer.variables):
        np.testing.assert_array_equal(one.numpy(), other.numpy())
    again.optimizer.iterations.assign(9)
    again.fit(X, Y, verbose=0)
    assert int(again.optimizer.iterations) == 10


# -- Muon


def test_parts_of_muon():
    assert optimizers.Muon(rms_rate=None).lr_adjust(np.ones((2, 2), "float32")).tolist() == [[1, 1], [1, 1]]
    np.testing.assert_allclose(optimizers.Muon(rms_rate=0.5).lr_adjust(np.ones((4, 1), "float32")), np.ones((4, 1)))
    found = optimizers.Muon().zeropower_via_newtonschulz5(np.diag([3.0, 2.0, 1.0]).astype("float32")[:, :2], 5)
    singular = np.linalg.svd(np.asarray(found), compute_uv=False)
    assert found.shape == (3, 2) and np.all((singular > 0.6) & (singular < 1.3))
    with pytest.raises(ValueError, match="at least 2 dimensions"):
        optimizers.Muon().zeropower_via_newtonschulz5(np.ones(2, "float32"), 1)


def test_what_an_optimizer_keeps_counts_as_numbers():
    sgd = optimizers.SGD(0.5)
    sgd.build([keras.Variable(np.ones(2, "float32"))])
    rate, steps = sgd.learning_rate, sgd.iterations
    assert [rate + 1, 1 - rate, rate - 1, 1 / rate, -rate, rate**2, abs(rate), round(rate, 1)] == [1.5, 0.5, -0.5, 2.0, -0.5, 0.25, 0.5, 0.5]
    assert rate >= 0.5 and rate <= 0.5 and rate != 0.4 and rate.path == f"{sgd.name}/learning_rate"
    steps.assign_add(3)
    assert [10 - steps, 6 / steps, -steps, steps // 2] == [7, 2.0, -3, 1] and (steps.name, range(5)[steps]) == ("iteration", 3)
    steps.assign_sub(1)
    rate.assign_add(0.25)
    assert (int(sgd.iterations), float(sgd.learning_rate)) == (2, 0.75)


def test_configs_have_the_learning_rate_of_now():
    for sgd in (optimizers.SGD(0.5), model("sgd").optimizer):
        sgd.learning_rate = 0.25
        assert sgd.get_config()["learning_rate"] == 0.25 and float(optimizers.SGD.from_config(sgd.get_config()).learning_rate) == 0.25
    made = model(optimizers.SGD(0.5))
    made.fit(X, Y, verbose=0)
    made.optimizer.learning_rate.assign(0.125)
    assert made.optimizer.get_config()["learning_rate"] == 0.125
    assert optimizers.SGD(optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)).get_config()["learning_rate"]["class_name"] == "ExponentialDecay"


def test_variables_that_do_not_decay():
    kept, decayed = (keras.Variable(np.ones(2, "float32"), name=name) for name in ("k", "kk"))
    sgd = optimizers.SGD(0.5, weight_decay=1.0)
    sgd.exclude_from_weight_decay(var_list=[kept])
    sgd.apply([np.zeros(2)] * 2, [kept, decayed])
    assert np.array_equal(kept, [1, 1]) and np.array_equal(decayed, [0.5, 0.5])
    made = model(optimizers.SGD(1e-4, weight_decay=1000.0))
    made.optimizer.exclude_from_weight_decay(var_list=[made.layers[0].kernel])
    with pytest.raises(NotImplementedError, match="second/kernel would not decay either"):
        made.fit(X, Y, verbose=0)
    made = model(optimizers.SGD(1e-4, weight_decay=1000.0))
    made.optimizer.exclude_from_weight_decay(var_names=["nothing"])
    made.optimizer.exclude_from_weight_decay(var_list=[layer.kernel for layer in made.layers])  # in its place
    before = made.get_weights()
    made.fit(X, Y, verbose=0)
    assert np.allclose(made.get_weights()[0], before[0], atol=0.01)


def test_averages_of_models_inside_of_models_come_out():
    inner = keras.Sequential([keras.Input((2,)), layers.Dense(3)])
    inputs = keras.Input((2,))
    made = keras.Model(inputs, layers.Dense(1)(inner(inputs)))
    made.compile(optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5), "mse")
    for _ in range(3):
        made.train_on_batch(X, Y)
    before = made.get_weights()
    made.optimizer.finalize_variable_values(made.trainable_variables)
    assert not any(np.allclose(a, b) for a, b in zip(before, made.get_weights()))


def test_copies_begin_anew():
    import copy
    import pickle

    alone, made = optimizers.Adam(0.5), model(optimizers.Adam(0.5))
    alone.apply([np.ones(2)], [keras.Variable(np.ones(2))])
    made.fit(X, Y, verbose=0)
    made.optimizer.learning_rate = 0.25
    for optimizer, rate in ((alone, 0.5), (made.optimizer, 0.25)):
        for copied in (copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))):
            assert (float(copied.learning_rate), int(copied.iterations), copied._model) == (rate, 0, None)
    assert int(alone.iterations) == int(made.optimizer.iterations) == 1
