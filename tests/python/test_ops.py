"""keras.ops and keras.random: on arrays, inside of what is traced, and between symbolic tensors."""

import math

import numpy as np
import pytest

import regimen.keras as keras
from regimen._keras.traced import Tensor, native
from regimen.keras import layers, ops

RNG = np.random.default_rng(5)


def floats(*shape):
    return RNG.normal(size=shape).astype("float32")


A, B, V = floats(3, 4), floats(3, 4), floats(5)
P = RNG.uniform(0.1, 0.9, size=(3, 4)).astype("float32")
I, J = (RNG.integers(1, 6, size=(3, 4)).astype("int32") for _ in range(2))
M = A > 0
N = np.where(A > 1, np.float32("nan"), A)
X = P.reshape(1, 3, 4, 1) * np.ones((2, 1, 1, 3), "float32")


def leaves(value):
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in leaves(item)]
    return [] if value is None else [value]


def lifted(value):
    """The arrays of nested arguments as values of the graph."""
    if isinstance(value, (list, tuple)):
        return type(value)(lifted(item) for item in value) if any(isinstance(v, np.ndarray) for v in value) else value
    return Tensor(native(value)) if isinstance(value, np.ndarray) and value.dtype.kind in "fib" else value


def in_a_graph(function, *args, **kwargs):
    """What a function gives inside of a layer, with arrays as values of the graph: `[(type, array)]`."""
    told = []

    class Runs(layers.Layer):
        def call(self, x):
            told.clear()
            parts = [x]
            for leaf in leaves(function(*(lifted(a) for a in args), **kwargs)):
                told.append((ops.dtype(leaf), ops.shape(leaf)))
                parts.append(ops.reshape(ops.cast(leaf, "float32"), (1, -1)))
            return ops.concatenate(parts, axis=1)

    flat, found = np.asarray(Runs()(np.zeros((1, 1), "float32")))[0, 1:], []
    for dtype, shape in told:
        count = math.prod(shape)
        found.append((dtype, flat[:count].reshape(shape)))
        flat = flat[count:]
    return found


