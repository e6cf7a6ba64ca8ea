"""Small made-up norms in the layout of each format; nothing in them is anybody's data."""

from __future__ import annotations

from pathlib import Path


def lines(*rows: str) -> str:
    """Rows of cells, separated by blanks here and by tabs in the file; an underscore stays."""
    return "".join("\t".join(row.split(" ")) + "\n" for row in rows)


MCRAE = lines(
    "Concept Feature WB_Label BR_Label Prod_Freq Rank_PF KF",
    "newt has_gills part visual-form_and_surface 12 2 0",
    "newt is_an_amphibian superordinate taxonomic 21 1 0",
    "kayak used_on_water function function 17 1 3",
    "kayak has_a_paddle part visual-form_and_surface 9 2 3",
    "raft used_on_water function function 15 1 4",
)
CSLB_LIST = (
    "concept\tfeature type\tfeature\tpf\n"
    "newt\ttaxonomic\tis_an_amphibian\t11\n"
    "newt\tvisual perceptual\thas_gills\t4\n"
    "kayak\tfunctional\tis_used_on_water\t14\n"
    "raft\tfunctional\tis_used_on_water\t13\n"
)
CSLB_MATRIX = lines("Vectors has_gills is_used_on_water", "newt 4 0", "kayak 0 14", "raft 0 13")
LEUVEN = "\n".join((
    '"kenmerk"\t"newt"\t"kayak"\t"vlot"',
    '"heeft kieuwen"\t3\t0\t0',
    '"drijft op water"\t1\t4\t4',
    '"is glad, nat"\t4\t1\t0',
    "",
))  # fmt: skip
ORANGE = (
    "name\tfur\tlegs\tsize\tdiet\tremark\tkind\n"
    "string\tno yes\td\tcontinuous\tmeat grass\tstring\tdiscrete\n"
    "meta\t\t\t\t\tmeta\tclass\n"
    "yak\tyes\t4\t1.6\tgrass\tlarge\tmammal\n"
    "newt\tno\t4\t?\tmeat\t\tamphibian\n"
    "shrew\tyes\t4\t.1\tmeat\tsmall\tmammal\n"
    "tern\tno\t2\t.4\tmeat\t\tbird\n"
)
THINGS = (
    "Word\tuniqueID\tanimal\tsports equipment\ttool\n"
    "bat\tbat1\t1\t0\t0\n"
    "bat\tbat2\t0\t1\t0\n"
    "oar\toar\t0\t1\t1\n"
    "\t\t1\t2\t1\n"
)
WORDBANK = (
    '"item_id","definition","category","16","17","18"\n'
    '"item_1","splash","action_words",0.1,0.25,0.5\n'
    '"item_2","swing","action_words",0,0.1,NA\n'
    '"item_3","swing","outside",0.05,0.2,0.45\n'
)


def awa_folder(
    folder: Path,
    matrix: str = " 1 0  1\n 0 1  0\n",
    classes: str = "    1\tsea+otter\n    2\tyak\n",
    predicates: str = "    1\tswims\n    2\tgrazes\n    3\teats+fish\n",
    name: str = "predicate-matrix-binary.txt",
) -> Path:
    """A folder of Animals with Attributes."""
    for file, text in ((name, matrix), ("classes.txt", classes), ("predicates.txt", predicates)):
        (folder / file).write_text(text)
    return folder
