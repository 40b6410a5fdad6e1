"""A penalty that a functional model adds to what training minimizes: `model.add_loss(tensor)`."""

from . import naming
from .nested import HOLE
from .registered import register_keras_serializable
from .tensors import tensors_in
from .written_layer import WrittenLayer


@register_keras_serializable("regimen")
class AddedLoss(WrittenLayer):
    """Hands on its first input; the mean of the second is a penalty."""

    def _infer(self, args, kwargs):
        # A penalty may be a single number, which is no shape that an input has.
        self.built, first = True, args[0]
        self._structures.append((args, kwargs))
        self.__dict__.update(_output_structure=HOLE, _output_dtypes=[first.dtype])
        return [tuple(first.shape)]

    def call(self, outputs, penalty):
        """The first input."""
        from ..keras import ops

        self.add_loss(ops.mean(penalty))
        return outputs


def with_loss(output, penalty):
    """An output of a model, behind which the penalty is added."""
    if len(tensors_in(penalty)) != 1:
        raise ValueError(f"add_loss() of a functional model takes one symbolic tensor that follows from its inputs, found {penalty!r}")
    return AddedLoss(name=naming.unique("add_loss"))(output, penalty)
