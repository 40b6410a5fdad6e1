"""Architectures of keras.applications: not there yet."""


def __getattr__(name):
    if name.startswith("_"):
        raise AttributeError(name)
    raise NotImplementedError(
        f"keras.applications.{name} is not there yet: save it with Keras (weights=None) and open it with keras.models.load_model"
    )
