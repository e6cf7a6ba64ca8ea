"""How signals and gradients pass deep random networks, and which first weights let them.

In wide networks the variance of the sums and the correlation of two inputs follow maps from layer to layer
(`mean_field`, `phase_diagram`), on whose critical line gradients neither vanish nor explode (`recommended`). How far
all singular values of the Jacobian stay near 1 is measured in a network and predicted (`jacobian_spectrum`,
`jacobian_moments`). `diagnose` follows signals and gradients through any network that runs.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
