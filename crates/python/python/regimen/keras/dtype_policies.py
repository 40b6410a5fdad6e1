"""Dtype policies by Keras's names: in which type a layer exchanges numbers, and in which it keeps its weights.

Layers compute under "float32" and "mixed_bfloat16"; losses and metrics on arrays take their values in any type.
"""

from .._keras import dtypes
from .._keras.absent import absent as _absent


class DTypePolicy:
    """A policy: `compute_dtype` and `variable_dtype` by its name."""

    def __init__(self, name=None):
        name = _now.name if name is None else name
        if not isinstance(name, str):
            raise TypeError(f"'name' must be a string, such as 'mixed_bfloat16'. Received: name={name} (of type {type(name)})")
        self._name = name
        mixed = name in ("mixed_float16", "mixed_bfloat16")
        try:
            self._compute_dtype = name[len("mixed_") :] if mixed else dtypes.standard(name)
        except ValueError:
            raise ValueError(
                f"Cannot convert '{name}' to a mixed precision DTypePolicy. Valid policies include 'mixed_float16', 'mixed_bfloat16', and "
                "the name of any float dtype such as 'float32'."
            ) from None
        self._variable_dtype = "float32" if mixed else self._compute_dtype

    @property
    def name(self):
        """Its name."""
        return self._name

    _keras_name = name

    @property
    def compute_dtype(self):
        """The type in which a layer computes and hands on."""
        return self._compute_dtype

    @property
    def variable_dtype(self):
        """The type of a layer's weights."""
        return self._variable_dtype

    @property
    def quantization_mode(self):
        """None: nothing is quantized here."""
        return None

    def get_config(self):
        """Its name."""
        return {"name": self._name}

    @classmethod
    def from_config(cls, config):
        """The policy of such a config."""
        return cls(**config)

    def __eq__(self, other):
        return isinstance(other, DTypePolicy) and self._name == other._name

    def __hash__(self):
        return hash(self._name)

    def __repr__(self):
        return f'<DTypePolicy "{self._name}">'


class FloatDTypePolicy(DTypePolicy):
    """The same under another name."""


class _Now:
    name = "float32"


_now = _Now()


def _global():
    return DTypePolicy(_now.name)


def _set_global(policy):
    name = get(policy).name
    if name not in ("float32", "mixed_bfloat16"):
        raise ValueError(f"set_dtype_policy({name!r}): layers compute under \"float32\" and \"mixed_bfloat16\" here")
    _now.name = name


def of_layer(dtype):
    """What a layer that is made now takes for its `dtype`: what it is given, else the policy of the process; None is float32."""
    return dtype if dtype is not None or _now.name == "float32" else _now.name


def get(identifier):
    """A policy by name, config, type, or as it is; None is that of the process."""
    if identifier is None:
        return _global()
    if isinstance(identifier, DTypePolicy):
        return identifier
    if isinstance(identifier, dict):
        return deserialize(identifier)
    try:
        return DTypePolicy(identifier if isinstance(identifier, str) else dtypes.standard(identifier))
    except ValueError:
        if isinstance(identifier, str):
            raise
        told = f"Expected a string or an instance of DTypePolicy. Received: dtype={identifier}"
        raise ValueError(f"Cannot interpret `dtype` argument. {told}") from None


def serialize(dtype_policy):
    """`{module, class_name, config, registered_name}`."""
    return {"module": "keras", "class_name": type(dtype_policy).__name__, "config": dtype_policy.get_config(), "registered_name": None}


def deserialize(config, custom_objects=None):
    """The policy of such a config."""
    known = {"DTypePolicy": DTypePolicy, "FloatDTypePolicy": FloatDTypePolicy, **(custom_objects or {})}
    if config.get("class_name") not in known:
        raise ValueError(f"Unknown dtype policy: {config.get('class_name')!r}; there are {list(known)} here")
    return known[config["class_name"]].from_config(config["config"])


__getattr__ = _absent("keras.dtype_policies", {
    "DTypePolicyMap": "give each layer its own `dtype`",
    **dict.fromkeys(("AWQDTypePolicy", "GPTQDTypePolicy", "Int4DTypePolicy", "QuantizedDTypePolicy", "QuantizedFloat8DTypePolicy"),
                    "nothing is quantized"),
})
