"""Norms that people own, each in the layout in which it is published, as tables of items and features.

`formats.read_norms` is the door. A module for each family knows its layout: `lists` (a line for every pair of concept
and feature), `matrices` (exemplars against features), `attributes` (a folder of matrix and names), `orange` (three
header rows), `things` (items against categories), `wordbank` (words against months). `sheet` cuts the text into cells
and turns cells into numbers; what cannot be is refused there in one sentence, with its line.
"""
