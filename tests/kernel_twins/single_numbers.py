"""Twins of functions of one number after the other."""

import numpy as np
import scipy.special

from kernel_twins.registry import log, twin
from ontogeny._core import special, stable


@twin("stable.product", "ontogeny.stable.product(...a)")
def _product(draw):
    x, y = (float(draw.choice([0.0, log(draw, 1e-5, 1e5), -2.5])) for _ in range(2))
    return [x, y], stable.product(np, np.array(x), np.array(y))


@twin("stable.relaxationIntegral", "ontogeny.stable.relaxationIntegral(...a)")
def _relaxation(draw):
    rate, time = draw.choice([-1, 1]) * log(draw, 1e-8, 10), log(draw, 1e-3, 20)
    return [rate, time], stable.relaxation_integral(rate, time)


@twin("stable.log1pRatio", "ontogeny.stable.log1pRatio(...a)")
def _log1p(draw):
    rate, growth = log(draw, 1e-8, 10), log(draw, 1e-3, 20)
    return [rate, growth], stable.log1p_ratio(rate, growth)


@twin("stable.logisticGrowth", "ontogeny.stable.logisticGrowth(...a)")
def _logistic(draw):
    given = [log(draw, 1e-2, 1e3), float(draw.normal()), log(draw, 1e-6, 5), log(draw, 0.1, 5)]
    return given, stable.logistic_growth(*given)


@twin("special.digamma", "ontogeny.special.digamma(...a)")
def _digamma(draw):
    x = log(draw, 1e-2, 50)
    return [x], scipy.special.digamma(x)


@twin("special.betaIntegral", "ontogeny.special.betaIntegral(...a)")
def _beta(draw):
    x, power = draw.uniform(0, 0.999), draw.uniform(0.1, 4)
    return [x, power], special.beta_integral(x, power)


@twin("special.meanPower", "ontogeny.special.meanPower(...a)")
def _mean_power(draw):
    given = [float(draw.normal() * 8), draw.uniform(1e-3, 1), draw.uniform(-1, 1)]
    return given, special.mean_power(*given)


@twin("special.wrightOmega", "ontogeny.special.wrightOmega(...a)")
def _omega(draw):
    z = float(draw.normal() * 100)
    return [z], scipy.special.wrightomega(z)


@twin("special.scaledBessel", "ontogeny.special.scaledBessel(...a)")
def _bessel(draw):
    x, order = log(draw, 1e-6, 1e6), int(draw.integers(2))
    return [x, order], special.scaled_bessel(x, order)


@twin("special.scaledBesselRatio", "ontogeny.special.scaledBesselRatio(...a)")
def _bessel_ratio(draw):
    x = log(draw, 1e-6, 1e6)
    return [x], special.scaled_bessel_ratio(x)


@twin("special.errorComplement", "ontogeny.special.errorComplement(...a)")
def _erfc(draw):
    x = float(draw.normal() * 3)
    return [x], scipy.special.erfc(x)


@twin("special.normalCdf", "ontogeny.special.normalCdf(...a)")
def _normal(draw):
    x = float(draw.normal() * 3)
    return [x], special.normal_cdf(x)