UNARY = """
absolute arctan arcsinh cbrt ceil celu conj copy cos cosh cumprod cumsum deg2rad elu erf erfc exp exp2 expm1 fabs flip floor gelu
hard_shrink hard_sigmoid hard_silu hard_tanh i0 imag isfinite isinf isnan isneginf isposinf isreal leaky_relu log_sigmoid log_softmax
logical_not nan_to_num negative normalize ones_like rad2deg ravel real relu relu6 round selu sigmoid sign signbit silu sin sinc sinh
soft_shrink softmax softplus softsign sparse_plus sparse_sigmoid sparsemax square squareplus stop_gradient tan tanh tanh_shrink
transpose trunc zeros_like rms_normalization layer_normalization sort argsort unstack diag trace tril triu angle all any max mean min
prod std sum var ptp median logsumexp argmax argmin count_nonzero average amax amin norm corrcoef diff diagflat diagonal flipud fliplr
rot90
""".split()
BINARY = """add arctan2 divide divide_no_nan equal floor_divide fmax fmin fmod greater greater_equal heaviside hypot isclose less less_equal
logaddexp logaddexp2 maximum minimum mod multiply not_equal subtract append outer inner vdot kron allclose""".split()
WHOLE = "bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift gcd lcm add mod floor_divide fmod multiply power".split()
CASES = [
    *((name, (A * 2,), {}) for name in UNARY),
    *((name, (P,), {}) for name in "log log1p log2 log10 sqrt rsqrt reciprocal arcsin arccos arctanh erfinv".split()),
    *((name, (A, B), {}) for name in BINARY),
    *((name, (I, J), {}) for name in WHOLE),
    *((name, (M, ~M), {}) for name in "logical_and logical_or logical_xor add multiply maximum".split()),
    *((f"nan{name}", (N,), {"axis": 1}) for name in "sum prod mean var std max min median argmax argmin cumsum cumprod".split()),
    *((name, (A,), {"axis": (0, 1), "keepdims": True}) for name in "sum mean max min prod any all var std logsumexp".split()),
    ("arccosh", (P + 1,), {}), ("bitwise_not", (I,), {}), ("ldexp", (A, I), {}), ("power", (P, B), {}), ("clip", (A, -0.5, 0.5), {}),
    ("cdist", (A, B), {}), ("isin", (I, np.array([1, 2], "int32")), {}), ("quantile", (A, [0.2, 0.5]), {"axis": 1}),
    ("nanquantile", (N, 0.4), {"axis": 1}), ("percentile", (A, 30), {"method": "lower"}), ("moments", (A, [0]), {}),
    ("trapezoid", (A,), {}), ("correlate", (V, V[:3]), {"mode": "full"}), ("histogram", (V, 3), {}),
    ("digitize", (A, np.array([0.0, 1.0], "float32")), {}),
    ("reshape", (A, (2, -1)), {}), ("swapaxes", (A, 0, 1), {}), ("moveaxis", (X, [0, 1], [-1, 0]), {}), ("expand_dims", (A, (0, -1)), {}),
    ("squeeze", (A[:1], 0), {}), ("broadcast_to", (V, (2, 5)), {}), ("roll", (A, (1, -1), (0, 1)), {}), ("pad", (A, 1, "reflect"), {}),
    ("pad", (A, ((1, 0), (0, 2))), {"constant_values": 3.0}), ("rearrange", (X, "b h w c -> b (h w) c"), {}),
    ("extract_sequences", (A, 2, 1), {}),
    ("concatenate", ([A, I],), {}), ("stack", ([A, B], -1), {}), ("hstack", ([A, B],), {}), ("vstack", ([V, V],), {}),
    ("dstack", ([A, B],), {}),
    ("split", (A, [1], 1), {}), ("array_split", (V, 2), {}), ("hsplit", (A, 2), {}), ("vsplit", (A, 3), {}),
    ("dsplit", (X[..., :2], 2), {}),
    ("meshgrid", (V, A[0]), {}), ("repeat", (A, 2, 1), {}), ("tile", (A, (2, 2)), {}), ("where", (M, A, 0), {}),
    ("take", (A, I[:2, :2] - 1 - 3), {"axis": 1}), ("take_along_axis", (A, I[:, :2] % 4), {"axis": 1}),
    ("get_item", (A, (slice(None, None, -1), None, 1)), {}),
    ("select", ([M, A > -1], [A, B]), {"default": 3}), ("unravel_index", (I, (3, 4)), {}), ("slice", (A, (1, 1), (2, 2)), {}),
    ("slice", (A, np.array([1, 2], "int32"), (2, 2)), {}), ("slice_update", (A, np.array([1, 2], "int32"), B[:2, :2]), {}),
    ("scatter", (np.array([[0], [2], [0]], "int32"), A, (4, 4)), {}),
    *(("scatter_update", (A, np.array([[0], [2]], "int32"), B[:2]), {"reduction": how}) for how in (None, "add", "max", "min", "mul")),
    *((f"segment_{how}", (A, np.array([0, 2, 0], "int32"), 3), {}) for how in ("sum", "prod")),
    *((f"segment_{how}", (A, np.array([0, 1, 0], "int32"), 2), {}) for how in ("max", "min")),
    ("top_k", (A, 2), {}), ("searchsorted", (np.sort(V), A), {"side": "right"}), ("in_top_k", (I[:, 0] % 4, A, 2), {}),
    ("matmul", (A, B.T.copy()), {}), ("matmul", (I, J.T.copy()), {}), ("matmul", (A, V[:4]), {}), ("dot", (X, A[0, :3]), {}),
    ("tensordot", (A, B, [[0], [0]]), {}),
    ("cross", (A[:, :3], B[:, :3]), {}), ("einsum", ("...i,ji->...j", X, A[:2, :3]), {}), ("einsum", ("ij,ij,ik->k", A, B, A), {}),
    ("vander", (V,), {}),
    ("linspace", (A, B, 3), {}), ("logspace", (V, V + 1, 3), {}), ("geomspace", (P, P + 1, 3), {}), ("full_like", (A, 2), {}),
    ("cast", (A, "int32"), {}),
    ("saturate_cast", (A * 300, "int8"), {}), ("convert_to_tensor", (A,), {}), ("array", (A,), {}), ("glu", (A,), {}),
    ("threshold", (A, 0.1, 3.0), {}),
    ("conv", (X, floats(2, 2, 3, 4), 2, "same"), {}), ("conv", (X, floats(2, 2, 1, 6)), {}),
    ("depthwise_conv", (X, floats(2, 2, 3, 2)), {}),
    ("separable_conv", (X, floats(2, 2, 3, 2), floats(1, 1, 6, 2)), {}), ("conv_transpose", (X, floats(3, 3, 4, 3), 2, "same"), {}),
    ("max_pool", (X, 2, 1, "same"), {}), ("average_pool", (X, 2, 1, "same"), {}), ("adaptive_average_pool", (X, 2), {}),
    ("adaptive_max_pool", (X, 2), {}),
    ("batch_normalization", (X, V[:3], P[0, :3], -1, V[:3], V[:3]), {}), ("dot_product_attention", (X, X, X), {"is_causal": True}),
    ("one_hot", (I, 6), {"axis": 1}), ("multi_hot", (I, 6), {}), ("psnr", (A, B, 2.0), {}),
    ("binary_crossentropy", (P, A), {"from_logits": True}),
    ("categorical_crossentropy", (P, P), {}), ("sparse_categorical_crossentropy", (I[:, 0] % 4, A), {"from_logits": True}),
    ("ctc_loss", (I[:, :2], floats(3, 5, 7), np.array([2, 2, 1], "int32"), np.array([5, 4, 5], "int32")), {}),
    ("ctc_decode", (floats(3, 5, 4), np.array([5, 4, 5], "int32")), {}), ("unfold", (X, 2), {}), ("fold", (floats(1, 4, 6), (3, 4), 2), {}),
    ("space_to_depth", (X[:, :2], 2), {}), ("depth_to_space", (floats(1, 2, 2, 8), 2), {}),
    ("image.resize", (X, (5, 3)), {}), ("image.resize", (X, (2, 2), "nearest"), {}), ("image.rgb_to_hsv", (X,), {}),
    ("image.hsv_to_rgb", (X,), {}),
    ("image.rgb_to_grayscale", (X,), {}), ("image.extract_patches", (X, 2), {}), ("image.gaussian_blur", (X,), {}),
    ("image.sobel_edges", (X,), {}),
    ("image.pad_images", (X, 1, 1, 1, 1), {}), ("image.crop_images", (X, 1, 1, 0, 0), {}),
    ("image.map_coordinates", (A, np.abs(floats(2, 6)), 1, "reflect"), {}),
    ("image.affine_transform", (X, np.tile(np.array([0.9, 0.2, -1, 0.1, 1.1, 0.5, 0, 0], "float32"), (2, 1))), {}),
    ("image.ssim", (X, X * 0.9), {"filter_size": 3}),
    ("map", (lambda x: x * 2.0, A), {}), ("vectorized_map", (lambda x: x[0] * x[1], [A, B]), {}),
    ("fori_loop", (0, 3, lambda i, x: x * 2.0 + i, A), {}),
    ("scan", (lambda c, x: (c + x, c * x), np.zeros(4, "float32"), A), {"reverse": True}),
    ("associative_scan", (lambda a, b: a * b, A), {}),
    ("while_loop", (lambda x: ops.sum(x) < 40, lambda x: (x * 2.0,), [P]), {"maximum_iterations": 5}),
    ("switch", (np.array(1, "int32"), [ops.sin, ops.cos], A), {}),
]


