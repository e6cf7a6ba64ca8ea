"""Tables as people have them, turned into numbers with names, or refused in one sentence.

`read_table` reads a file, `read_norms` one of the published norms; `cleaning.clean` turns any DataFrame into a
`table.Table`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
