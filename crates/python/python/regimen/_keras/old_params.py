"""What callbacks were told of a training until Keras 2: `params` with counts and names, and the rows of validation."""

from . import dialect, row_weights


def of_fit(runner, params, samples, batch_size, val_rows):
    """`params` of a training; `samples` are its rows, None where they come in batches."""
    if not dialect.before(3):
        return params
    names = runner.log_names()
    told = {**params, "metrics": [*names, *(f"val_{name}" for name in names if val_rows)], "do_validation": val_rows > 0}
    if samples is not None:
        told.update(batch_size=batch_size, samples=samples)
    if dialect.before(2):
        told["nb_epoch"] = params["epochs"]
        if samples is not None:
            told["nb_sample"] = samples
    return told


def validation_data(rows):
    """Inputs, targets, and a weight of each row for each target, in one list; None in today's Keras, and without validation."""
    if rows is None or not dialect.before(3):
        return None
    inputs, targets, weights = rows
    return [*inputs, *targets, *row_weights.for_each(weights, targets)]
