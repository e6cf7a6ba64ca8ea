"""Every view of the page in Chromium: its figures, its words, its Python, its downloads, its address."""

import contextlib
import io
import xml.etree.ElementTree as ET

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from explorer_page import go, settled

VIEWS = ("stages", "similarity", "illusions", "projection", "errors", "tuning", "periods", "signals", "depth")
ADDRESSES = {
    "stages": "#world=tree&levels=2&branches=3&sigma=2&depth=3&start=-2&moment=0.4",
    "similarity": "#view=similarity&world=rumelhart&depth=2&start=-4&moment=0.5",
    "illusions": "#view=illusions&world=zoo&depth=3&item=platypus&feature=toothed",
    "projection": "#view=projection&world=clusters&rows=3&columns=4&taught=item&depth=2&moment=0.3",
    "errors": "#view=errors&load=-0.5&noise=0.5&first=0.25",
    "tuning": "#view=tuning&precision=4&input_noise=0.2&gain=0.8&moment=0.5",
    "periods": "#view=periods&onset=2&length=6&pathway_depth=3&weight=0.1&deficit=silence",
    "signals": "#view=signals&unit=erf&weight_variance=1.3&bias_variance=0.1",
    "depth": "#view=depth&start=-2&layer=0.8&pace=divided",
}  # fmt: skip
PYTHON = 1e-6  # of what Python prints beside what the page has; perception is integrated, all else agrees to 1e-10


@pytest.mark.parametrize("view", VIEWS)
def test_the_lines_of_python_make_what_the_page_shows(view, page, monkeypatch, tmp_path):
    for address in ("", ADDRESSES[view]):
        go(page, address or f"#view={view}")
        code = page.text_content("#python")
        assert sum(bool(line.strip()) for line in code.splitlines()) <= 14
        found = page.evaluate("ontogeny.views.of(ontogeny.state.get()).number(ontogeny.state.get())")
        monkeypatch.chdir(tmp_path)
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(code, view, "exec"), {})
        plt.close("all")
        printed = said.getvalue().strip().splitlines()[-1].split("#")[0]
        assert float(printed) == pytest.approx(found, rel=PYTHON), code


@pytest.mark.parametrize("view", VIEWS)
def test_figures_are_drawn_read_by_keys_and_taken_away(view, page):
    go(page, ADDRESSES[view])
    figures = page.locator("figure")
    assert figures.count() == page.evaluate("ontogeny.figures.specs().length") >= 1
    for number in range(figures.count()):
        figure = figures.nth(number)
        colors = figure.locator("canvas").first.evaluate(
            "(c) => new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size"
        )
        assert colors > 5, "the figure is nearly empty"
        figure.locator(".plot").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        assert ": " in figure.locator(".readout").text_content()
        assert "NaN" not in figure.locator(".readout").text_content()
    for number in range(figures.count()):
        with page.expect_download() as svg:
            page.get_by_role("button", name=f"Download figure {number + 1} as SVG").click()
        root = ET.parse(svg.value.path()).getroot()
        assert root.tag.endswith("svg") and len(list(root.iter())) > 5
        assert "NaN" not in svg.value.path().read_text(encoding="utf-8")
        with page.expect_download() as csv:
            page.get_by_role("button", name=f"Download the numbers of figure {number + 1} as CSV").click()
        table = pd.read_csv(csv.value.path())
        assert len(table) >= 2 and table.select_dtypes("number").shape[1] >= 1


def test_the_numbers_that_are_taken_away_are_those_of_the_theory(page):
    import ontogeny as on

    go(page, "#depth=3")
    with page.expect_download() as csv:
        page.get_by_role("button", name="Download the numbers of figure 1 as CSV").click()
    table = pd.read_csv(csv.value.path(), index_col=0)
    world = on.datasets.load("zoo")
    theory = on.predict(world, depth=3, initial_strength=1e-3, times=table.index.to_numpy())
    np.testing.assert_allclose(table.to_numpy(), theory.dataset["mode_strength"].values, rtol=1e-10, atol=1e-10)
    assert [name.split(": ", 1)[1] for name in table.columns] == list(world.mode_names())


@pytest.mark.parametrize(
    "world", ["zoo", "rumelhart", "wordnet", "tree", "ring", "chain", "grid", "clusters", "ordering"]
)
def test_every_world_is_learned(world, page):
    go(page, f"#world={world}&moment=1")
    off = page.evaluate(
        """() => { const found = ontogeny.learned.of(ontogeny.state.get()), map = ontogeny.learned.map(found, 200);
        const all = found.world.table.flatMap((row, i) => [...row].map((x, j) => [x, map[j][i]]));
        return Math.max(...all.map(([x, y]) => Math.abs(x - y))) / Math.max(...all.map(([x]) => Math.abs(x))); }"""
    )
    assert off < 0.25, "the strong modes are learned in the end, and they make up the table"


