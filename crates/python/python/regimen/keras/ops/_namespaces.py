"""What modules give to the places where Keras has their functions, and what Keras has beside it."""

from ..._keras.absent import absent

# Names of keras.ops that are not there.
MISSING = ("eig", "fft", "fft2", "ifft2", "irfft", "istft", "jvp", "lu_factor", "polar", "rfft", "stft", "view_as_complex", "view_as_real")


def public(*modules):
    """The functions of modules, by name."""
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    }


def functions(*places):
    """The functions that such places have, by name."""
    return {
        name: value
        for place in places
        for name, value in vars(place).items()
        if getattr(value, "__module__", "").startswith(__package__) and getattr(value, "__module__", "") != __name__
    }


def missing(place, names):
    """A module's `__getattr__`, which tells what Keras has and this package does not."""
    text = "there are no complex numbers, Fourier transforms, LU factors and derivatives inside of functions yet"
    return absent(place, dict.fromkeys(names, text))
