"""Random models beside Keras itself (JAX): outputs, losses, metrics and weights after ten steps.

Outputs agree to 1e-4 of their size, what training gives to 2e-3 or 2e-4. Two processes do the work. REGIMEN_MODELS says how many models
(default 200), REGIMEN_FIRST from which seed. What differs is an error, but for the numbers that `LISTED` names: there Keras on JAX and on
torch disagree by more than that, and the model is not counted. Where torch is installed, this is measured anew.
"""

import importlib.util
import multiprocessing
import os

import pytest

if importlib.util.find_spec("keras") is None or importlib.util.find_spec("jax") is None:
    pytest.skip("Keras with JAX is not installed here", allow_module_level=True)

import regimen.keras as ours  # noqa: E402
from beside_keras import worked  # noqa: E402
from beside_torch import LISTED, measured  # noqa: E402

FIRST, MODELS = int(os.environ.get("REGIMEN_FIRST", "0")), int(os.environ.get("REGIMEN_MODELS", "200"))
SEEDS = range(FIRST, FIRST + MODELS)
ALL = FIRST == 0 and MODELS >= 200
UNCOUNTED = [seed for seed in SEEDS if seed in LISTED]
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
        print(f"\n{len(SEEDS) - len(UNCOUNTED)} models beside Keras; not counted, in units of what is allowed:")
        for seed in UNCOUNTED:
            _, _, distance, itself = results[seed]
            apart, _, why, _ = LISTED[seed]
            print(f"  {seed}: from Keras on JAX {apart:.3g} to torch, {itself or 0:.3g} to float64, {distance or 0:.3g} to ours: {why}")


@pytest.mark.parametrize("seed", UNCOUNTED)
def test_the_list_is_exact(results, seed):
    """What is listed is still built and compared: only the numbers that it names may differ, and Keras is visibly apart from itself."""
    nodes, wrong, distance, itself = results[seed]
    listed, differ = LISTED[seed], {text.split(":")[0] for text in wrong}
    assert listed.apart > 1 and nodes and distance is not None, wrong
    if listed.rounding:
        assert differ <= listed.numbers, wrong
        assert itself > 0.1, f"{listed.why}: Keras agrees with itself ({itself}), ours is {distance} apart: {wrong}"
    else:
        assert differ == listed.numbers, wrong


@pytest.fixture(scope="module")
def on_torch():
    if importlib.util.find_spec("torch") is None:
        pytest.skip("torch is not installed here: how far Keras on it is from JAX is what the list says")
    return measured(UNCOUNTED)


@pytest.mark.parametrize("seed", UNCOUNTED)
def test_torch_disagrees(on_torch, seed):
    """On torch Keras is further from JAX than what is allowed: an agreeable model may not be listed."""
    found = on_torch[seed]
    assert found.jax_torch > 1 and {text.split(":")[0] for text in found.what} <= LISTED[seed].numbers, found


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
