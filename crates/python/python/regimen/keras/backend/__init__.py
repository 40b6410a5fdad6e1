"""`keras.backend`, as of today and of old (`K`): settings, variables, and the functions of keras.ops under their names of old."""

import numpy as np

from ..._keras import dtypes, formats, naming, promotion
from ..._keras.formats import image_data_format, image_dim_ordering, set_image_data_format, set_image_dim_ordering
from ..._keras.name_scopes import name_scope
from ..._keras.tensors import KerasTensor
from ..._keras.traced import Tensor
from ..._keras.variable import Variable
from ._layers import (
    bias_add,
    conv1d,
    conv2d,
    conv2d_transpose,
    conv3d,
    depthwise_conv2d,
    dropout,
    pool2d,
    pool3d,
    resize_images,
    resize_volumes,
    rnn,
    separable_conv2d,
    spatial_2d_padding,
    spatial_3d_padding,
    temporal_padding,
)
from ._losses import (
    binary_crossentropy,
    categorical_crossentropy,
    ctc_batch_cost,
    ctc_decode,
    in_top_k,
    sparse_categorical_crossentropy,
)
from ._running import (
    Function,
    function,
    get_session,
    get_uid,
    gradients,
    in_test_phase,
    in_train_phase,
    learning_phase,
    placeholder,
    reset_uids,
    set_learning_phase,
    set_session,
)
from ._tensors import (
    arange,
    argmax,
    argmin,
    batch_dot,
    batch_flatten,
    batch_normalization,
    clip,
    concatenate,
    cumprod,
    cumsum,
    dot,
    elu,
    expand_dims,
    eye,
    flatten,
    foldl,
    foldr,
    gather,
    hard_sigmoid,
    identity,
    l2_normalize,
    map_fn,
    max,
    mean,
    min,
    one_hot,
    ones,
    permute_dimensions,
    pow,
    prod,
    random_bernoulli,
    random_binomial,
    random_normal,
    random_normal_variable,
    random_uniform,
    random_uniform_variable,
    relu,
    repeat,
    repeat_elements,
    reverse,
    sqrt,
    std,
    sum,
    switch,
    truncated_normal,
    var,
    zeros,
)

_EPSILON = 1e-07


def backend():
    """The name that programs ask for; the engine is Regimen's."""
    return "regimen"


def clear_session(free_memory=True):
    """Counts the names of layers anew."""
    naming.clear()


def epsilon():
    """A small number."""
    return _EPSILON


def set_epsilon(value):
    """Losses and metrics have 1e-07 here; another is refused."""
    if value != _EPSILON:
        raise NotImplementedError(f"set_epsilon({value}): losses and metrics compute with 1e-07 here")


def floatx():
    """The type of floats."""
    return "float32"


def set_floatx(value):
    """Everything computes in float32 here; another is refused."""
    if value != "float32":
        raise ValueError(f"set_floatx({value!r}): everything computes in float32 here; `mixed_bfloat16` is a policy of layers")


def get_value(x):
    """The value of a variable."""
    return x.numpy() if hasattr(x, "numpy") else np.asarray(x)


eval = get_value


def set_value(x, value):
    """Sets a variable."""
    x.assign(value)


def batch_get_value(tensors):
    """Values of variables."""
    return [get_value(x) for x in tensors]


def batch_set_value(tuples):
    """Sets variables: pairs of a variable and its value."""
    for x, value in tuples:
        x.assign(value)


def update(x, new_x):
    """Sets a variable; in a layer that is traced, with the step."""
    return x.assign(new_x)


def update_add(x, increment):
    """Adds to a variable."""
    return x.assign_add(increment)


def update_sub(x, decrement):
    """Takes from a variable."""
    return x.assign_sub(decrement)


def moving_average_update(x, value, momentum):
    """A variable's share of what it was, and the rest of a value."""
    return x.assign(x * momentum + value * (1.0 - momentum))


def variable(value, dtype=None, name=None, constraint=None):
    """A variable."""
    if constraint is not None:
        raise NotImplementedError("K.variable(constraint=...): constraints belong to the weights of layers (add_weight)")
    return Variable(np.asarray(value), dtype=dtype or "float32", name=name)


def constant(value, dtype=None, shape=None, name=None):
    """A value that does not change."""
    found = np.asarray(value, dtype=dtype or "float32")
    return np.broadcast_to(found, shape).copy() if shape is not None else found


def is_tensor(x):
    """Whether a value is an array or a tensor of a graph."""
    return isinstance(x, (np.ndarray, np.generic, Tensor, Variable))


def is_keras_tensor(x):
    """Whether a value is symbolic."""
    return isinstance(x, KerasTensor)


def is_sparse(tensor):
    """There are no sparse tensors here."""
    return False


def to_dense(tensor):
    """The tensor: there are no sparse ones here."""
    return tensor


def int_shape(x):
    """Sizes, as a tuple."""
    return tuple(x.shape)


def ndim(x):
    """Number of axes."""
    return len(x.shape)


def dtype(x):
    """The type of the elements, by name."""
    return standardize_dtype(x.dtype)


def count_params(x):
    """Number of elements."""
    return int(np.prod(x.shape, dtype=np.int64))


def cast_to_floatx(x):
    """The same in float32."""
    from .. import ops

    return ops.cast(x, "float32") if hasattr(x, "shape") else np.asarray(x, dtype="float32")


def standardize_dtype(dtype):
    """The name of a type."""
    return dtypes.standard(dtype)


def standardize_data_format(data_format):
    """"channels_last" or "channels_first"; what is set where none is given."""
    return formats.standardized(data_format)


def is_float_dtype(dtype):
    """Whether a type has fractions."""
    return standardize_dtype(dtype).startswith(("float", "bfloat"))


def is_int_dtype(dtype):
    """Whether a type is of whole numbers."""
    return standardize_dtype(dtype).startswith(("int", "uint"))


def result_type(*dtypes):
    """The type that values of these types share; `int` and `float` take the type of what they meet."""
    return promotion.result_type(*({int: "int", float: "float"}.get(d) or promotion.name_of(d) for d in dtypes)) if dtypes else "float32"


def __getattr__(name):
    from .. import ops
    from ..._keras import old_modules

    if name.startswith("_"):
        raise AttributeError(name)
    module = old_modules.named("keras.backend", name)
    if module is not None:
        return module
    try:
        return getattr(ops, name)
    except (AttributeError, NotImplementedError):
        raise AttributeError(f"keras.backend has no {name} here; keras.ops has what there is") from None
