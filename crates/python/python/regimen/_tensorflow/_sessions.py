"""What programs of TensorFlow 1 set up before they use Keras: sessions and their options, the seed, what is logged."""

import logging as _logs
import types as _types

from .._keras import configs, naming


class _Options:
    """Options of a session: kept as they are given; a note says that they have no effect."""

    def __init__(self, **kwargs):
        configs.tell(f"tf.{type(self).__name__}: there are no sessions of TensorFlow here; its options have no effect")
        self.__dict__.update(kwargs)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        inner = _types.SimpleNamespace()
        self.__dict__[name] = inner
        return inner


class ConfigProto(_Options):
    """Options of a session."""


class GPUOptions(_Options):
    """Options of a session about graphics processors."""


class Session:
    """Something to give to `K.set_session`; it runs nothing."""

    def __init__(self, target="", graph=None, config=None):
        if target or graph is not None:
            raise NotImplementedError("tf.Session(target=..., graph=...): there are no graphs of TensorFlow here")
        self.config = config

    def run(self, *args, **kwargs):
        """There is nothing to run."""
        raise NotImplementedError("tf.Session.run: there are no graphs of TensorFlow here; predict, K.function and get_weights give values")

    def close(self):
        """Nothing is open."""

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        return False


def set_random_seed(seed):
    """`tf.random.set_seed`, as TensorFlow 1 had it."""
    naming.set_seed(seed)


def reset_default_graph():
    """Counts the names of layers anew."""
    naming.clear()


def get_logger():
    """The logger of this name."""
    return _logs.getLogger("tensorflow")


logging = _types.SimpleNamespace(
    DEBUG=10, INFO=20, WARN=30, ERROR=40, FATAL=50, set_verbosity=lambda level: get_logger().setLevel(level),
    **{name: getattr(get_logger(), name) for name in ("debug", "info", "warning", "error")},
)
