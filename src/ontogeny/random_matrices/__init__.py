"""Spectra of large random matrices, which several wings share.

`spiked` is a single signal in noise: its threshold, how much of it the first singular vectors hold.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, ["spiked"])