def find(name):
    place = ops
    for part in name.split("."):
        place = getattr(place, part)
    return place


@pytest.mark.parametrize("name, args, kwargs", CASES, ids=[case[0] for case in CASES])
def test_graphs_give_what_arrays_give(name, args, kwargs):
    found, wanted = in_a_graph(find(name), *args, **kwargs), leaves(find(name)(*args, **kwargs))
    assert len(found) == len(wanted)
    for (dtype, value), right in zip(found, wanted):
        right = np.asarray(right)
        assert value.shape == right.shape
        assert dtype == {"int8": "int32"}.get(right.dtype.name, right.dtype.name)
        assert np.allclose(value, right.astype("float32"), rtol=1e-5, atol=1e-5, equal_nan=True)


def test_every_name_of_keras_is_there_or_says_so():
    names = "exp matmul einsum scan while_loop segment_sum nanmean image linalg nn numpy"
    assert all(hasattr(ops, name) for name in names.split())
    assert ops.nn.relu is ops.relu and ops.numpy.sum is ops.sum and ops.linalg.det is ops.det
    for name in ("stft", "eig", "jvp", "polar"):
        with pytest.raises(NotImplementedError, match=f"keras.ops.{name}"):
            getattr(ops, name)
    with pytest.raises(AttributeError, match="nothing_like_this"):
        ops.nothing_like_this


