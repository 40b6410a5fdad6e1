"""One random model in Keras and in ours: what differs, and, where something does, how far Keras is from itself in float64."""

import os
import traceback
import typing
import zlib

import numpy as np

FLAGS = (
    "--xla_backend_optimization_level=1 --xla_cpu_use_fusion_emitters=false"  # quick to compile; level 0 computes NaN where there is none
)
ENVIRONMENTS = {  # a process has one backend
    "jax": {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "XLA_FLAGS": FLAGS},
    "torch": {"KERAS_BACKEND": "torch", "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"},
}
OUTPUTS, TRAINED = (1e-4, 1e-5), (2e-3, 2e-4)


class Ran(typing.NamedTuple):
    """A seed's model after ten steps in Keras and in ours."""

    of: dict  # the spec
    graph: typing.Any  # Keras's
    values: list  # the weights that both began with
    rows: tuple  # data, targets and what weighs them
    paths: dict  # of weights, by their names among the numbers
    wanted: dict  # Keras's numbers
    found: dict  # ours


def packages(backend="jax"):
    """Keras, made quick, and ours."""
    os.environ.update(ENVIRONMENTS[backend])
    import keras
    import regimen.keras as ours

    def drawn(self, shape, dtype=None, **kwargs):
        """By NumPy, which compiles nothing: the values are copied to the other model anyway."""
        rng = np.random.default_rng(zlib.crc32(repr(tuple(shape)).encode()))
        return rng.normal(0, max(1, int(np.prod(shape[:-1]))) ** -0.5, shape).astype("float32")

    found = keras.initializers
    for each in (found.VarianceScaling, found.OrthogonalInitializer, found.RandomUniform, found.RandomNormal):
        each.__call__ = drawn
    return keras, ours


def differs(found, wanted, relative, absolute):
    """How far apart, in units of what is allowed, and the worst pair."""
    found, wanted = np.asarray(found, "float64"), np.asarray(wanted, "float64")
    if found.shape != wanted.shape:
        return np.inf, f"shapes {found.shape} {wanted.shape}"
    same = (found == wanted) | (np.isnan(found) & np.isnan(wanted))
    with np.errstate(invalid="ignore"):
        apart = np.where(same, 0.0, np.abs(found - wanted) / (absolute + relative * np.abs(wanted)))
    apart = np.where(np.isnan(apart), np.inf, apart)
    if not apart.size:
        return 0.0, ""
    worst = int(apart.argmax())
    return float(apart.flat[worst]), f"{found.flat[worst]:.7g} for {wanted.flat[worst]:.7g}"


def as_list(value):
    return value if isinstance(value, list) else [value]


def numbers(of, keras, model, rows, **more):
    """Outputs, history and weights after ten steps, by name."""
    import random_models

    x, y, weights = rows
    random_models.compiled(keras, of, model, **more)
    found = {f"output {i}": value for i, value in enumerate(as_list(model.predict(x, verbose=0, batch_size=64)))}
    fit = {
        "epochs": 2,
        "batch_size": of["batch"],
        "shuffle": False,
        "verbose": 0,
        **weights,
        **({"validation_data": (x, y)} if of["validate"] else {}),
    }
    found |= {f"history {name}": values for name, values in model.fit(x, y, **fit).history.items()}
    return found | {f"weight {i}": value for i, value in enumerate(model.get_weights())}


def compared(found, wanted):
    """The distance of each number that is too far, and what it is."""
    far = {name: (np.inf, "on one side only") for name in set(found) ^ set(wanted)}
    for name in set(found) & set(wanted):
        relative, absolute = OUTPUTS if name.startswith("output") else TRAINED
        if name.startswith("output"):
            absolute *= max(1.0, float(np.nanmax(np.abs(wanted[name]), initial=0.0)))
        far[name] = differs(found[name], wanted[name], relative, absolute)
    return far


def exactly(of, keras, graph, values, rows):
    """Keras itself in float64."""
    import jax
    import random_models

    up = lambda value: [up(v) for v in value] if isinstance(value, list) else value.astype("float64") if value.dtype.kind == "f" else value
    jax.config.update("jax_enable_x64", True)
    keras.config.set_floatx("float64"), keras.config.set_dtype_policy("float64")
    try:
        keras.utils.clear_session()
        wide = {**of, "inputs": [(shape, "float64" if dtype == "float32" else dtype) for shape, dtype in of["inputs"]]}
        model = random_models.model(random_models.again(wide, graph.nodes, graph.ends, keras))
        model.set_weights([value.astype("float64") for value in values])
        return numbers(of, keras, model, (up(rows[0]), up(rows[1]), rows[2]), jit_compile=True)
    finally:
        jax.config.update("jax_enable_x64", False)
        keras.config.set_floatx("float32"), keras.config.set_dtype_policy("float32")


def ran(seed, keras, ours):
    """One model in both, from the same weights, on the same rows."""
    import random_models

    of = random_models.spec(seed)
    keras.utils.clear_session(), ours.utils.clear_session()
    graph = random_models.grown(of, keras)
    known = random_models.model(graph)
    random_models.moved(known, seed)
    mine = random_models.model(random_models.again(of, graph.nodes, graph.ends, ours))
    values, shape = known.get_weights(), known.outputs[0].shape
    rows = random_models.data(of, shape[1] if len(shape) == 3 else None)
    if [w.shape for w in mine.get_weights()] != [w.shape for w in values]:
        raise ValueError(f"shapes of weights: {[w.shape for w in mine.get_weights()]} for {[w.shape for w in values]}\n{graph.nodes}")
    mine.set_weights(values)
    paths = {f"weight {i}": weight.path for i, weight in enumerate(known.weights)}
    wanted = numbers(of, keras, known, rows, jit_compile=True)
    return Ran(of, graph, values, rows, paths, wanted, numbers(of, ours, mine, rows))


def too_far(far, paths):
    """What is further apart than is allowed, in words, and the largest distance."""
    wrong = [f"{paths.get(name, name)}: {text}" for name, (apart, text) in sorted(far.items()) if apart > 1]
    return wrong, max((apart for apart, _ in far.values()), default=0.0)


def judged(seed, keras, ours, listed=False):
    """The layers of a seed's model, what is wrong with ours, and how far Keras is from itself in float64 where that was asked."""
    of, graph, values, rows, paths, wanted, found = ran(seed, keras, ours)
    wrong, distance = too_far(compared(found, wanted), paths)
    itself = None
    if listed or wrong:
        _, itself = too_far(compared(wanted, exactly(of, keras, graph, values, rows)), paths)
    return graph, wrong, distance, itself


def worked(job):
    """A share of the seeds, in a process of its own: (seed, nodes, wrong, distance, Keras's distance from itself)."""
    seeds, listed = job
    keras, ours = packages()
    import warnings

    warnings.simplefilter("ignore")
    found = []
    for seed in seeds:
        try:
            graph, wrong, distance, itself = judged(seed, keras, ours, seed in listed)
            found.append((seed, graph.nodes, wrong, distance, itself))
        except Exception:
            found.append((seed, [], [traceback.format_exc()[-3000:]], None, None))
    return found
