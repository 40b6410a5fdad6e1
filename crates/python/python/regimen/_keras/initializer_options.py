"""Options of initializers: those that are refused when one is made, and seeds that are generators."""

_MODES = ("fan_in", "fan_out", "fan_avg")
_DISTRIBUTIONS = ("uniform", "truncated_normal", "untruncated_normal", "normal")


def check(class_name, given):
    """Raises ValueError for what Keras refuses, in words that programs look for."""
    if class_name == "VarianceScaling":
        _variance_scaling(given.get("scale", 1.0), given.get("mode", "fan_in"), given.get("distribution", "truncated_normal"))
    if class_name == "STFT":
        _transform(given.get("side", "real"), given.get("scaling", "density"))


def _variance_scaling(scale, mode, distribution):
    if isinstance(scale, (int, float)) and scale <= 0.0:
        raise ValueError(f"Argument `scale` must be positive float. Received: scale={scale}")
    if mode not in _MODES:
        raise ValueError(f"Invalid `mode` argument: {mode}. Please use one of {_MODES}")
    if str(distribution).lower() not in _DISTRIBUTIONS:
        raise ValueError(f"Invalid `distribution` argument: {distribution}. Please use one of {_DISTRIBUTIONS}")


def _transform(side, scaling):
    if side not in ("real", "imag"):
        raise ValueError(f"Invalid `side` argument: {side}. Please use one of ('real', 'imag')")
    if scaling not in (None, "density", "spectrum"):
        raise ValueError(f"Invalid `scaling` argument: {scaling}. Please use 'density', 'spectrum', or None")


def written_seed(generator):
    """A generator as configs hold it."""
    return {"module": "keras.random", "class_name": "SeedGenerator", "config": {"seed": generator.seed}, "registered_name": None}


def read_seed(seed):
    """A seed, or the generator of such a config."""
    if isinstance(seed, dict) and seed.get("class_name") == "SeedGenerator":
        from ..keras.random import SeedGenerator

        return SeedGenerator(seed["config"].get("seed"))
    return seed


def is_generator(seed):
    """Whether a seed is a generator."""
    if seed is None or isinstance(seed, int):
        return False
    from ..keras.random import SeedGenerator

    return isinstance(seed, SeedGenerator)
