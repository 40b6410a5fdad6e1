"""Writes the golden numbers of real Keras (version pinned below). README.md says how to run this and what the files hold.

python tests/golden/make_golden.py [subject ...]
"""

import importlib
import os
import sys

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["COLUMNS"] = "200"  # summary() narrows its table to the terminal
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"

import jax  # noqa: E402
import keras  # noqa: E402

KERAS = "3.15.1"
SUBJECTS = [
    "layers_basic",
    "layers_spatial",
    "layers_convolution",
    "layers_reshaping",
    "layers_recurrent",
    "recurrent_family",
    "layers_norm_attention",
    "preprocessing",
    "layers_merging",
    "layers_core",
    "layers_attention",
    "layers_normalization",
    "losses",
    "losses_special",
    "metrics",
    "metrics_means",
    "metrics_scores",
    "optimizers",
    "optimizers_all",
    "functions",
    "functions_all",
    "initial",
    "initial_layers",
    "augmentation",
    "images",
    "spectrograms",
    "callbacks",
    "callback_runs",
    "models",
    "models_spatial",
    "models_layers",
    "operations",
    "freezing",
    "fits",
    "optimizer_models",
    "fits_outputs",
    "summaries",
    "adaptations",
]
# Written when they are named: the first two need tensorflow, too, the last one orbax-checkpoint.
WITH_MORE = ["host_layers", "utilities", "orbax"]


def main():
    if keras.__version__ != KERAS:
        sys.exit(f"these numbers are those of Keras {KERAS}, found {keras.__version__}: pip install keras=={KERAS}")
    jax.config.update("jax_default_matmul_precision", "highest")
    for subject in sys.argv[1:] or SUBJECTS:
        keras.utils.clear_session()
        importlib.import_module(f"making.{subject}").make()
        print("wrote", subject)


if __name__ == "__main__":
    main()
