"""How Sphinx builds this documentation: without a network, warnings as errors (`make docs`)."""

import os
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS))

import make_api  # noqa: E402

import ontogeny  # noqa: E402

project = "ontogeny"
author = "The ontogeny developers"
project_copyright = author
version = release = ontogeny.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["_build", "_static", "decisions/0000-template.md", "tutorials"]
exclude_patterns += [f"{folder}/**/*.{kind}" for folder in ("gallery", "learn") for kind in ("md5", "ipynb")]
# The gallery may not be there yet; a clone may lie in a folder whose name has a space; names of parameters stand in
# backticks and are no references, and that several records have `items` is no mistake.
suppress_warnings = ["toc.not_readable", "sphinx_gallery.space_in_filename", "ref.python"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}

# Text and formulas. MathJax is vendored, unmodified: see _static/vendor/mathjax/VERSION.md.
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
mathjax_path = "vendor/mathjax/tex-svg-full.js"

# Docstrings: numpydoc sections and nothing else, so that `Implements:` stays the plain line it is.
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"
autosummary_generate = False
default_role = "code"  # single backticks in docstrings are names and parameters

# Scripts that are run, each of which ends in assertions: one per figure of a paper, and tutorials. Figures are small,
# with all claims; `ontogeny reproduce --full` draws them at the size of the papers.
os.environ.setdefault("ONTOGENY_FIGURES", "small")
extensions.append("sphinx_gallery.gen_gallery")
sphinx_gallery_conf = {
    "examples_dirs": ["tutorials", "../examples"],
    "gallery_dirs": ["learn", "gallery"],
    "within_subsection_order": "gallery_order.ByNumber",
    "parallel": True,  # as many at once as `-j` of sphinx-build says
    "download_all_examples": False,
    "show_memory": False,
    "show_signature": False,
    "abort_on_example_error": True,
    "write_computation_times": False,
    "log_level": {"backreference_missing": "debug"},
}

html_theme = "pydata_sphinx_theme"
html_title = "ontogeny"
html_static_path = ["_static"]
html_css_files = ["ontogeny.css"]
html_show_sourcelink = False
html_sidebars = {"**": []}  # the width is for code and formulas; lists of pages are pages themselves
html_theme_options = {
    "header_links_before_dropdown": 6,
    "navbar_align": "left",
    "show_prev_next": False,
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "secondary_sidebar_items": {"**": ["page-toc"], "index": []},
    "footer_start": ["copyright"],
    "footer_end": [],
}


def setup(app):
    """Write the pages of names before Sphinx looks for pages."""
    app.connect("builder-inited", lambda app: make_api.write())
