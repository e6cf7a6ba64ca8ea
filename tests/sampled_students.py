"""Brute force for tests: sampled students, and the theory in many digits by other numerics."""

import mpmath
import numpy as np


def sampled_errors(eigenvalues, coefficients, samples, noise, times, draws, seed):
    """Mean bias, variance and train error of Gaussian samples, and their standard errors, (3, times) each.

    The answers' noise is averaged analytically.
    """
    draw = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        x = draw.normal(size=(samples, len(eigenvalues))) * np.sqrt(eigenvalues)
        _, roots, right = np.linalg.svd(x / np.sqrt(samples), full_matrices=False)
        rates = roots**2
        inside, start = right @ coefficients, coefficients
        decay = np.exp(-np.outer(times, rates))
        learned = right.T @ ((1 - decay) * inside).T
        bias = eigenvalues @ (start[:, None] - learned) ** 2
        spread = np.einsum("ki,i,ki->k", right, eigenvalues, right)
        variance = noise / samples * ((1 - decay) ** 2 / rates) @ spread
        silent = samples - rates.size
        train = decay**2 @ (rates * inside**2) + noise / samples * (np.sum(decay**2, axis=1) + silent)
        found.append([bias, variance, train])
    found = np.array(found)
    return found.mean(axis=0), found.std(axis=0) / np.sqrt(draws)


def precise_errors(eigenvalues, coefficients, samples, noise, time, nodes=40, digits=50):
    """Bias, variance and train error by a fixed Talbot contour in many digits: slow, and sure."""
    values = [mpmath.mpf(float(v)) for v in eigenvalues]
    power = [v * mpmath.mpf(float(e)) ** 2 for v, e in zip(values, coefficients, strict=True)]
    n, noise = mpmath.mpf(samples), mpmath.mpf(noise)

    def kappa_of(s):
        kappa = s + sum(values) / n
        for _ in range(400):
            value = kappa * (1 - sum(v / (v + kappa) for v in values) / n) - s
            step = -value / (1 - sum((v / (v + kappa)) ** 2 for v in values) / n)
            while mpmath.im(kappa + step) * mpmath.im(s) <= 0 and mpmath.im(s) != 0:
                step /= 2
            kappa += step
            if abs(step) < mpmath.mpf(10) ** (-digits + 5) * abs(kappa):
                return kappa
        raise AssertionError

    def talbot(t):
        points = []
        for k in range(nodes):
            theta = (2 * k + 1) * mpmath.pi / nodes - mpmath.pi
            z = nodes * (
                mpmath.mpf("0.5017") * theta * mpmath.cot(mpmath.mpf("0.6407") * theta)
                - mpmath.mpf("0.6122") + mpmath.mpc(0, "0.2645") * theta
            )  # fmt: skip
            turn = mpmath.cot(mpmath.mpf("0.6407") * theta)
            slope = nodes * (
                mpmath.mpf("0.5017") * turn
                - mpmath.mpf("0.5017") * mpmath.mpf("0.6407") * theta * (1 + turn**2)
                + mpmath.mpc(0, "0.2645")
            )
            points.append((z / t, mpmath.exp(z) * slope / (mpmath.mpc(0, 1) * nodes * t)))
        return [(s, weight, kappa_of(s)) for s, weight in points]

    with mpmath.workdps(digits):
        once, twice = talbot(mpmath.mpf(time)), talbot(2 * mpmath.mpf(time))
        train = sum(w * (sum(q / (v + k) for q, v in zip(power, values)) + noise / k) for _, w, k in twice)
        integral = [sum(w * (k - s) / s**2 for s, w, k in points) for points in (once, twice)]
        shares = [[q / (v + k) for q, v in zip(power, values)] for _, _, k in once]
        bias = mpmath.mpf(0)
        for i, (s1, w1, k1) in enumerate(once):
            for j, (s2, w2, k2) in enumerate(once):
                if i == j:
                    slope = 1 / (1 - sum((v / (v + k1)) ** 2 for v in values) / n)
                else:
                    slope = (k1 - k2) / (s1 - s2)
                kernel = sum(q / (v + k2) for q, v in zip(shares[i], values))
                bias += w1 * w2 * slope * k1 * k2 / (s1 * s2) * kernel
        return tuple(float(mpmath.re(x)) for x in (bias, noise * (2 * integral[0] - integral[1]), train))
