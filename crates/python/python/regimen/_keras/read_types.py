"""Types of layers in configs that are read: those that no layer computes in here become what stands for them, as where files are read."""

from . import configs

_TODAY = {"bfloat16": "mixed_bfloat16", "float16": "float32", "float64": "float32"}
_NOT_LAYERS = ("Cast", "__numpy__", "__tensor__")


def today(value):
    """A config with such types in the place of its layers'."""
    if isinstance(value, list):
        return [today(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: today(item) for key, item in value.items()}
    inner = found.get("config")
    if isinstance(inner, dict) and "dtype" in inner and _is_layer(value):
        found["config"] = {**inner, "dtype": _policy(inner["dtype"], value["class_name"] == "InputLayer")}
    return found


def _is_layer(entry):
    operation = str(entry.get("module")).startswith("keras.src.ops.")
    return not operation and entry.get("class_name") not in (None, *_NOT_LAYERS)


def _policy(dtype, is_input):
    name = dtype.get("config", {}).get("name") if isinstance(dtype, dict) else dtype
    if is_input or not isinstance(name, str) or name not in _TODAY:
        return dtype
    if _TODAY[name] == "float32":
        configs.tell(f"layers of {name} compute in float32 here; results differ in their last places")
    return _TODAY[name]
