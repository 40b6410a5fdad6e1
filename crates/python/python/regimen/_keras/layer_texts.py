"""Errors of layers with the words by which programs and tests know them from Keras, before what the engine says."""

import functools
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
    "power_iterations": "`power_iterations` should be greater than zero.",
    "dims": "Invalid permutation argument `dims` for Permute Layer.", "n": "`n` should be a positive integer.",
    "size": "`size` should be a positive integer.",
    "factor": "The `factor` argument should be a number (or a list of two numbers) within the layer's range.",
    "value_range": "The `value_range` argument should be a list of two numbers.",
    "num_bins": "The `num_bins` for `Hashing` cannot be `None` or non-positive values.",
    "output_mode": "Unknown arg for output_mode: {value}. Invalid value for argument `output_mode`. Expected one of the modes below.",
    "num_tokens": "`num_tokens` must be >= 1.",
    "output_padding": "`output_padding` must be strictly less than `strides`.",
    "value_dim": "Invalid value for argument `value_dim`.",
    "key_dim": "Invalid value for argument `key_dim`.",
    "ReLU.negative_slope": "The negative_slope of a ReLU layer cannot be None or a negative value.",
    "ReLU.threshold": "The threshold of a ReLU layer cannot be None or a negative value.",
    "ReLU.max_value": "The max_value of a ReLU layer cannot be a negative value.",
    "Normalization.variance": "When setting values directly, both `mean` and `variance` must be set, and have the same shape.",
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
    (r"expected images \(B, H, W, C\)", "Expected the input image to be rank 3 or 4."),
    (r"Normalization\): found axis", "All `axis` values must be in the range [-ndim, ndim)."),
    (r"Subtract\): found \d inputs", "A `Subtract` layer should be called on exactly 2 inputs."),
    (r"Concatenate\): found inputs of shapes",
    "A `Concatenate` layer requires inputs with matching shapes except for the concatenation axis."),
    (r"GroupNormalization\).*its \d+ channels in \d+ groups", None),
    (r"GroupNormalization\): found input .*None\]",
    "The axis of the input tensor should have a defined dimension but the layer received an input with shape of None there."),
    (r"\(weight\): found the shape", "Shapes used to initialize variables must be fully-defined (no `None` dimensions): the axis of the input tensor should "
     "have a defined dimension but the layer received an input with shape of None there."),
    (r"TimeDistributed\): found a mask", "The `mask` passed to the `TimeDistributed` layer has a shape that does not fit its input."),
    (r"found a mask .* expected a mask that broadcasts",
    "The mask must not have more dimensions than the input, and must be broadcastable to it."),
    (r"SpectralNormalization\): found \w+ without", "The layer object has no attribute 'kernel' nor 'embeddings'."),
    (r"Conv1?.*: \d+ \w+ along spatial axis", "Computed output size would be zero or negative."),
)


def check_numbers(class_name, given):
    """Refuses True and 4.0 for whole numbers: JSON would have them pass."""
    if class_name.endswith("Attention") and isinstance(given.get("output_shape"), float):
        raise ValueError(f"Invalid `output_shape` type: {type(given['output_shape'])}. Expected an integer, a tuple or a list of them.")
    if class_name == "MelSpectrogram":
        frame, width = given.get("sequence_length"), given.get("fft_length", 2048)
        if isinstance(frame, int) and isinstance(width, int) and frame > width:
            raise ValueError(f"`fft_length` must be greater than or equal to `sequence_length`. Received: {width} for {frame}.")
    groups, filters = given.get("groups"), given.get("filters")
    if re.fullmatch(r"Conv[123]D", class_name) and isinstance(groups, int):
        if groups <= 0:
            raise ValueError(f"The number of groups must be a positive integer. Received: groups={groups}.")
        if isinstance(filters, int) and filters % groups:
            text = "The number of filters must be evenly divisible by the number of groups."
            raise ValueError(f"{text} Received: groups={groups}, filters={filters}.")
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
    if key in _TYPES and (isinstance(value, bool) or not isinstance(value, _TYPES[key])):
        return TypeError(f"{_TYPE_TEXTS[key].format(kind=type(value))} {text}")
    if option == "noise_shape":
        return ValueError(f"Invalid value received for argument `noise_shape`. {_of_noise(value)} {text}")
    if option == "dilation_rate":
        return ValueError(f"{_NO_DILATED_STRIDES} {_of_dilation(class_name, given)} {text}")
    told = _SPECIAL[option](class_name, value) if option in _SPECIAL else _OPTIONS.get(key) or _OPTIONS.get(option)
    if told and option in _SPECIAL:
        return ValueError(f"{told} {text}")
    return ValueError(f"{told.format(option=option, value=value)} {text}") if told else error


def _of_sizes(option, class_name, value):
    digits = re.findall(r"[123](?=D)", class_name)
    sizes = value if isinstance(value, (list, tuple)) else (value,)
    wrong = {size for size in sizes if not isinstance(size, int) or size <= 0}
    return (
        f"The `{option}` argument must be a tuple of {digits[0] if digits else 'several'} integers. Received {option}={value}"
        + (f", including values {wrong} that do not satisfy `value > 0`." if wrong else ".")
    )


def _of_dilation(class_name, given):
    rank = int((re.findall(r"[123](?=D)", class_name) or [1])[0])
    sizes = {key: given.get(key, 1) for key in ("strides", "dilation_rate")}
    wide = {key: tuple(size) if isinstance(size, (list, tuple)) else (size,) * rank for key, size in sizes.items()}
    return (
        "`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: "
        f"strides={wide['strides']} and dilation_rate={wide['dilation_rate']}."
    )


def _of_target(class_name, value):
    if isinstance(value, (list, tuple)) and list(value).count(-1) > 1:
        return f"There must be at most one unknown dimension (-1) in target_shape. Received: target_shape={value}."
    return f"Expected each value to be a positive or non-negative integer, or -1 once: target_shape={value}."


def _of_clipping(class_name, value):
    most, apart = (value.get(key) for key in ("rmax", "dmax")) if isinstance(value, dict) else (None, None)
    if isinstance(value, dict) and not set(value) - {"rmax", "rmin", "dmax"}:
        if apart is not None and apart < 0:
            return f"dmax should be non-negative in the `renorm_clipping` dictionary. Received: dmax={apart}."
        return f"rmax should be greater than rmin in the `renorm_clipping` dictionary. Received: rmax={most}, rmin={value.get('rmin')}."
    return f"Received invalid keys in `renorm_clipping`: {value}."


# Texts that depend on the value.
_SPECIAL = {"kernel_size": functools.partial(_of_sizes, "kernel_size"), "strides": functools.partial(_of_sizes, "strides"),
            "target_shape": _of_target, "renorm_clipping": _of_clipping}


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


def of_graph(error):
    """The error of a layer on words and hashes inside of a model, which has no form in a graph; None of other errors."""
    if "Model::split_host" not in (text := str(error)):
        return None
    name, class_name = re.search(r"(\S+) \((\w+)\): [^\n]*Model::split_host", text).groups()
    return NotImplementedError(
        f"{name} ({class_name}): computes on arrays alone here, not inside of a model that fits or predicts: call it on the data "
        "(x = layer(x)), and begin the model with an Input of what it gives"
    )


def _of_groups(text):
    channels, groups = (int(n) for n in re.search(r"its (\d+) channels in (\d+) groups", text).groups())
    return ("Number of groups cannot be more than the number of channels." if groups > channels
            else "Number of groups must be a multiple of the number of channels.")
