"""Random models beside Keras itself (JAX): outputs, losses, metrics and weights after ten steps.

Outputs agree to 1e-4 of their size, what training gives to 2e-3 or 2e-4. Two processes do the work. REGIMEN_MODELS says how many models
(default 200), REGIMEN_FIRST from which seed. What differs is an error, unless it is in `LISTED`, where Keras differs as much from itself:
such a model is not counted.
"""

import importlib.util
import multiprocessing
import os

import pytest

if importlib.util.find_spec("keras") is None or importlib.util.find_spec("jax") is None:
    pytest.skip("Keras with JAX is not installed here", allow_module_level=True)

import regimen.keras as ours  # noqa: E402
from beside_keras import worked  # noqa: E402

FIRST, MODELS = int(os.environ.get("REGIMEN_FIRST", "0")), int(os.environ.get("REGIMEN_MODELS", "200"))
SEEDS = range(FIRST, FIRST + MODELS)
ALL = FIRST == 0 and MODELS >= 200
LISTED = {
    12: "BatchNormalization's beta before LayerNormalization: its gradient is 0, Muon's Adam moves it by what rounding leaves",
    52: "GroupNormalization of single numbers: every prediction is the same, and a correlation with them is one with rounding",
    60: "attention to equal steps: the gradient of its weights is 0, Adamax moves them by what rounding leaves",
    80: "Ftrl's l1 makes weights 0: UnitNormalization's gradient at rows of 0 is NaN on JAX; TensorFlow gives our numbers",
    116: "Ftrl's l1 makes a recurrent kernel 0: OrthogonalRegularizer's gradient there is NaN on JAX; TensorFlow gives our numbers",
    190: "attention to equal steps: the gradient of its weight is 0, Lamb moves it by what rounding leaves",
}
# Here Keras's backends differ where float64 shows nothing: only these numbers may.
BACKENDS = {
    155: (
        "Keras's metrics in fit() know no mask on JAX, which its gradient function drops; on TensorFlow, and in evaluate(), they do",
        {"history accuracy", "history sparse_categorical_accuracy"},
    ),
}
LISTED |= {seed: reason for seed, (reason, _) in BACKENDS.items()}
# Classes that no random model has.
NOT_DRAWN = {
    "layers": {
        "draws anew at each step, so no two packages agree": (
            "AugMix CutMix MixUp RandAugment RandomBrightness RandomColorDegeneration RandomColorJitter RandomCrop "
            "RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue RandomInvert "
            "RandomPerspective RandomPosterization RandomSaturation RandomSharpness RandomShear"
        ).split(),
        "in Keras TensorFlow's": ["HashedCrossing", "Hashing", "IntegerLookup", "StringLookup", "TextVectorization"],
        "images of whole ranges, without weights": [
            "AutoContrast",
            "ContrastLimitedAdaptiveHistogramEqualization",
            "Equalization",
            "Solarization",
        ],
        "not a step of a model": ["InputLayer", "Lambda", "MaxNumBoundingBoxes", "Pipeline", "Wrapper"],
        "not in Keras 3.15.1": (
            "ThresholdedReLU AtrousConvolution1D AtrousConvolution2D CuDNNGRU CuDNNLSTM Deconvolution3D TimeDistributedDense"
        ).split(),
    },
    "optimizers": {"its map holds layers, not a config": ["MultiOptimizer"]},
    "metrics": {
        "of the predictions alone": ["Mean", "Sum"],
        "a function's": ["MeanMetricWrapper"],
        "equal numbers only": ["Accuracy"],
    },
}


def shares():
    """Each process has every second seed."""
    listed = set(LISTED)
    return [(list(SEEDS[start::2]), listed) for start in range(2)]


@pytest.fixture(scope="module")
def results():
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        found = {seed: rest for share in pool.map(worked, shares(), chunksize=1) for seed, *rest in share}
    assert sorted(found) == list(SEEDS)
    return found


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed not in LISTED])
def test_a_random_model(results, seed):
    nodes, wrong, _, itself = results[seed]
    assert not wrong, f"{wrong}\n{nodes}\nKeras in float32 and float64: {itself} of what is allowed"


def test_what_is_listed_is_shown(results, capsys):
    with capsys.disabled():
        print(f"\n{sum(seed not in LISTED for seed in SEEDS)} models beside Keras; not counted, in units of what is allowed:")
        for seed in (seed for seed in SEEDS if seed in LISTED):
            _, _, distance, itself = results[seed]
            print(f"  {seed}: ours {distance or 0:.3g} apart, Keras {itself or 0:.3g} from itself: {LISTED[seed]}")


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed in LISTED])
def test_the_list_is_exact(results, seed):
    """What is listed is still built and compared, and Keras is visibly apart from itself: an agreeable model may not be listed."""
    nodes, wrong, distance, itself = results[seed]
    assert nodes and distance is not None, wrong
    if seed in BACKENDS:
        assert {text.split(":")[0] for text in wrong} == BACKENDS[seed][1]
    else:
        assert itself > 0.1, f"{LISTED[seed]}: Keras agrees with itself ({itself}), ours is {distance} apart: {wrong}"


def names(value):
    """Classes and activations inside a config."""
    if isinstance(value, dict):
        own = {value["name"]} if "kind" in value else set()
        return own.union(*(names(v) for v in value.values()))
    if isinstance(value, (list, tuple)):
        return set().union(*(names(v) for v in value))
    return {value} if isinstance(value, str) else set()


@pytest.mark.skipif(not ALL, reason="of all 200 models")
@pytest.mark.parametrize("kind", ["layers", "losses", "metrics", "optimizers", "regularizers", "constraints", "schedules"])
def test_every_class_is_drawn(results, kind):
    """No class with weights or options is left out but those that are named here."""
    import random_models

    module = ours.optimizers.schedules if kind == "schedules" else getattr(ours, kind)
    known = {each._class_name for each in vars(module).values() if isinstance(each, type) and getattr(each, "_class_name", "")}
    if kind in ("layers", "optimizers"):  # other modules load their classes when they are asked for
        known |= {
            getattr(module, name)._class_name
            for name in dir(module)
            if isinstance(getattr(module, name), type) and getattr(getattr(module, name), "_class_name", "")
        }
    drawn = set()
    for seed in SEEDS:
        of = random_models.spec(seed)
        drawn |= (
            names([of["loss"], of["metrics"], of["optimizer"]])
            | {node["name"] for node in results[seed][0] if "name" in node}
            | names([node.get("config") for node in results[seed][0]])
        )
    left = {name for group in NOT_DRAWN.get(kind, {}).values() for name in group}
    assert known - drawn - left == set()
    assert left & drawn == set()