def test_formulas_on_arrays():
    assert np.allclose(ops.softmax(A), np.exp(A) / np.exp(A).sum(-1, keepdims=True), atol=1e-6)
    assert np.allclose(ops.erfinv(ops.erf(A)), A, atol=1e-3)
    assert ops.where([True, False], 1, 2).tolist() == [1, 2]
    assert ops.cumprod([1, 2, 3]).tolist() == [1, 2, 6]
    assert ops.quantile([1.0, 2.0, 4.0], 0.75) == pytest.approx(3.0)
    assert ops.gcd(12, 18) == 6 and ops.lcm(4, 6) == 12
    assert ops.scatter([[0], [2], [0]], [1.0, 2.0, 3.0], (3,)).tolist() == [4, 0, 2]
    assert ops.slice_update(np.zeros(4), (1,), [5.0, 6.0]).tolist() == [0, 5, 6, 0]
    assert [list(part) for part in ops.split(np.arange(4), 2)] == [[0, 1], [2, 3]]
    assert ops.concatenate([[1], [2]]).tolist() == [1, 2]
    assert ops.conv(np.arange(4.0).reshape(1, 4, 1), np.ones((2, 1, 1)))[0, :, 0].tolist() == [1, 3, 5]
    assert ops.max_pool(np.arange(4.0).reshape(1, 4, 1), 2)[0, :, 0].tolist() == [1, 3]
    assert ops.ctc_decode([[[0.1, 0.9], [0.9, 0.1], [0.2, 0.8]]], [3])[0].tolist() == [[[1, 1, -1]]]
    assert ops.scan(lambda carry, x: (carry + x, carry), 0.0, np.arange(3.0))[1].tolist() == [0, 0, 1]
    assert ops.cond(True, lambda: 1, lambda: 2) == 1 and ops.switch(7, [lambda: 1, lambda: 2]) == 2
    assert ops.while_loop(lambda i: i < 5, lambda i: (i + 2,), (0,))[0] == 6
    assert ops.vectorize(lambda x: x + 1)(np.arange(3)).tolist() == [1, 2, 3]
    assert ops.image.resize(np.arange(4.0).reshape(2, 2, 1), (1, 1))[0, 0, 0] == pytest.approx(1.5)
    assert ops.norm([[3.0, 4.0]]) == pytest.approx(5.0) and ops.det([[2.0, 0.0], [0.0, 3.0]]) == pytest.approx(6.0)


@pytest.mark.parametrize(
    "found, dtype",
    [
        (lambda: ops.add(I, 1.5), "float32"), (lambda: ops.divide(I, 2), "float32"), (lambda: ops.sum(M), "int32"),
        (lambda: ops.mean(I), "float32"),
        (lambda: ops.add(I.astype("int8"), 3), "int8"), (lambda: ops.add(A.astype("float16"), I), "float16"),
        (lambda: ops.arange(3), "int32"),
        (lambda: ops.sin(I.astype("uint8")), "float32"), (lambda: ops.zeros((2,)), "float32"),
        (lambda: ops.exp(A.astype("float64")), "float32"),
        (lambda: ops.multiply(np.arange(3), 0.5), "float32"), (lambda: ops.argmax(A), "int32"),
        (lambda: ops.convert_to_tensor([1, 2]), "int32"),
        (lambda: ops.power(I, 2), "int32"), (lambda: ops.cast(I, "int64"), "int32"), (lambda: ops.sum(I.astype("uint8")), "uint32"),
    ],
)
def test_types_are_those_of_keras(found, dtype):
    assert found().dtype == dtype


@pytest.mark.parametrize(
    "kinds, wanted",
    [(("int32", "float32"), "float32"), (("int8", "uint8"), "int16"), (("int32", "float16"), "float16"),
    (("bfloat16", "float16"), "float32"),
     (("uint8", int), "uint8"), (("int32", float), "float32"), (("bool", "bool"), "bool"), (("int64", "bool"), "int32"), ((), "float32")],
)
def test_types_that_meet(kinds, wanted):
    assert keras.backend.result_type(*kinds) == wanted


