"""Nonlinearities of a user's own, lent by the table that all rooms share."""

from .._core.nonlinearities import Nonlinearity as Nonlinearity
from .._core.nonlinearities import leaky_relu as leaky_relu
