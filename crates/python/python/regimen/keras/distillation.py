"""Distillation: nothing of it is there."""

from .._keras.absent import absent

__getattr__ = absent("keras.distillation", dict.fromkeys(
    ("DistillationLoss", "Distiller", "FeatureDistillation", "LogitsDistillation"),
    "train the student on what `teacher.predict` gives, beside its own targets (a model with two outputs and two losses)"))
