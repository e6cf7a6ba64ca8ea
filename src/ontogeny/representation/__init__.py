"""How a network represents its items: similarities and distances between them, in any layer, over learning."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "agreement": ["similarity"],
        "layers": ["Layer", "activity", "layer_of"],
        "similarities": ["gram", "rdm"],
    },
)
