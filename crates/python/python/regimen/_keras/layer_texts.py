"""Errors of layers with the words by which programs and tests know them from Keras, before what the engine says."""

import re

_POSITIVE = "Expected a positive integer."
_STRICT = "Invalid value for argument `{option}`. Expected a strictly positive value. Received {option}={value}."
_RATE = "Invalid value received for argument `rate`. Expected a float value between 0 and 1."
_NO_DILATED_STRIDES = "Specifying `strides > 1` is not compatible with `dilation_rate > 1`."
_OPTIONS = {
    "rate": _RATE, "filters": _STRICT, "depth_multiplier": _STRICT, "units": _POSITIVE,
    "input_dim": "`input_dim` must be a positive integer.", "output_dim": "`output_dim` must be a positive integer.",
    "score_mode": "Invalid value for argument score_mode. Expected one of {{'dot', 'concat'}}.",
    "groups": "Invalid value for argument `groups`.", "num_heads": "Invalid value for argument `num_heads`.",
    "power_iterations": "`power_iterations` should be greater than zero.", "renorm_clipping": "Received invalid keys in `renorm_clipping`.",
    "dims": "Invalid permutation argument `dims` for Permute Layer.", "n": "`n` should be a positive integer.",
    "size": "`size` should be a positive integer.",
    "target_shape": "Expected each value to be a positive or non-negative integer, or -1 once: target_shape={value}.",
    "factor": "The `factor` argument should be a number (or a list of two numbers) within the layer's range.",
    "value_range": "The `value_range` argument should be a list of two numbers.",
    "num_bins": "The `num_bins` for `Hashing` cannot be `None` or non-positive values.",
    "output_mode": "Unknown arg for output_mode: {value}. Invalid value for argument `output_mode`. Expected one of the modes below.",
    "num_tokens": "`num_tokens` must be >= 1.",
    "dilation_rate": _NO_DILATED_STRIDES,
    "key_dim": "Invalid value for argument `key_dim`.", "kernel_size": "The `kernel_size` argument must be a tuple of integers above 0.",
    "ReLU.negative_slope": "The negative_slope of a ReLU layer cannot be None or a negative value.",
    "ReLU.threshold": "The threshold of a ReLU layer cannot be None or a negative value.",
    "ReLU.max_value": "The max_value of a ReLU layer cannot be a negative value.",
    "LeakyReLU.negative_slope": "The negative_slope value of a Leaky ReLU layer cannot be None or a negative value.",
}
# Wrong types that are a TypeError in Keras.
_TYPES = {"UpSampling1D.size": (int,), "RepeatVector.n": (int,), "LayerNormalization.axis": (int, list, tuple),
    "UnitNormalization.axis": (int, list, tuple)}
_TYPE_TEXTS = {"RepeatVector.n": "Expected an integer value for `n`, got {kind}.",
    "UpSampling1D.size": "Expected an integer value for `size`, got {kind}.",
               "LayerNormalization.axis": "Expected an int or a list/tuple of ints for the argument 'axis'.",
               "UnitNormalization.axis": "Invalid value for `axis` argument: expected an int or a list/tuple of ints."}
_INPUTS = (
    (r"Cropping1D\).*to take off", "`cropping` parameter of `Cropping1D` layer must be smaller than the length of the input."),
    (r"Cropping[23]D\).*to take off",
    "Values in `cropping` argument should be smaller than the corresponding spatial dimension of the input."),
    (r"Attention\): found 1 inputs", "The layer must be called on a list of inputs, namely [query, value] or [query, value, key]."),
    (r"Attention\): found \d inputs", "The layer accepts inputs list of length 2 or 3, namely [query, value] or [query, value, key]."),
    (r"Attention\): found query .*value", "The last dimensions and the steps of query, value and key that belong together must be equal."),
    (r"Subtract\): found \d inputs", "A `Subtract` layer should be called on exactly 2 inputs."),
    (r"Concatenate\): found inputs of shapes",
    "A `Concatenate` layer requires inputs with matching shapes except for the concatenation axis."),
    (r"GroupNormalization\).*its \d+ channels in \d+ groups", None),
    (r"GroupNormalization\): found input .*None\]",
    "The axis of the input tensor should have a defined dimension but the layer received an input with shape of None there."),
    (r"TimeDistributed\): found a mask", "The `mask` passed to the `TimeDistributed` layer has a shape that does not fit its input."),
    (r"found a mask .* expected a mask that broadcasts",
    "The mask must not have more dimensions than the input, and must be broadcastable to it."),
    (r"SpectralNormalization\): found \w+ without", "The layer object has no attribute 'kernel' nor 'embeddings'."),
    (r"Conv1?.*: \d+ \w+ along spatial axis", "Computed output size would be zero or negative."),
)


def check_numbers(class_name, given):
    """Refuses True and 4.0 for whole numbers: JSON would have them pass."""
    for option in ("units", "filters", "input_dim", "output_dim"):
        if isinstance(given.get(option), (bool, float)):
            raise ValueError(f"{_OPTIONS[option].format(option=option, value=given[option])} {class_name}.{option}: found {given[option]}")


def of_option(error, given):
    """The error of an option that the engine refused."""
    text = str(error)
    found = re.match(r"(\w+)\.(\w+): ", text)
    if found is None:
        return error
    class_name, option = found.groups()
    value, key = given.get(option), f"{class_name}.{option}"
    if key in _TYPES and not isinstance(value, _TYPES[key]):
        return TypeError(f"{_TYPE_TEXTS[key].format(kind=type(value))} {text}")
    if option == "noise_shape":
        return ValueError(f"Invalid value received for argument `noise_shape`. {_of_noise(value)} {text}")
    told = _OPTIONS.get(key) or _OPTIONS.get(option)
    return ValueError(f"{told.format(option=option, value=value)} {text}") if told else error


def _of_noise(value):
    if not isinstance(value, (list, tuple)):
        return "Expected a tuple or list of integers."
    if any(size is not None and not isinstance(size, int) for size in value):
        return "Expected all elements to be integers or None."
    return "Expected all dimensions to be positive integers or None."


def of_inputs(error):
    """The error of inputs that the engine refused."""
    text = str(error)
    for pattern, told in _INPUTS:
        if re.search(pattern, text, re.DOTALL):
            return ValueError(f"{told or _of_groups(text)} {text}")
    return error


def _of_groups(text):
    channels, groups = (int(n) for n in re.search(r"its (\d+) channels in (\d+) groups", text).groups())
    return ("Number of groups cannot be more than the number of channels." if groups > channels
            else "Number of groups must be a multiple of the number of channels.")