GRADIENTS = [
    ops.arctan, ops.sinh, ops.logsumexp, ops.cumsum, ops.softmax, ops.sparse_plus, ops.arcsinh, ops.log_softmax,
    lambda w: ops.cumprod(w * 0.5 + 1.0), lambda w: ops.take(w, [2, 0, 2]), lambda w: ops.sort(w), lambda w: ops.median(w),
    lambda w: ops.scatter([[0], [1], [0]], w, (2,)), lambda w: ops.einsum("i,j->ij", w, w), lambda w: ops.norm(w),
    lambda w: ops.scan(lambda c, x: (c * 0.5 + x, c * x), ops.zeros(()), w)[0],
    lambda w: ops.cond(ops.sum(w) > 0, lambda: w * w, lambda: ops.sin(w)),
    lambda w: ops.conv(ops.reshape(w, (1, 3, 1)), np.array([1.0, 2.0]).reshape(2, 1, 1)), lambda w: ops.arctan2(w, 0.5),
    lambda w: w[::-1] ** 3 / 3.0,
    lambda w: ops.image.resize(ops.reshape(w, (3, 1, 1)), (5, 1)), lambda w: ops.segment_max(w, [0, 0, 1], 2), lambda w: ops.hypot(w, 1.0),
]


@pytest.mark.parametrize("function", GRADIENTS)
def test_gradients_are_those_of_differences(function):
    start = np.array([0.3, -0.7, 1.1], "float32")

    class Runs(layers.Layer):
        def build(self, input_shape):
            self.w = self.add_weight(shape=(3,), initializer=keras.initializers.Constant(0.0), name="w")

        def call(self, x):
            found = ops.ravel(function(self.w))
            return x * 0.0 + ops.sum(found * np.arange(1, found.shape[0] + 1, dtype="float32"))

    def value(w):
        found = np.ravel(function(w.astype("float32"))).astype("float64")
        return float((found * np.arange(1, len(found) + 1)).sum())

    model = keras.Sequential([keras.Input((1,)), Runs()])
    model.compile(keras.optimizers.SGD(1.0), lambda y_true, y_pred: ops.mean(y_pred, axis=-1))
    model.layers[0].w.assign(start)
    assert model.train_on_batch(np.zeros((1, 1)), np.zeros((1, 1))) == pytest.approx(value(start), abs=1e-4)
    share = start - model.layers[0].w.numpy()
    step = 1e-2
    wanted = [(value(start + step * e) - value(start - step * e)) / (2 * step) for e in np.eye(3)]
    assert share == pytest.approx(wanted, abs=6e-3)


def test_operators_and_indices():
    def uses(a, b, m, i):
        return [
            a // b, a % b, b**2.0, -a, abs(a), 2.0 - a, 3.0 / b, 7 % i, 7 // i, a @ ops.transpose(b), (a > 0) & m, (a > 0) | m,
            (a > 0) ^ m, ~m, i & 3, i | 4,
            a == b, a != b, a <= 0, a[1], a[-1, ::2], a[..., None, 1], a[::-1, 1:3], a[:, ::-2], a[None], a[[0, 2]], a[[0, 2], [1, 3]],
            a[:, [1, 0]],
            a[np.array([True, False, True])], a[1, [0, 3]], a[i[:, 0] % 3], a[2:0], a.reshape((4, 3)), a[:1].squeeze(0), round(a, 1),
        ]

    class Arrays(np.ndarray):
        def __round__(self, digits):
            return np.round(self, digits)

    found, wanted = in_a_graph(uses, A, np.abs(B), M, I), uses(A.view(Arrays), np.abs(B), M, I)
    for (_, value), right in zip(found, wanted, strict=True):
        assert value.shape == right.shape and np.allclose(value, right, atol=1e-5)


