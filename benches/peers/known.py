"""What there is: the workloads as every peer trains them, and the peers. Needs nothing but Python, so `compare` reads it too."""

from dataclasses import dataclass

CLASSES, BINARY, SQUARED = "sparse_categorical_crossentropy", "binary_crossentropy", "mean_squared_error"


@dataclass(frozen=True)
class Workload:
    """Rows of a batch, Keras's name of the loss, and the optimizer with its learning rate."""

    batch: int
    loss: str
    optimizer: str = "adam"
    rate: float = 0.001


WORKLOADS = {
    "conv1d": Workload(50, CLASSES),
    "mlp5": Workload(128, CLASSES, "sgd", 0.01),  # momentum 0.9, Nesterov's
    "lstm": Workload(32, BINARY),
    "mlp2": Workload(200, BINARY, "adam", 0.01),
    "mlpreg": Workload(32, SQUARED),
    "cnn": Workload(128, CLASSES),
    "transformer": Workload(32, CLASSES),
}
DENSE = ("mlp2", "mlpreg", "mlp5")


@dataclass(frozen=True)
class Peer:
    """The file here that trains it, the modules it imports, what it can train, and what of that `compare` runs."""

    file: str
    needs: tuple
    can: tuple
    compared: tuple


def peer(file, needs, can=tuple(WORKLOADS), compared=None):
    return Peer(file, needs, can, can if compared is None else compared)


PEERS = {
    "keras-tensorflow": peer("keras_peer", ("keras", "tensorflow")),
    "keras-jax": peer("keras_peer", ("keras", "jax")),
    # It runs eagerly, several times slower than the others: compared where that takes seconds.
    "keras-torch": peer("keras_peer", ("keras", "torch"), tuple(w for w in WORKLOADS if w != "transformer"), DENSE),
    "torch": peer("torch_peer", ("torch",)),
    "torch-compile": peer("torch_peer", ("torch",), compared=("cnn", "transformer")),
    "torch-sparse": peer("torch_peer", ("torch",), ("conv1d",)),
    "jax-scan": peer("jax_peer", ("jax",), (*DENSE, "lstm", "conv1d")),
    "sklearn": peer("sklearn_peer", ("sklearn",), DENSE),
}
