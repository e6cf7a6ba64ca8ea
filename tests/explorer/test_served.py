"""The page with the program behind it: what the page cannot compute is asked for, shown, cancelled, taken away."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from browser import browser
from explorer_page import go, settled
from explorer_server import running

START = {
    "name": "pets.csv", "items": ["rex", "tom"], "features": ["barks", "purrs"], "values": [[1.0, 0.0], [0.0, 1.0]],
    "category": None, "notes": [],
}  # fmt: skip


@pytest.fixture(scope="module")
def served(chromium):
    with running(table=START) as address, browser(chromium) as context:
        page = context.new_page()
        complaints, asked = [], []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        settled(page)
        yield page
        assert [words for words in complaints if "422" not in words] == []
        assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def answered(page, act, path):
    """Do something that asks the program, and wait for the page to show the answer."""
    with page.expect_response(lambda response: path in response.url, timeout=60_000) as answer:
        act()
    assert answer.value.finished() is None
    settled(page)
    return answer.value


def names(page):
    return page.evaluate("ontogeny.figures.specs()[0].series.map((one) => one.name)")


def test_the_table_of_the_command_line_is_the_first_world(served):
    assert served.evaluate("ontogeny.worlds.of(ontogeny.state.get()).items") == ["rex", "tom"]


def test_trained_networks_are_laid_over_the_theory(served):
    go(served, "#world=rumelhart")
    answered(served, lambda: served.click("#train"), "api/simulate")
    networks = [name for name in names(served) if name.startswith("network")]
    assert len(networks) == 2 * 8
    close = served.evaluate(
        "(() => { const s = ontogeny.figures.specs()[0].series, k = s.findIndex((x) => x.name === 'network 1, mode 1');"
        "return Math.abs(s[k].values[190] / s[0].values[190] - 1) })()"
    )
    assert close < 0.02
    go(served, "#world=rumelhart&depth=3")
    assert not any(name.startswith("network") for name in names(served)), "they belong to another depth"


def test_correlated_inputs_follow_their_slider(served):
    go(served, "#world=rumelhart")
    answered(served, lambda: served.locator("#overlap").fill("0.5"), "api/correlated")
    assert "mode 1, inputs that share 0.5" in names(served)


def test_a_workbook_is_read_by_the_program(served, tmp_path):
    pytest.importorskip("openpyxl")
    go(served)
    pd.DataFrame({"bird": ["robin", "wren"], "red": [1, 0], "small": [0, 1]}).to_excel(
        tmp_path / "birds.xlsx", index=False
    )
    answered(served, lambda: served.set_input_files("#file", tmp_path / "birds.xlsx"), "api/table")
    served.evaluate("new Promise((done) => setTimeout(done, 50))")
    settled(served)
    assert served.evaluate("ontogeny.worlds.of(ontogeny.state.get()).items") == ["robin", "wren"]
    (tmp_path / "birds.xlsx").write_bytes(b"PK\x03\x04 broken")
    answered(served, lambda: served.set_input_files("#file", tmp_path / "birds.xlsx"), "api/table")
    served.evaluate("new Promise((done) => setTimeout(done, 50))")
    assert "'birds.xlsx'" in served.text_content("#alarm")


def test_the_record_is_taken_away_as_netcdf(served):
    go(served, "#world=rumelhart&depth=3")
    with served.expect_download() as file:
        served.get_by_role("button", name="Download the whole record as netCDF").click()
    with xr.open_dataset(file.value.path(), engine="h5netcdf") as record:
        assert record.sizes["mode"] == 8 and record.sizes["layer"] == 3


def test_errors_on_own_samples(served, tmp_path):
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(draw.standard_normal((80, 5)), columns=list("abcde")).assign(
        y=lambda f: f.a + draw.normal(size=80)
    )
    frame.to_csv(tmp_path / "samples.csv", index=False)
    go(served, "#view=errors")
    served.set_input_files("#samples", tmp_path / "samples.csv")
    served.fill("#target", "y")
    answered(served, lambda: served.click("#measure"), "api/samples")
    assert names(served)[-2:] == ["your test error", "your train error"]


def test_a_computation_is_cancelled(served):
    go(served, "#world=rumelhart")
    served.evaluate(  # an answer that does not come
        "() => { window.fetch = (_, { signal }) => new Promise((done, no) =>"
        " signal.addEventListener('abort', () => no(new DOMException('', 'AbortError')))); }"
    )
    served.click("#train")
    served.locator("#cancel").wait_for()
    served.click("#cancel")
    served.locator("#alarm", has_text="Cancelled.").wait_for()
    assert served.locator("#cancel").is_hidden()