def test_variables_have_operators():
    v = keras.Variable([1.0, -2.0, 5.0])
    assert (v // 2).tolist() == [0, -1, 2] and (7 % v).tolist() == [0, -1, 2] and (v > 0).tolist() == [True, False, True]
    assert abs(v).tolist() == [1, 2, 5] and v[::-1].tolist() == [5, -2, 1] and (v @ [1, 1, 1]) == 4 and int(keras.Variable(3.0)) == 3


def test_symbolic_tensors():
    x = keras.Input((4,))
    places, both = ops.argmax(x, axis=-1), (x > 0) & (x < 1)
    assert (places.shape, places.dtype, both.dtype) == ((None,), "int32", "bool")
    values, ids = ops.top_k(x, 2)
    chosen = ops.cond(ops.sum(x, axis=1, keepdims=True) > 0, lambda: x, lambda: -x)
    outputs = [values + ops.cast(ids, "float32"), chosen, x[:, ::-1] // 2, x.reshape((-1, 2, 2)), ops.where(both, x, 0.0)]
    found = keras.Model(x, outputs).predict(A, verbose=0)
    order = np.argsort(-A, axis=1)[:, :2]
    assert np.allclose(found[0], np.take_along_axis(A, order, 1) + order, atol=1e-6)
    assert np.allclose(found[1], np.where(A.sum(1, keepdims=True) > 0, A, -A))
    assert np.allclose(found[2], A[:, ::-1] // 2) and found[3].shape == (3, 2, 2)
    assert np.allclose(found[4], np.where((A > 0) & (A < 1), A, 0))


def test_arithmetic_between_symbolic_tensors_is_what_files_have():
    x, n = keras.Input((4,)), keras.Input((4,), dtype="int32")
    assert (n + 1).dtype == "int32" and (n / 2).dtype == (n + x).dtype == "float32"
    model = keras.Model([x, n], ops.divide(ops.add(x, 1), ops.multiply(n, 2.0)))
    again = keras.models.model_from_json(model.to_json())
    assert np.allclose(again.predict([A, I], verbose=0), (A + 1) / (I * 2), atol=1e-6)


def test_what_a_graph_cannot_know_says_so():
    def refused(function, kind, text):
        class Runs(layers.Layer):
            def call(self, x):
                return function(x)

        with pytest.raises(kind, match=text):
            Runs()(A)

    refused(ops.unique, NotImplementedError, "keras.ops.unique")
    refused(ops.nonzero, NotImplementedError, "keras.ops.nonzero")
    refused(lambda x: ops.det(ops.matmul(x, ops.transpose(x))), NotImplementedError, "keras.ops.det")
    refused(lambda x: ops.while_loop(lambda y: ops.sum(y) < 9, lambda y: (y * 2.0,), (x,)), NotImplementedError, "maximum_iterations")
    refused(lambda x: ops.fori_loop(0, ops.sum(x), lambda i, y: y, x), NotImplementedError, "fori_loop")
    refused(lambda x: x[x > 0], TypeError, "ops.where")
    refused(lambda x: x[:7, 9], IndexError, "out of bounds")


DRAWS = {
    "normal": (lambda seed: keras.random.normal((4000,), 1.0, 2.0, seed=seed), 1.0, 2.0),
    "uniform": (lambda seed: keras.random.uniform((4000,), -1, 3, seed=seed), 1.0, 1.155),
    "randint": (lambda seed: keras.random.randint((4000,), 2, 7, seed=seed), 4.0, 1.414),
    "truncated_normal": (lambda seed: keras.random.truncated_normal((4000,), seed=seed), 0.0, 0.88),
    "categorical": (lambda seed: keras.random.categorical(np.log(np.array([[0.1, 0.2, 0.7]], "float32")), 4000, seed=seed), 1.6, 0.663),
    "gamma": (lambda seed: keras.random.gamma((4000,), 0.7, seed=seed), 0.7, 0.837),
    "beta": (lambda seed: keras.random.beta((4000,), 2.0, 3.0, seed=seed), 0.4, 0.2),
    "binomial": (lambda seed: keras.random.binomial((4000,), 10, 0.3, seed=seed), 3.0, 1.449),
    "dropout": (lambda seed: keras.random.dropout(np.ones(4000, "float32"), 0.3, seed=seed), 1.0, 0.655),
    "shuffle": (lambda seed: keras.random.shuffle(np.arange(4000) / 4000, seed=seed), 0.5, 0.2887),
}


@pytest.mark.parametrize("name", DRAWS)
def test_draws_have_their_mean_and_spread(name):
    draw, mean, spread = DRAWS[name]
    generator = keras.random.SeedGenerator(3)
    (_, drawn), (_, again), (_, fixed) = in_a_graph(lambda: (draw(generator), draw(generator), draw(5)))
    for values in (np.asarray(draw(5)), drawn):
        assert values.mean() == pytest.approx(mean, abs=0.06 * max(spread, 1)) and values.std() == pytest.approx(spread, rel=0.08)
    assert not np.array_equal(drawn, again)
    assert np.array_equal(fixed, np.asarray(draw(5), "float32"))
