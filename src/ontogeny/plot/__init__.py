"""Plots of records: ``plot.<noun>(record, *, ax=None, **line_style) -> Axes``. Nothing else draws.

Every function draws on the axes it is given, or on new ones in the house style; none shows a window or changes a
global setting. Theory is a solid line, simulation a thin one for each network.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
