"""What Muon does with a step before it takes it, as functions that programs call on matrices of their own."""

from .described import _Signature, entries
from .optimizer import Optimizer


class Muon(Optimizer):
    """Orthogonal steps for matrices, AdamW for the rest."""

    __module__ = "regimen.keras.optimizers"
    __signature__ = _Signature()
    _class_name = "Muon"
    _options = next(options for name, _, _, options in entries("optimizers") if name == "Muon")

    def lr_adjust(self, x):
        """A step times `rms_rate` and the root of the longer side; without `rms_rate` as it is."""
        rate = self.get_config()["rms_rate"]
        return x if rate is None else x * (max(x.shape[0], x.shape[1]) ** 0.5 * rate)

    def zeropower_via_newtonschulz5(self, x, steps):
        """The matrix near `x` whose singular values are about one, after so many steps of an iteration of fifth order."""
        from ..keras import ops

        if len(x.shape) < 2:
            raise ValueError(f"Expected gradient or momentum to have at least 2 dimensions. Received: shape={tuple(x.shape)}")
        a, b, c = (self.get_config()[name] for name in ("muon_a", "muon_b", "muon_c"))
        upright = x.shape[-2] > x.shape[-1]
        x = ops.swapaxes(x, -2, -1) if upright else x
        x = x / (ops.norm(x, axis=(-2, -1), keepdims=True) + 1e-7)
        for _ in range(steps):
            square = ops.matmul(x, ops.swapaxes(x, -2, -1))
            x = a * x + ops.matmul(b * square + c * ops.matmul(square, square), x)
        return ops.swapaxes(x, -2, -1) if upright else x
