"""scikit-learn's MLPClassifier and MLPRegressor, one `fit` of one epoch after another, each going on from the last (warm_start).

Not like for like:
- It has no dropout and no max-norm: mlp5 trains without.
- Each `fit` makes its optimizer anew, so moments and momentum begin at zero in every epoch.
- mlp5 trains at a learning rate of 0.001, the others at 0.01.
- It adds an L2 penalty of 1e-4 to the loss.
- MLPRegressor has no ReLU at its output, and its loss is half the squared error: the loss of mlpreg is of another kind, so that
  `compare` finds it of equal quality whatever it learned.
"""

import time
import warnings

from sklearn.neural_network import MLPClassifier, MLPRegressor

from job import Run

HIDDEN = {"mlp2": (16, 16), "mlp5": (64, 32, 32, 16), "mlpreg": (64,)}


def train(job):
    warnings.simplefilter("ignore")  # of an epoch that did not converge
    kind = MLPRegressor if job.workload == "mlpreg" else MLPClassifier
    model = kind(
        hidden_layer_sizes=HIDDEN[job.workload],
        batch_size=job.batch,
        max_iter=1,
        warm_start=True,
        random_state=job.seed,
        learning_rate_init=0.01 if job.workload == "mlp2" else 0.001,
        **({"solver": "sgd", "momentum": 0.9} if job.workload == "mlp5" else {}),
    )
    seconds = []
    for _ in range(job.epochs):
        began = time.perf_counter()
        model.fit(job.x, job.y)
        seconds.append(time.perf_counter() - began)
    return Run(seconds, model.loss_)
