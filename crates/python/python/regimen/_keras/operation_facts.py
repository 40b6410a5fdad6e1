"""Functions of keras.ops as Keras has them in configs: the module and the class of each, and what its calls are given.

By module and arguments of a call: the functions, with their class where it is no plain translation of the name. What else a
function takes are options, which lie in the config. A name with `=` is given by keyword, `*` takes the rest.
"""

import functools
import typing

_TABLE = {
    "numpy": {
        "x": (
            "absolute all amax amin angle any arccos arccosh arcsin arcsinh arctan arctanh argmax argmin argpartition argsort "
            "array array_split bincount bitwise_invert bitwise_not broadcast_to cbrt ceil clip conj=Conjugate conjugate copy "
            "corrcoef cos cosh count_nonzero cumprod cumsum deg2rad diag diagflat "
            "diagonal dsplit empty_like exp exp2 expand_dims expm1 fabs flip "
            "fliplr flipud floor histogram hsplit i0 imag isfinite isinf isnan isneginf isposinf isreal log log10 log1p log2 "
            "logical_not max mean median min moveaxis nan_to_num nanargmax nanargmin nancumprod nancumsum nanmax nanmean nanmedian "
            "nanmin nanprod nanstd nansum nanvar negative nonzero ones_like prod ptp rad2deg ravel real reciprocal repeat reshape "
            "roll round sign signbit sin sinc sinh slogdet sort split sqrt square squeeze stack std sum swapaxes tan tanh tile "
            "trace transpose tril triu trunc unique vander var view vsplit zeros_like"
        ),
        "x1 x2": (
            "add allclose=AllClose append arctan2 correlate cross divide divide_no_nan dot equal floor_divide fmax fmin fmod gcd "
            "greater greater_equal heaviside hypot inner isin=IsIn kron lcm ldexp less less_equal logaddexp logaddexp2 logical_and "
            "logical_or logical_xor matmul maximum minimum mod multiply nextafter not_equal outer power subtract tensordot "
            "true_divide vdot"
        ),
        "x weights=": "average",
        "x y": "bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor left_shift right_shift",
        "xs": "concatenate dstack hstack vstack",
        "a": "diff",
        "x bins": "digitize",
        "*operands **kwargs": "einsum",
        "fill_value": "full",
        "x fill_value": "full_like",
        "start stop": "geomspace linspace logspace",
        "x key": "get_item",
        "x1 x2 rtol atol": "isclose",
        "*x": "meshgrid",
        "x q": "nanpercentile nanquantile percentile quantile",
        "x constant_values=": "pad",
        "array": "rot90",
        "sorted_sequence values": "searchsorted=SearchSorted",
        "condlist choicelist default": "select",
        "x indices": "take take_along_axis",
        "y": "trapezoid",
        "indices": "unravel_index",
        "condition x1 x2": "where",
    },
    "nn": {
        "inputs": "adaptive_average_pool adaptive_max_pool average_pool max_pool multi_hot",
        "x mean variance offset scale": "batch_normalization=BatchNorm",
        "target output": "binary_crossentropy categorical_crossentropy sparse_categorical_crossentropy",
        "x": (
            "celu depth_to_space elu fold gelu glu hard_shrink hard_sigmoid hard_silu hard_tanh leaky_relu log_sigmoid log_softmax "
            "moments normalize one_hot relu relu6 selu sigmoid silu soft_shrink softmax softplus softsign space_to_depth "
            "sparse_plus sparse_sigmoid sparsemax squareplus tanh_shrink threshold unfold"
        ),
        "inputs kernel": "conv conv_transpose depthwise_conv",
        "inputs sequence_lengths": "ctc_decode=CTCDecode",
        "target output target_length output_length": "ctc_loss=CTCLoss",
        "query key value bias= mask= scale=": "dot_product_attention",
        "x gamma beta": "layer_normalization=LayerNorm",
        "x1 x2": "psnr=PSNR",
        "x scale=": "rms_normalization=RMSNorm",
        "inputs depthwise_kernel pointwise_kernel": "separable_conv",
    },
    "core": {
        "x": "cast convert_to_tensor saturate_cast unstack",
        "indices values": "scatter",
        "inputs indices updates": "scatter_update",
        "inputs start_indices": "slice",
        "inputs start_indices updates": "slice_update",
        "variable": "stop_gradient",
    },
    "math": {
        "x y": "cdist=CDist",
        "x": "erf erfc erfinv extract_sequences logdet logsumexp rsqrt top_k",
        "targets predictions": "in_top_k",
        "data segment_ids": "segment_max segment_min segment_prod segment_sum",
    },
    "linalg": {
        "x": "cholesky cholesky_inverse det eigh inv matrix_rank norm pinv qr svd=SVD",
        "a b": "lstsq solve solve_triangular",
    },
    "einops": {
        "tensor pattern **axes_lengths": "rearrange",
    },
    "image": {
        "images transform": "affine_transform",
        "images": (
            "crop_images elastic_transform extract_patches gaussian_blur hsv_to_rgb=HSVToRGB pad_images resize "
            "rgb_to_grayscale=RGBToGrayscale rgb_to_hsv=RGBToHSV sobel_edges"
        ),
        "volumes": "extract_patches_3d=ExtractPatches",
        "inputs coordinates": "map_coordinates",
        "images start_points end_points": "perspective_transform",
        "images output_shape scale translation": "scale_and_translate",
        "image1 image2": "ssim=SSIM",
    },
}

_MODULE = "keras.src.ops."


class Facts(typing.NamedTuple):
    """A function of keras.ops, its class in configs and where Keras has it, and the arguments of its calls."""

    function: str
    module: str
    class_name: str
    call: tuple


def _listed():
    for module, groups in _TABLE.items():
        for call, names in groups.items():
            for each in names.split():
                name, _, class_name = each.partition("=")
                yield Facts(name, _MODULE + module, class_name or _as_class(name), tuple(call.split()))


def _as_class(name):
    """`expand_dims` to `ExpandDims`."""
    return "".join(f"{part[:1].upper()}{part[1:]}" for part in name.split("_"))


@functools.cache
def _by_function():
    return {facts.function: facts for facts in _listed()}


@functools.cache
def _by_class():
    """The first of a class is what its configs are read as."""
    return {facts.class_name: facts for facts in reversed(list(_listed()))}


def of_function(function):
    """The facts of a function of keras.ops; None of others, and of those that are no single operation in Keras."""
    ours = str(getattr(function, "__module__", "")).startswith("regimen.keras.ops")
    return _by_function().get(function.__name__) if ours else None


def of_entry(entry):
    """The facts of an operation in a config, which says its module, or none in HDF5 files; None of what is not known."""
    facts, module = _by_class().get(entry["class_name"]), entry.get("module")
    if facts is None or module not in (None, facts.module):
        return None
    size = entry["config"].get("size")
    is_of_volumes = facts.class_name == "ExtractPatches" and isinstance(size, (list, tuple)) and len(size) == 3
    return _by_function()["extract_patches_3d"] if is_of_volumes else facts


def is_operation(entry):
    """Whether an entry of a config's layers is an operation. Without a module it is one where it is called as those of Keras 3
    are, is no layer (`trainable` is in every config of one), and has the class of one."""
    module, inner, nodes = entry.get("module"), entry.get("config"), entry.get("inbound_nodes")
    if module is not None:
        return str(module).startswith(_MODULE)
    if not isinstance(inner, dict) or not isinstance(nodes, list) or "trainable" in inner:
        return False
    return entry.get("class_name") in _by_class() and bool(nodes) and all(isinstance(node, dict) and "args" in node for node in nodes)
