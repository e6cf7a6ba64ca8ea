"""One mode, scalars only: the course of one singular mode of the world in a network that learns it.

`shallow` one weight matrix; `balanced` two weight matrices of equal strength; `deep` any number of them;
`discrete` steps of finite size instead of a flow. Every law has a course (`mode_strength`), a velocity
(`mode_velocity`) and, where it is known, a clock (`time_to_strength`).
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, ["balanced", "deep", "discrete", "shallow"])
