"""Random goals, losses, metrics and optimizers as plain data, and targets that suit them."""

import numpy as np
from random_options import maybe, thing


def loss(name, **config):
    return thing("losses", name, **config)


def metric(name, **config):
    return thing("metrics", name, **config)


def logits(rng, name, smoothing=True, **more):
    """A crossentropy; whether it gets logits decides the last activation."""
    config = {"from_logits": rng.random() < 0.5, **more}
    return loss(name, **config, **({"label_smoothing": 0.1} if smoothing and rng.random() < 0.4 else {}))


LOSSES = [  # the goal, the loss, the last activation where the loss decides it
    ("regression", lambda rng: rng.choice(["mse", loss("MeanSquaredError")])),
    ("regression", lambda rng: loss("MeanAbsoluteError")),
    ("regression", lambda rng: loss("Huber", delta=0.4)),
    ("regression", lambda rng: rng.choice(["huber", loss("LogCosh")])),
    ("regression", lambda rng: loss("CosineSimilarity")),
    ("regression", lambda rng: loss("MeanAbsolutePercentageError")),
    ("positive", lambda rng: loss("MeanSquaredLogarithmicError")),
    ("positive", lambda rng: loss("Poisson")),
    ("signs", lambda rng: loss("Hinge")),
    ("signs", lambda rng: loss("SquaredHinge")),
    ("binary", lambda rng: logits(rng, "BinaryCrossentropy")),
    ("binary", lambda rng: rng.choice(["binary_crossentropy", loss("Dice")])),
    (
        "binary",
        lambda rng: logits(
            rng,
            "BinaryFocalCrossentropy",
            **maybe(rng, {"alpha": lambda: 0.4, "gamma": lambda: 1.5, "apply_class_balancing": lambda: True}),
        ),
    ),
    ("labels", lambda rng: logits(rng, "BinaryCrossentropy")),
    ("labels", lambda rng: loss("Tversky", alpha=0.3, beta=0.7, axis=rng.choice([None, -1]))),
    ("one_hot", lambda rng: logits(rng, "CategoricalCrossentropy")),
    ("one_hot", lambda rng: logits(rng, "CategoricalFocalCrossentropy", **maybe(rng, {"alpha": lambda: 0.4, "gamma": lambda: 1.5}))),
    ("one_hot", lambda rng: loss("CategoricalHinge")),
    ("one_hot", lambda rng: rng.choice([loss("KLDivergence"), loss("Dice", axis=-1)])),
    ("classes", lambda rng: logits(rng, "SparseCategoricalCrossentropy", False, **maybe(rng, {"ignore_class": lambda: 0}))),
    ("classes", lambda rng: logits(rng, "SparseCategoricalCrossentropy", False)),
    ("classes", lambda rng: loss("CategoricalGeneralizedCrossEntropy", q=rng.choice([0.5, 0.7]))),
    ("embeddings", lambda rng: loss("Circle", gamma=rng.choice([4.0, 16.0]), margin=0.3)),
    ("ctc", lambda rng: loss("CTC")),
    ("steps", lambda rng: rng.choice(["mse", loss("MeanAbsoluteError"), loss("LogCosh")])),
    ("step_classes", lambda rng: logits(rng, "SparseCategoricalCrossentropy", False)),
]
UNITS = {
    "regression": 2,
    "positive": 2,
    "signs": 2,
    "binary": 1,
    "labels": 3,
    "one_hot": 3,
    "classes": 3,
    "embeddings": 3,
    "ctc": 4,
    "steps": 2,
    "step_classes": 3,
}
LAST = {
    "positive": "softplus",
    "signs": "tanh",
    "binary": "sigmoid",
    "labels": "sigmoid",
    "one_hot": "softmax",
    "classes": "softmax",
    "step_classes": "softmax",
}
PER_STEP = {"ctc", "steps", "step_classes"}

