"""Cross entropies of `K`: a value for each element or row, no mean. In Keras 1 the outputs came before the targets."""

from ..._keras import dialect
from .. import ops

_LEAST = 1e-07


def _ordered(target, output):
    return (output, target) if dialect.before(2) else (target, output)


def binary_crossentropy(target, output, from_logits=False):
    """Of probabilities, element by element."""
    target, output = _ordered(target, output)
    if from_logits:
        return ops.maximum(output, 0.0) - output * target + ops.log1p(ops.exp(-ops.abs(output)))
    output = ops.clip(output, _LEAST, 1.0 - _LEAST)
    return -(target * ops.log(output) + (1.0 - target) * ops.log(1.0 - output))


def categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """Of probabilities of classes and rows with a single one."""
    target, output = _ordered(target, output)
    if from_logits:
        return -ops.sum(target * ops.log_softmax(output, axis=axis), axis=axis)
    output = ops.clip(output / ops.sum(output, axis=axis, keepdims=True), _LEAST, 1.0 - _LEAST)
    return -ops.sum(target * ops.log(output), axis=axis)


def sparse_categorical_crossentropy(target, output, from_logits=False, axis=-1, ignore_class=None):
    """Of probabilities of classes and whole numbers."""
    target, output = _ordered(target, output)
    if axis not in (-1, len(output.shape) - 1):
        raise NotImplementedError(f"K.sparse_categorical_crossentropy(axis={axis}): classes are the last axis here")
    logits = output if from_logits else ops.log(ops.clip(output, _LEAST, 1.0 - _LEAST))
    target = ops.cast(target, "int32")
    if len(target.shape) == len(output.shape):
        target = ops.squeeze(target, -1)
    found = -ops.sum(ops.one_hot(target, output.shape[-1]) * ops.log_softmax(logits, axis=-1), axis=-1)
    return found if ignore_class is None else ops.where(target == ignore_class, 0.0, found)


def in_top_k(predictions, targets, k):
    """Whether the target's prediction is among the k largest of its row."""
    mine = ops.sum(predictions * ops.one_hot(targets, predictions.shape[-1]), axis=-1, keepdims=True)
    return ops.sum(ops.cast(predictions > mine, "int32"), axis=-1) < k


def ctc_batch_cost(y_true, y_pred, input_length, label_length):
    """The CTC loss of each row, from probabilities, whose last class is the blank."""
    lengths = [ops.cast(ops.reshape(x, (-1,)), "int32") for x in (label_length, input_length)]
    blank = y_pred.shape[-1] - 1
    return ops.expand_dims(ops.ctc_loss(ops.cast(y_true, "int32"), ops.log(y_pred + _LEAST), *lengths, mask_index=blank), 1)


def ctc_decode(y_pred, input_length, greedy=True, beam_width=100, top_paths=1):
    """The likeliest labels of probabilities, whose last class is the blank, as a list, and how unlikely these are (a logarithm); those of
    a beam search with how likely they are."""
    lengths = ops.cast(ops.reshape(input_length, (-1,)), "int32")
    how = {"strategy": "greedy"} if greedy else {"strategy": "beam_search", "beam_width": beam_width, "top_paths": top_paths}
    found, scores = ops.ctc_decode(ops.log(y_pred + _LEAST), lengths, mask_index=y_pred.shape[-1] - 1, **how)
    return [found[i] for i in range(found.shape[0])], scores
