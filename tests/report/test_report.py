"""The report: what it says is what was found, what it writes can be read back, and it asks nothing of the network."""

import io
import os
import re
import shutil
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import ontogeny as on
from browser import browser
from ontogeny.networks.stability import stability_limit
from ontogeny.report import drawing, study, write
from ontogeny.report.development import development
from ontogeny.report.drawing import Picture
from ontogeny.report.figures import liveliest
from ontogeny.report.phrasing import percent
from ontogeny.report.sentences import Sentences
from ontogeny.report.tables import loadings, modes, tables
from rearranged import with_variants
from sketched import sketched
from worlds import gapped

VARIANTS = 1 if os.environ.get("CI") else 2  # of each world: other orders, other rounding
WIDTHS = (390, 1200)  # a phone, a screen
FIGURES = 14  # world, modes, courses, stages, loss, answers, wrong answers, five on development, deviation, synapses


@pytest.fixture(scope="module")
def zoo():
    return study(on.datasets.load("zoo"), "zoo", networks=2, episodes=True, until=4.0, project="sparrow")


@pytest.fixture(scope="module")
def report(zoo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports") / "zoo"
    write(zoo, folder)
    return folder


@pytest.fixture(scope="module")
def shallow():
    """A study without a hidden layer, of an item whose features are told."""
    return study(on.datasets.load("rumelhart"), "r", depth=1, networks=1, until=8.0, project="robin")


@pytest.fixture(scope="module")
def shallow_html(shallow, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        sketched(patch)
        return write(shallow, tmp_path_factory.mktemp("reports") / "r").read_text(encoding="utf-8")


@pytest.fixture
def without_drawings(monkeypatch):
    sketched(monkeypatch)


@pytest.fixture(scope="module")
def html(report):
    return (report / "index.html").read_text(encoding="utf-8")


class Page(HTMLParser):
    """Tags, identifiers and addresses of a page."""

    def __init__(self, html):
        super().__init__()
        self.ids, self.addresses, self.tags, self.words = [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            if name in ("src", "href", "xlink:href", "action", "data", "poster"):
                self.addresses.append(value)

    handle_startendtag = handle_starttag

    def handle_data(self, data):
        self.words.append(data)


def test_a_study_introduces_itself(zoo):
    assert repr(zoo).startswith("<Study: 'zoo', 15 modes, depth 2; 2 trained networks, typically within ")
    assert repr(zoo.phenomena).startswith("<Phenomena: illusions, differentiation, embedding, sharpness, typicality")


def test_page_stands_alone(html):
    page = Page(html)
    outside = [address for address in page.addresses if not address.startswith(("#", "data:"))]
    assert outside == []
    assert "script" not in page.tags
    assert not re.search(r"@import|url\((?!#|data:)", html)


def test_every_drawing_keeps_its_own_parts(html):
    page = Page(html)
    assert len(page.ids) == len(set(page.ids)), "two drawings share an identifier"
    for address in page.addresses:
        assert not address.startswith("#") or address[1:] in page.ids
    assert all(name in page.ids for name in re.findall(r"url\(#([^)]+)\)", html))


def test_every_figure_has_a_sentence(html):
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", html, re.DOTALL)
    assert len(captions) == html.count("<svg") == FIGURES
    assert all(len(caption.split()) >= 12 for caption in captions)


def test_numbers_of_the_page_are_those_of_the_theory(zoo, html):
    text = " ".join(Page(html).words)
    half = zoo.theory.dataset["half_time"].values
    assert f"half learned at t = {half[0]:.3g}" in text
    assert "20.11" in text
    assert "9.674" in text


def test_files_of_the_report(report):
    assert sorted(path.name for path in report.iterdir()) == [
        "figures", "index.html", "ontogeny-report.json", "tables", "trajectories.nc",
    ]  # fmt: skip
    svg = sorted(path.stem for path in (report / "figures").glob("*.svg"))
    assert svg == sorted(path.stem for path in (report / "figures").glob("*.png"))
    assert len(svg) == FIGURES


def test_drawings_are_images_that_open(report):
    from PIL import Image

    for path in (report / "figures").glob("*.png"):
        with Image.open(path) as image:
            image.load()
            assert image.width == round(drawing.WIDTH * drawing.DOTS_PER_INCH)  # few here; copied_processes.py has all
            assert len(image.getcolors(maxcolors=1_000_000)) > 20, f"{path.name} is nearly empty"


def test_netcdf_reads_back(zoo, report):
    back = on.Trajectory.load(report / "trajectories.nc")
    assert back.dataset.identical(zoo.theory.dataset)
    assert back.features_of("worm")["backbone"].max() == pytest.approx(0.290, abs=5e-4)
    for name in ("shallow_theory", "networks", "networks_episodes"):
        assert on.Trajectory.load(report / "trajectories.nc", name).dataset.sizes["mode"] == 15


def test_tables_are_tidy_and_complete(zoo, report):
    tables = {path.stem: pd.read_csv(path) for path in (report / "tables").glob("*.csv")}
    assert len(tables["world"]) == 101 * 15
    assert list(tables["world"].columns) == ["item", "category", "feature", "value"]
    strengths = tables["mode_strengths"]
    theory = strengths[strengths["record"] == "theory"]
    assert len(theory) == 101 * 15  # of 401 times, which the netCDF file has
    first = theory[theory["mode"] == 1]["strength"].to_numpy()
    np.testing.assert_allclose(first, zoo.theory.dataset["mode_strength"].values[::4, 0], rtol=1e-9)
    astray = tables["wrong_on_the_way"]
    assert (astray["excess"].abs().diff().dropna() <= 1e-9).all()
    worm = astray[(astray["item"] == "worm") & (astray["feature"] == "backbone")].iloc[0]
    assert worm["peak"] == pytest.approx(0.290, abs=5e-4)


def test_sections_on_development_say_what_was_found(zoo, html):
    text = " ".join(" ".join(Page(html).words).split())
    assert (
        "Of “mammal” the most typical: calf, goat, pony, reindeer; the least: platypus, then dolphin, porpoise." in text
    )
    assert "on average 1.14 to the other items of the category “bird” and 1.09 to all others; at the end 0.8" in text
    assert "68% of the answers are wrong in this way for a while" in text and "(54% of all attribute a feature" in text
    assert "The order says little for “amphibian” (features hardly agree on who is typical" in text
    assert "first learns what most items share, “backbone, tail, breathes” (half learned at t = 0.246)" in text
    assert "then 14 distinctions, the strongest first: “eggs, aquatic | milk, hair”" in text
    in_order = zoo.phenomena.differentiation.share_in_order
    assert 0.5 < in_order < 0.8 and f"Here {100 * in_order:.0f}% of the groups separate later" in text
    assert "Without a hidden layer every distinction takes 3.17 times as long as its wait" in text
    assert "of items with the same features never separate" in text


def test_tables_on_development_hold_theory_and_networks(report, zoo):
    written = {path.stem: pd.read_csv(path) for path in (report / "tables").glob("*.csv")}
    for name in ("differentiation", "transitions"):
        assert written[name]["record"].value_counts().index.tolist() == ["networks", "theory"]
        assert sorted(written[name]["network"].dropna().unique()) == [1, 2]
    assert written["transitions"]["mode"].min() == 1
    mammals = written["typicality"].query("category == 'mammal'").sort_values("rank")
    assert mammals["item"].iloc[-1] == "platypus" and set(mammals["item"][:3]) <= {"calf", "goat", "pony", "reindeer"}
    assert written["projection"].query("item == 'sparrow'")["projection"].round(9).eq(1).all()
    assert set(written["item_positions"]["item"]) == set(zoo.environment.items)


def test_modes_are_counted_from_1_in_every_table(report):
    written = {path.stem: pd.read_csv(path) for path in (report / "tables").glob("*.csv")}
    assert written["wrong_on_the_way"].iloc[0][["item", "created_by", "removed_by"]].tolist() == ["seal", 1, 11]
    assert written["typicality"].query("category == 'mammal'")["centered_mode"].unique().tolist() == [1]
    assert [table["mode"].astype(str).min() for table in (written["modes"], written["mode_strengths"])] == ["1", "1"]


@pytest.mark.usefixtures("without_drawings")
def test_an_item_without_features_has_no_projection_and_none_is_drawn(tmp_path):
    world = on.Environment.from_arrays(np.eye(3), [[1.0, 0], [1, 1], [0, 0]], normalization="sum")
    found = study(world, "empty", networks=1, project="item 3")
    assert "A new property of “item 3” does not generalize" in Sentences(found).warnings()[0]
    assert 'id="projection"' not in write(found, tmp_path / "t").read_text(encoding="utf-8")


def test_without_a_hidden_layer_nothing_is_extended(shallow_html):
    text = shallow_html
    assert "this network generalizes it to no other item: none shares its input" in text
    assert 'id="deviation"' not in text and "within 0.1% of a mode’s final strength all the way" in text
    assert "Without a hidden layer all groups separate at the same time" in text and "what it answers" in text


def test_columns_of_other_scales_are_said_first():
    table = pd.DataFrame(np.random.default_rng(0).random((6, 4)), columns=list("abcd")).assign(a=lambda t: 5e4 * t.a)
    found = study(on.Environment.from_dataframe(table), "scales", networks=1)
    assert "standardize=True" in Sentences(found).warnings()[0]


def test_the_papers_of_theory_and_phenomena_are_cited(html):
    assert html.count("@article{saxe2019") == html.count("@inproceedings{saxe2014") == html.count("@software{") == 1


@pytest.mark.usefixtures("without_drawings")
def test_a_world_too_small_for_a_section_has_none(tmp_path):
    world = on.Environment.from_arrays(np.eye(2), np.ones((2, 2)))
    found = study(world, "same", networks=1, project="item 1")
    text = write(found, tmp_path / "t").read_text(encoding="utf-8")
    assert found.phenomena.differentiation is None and found.phenomena.typicality is None
    assert 'id="differentiation"' not in text and 'id="projection"' in text
    assert not (tmp_path / "t" / "tables" / "differentiation.csv").exists()


def test_an_item_to_project_from_is_one_of_the_world():
    with pytest.raises(on.InputError, match=r"project is 'sparow', .*did you mean 'sparrow'\?"):
        study(on.datasets.load("zoo"), "zoo", project="sparow")


@pytest.mark.usefixtures("without_drawings")
def test_a_world_with_gaps_is_learned_from_its_other_cells(tmp_path):
    world = gapped()
    found = study(world, "gaps", networks=2, project=world.items[0])
    html = write(found, tmp_path / "gaps").read_text(encoding="utf-8")
    filled = pd.read_csv(tmp_path / "gaps" / "tables" / "missing_cells.csv")
    assert len(filled) == np.isnan(world.targets).sum() > 0
    for row in filled.to_dict("records"):
        place = world.features.index(row["feature"]), world.items.index(row["item"])
        assert row["theory"] == pytest.approx(found.theory.answers()[0, -1][place], rel=1e-8)
        networks = found.networks.answers()[:, -1][:, place[0], place[1]]
        assert row["networks"] == pytest.approx(networks.mean(), rel=1e-8)
        assert row["deviation"] == pytest.approx(networks.std(), rel=1e-6, abs=1e-12)
    assert "Cells that were missing" in html and "took no part in learning" in html
    assert "answer in the end" in html and "right answer is" not in html
    assert {"differentiation", "stage_like", "deviation"}.isdisjoint(
        path.stem for path in (tmp_path / "gaps" / "figures").glob("*.svg")
    )


def test_of_many_modes_the_strongest_are_followed(tmp_path):
    table = np.random.default_rng(0).random((150, 120)) < np.linspace(0.1, 0.9, 120)
    world = on.Environment.from_arrays(np.eye(150), table.astype(float), normalization="sum")
    found = study(world, "large", networks=1, until=0.2)
    assert found.followed == 100 == len(modes(found))
    assert found.networks.provenance.settings["hidden_units"] == 200
    text = " ".join(Sentences(found).headline().split())
    assert "then 119 distinctions" in text and "Of these 120 modes the 100 strongest are followed here" in text
    assert "200 hidden units, room for 120 of the 120" in text
    strengths = tables(found, modes(found))["mode_strengths"]
    assert strengths["mode"].max() == 100
    assert found.deviation.final.size == 100


def test_large_tables_are_trained_in_few_quick_networks(monkeypatch):
    monkeypatch.setattr("ontogeny.report.studies.FOLLOWED", 3)
    world = on.datasets.load("rumelhart")
    found = study(world, "large")
    settings = found.networks.provenance.settings
    assert (settings["hidden_units"], settings["seeds"]) == (6, [0, 1])
    assert settings["learning_rate"] == pytest.approx(0.1 * stability_limit(world, depth=2))
    half = found.theory.dataset["half_time"].values
    assert half[2] < found.theory.time[-1] < half[3] * 2 < on.predict(world).time[-1]
    assert study(world, "asked", networks=1, hidden_units=9).networks.provenance.settings["hidden_units"] == 9


@pytest.mark.usefixtures("without_drawings")
def test_of_very_many_items_nothing_is_said_one_by_one(tmp_path, monkeypatch):
    monkeypatch.setattr("ontogeny.report.phenomena.MOST_ITEMS", 30)
    monkeypatch.setattr("ontogeny.networks.training_runs.SNAPSHOT_BYTES", 1000)  # nor are weights kept
    table = pd.DataFrame(np.random.default_rng(0).normal(size=(400, 3)), columns=["warm", "loud", "far"])
    found = study(on.Environment.from_dataframe(table), "many", networks=2)
    page = write(found, tmp_path / "many").read_text(encoding="utf-8")
    assert "With 400 items the report does not look at single ones" in page and "None: every answer changes" not in page
    assert {path.stem for path in (tmp_path / "many" / "figures").glob("*.png")} == {
        "modes", "courses", "stages", "loss", "stage_like", "deviation"
    }  # fmt: skip
    names = {path.stem for path in (tmp_path / "many" / "tables").glob("*.csv")}
    assert "modes" in names and not names & {"world", "item_loadings", "wrong_on_the_way"}
    assert on.Trajectory.load(tmp_path / "many" / "trajectories.nc").environment.items == found.environment.items


@pytest.mark.parametrize("unit", [1e-150, 1.2e-5])
def test_numbers_of_small_units_are_on_the_page(unit, tmp_path, monkeypatch):
    sketched(monkeypatch, laid_out=True)  # ticks of such units too
    table = pd.DataFrame(unit * np.random.default_rng(0).random((6, 3)), columns=["left", "middle", "right"])
    found = study(on.Environment.from_dataframe(table), "small", networks=1)
    page = write(found, tmp_path / "small").read_text(encoding="utf-8")
    strongest = found.environment.spectrum().singular_values[0]
    assert f'data-of="singular value">{strongest:.4g}</td>' in page and '">0</td>' not in page


def test_tables_that_would_grow_are_cut(zoo, monkeypatch):
    monkeypatch.setattr("ontogeny.report.tables.MOST_ROWS", 1000)
    cut = tables(zoo, modes(zoo))
    assert len(cut["wrong_on_the_way"]) == 1000
    times = cut["projection"]["time"].unique()
    assert len(times) == 1000 // 101 + 2 and times[0] == 0 and times[-1] == zoo.theory.time[-1]


def test_loadings_are_those_of_each_mode(zoo):
    table, spectrum = loadings(zoo, "feature"), zoo.environment.spectrum()
    for mode in range(15):
        values = table[table["mode"] == str(mode + 1)]["value"]
        np.testing.assert_allclose(values, spectrum.output_modes[:, mode], atol=1e-15)


def test_same_study_gives_the_same_files(zoo, report, tmp_path):
    write(zoo, tmp_path / "again")
    first, again = (
        {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (report, tmp_path / "again")
    )
    assert len(first) > 40 and again.keys() == first.keys()
    assert [name for name in first if again[name] != first[name]] == []


def test_tied_modes_are_never_told_apart():
    world = on.Environment.from_correlations(np.diag([3.0, 2.0, 2.0]))
    table = loadings(study(world, "ties", networks=1), "feature")
    assert table["mode"].unique().tolist() == ["1", "2-3"]
    assert set(table[table["mode"] == "2-3"]["kind"]) == {"length in tied group"}
    np.testing.assert_allclose(table[table["mode"] == "2-3"]["value"], [0, 1, 1], atol=1e-12)


@pytest.mark.usefixtures("without_drawings")
@pytest.mark.parametrize("depth", [1, 3])
def test_other_depths_have_their_words(depth, tmp_path, request):
    if depth == 1:
        text = request.getfixturevalue("shallow_html")
    else:
        found = study(on.datasets.load("rumelhart"), "r", depth=depth, networks=1, until=2.0)
        text = write(found, tmp_path / "r").read_text(encoding="utf-8")
    assert ("From synapse to behavior" in text) == (depth > 1)
    assert ("all at the same pace" in text) == (depth == 1)
    assert ("One trained network follows the theory, from its own" in text) == (depth == 1)
    assert ("All this is the theory of layers that start balanced. One trained network" in text) == (depth == 3)
    assert ("trust the order, and what is confused on the way, not the times" in text) == (depth == 3)


@pytest.mark.usefixtures("without_drawings")
def test_world_with_one_mode_and_nothing_wrong(tmp_path):
    world = on.Environment.from_dataframe(pd.DataFrame({"a": [1, 0]}, index=["x", "y"]))
    found = study(world, "tiny", networks=1)
    assert "a single distinction" in Sentences(found).headline()
    assert "None: every answer changes monotonically to its final value." in write(found, tmp_path / "t").read_text(
        "utf-8"
    )


def test_names_cannot_break_the_page(tmp_path):
    table = pd.DataFrame({"<b>a": [1, 0, 1], "b & $c$": [0, 1, 1]}, index=["x</script>", '"y"', "é|z"])
    found = study(on.Environment.from_dataframe(table), "<script>alert(1)</script>", networks=1, until=3.0)
    html = write(found, tmp_path / "t").read_text(encoding="utf-8")
    assert "<script" not in html
    assert "<b>a" not in html
    assert "b &amp; $c$" in html


@pytest.mark.usefixtures("without_drawings")
def test_mode_that_is_never_learned_is_said_so(tmp_path):
    table = pd.DataFrame({"a": [1.0, 0], "b": [0, 0.01]}, index=["x", "y"])
    found = study(on.Environment.from_dataframe(table), "weak", networks=1)
    assert np.isinf(modes(found)["measured_half_time"].iloc[1])
    assert modes(found)["half_time"].iloc[1] > found.theory.time[-1]
    assert "not in this run" in write(found, tmp_path / "t").read_text(encoding="utf-8")


def one_figure(*_):
    """A plan of a single figure, which is there already."""
    return [lambda: Picture("loss", "The error", "It falls.", "<svg></svg>", b"")]


def test_failure_while_writing_leaves_nothing(zoo, tmp_path, monkeypatch):
    def broken(*_):
        raise RuntimeError("disk full")

    monkeypatch.setattr("ontogeny.report.pages.pictures", one_figure)
    monkeypatch.setattr("ontogeny.report.pages.page", broken)
    with pytest.raises(RuntimeError, match="disk full"):
        write(zoo, tmp_path / "new" / "deep" / "report")
    assert list(tmp_path.iterdir()) == []


def test_earlier_report_survives_a_failure(zoo, report, tmp_path, monkeypatch):
    shutil.copytree(report, tmp_path / "report")
    before = (tmp_path / "report" / "index.html").read_bytes()
    monkeypatch.setattr("ontogeny.report.pages.pictures", one_figure)
    monkeypatch.setattr("ontogeny.report.pages.page", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError, match="division"):
        write(zoo, tmp_path / "report")
    assert (tmp_path / "report" / "index.html").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_page_in_a_browser(report, chromium):
    """Opens without errors and outside requests; on a phone nothing but the drawings is wider than the screen."""
    from PIL import Image

    asked, complaints, shots = [], [], []
    with browser(chromium) as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto((report / "index.html").as_uri())
            assert page.title().startswith("zoo: what a network learns")
            assert page.locator("figure svg").count() == FIGURES
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            shots.append(page.locator("figure#courses svg").screenshot())
    assert asked == [(report / "index.html").as_uri()] * len(WIDTHS)
    assert complaints == []
    for shot in shots:
        with Image.open(io.BytesIO(shot)) as image:
            assert len(image.convert("RGB").getcolors(maxcolors=1_000_000)) > 50


@pytest.mark.parametrize("name", ["toy", "tree", "rumelhart"])
def test_words_of_the_theory_hang_neither_on_order_nor_on_rounding(name):
    world, others = with_variants(name, VARIANTS)
    item = min(world.items)
    said = []
    for one in (world, *others):
        found = study(one, "world", networks=1, hidden_units=8, until=8.0, project=item)
        say = Sentences(found)
        said.append([
            say.named, say.modes["items"].tolist(), say.modes["mode"].tolist(), say.astray_count,
            [(row["item"], row["feature"], row["created_by_name"]) for row in say.astray],
            say.headline().split("One trained network")[0], say.illusions().split("thin")[0], say.courses(),
            found.focus_item, liveliest(found, found.focus_item),
            [text for key, _, text, _ in development(found) if key in ("typicality", "projection", "stage_like")],
        ])  # fmt: skip
    for words in said[1:]:
        assert words == said[0]


def test_shares_halfway_are_written_in_one_way():
    for value in (0.125, 0.625, 0.0125, 0.1, 0.001):
        assert len({percent(value * (1 + off)) for off in (-1e-13, 0.0, 1e-13)}) == 1


def test_of_features_that_never_move_the_first_by_name_are_drawn():
    noise = 1e-17 * np.random.default_rng(0).standard_normal((5, 4, 1))
    still = SimpleNamespace(
        environment=SimpleNamespace(items=("stone",), features=("d", "b", "c", "a")),
        theory=SimpleNamespace(answers=lambda items: noise[None]), illusions=SimpleNamespace(scale=1.0),
    )  # fmt: skip
    assert liveliest(still, "stone", most=3) == ["a", "b", "c"]


def test_time_is_logarithmic_where_most_of_a_linear_axis_would_be_flat(zoo):
    full = study(on.datasets.load("zoo"), "zoo", networks=1)
    assert full.first_time == pytest.approx(full.theory.time[1])
    np.testing.assert_allclose(np.diff(np.log(full.theory.time[1:])), np.diff(np.log(full.theory.time[1:3]))[0])
    loss = full.theory.dataset["loss"].values
    assert loss[1] > 0.99 * loss[0] and loss[full.theory.time > full.theory.time[-1] / 4][0] < 0.05 * loss[0]
    assert "drawn on a logarithmic axis from t = 0.063 on" in Sentences(full).clock()
    even = study(on.datasets.load("rumelhart"), "r", networks=1)
    assert even.first_time is None and "logarithmic" not in Sentences(even).clock()
