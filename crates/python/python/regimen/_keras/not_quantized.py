"""Quantization of layers: there is none, and what asks for it is told so."""

_NOTHING = ' Nothing is quantized here; layers compute under "float32" and "mixed_bfloat16"'


class NotQuantized:
    """The part of a layer that raises NotImplementedError where it is to be quantized."""

    def quantize(self, mode=None, type_check=True, config=None):
        """Raises: layers compute with the numbers they have."""
        raise self._without("quantize", _NOTHING)

    def quantized_build(self, input_shape, mode):
        """Raises: there are no quantized weights."""
        raise self._without("quantized_build", _NOTHING)

    def _without(self, method, why=""):
        return NotImplementedError(f"Layer {type(self).__name__} does not have a `{method}` method implemented.{why}")
