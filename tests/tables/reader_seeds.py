"""Small files in every format that the readers know, for fuzzing; nothing in them is anybody's data."""

from __future__ import annotations

import gzip
import io
import zipfile
from importlib.util import find_spec

import pandas as pd
from norm_makers import CSLB_LIST, CSLB_MATRIX, LEUVEN, MCRAE, ORANGE, THINGS, WORDBANK

CSV = "animal,wings,gills,legs\nrobin,1,0,2\ntrout,0,1,0\nworm,0,0,0\n"
TEXTS = {
    "table.csv": CSV.encode(),
    "table.tsv": CSV.replace(",", "\t").encode(),
    "decimal_comma.csv": "nom;taille;poids\népée;1,5;2\nüber;0,5;3\nœuf;7,25;0\n".encode("cp1252"),
    "utf16.txt": CSV.encode("utf-16"),
    "marked.csv": b"\xef\xbb\xbfsep=;\n" + CSV.replace(",", ";").encode(),
    "total.csv": f"{CSV}total,1,1,2\n".encode(),
    "percent.csv": b'animal,wings,size\nrobin,5%,"1,200"\ntrout,10%,"3,400"\nworm,999,n/a\n',
    "mcrae.txt": MCRAE.encode(),
    "cslb.txt": CSLB_LIST.encode(),
    "cslb_matrix.txt": CSLB_MATRIX.encode(),
    "leuven.txt": LEUVEN.encode(),
    "orange.tab": ORANGE.encode(),
    "things.tsv": THINGS.encode(),
    "wordbank.csv": WORDBANK.encode(),
    "long.csv": b"item,feature,value\nrobin,wings,1\nrobin,gills,0\ntrout,wings,0\ntrout,gills,1\n",
    "similarity.csv": b",robin,trout,worm\nrobin,1,.5,.2\ntrout,.5,1,.3\nworm,.2,.3,1\n",
    "ages.csv": b"Concept,AoA,SUBTLEX\nRobin,24.5,3.1\ntrout,40,2.2\nworm,22,2.9\noak,NA,1\n",
    "pairs.csv": b"word 1,word 2,similarity\nrobin,trout,2.5\nrobin,worm,1\ntrout,worm,3\n",
    "labels.csv": b"item,kingdom,class\nrobin,animal,bird\ntrout,animal,fish\noak,plant,\n",
    "predicate-matrix-binary.txt": b" 1 0  1\n 0 1  0\n",  # needs the lists of `BESIDE`
    "tree.nwk": b"((robin:1,'canary':1.5)bird:2,[comment]salmon:3)animal;",
}
# Animals with Attributes are three files; the matrix is damaged, its lists are not.
BESIDE = {
    "classes.txt": b"    1\tsea+otter\n    2\tyak\n",
    "predicates.txt": b"    1\tswims\n    2\tgrazes\n    3\teats+fish\n",
}


def _excel(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_excel(buffer, index=False)
    return buffer.getvalue()


def _zipped(text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("table.csv", text)
    return buffer.getvalue()


def seeds() -> dict[str, bytes]:
    """Contents by file name: the texts, archives, and what the installed packages can make (Excel, Parquet)."""
    frame = pd.read_csv(io.StringIO(CSV))
    made = {**TEXTS, "table.zip": _zipped(CSV), "table.csv.gz": gzip.compress(CSV.encode(), mtime=0)}
    if find_spec("openpyxl"):
        made["table.xlsx"] = _excel(frame)
    if find_spec("pyarrow"):
        made["table.parquet"] = frame.to_parquet(engine="pyarrow")
    return made
