"""Python twins of the functions of the page's kernel: how they are registered, and numbers they draw."""

import numpy as np

TWINS = {}


def twin(name, call):
    """Register a Python twin: `call` is the JavaScript that takes the arguments `a`; the function draws them."""

    def remember(function):
        TWINS[name] = (call, function)
        return function

    return remember


def log(draw, low, high):
    """A number of which the logarithm is uniform."""
    return float(np.exp(draw.uniform(np.log(low), np.log(high))))
