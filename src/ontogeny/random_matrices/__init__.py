"""Spectra of large random matrices (random matrix theory).

`marchenko_pastur` is the law of the sample covariance: density, moments, transforms. `quadrature` averages over it,
for every ratio of samples to inputs, including exactly 1. `spiked` is a single signal in noise: its threshold, and its
overlap with the first singular vectors. Products of random matrices have laws of their own, for singular values
(`product_singular_value_cdf`) and eigenvalues (`product_eigenvalue_radius_cdf`).
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
