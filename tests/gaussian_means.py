"""Averages over Gaussian sums with many digits: the judge of those that are computed."""

import mpmath

MANY_DIGITS = {
    "linear": (lambda h: h, lambda h: mpmath.mpf(1)),
    "tanh": (mpmath.tanh, lambda h: mpmath.sech(h) ** 2),
    "erf": (mpmath.erf, lambda h: 2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-h * h)),
    "sigmoid": (lambda h: 1 / (1 + mpmath.exp(-h)), lambda h: mpmath.sech(h / 2) ** 2 / 4),
    "relu": (lambda h: max(h, mpmath.mpf(0)), lambda h: mpmath.mpf(h > 0)),
    "leaky_relu": (lambda h: h if h > 0 else h / 100, lambda h: mpmath.mpf(1) if h > 0 else mpmath.mpf(1) / 100),
    "hard_tanh": (lambda h: max(-1, min(1, h)), lambda h: mpmath.mpf(abs(h) < 1)),
    "gelu": (lambda h: h * mpmath.ncdf(h), lambda h: mpmath.ncdf(h) + h * mpmath.npdf(h)),
    "silu": (
        lambda h: h / (1 + mpmath.exp(-h)),
        lambda h: 1 / (1 + mpmath.exp(-h)) + h * mpmath.sech(h / 2) ** 2 / 4,
    ),
}


def mean(function, variance):
    """Average over a Gaussian sum, with 25 digits."""
    with mpmath.workdps(25):
        root = mpmath.sqrt(variance)
        corners = [mpmath.mpf(place) for place in (-30, -8, -4, -2, -1, 0, 1, 2, 4, 8, 30)]
        ends = [-14 * root, *(corner for corner in corners if abs(corner) < 14 * root), 14 * root]
        return mpmath.quad(lambda h: function(h) * mpmath.npdf(h / root) / root, ends)
