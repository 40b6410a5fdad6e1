"""The circle loss against reference embeddings: the library compares a batch with itself alone.

Sun et al. 2020, "Circle Loss: A Unified Perspective of Pair Similarity Optimization".
"""


def against(y_true, y_pred, ref_labels=None, ref_embeddings=None, remove_diagonal=True, gamma=80.0, margin=0.4):
    """A value for each row of embeddings, which are of length one."""
    from ..keras import ops

    labels = ops.reshape(ops.cast(y_true, "int32"), (-1, 1))
    others = labels if ref_labels is None else ops.reshape(ops.cast(ref_labels, "int32"), (-1, 1))
    references = y_pred if ref_embeddings is None else ops.convert_to_tensor(ref_embeddings)
    distances = ops.maximum(1.0 - ops.matmul(y_pred, ops.transpose(references)), 0.0)
    same = ops.cast(ops.equal(labels, ops.transpose(others)), "float32")
    unlike = 1.0 - same
    if remove_diagonal:
        # Row i is not compared with reference i, which is taken for itself.
        same = same * (1.0 - ops.eye(distances.shape[0], distances.shape[1]))
    near = -gamma * ops.maximum(margin + distances, 0.0) * (margin - distances)
    far = gamma * ops.maximum(1.0 + margin - distances, 0.0) * (1.0 - margin - distances)
    return ops.softplus(_log_sum(ops, near, same) + _log_sum(ops, far, unlike))


def _log_sum(ops, values, counted):
    """log Σ exp of the values that count; far below zero where none does."""
    values = ops.where(counted > 0, values, -1e30)
    return ops.logsumexp(values, axis=1)
