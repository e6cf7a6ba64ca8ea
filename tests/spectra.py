"""Averages over the Marchenko-Pastur law with many digits, for the tests of every room that uses it."""

import functools

import mpmath

DIGITS = 22


@functools.cache
def exact_averages(load, time):
    """The averages of gradient flow by mpmath, with the slowest decay taken out of the integrand."""
    with mpmath.workdps(DIGITS):
        a, t = mpmath.mpf(load), mpmath.mpf(time)
        root = mpmath.sqrt(a)
        gap, atom = (1 - root) ** 2, max(mpmath.mpf(0), 1 - a)

        def left(s):  # bulk mean of exp(-l s)
            return integral(lambda x, w: w / (gap + x) * mpmath.exp(-x * s), s) * mpmath.exp(-gap * s)

        def noise(x, w):
            return w * (mpmath.expm1(-(gap + x) * t) / (gap + x)) ** 2

        def integral(f, s):
            at = [mpmath.pi / 2]
            for scale in (1 / mpmath.sqrt(8 * root * s + 1), abs(1 - root) / 2):
                at += [scale * k for k in (0.1, 1, 3, 8, 20) if 0 < scale * k < mpmath.pi / 2]
            weight = lambda p: 4 * a / mpmath.pi * mpmath.sin(2 * p) ** 2  # noqa: E731
            points = [mpmath.mpf(0), *sorted(set(at))]
            return mpmath.quad(lambda p: f(4 * root * mpmath.sin(p) ** 2, weight(p)), points)

        bulk, half = left(2 * t), left(t)
        x = 4 * root * t
        loss = root * mpmath.exp(-gap * 2 * t) * mpmath.besseli(1, x) * mpmath.exp(-x) / (2 * t)
        values = {
            "kept": atom + bulk,
            "bulk_kept": bulk,
            "learned": 1 - atom - half,
            "learned_squared": integral(lambda x, w: (gap + x) * noise(x, w), t),
            "amplified": integral(noise, t),
            "loss": loss,
        }
        return {name: float(value) for name, value in values.items()}
