"""Tables as people have them, turned into numbers with names, or refused in one sentence.

`files.read_table` reads a file, `cleaning.clean` turns any DataFrame into a `table.Table`.
"""
