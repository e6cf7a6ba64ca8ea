"""How well what was learned holds for new examples, over the whole of learning.

A student learns from noisy examples of a teacher. With white inputs the laws hold at any ratio of examples to inputs,
the load, the interpolation peak at load 1 included (`test_error` and its neighbors); with inputs of any covariance
(`spectral_risk`), and on a user's own data (`from_data`); for networks of rectified units (`random_features`,
`both_layers`) and for teachers of few modes (`low_rank_teacher`).
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
