r"""Learning curves under JAX, at any real depth, for sampling: differentiable in half-time, start and depth.

In z = logit q the curve has the clock :math:`T(z) = \int q^{2/D - 1}\,dz`, the same for all learners. It is summed by
Simpson's rule on even steps, and inverted by cubic Hermite interpolation, whose slopes are known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import jax

LOW, HIGH, NODES = -24.0, 28.0, 256  # of z: shares before learning down to exp(-24)


def share_of_end(t: Any, log_half: Any, start: Any, depth: Any) -> jax.Array:
    """Share of what is learned in the end.

    Parameters
    ----------
    t, log_half, start : array, shape (...)
        Times, logarithms of half-times, logits of initial fractions.
    depth : float or traced scalar
        Number of layers.
    """
    import jax.numpy as jnp
    from jax.nn import sigmoid

    if isinstance(depth, float) and depth == 2:
        return sigmoid(start * (1 - t / jnp.exp(log_half)))
    power = 2 / depth - 1
    z = jnp.linspace(LOW, HIGH, NODES)
    step = (HIGH - LOW) / (NODES - 1)
    at, between = sigmoid(z) ** power, sigmoid(z[:-1] + step / 2) ** power
    clock = jnp.concatenate([jnp.zeros(1), jnp.cumsum(step / 6 * (at[:-1] + 4 * between + at[1:]))])
    begun, half = (_hermite(where, z, clock, at) for where in (start, jnp.zeros(())))
    passed = begun + (half - begun) * t / jnp.exp(log_half)
    return sigmoid(_hermite(jnp.minimum(passed, clock[-1]), clock, z, 1 / at))


def _hermite(x: Any, nodes: Any, values: Any, slopes: Any) -> jax.Array:
    """Cubic Hermite interpolation."""
    import jax.numpy as jnp

    place = jnp.clip(jnp.searchsorted(nodes, x) - 1, 0, NODES - 2)
    low, width = nodes[place], nodes[place + 1] - nodes[place]
    s = (x - low) / width
    first = (1 + 2 * s) * (1 - s) ** 2 * values[place] + s**2 * (3 - 2 * s) * values[place + 1]
    return first + width * s * (1 - s) * ((1 - s) * slopes[place] - s * slopes[place + 1])


def power_law(t: Any, log_scale: Any, start: Any, third: Any) -> jax.Array:
    """The power law of practice, as `shapes.power_law`."""
    import jax.numpy as jnp
    from jax.nn import sigmoid

    return 1 - sigmoid(-start) * jnp.exp(-jnp.exp(third) * jnp.log1p(t / jnp.exp(log_scale)))


def weibull(t: Any, log_scale: Any, start: Any, third: Any) -> jax.Array:
    """Weibull curves, as `shapes.weibull`."""
    import jax.numpy as jnp
    from jax.nn import sigmoid

    safe = jnp.where(t > 0, t, 1.0)
    hazard = jnp.where(t > 0, jnp.log(2.0) * jnp.exp(jnp.exp(third) * (jnp.log(safe) - log_scale)), 0.0)
    return 1 - sigmoid(-start) * jnp.exp(-hazard)


def logit(share: np.ndarray) -> np.ndarray:
    """Logits within the reach of the table."""
    return np.clip(np.log(share) - np.log1p(-share), LOW / 2, -0.05)