REGRESSION = [
    "mae",
    "mse",
    "cosine_similarity",
    metric("MeanAbsolutePercentageError"),
    metric("RootMeanSquaredError"),
    metric("R2Score"),
    metric("LogCoshError"),
    metric("MeanAbsoluteError"),
    metric("R2Score", class_aggregation="variance_weighted_average"),
]
CORRELATIONS = [
    metric("PearsonCorrelation", axis=0),
    metric("ConcordanceCorrelation", axis=0),
]  # along rows, they have no place for weights of rows
THRESHOLDED = [
    metric("AUC"),
    metric("AUC", curve="PR", num_thresholds=50, summation_method="majoring"),
    metric("Precision"),
    metric("Recall", thresholds=0.4),
    metric("TruePositives"),
    metric("FalsePositives"),
    metric("TrueNegatives"),
    metric("FalseNegatives"),
    metric("BinaryAccuracy", threshold=0.45),
    metric("PrecisionAtRecall", recall=0.6),
    metric("RecallAtPrecision", precision=0.5),
    metric("SensitivityAtSpecificity", specificity=0.5),
    metric("SpecificityAtSensitivity", sensitivity=0.5),
]
METRICS = {
    "regression": REGRESSION,
    "steps": ["mae", metric("RootMeanSquaredError"), metric("MeanSquaredError")],
    "positive": [metric("MeanSquaredLogarithmicError"), metric("Poisson"), *REGRESSION],
    "signs": [metric("Hinge"), metric("SquaredHinge"), metric("MeanSquaredError")],
    "binary": ["accuracy", metric("BinaryCrossentropy"), metric("BinaryIoU", target_class_ids=[0, 1], threshold=0.5), *THRESHOLDED],
    "labels": [
        "accuracy",
        metric("F1Score", average="macro", threshold=0.5),
        metric("FBetaScore", average="micro", beta=2.0, threshold=0.5),
        metric("AUC", multi_label=True, num_labels=3),
        metric("Recall", class_id=1),
    ],
    "one_hot": [
        "accuracy",
        metric("CategoricalCrossentropy"),
        metric("CategoricalHinge"),
        metric("KLDivergence"),
        metric("TopKCategoricalAccuracy", k=2),
        metric("OneHotIoU", num_classes=3, target_class_ids=[0, 2]),
        metric("OneHotMeanIoU", num_classes=3),
        metric("F1Score", average="weighted"),
        metric("Precision", top_k=1),
        metric("CategoricalAccuracy"),
        metric("CosineSimilarity"),
    ],
    "classes": [
        "accuracy",
        metric("SparseCategoricalAccuracy"),
        metric("SparseTopKCategoricalAccuracy", k=2),
        metric("MeanIoU", num_classes=3, sparse_y_pred=False),
        metric("IoU", num_classes=3, target_class_ids=[1], sparse_y_pred=False),
    ],
    "embeddings": [],
    "ctc": [],
    "step_classes": ["accuracy", metric("SparseCategoricalAccuracy")],
}