def test_the_address_holds_what_is_set(page):
    page.locator("#depth").fill("4")
    page.select_option("#world", "ring")
    settled(page)
    assert page.evaluate("ontogeny.state.toAddress()") == "#world=ring&depth=4"
    page.evaluate("new Promise((done) => setTimeout(done, 400))")  # browsers allow few changes of the address
    assert page.evaluate("location.hash") == "#world=ring&depth=4"
    assert page.evaluate("ontogeny.state.fromAddress(location.hash)") == page.evaluate("ontogeny.state.get()")
    for view, address in ADDRESSES.items():
        state = page.evaluate("(address) => ontogeny.state.fromAddress(address)", address)
        assert state["view"] == view
        assert page.evaluate("(state) => ontogeny.state.fromAddress(ontogeny.state.toAddress(state))", state) == state


@pytest.mark.parametrize(
    "address",
    ["#view=nothing", "#depth=1e999&start=NaN", "#depth=-5&size=99999&world=<script>", "#world=table",
     "#item=" + "x" * 5000, "#moment=&load=&__proto__=1&constructor=2", "#%E0%A4%A", "#levels=4&branches=4&world=tree"],
)  # fmt: skip
def test_an_address_that_cannot_be_is_the_nearest_that_can(address, page):
    go(page, address)
    ranges = page.evaluate("Object.entries(ontogeny.settings.all).filter(([, x]) => x.kind === 'slider')")
    state = page.evaluate("ontogeny.state.get()")
    assert all(one["least"] <= state[key] <= one["most"] for key, one in ranges)
    assert page.locator("figure").count() >= 1


FRAMES = """new Promise((done) => { const seen = []; const step = () => { seen.push(ontogeny.state.get().moment);
 if (seen.length < 20) requestAnimationFrame(step); else done(seen); }; step(); })"""


def test_time_is_played_scrubbed_and_paused(page):
    page.click("#play")
    assert page.text_content("#play") == "Pause"
    moments = page.evaluate(FRAMES)
    assert moments == sorted(moments) and moments[0] < moments[-1] < 1
    page.click("#play")
    assert page.text_content("#play") == "Play"
    moments = page.evaluate(FRAMES)
    assert moments[0] == moments[-1]
    page.locator("#moment").fill("0.5")
    settled(page)
    assert page.evaluate("ontogeny.state.toAddress()") == "#moment=0.5"


def test_hover_names_item_and_feature_with_the_exact_value(page):
    canvas = page.locator("#figure-answers canvas")
    canvas.hover(position={"x": 60, "y": 200})
    said = page.locator("#figure-answers .readout").text_content()
    name, value = said.split(": ")[0], float(said.split(": ")[1].split(",")[0])
    item, feature = name.split(", ")
    expected = page.evaluate(
        "([i, f]) => { const w = ontogeny.learned.of(ontogeny.state.get()); const at = ontogeny.learned.map(w, 200);"
        "return at[w.world.features.indexOf(f)][w.world.items.indexOf(i)] }", [item, feature]
    )  # fmt: skip
    assert value == pytest.approx(expected, rel=1e-9)


def test_a_name_that_a_spreadsheet_would_compute_is_text(page):
    text = page.evaluate("ontogeny.downloads.csv({kind: 'bars', names: ['=1+1', 'a,\"b\"', '-x'], values: [1, 2, 3]})")
    assert text == 'name,value\n\'=1+1,1\n"a,""b""",2\n\'-x,3\n'


LETTERS = """() => {
  const fillText = CanvasRenderingContext2D.prototype.fillText;
  window.asBefore = () => { CanvasRenderingContext2D.prototype.fillText = fillText; };
  window.beyond = [];
  window.drawn = 0;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    const end = this.getTransform().transformPoint(new DOMPoint(x + this.measureText(text).width, y));
    window.drawn += 1;
    if (this.textAlign === "left" || this.textAlign === "start") {
      if (end.x > this.canvas.width + 1) window.beyond.push(text);
    }
    return fillText.call(this, text, x, y);
  };
}"""


@pytest.mark.parametrize("address", ["", "#world=tree&levels=3"])
def test_no_name_of_a_column_is_cut_at_the_edge(page, address):
    page.evaluate(LETTERS)
    go(page, address or "#depth=3")
    drawn, beyond = page.evaluate("(asBefore(), [drawn, beyond])")
    assert drawn > 8 and beyond == []
