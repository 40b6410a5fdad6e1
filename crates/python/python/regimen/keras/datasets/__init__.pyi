"""Written by crates/python/make_stubs.py."""

from . import boston_housing as boston_housing
from . import california_housing as california_housing
from . import fashion_mnist as fashion_mnist
from . import mnist as mnist