def targets(rng, goal, rows, steps):
    """Targets of a goal."""
    shape = (rows, UNITS[goal])
    return {
        "regression": lambda: rng.uniform(0.2, 1, shape).astype("float32"),
        "positive": lambda: rng.uniform(0.2, 2, shape).astype("float32"),
        "signs": lambda: rng.choice([-1.0, 1.0], shape).astype("float32"),
        "binary": lambda: rng.integers(0, 2, shape).astype("float32"),
        "labels": lambda: rng.integers(0, 2, shape).astype("float32"),
        "one_hot": lambda: np.eye(3, dtype="float32")[rng.integers(0, 3, rows)],
        "classes": lambda: rng.integers(0, 3, rows).astype("int32"),
        "embeddings": lambda: rng.integers(0, 3, rows).astype("int32"),
        "ctc": lambda: rng.integers(1, 4, (rows, max(1, (steps or 2) // 2))).astype("int32"),
        "steps": lambda: rng.uniform(0.2, 1, (rows, steps, 2)).astype("float32"),
        "step_classes": lambda: rng.integers(0, 3, (rows, steps)).astype("int32"),
    }[goal]()


def schedule(rng, rate):
    return rng.choice(
        [
            thing("schedules", "ExponentialDecay", initial_learning_rate=rate, decay_steps=4, decay_rate=0.5, staircase=rng.random() < 0.5),
            thing("schedules", "InverseTimeDecay", initial_learning_rate=rate, decay_steps=4, decay_rate=0.5, staircase=rng.random() < 0.5),
            thing("schedules", "PiecewiseConstantDecay", boundaries=[3, 6], values=[rate, rate / 2, rate / 4]),
            thing(
                "schedules",
                "PolynomialDecay",
                initial_learning_rate=rate,
                decay_steps=6,
                end_learning_rate=rate / 10,
                power=rng.choice([1.0, 2.0]),
                cycle=rng.random() < 0.5,
            ),
            thing(
                "schedules", "CosineDecay", initial_learning_rate=rate / 10, decay_steps=5, alpha=0.1, warmup_target=rate, warmup_steps=3
            ),
            thing("schedules", "CosineDecayRestarts", initial_learning_rate=rate, first_decay_steps=3, t_mul=1.5, m_mul=0.8, alpha=0.1),
        ]
    )


OPTIMIZERS = [
    ("SGD", 0.05, {"momentum": lambda: 0.9, "nesterov": lambda: True}),
    ("Adam", 0.01, {"amsgrad": lambda: True, "beta_1": lambda: 0.8, "epsilon": lambda: 1e-4}),
    ("AdamW", 0.01, {"amsgrad": lambda: True}),
    ("RMSprop", 0.005, {"momentum": lambda: 0.5, "centered": lambda: True, "rho": lambda: 0.8}),
    ("Adagrad", 0.05, {"initial_accumulator_value": lambda: 0.02}),
    ("Adadelta", 0.5, {"rho": lambda: 0.9}),
    ("Adamax", 0.01, {"beta_2": lambda: 0.95}),
    ("Nadam", 0.01, {"beta_1": lambda: 0.8}),
    (
        "Ftrl",
        0.05,
        {
            "l1_regularization_strength": lambda: 0.01,
            "l2_regularization_strength": lambda: 0.01,
            "l2_shrinkage_regularization_strength": lambda: 0.01,
            "beta": lambda: 0.1,
            "learning_rate_power": lambda: -0.4,
        },
    ),
    ("Lion", 0.001, {"beta_1": lambda: 0.8}),
    ("Lamb", 0.01, {"beta_2": lambda: 0.95}),
    ("Adafactor", 0.02, {"relative_step": lambda: False, "clip_threshold": lambda: 0.5, "beta_2_decay": lambda: -0.6}),
    ("Muon", 0.01, {"nesterov": lambda: False, "ns_steps": lambda: 3, "adam_lr_ratio": lambda: 0.5, "momentum": lambda: 0.8}),
    ("ScheduleFreeAdamW", 0.01, {"warmup_steps": lambda: 4}),
    ("LossScaleOptimizer", 0.0, {"initial_scale": lambda: 1024.0, "dynamic_growth_steps": lambda: 4}),
    ("SGD", 0.02, {}),
    ("Adam", 0.005, {}),
    ("SGD", 0.05, {"momentum": lambda: 0.5}),
]


def optimizer(rng, place):
    name, rate, own = OPTIMIZERS[place % len(OPTIMIZERS)]
    config = maybe(rng, own, 0.5)
    config |= maybe(rng, {"weight_decay": lambda: 0.02}, 0.25) | rng.choice(
        [{}, {}, {"clipnorm": 0.3}, {"clipvalue": 0.05}, {"global_clipnorm": 0.4}]
    )
    config |= rng.choice(
        [
            {},
            {},
            {},
            {"use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": rng.choice([None, 3])},
            {"gradient_accumulation_steps": 2},
        ]
    )
    if name == "LossScaleOptimizer":
        return thing(
            "optimizers", name, inner_optimizer=thing("optimizers", rng.choice(["SGD", "Adam"]), learning_rate=0.01), **maybe(rng, own, 0.5)
        )
    if name == "Ftrl":
        config.pop("weight_decay", None)
    return thing("optimizers", name, learning_rate=schedule(rng, rate) if rng.random() < 0.3 else rate, **config)


def training(rng, place):
    """A goal with its loss and metrics, an optimizer, and what is weighted."""
    goal, make = LOSSES[place % len(LOSSES)]
    found = make(rng)
    config = found["config"] if isinstance(found, dict) else {}
    if config and goal not in ("ctc", "embeddings") and rng.random() < 0.2:
        config["reduction"] = rng.choice(["sum", "mean", "mean_with_sample_weight"])
    activation = None if config.get("from_logits") else LAST.get(goal)
    metrics = [] if config.get("from_logits") and goal != "one_hot" else METRICS[goal]
    metrics = ["accuracy"] * ("accuracy" in METRICS[goal]) if not metrics else rng.sample(metrics, min(2, len(metrics)))
    weighted = rng.choice(["none", "none", "rows", "classes"]) if goal not in PER_STEP | {"embeddings"} else "none"
    if weighted == "classes" and goal not in ("binary", "one_hot", "classes"):
        weighted = "rows"
    if goal == "regression" and weighted == "none":
        metrics = [*metrics, rng.choice(CORRELATIONS)]
    return {
        "goal": goal,
        "loss": found,
        "activation": activation,
        "metrics": metrics,
        "weighted": weighted,
        "optimizer": optimizer(rng, place // 2 if place % 2 else place),
        "validate": rng.random() < 0.15,
        "second": goal not in PER_STEP and rng.random() < 0.15,
        "batch": rng.choice([4, 5, 8]),
        "short": rng.random() < 0.12,
    }
