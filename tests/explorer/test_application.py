"""The server: what it answers, whom it answers, what it refuses, and that it keeps nothing."""

import contextlib
import io
from concurrent.futures import ThreadPoolExecutor

import httpx2 as httpx
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

import ontogeny as on
from explorer_server import running
from ontogeny.explorer.application import application
from ontogeny.explorer.guard import HEADERS
from ontogeny.explorer.page_files import page_files
from ontogeny.explorer.requests import MOST_BYTES, Course, SharedInputs, Training

HERE = "http://127.0.0.1:8000"
TABLE = {"items": ["robin", "trout", "worm"], "features": ["wings", "gills"], "values": [[1, 0], [0, 1], [0.5, 0]]}
COURSE = {"world": TABLE, "depth": 2, "initial_strength": 1e-3, "until": 8.0}
CSV = b"animal,wings,gills\nrobin,1,0\ntrout,0,1\nworm,0,0\n"
ENDLESS = {  # a training of minutes
    "world": {
        "items": [f"i{n}" for n in range(100)], "features": [f"f{n}" for n in range(100)],
        "values": np.random.default_rng(0).standard_normal((100, 100)).round(3).tolist(),
    },
    "depth": 3, "initial_strength": 1e-3, "until": 30.0, "networks": 4,
}  # fmt: skip


@pytest.fixture(scope="module")
def client():
    with TestClient(application(), base_url=HERE, raise_server_exceptions=False) as client:
        yield client


def refused(answer, status, words):
    """An answer that is one sentence and nothing else."""
    assert answer.status_code == status, answer.text
    assert list(answer.json()) == ["error"]
    assert words in answer.json()["error"]
    assert "\n" not in answer.json()["error"] and "Traceback" not in answer.text
    return True


# The page -------------------------------------------------------------------------------------------------------------


def test_the_page_is_that_of_the_static_folder(client):
    static = page_files(server=False)
    for path, content in page_files(server=True).items():
        answer = client.get(f"/{path}")
        assert answer.status_code == 200
        assert answer.content == content
        assert content == static[path] or path == "data.js"
    assert client.get("/").content == static["index.html"]


def test_every_answer_carries_the_policy(client):
    answers = [
        client.get("/"), client.get("/data.js"), client.get("/nothing"),
        client.get("/", headers={"host": "evil.example"}), client.post("/"), client.get("/api/table"),
        client.post("/api/simulate", content=b"{"),
        client.post("/api/table?name=a.csv", content=CSV), client.post("/api/netcdf", json=COURSE),
        client.request("DELETE", "/api/table"), client.post("/api/table?name=a.csv", content=b"x" * (MOST_BYTES + 1)),
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {200, 403, 404, 405, 413, 422}
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert "server" not in answer.headers or "uvicorn" not in answer.headers["server"]
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self';" in policy and "unsafe-eval" not in policy


@pytest.mark.parametrize(
    "host",
    ["example.org", "127.0.0.1.example.org", "", "localhost@example.org", "192.168.0.7:8000", "[::2]", "127.0.0.1:port",
     "localhost/x", "0.0.0.0"],
)  # fmt: skip
def test_foreign_hosts_are_refused(host, client):
    assert refused(client.get("/", headers={"host": host}), 403, "this machine only")
    assert refused(client.post("/api/table?name=a.csv", content=CSV, headers={"host": host}), 403, "this machine only")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8000", "[::1]:8000", "LOCALHOST"])
def test_this_machine_is_answered(host, client):
    assert client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://example.org"}, {"origin": "null"}, {"origin": "https://127.0.0.1:8000"},
     {"origin": "http://127.0.0.1:8001"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}],
)  # fmt: skip
def test_foreign_origins_are_refused(headers, client):
    assert refused(client.post("/api/table?name=a.csv", content=CSV, headers=headers), 403, "its own page only")


@pytest.mark.parametrize(
    "path",
    ["/../../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd",
     "/app/../../answers.py", "/answers.py", "/page/index.html", "/index.html/", "/app", "/app/", "/data.js%00.html",
     "/\\..\\x", "/~root", "/.git",
     "/api", "/api/", "/api/everything", "/" + "a" * 5000],
)  # fmt: skip
def test_unknown_pages_and_tricks_with_paths(path, client):
    assert refused(client.get(path), 404, "there is no such page")


# What it answers ------------------------------------------------------------------------------------------------------


def test_files_of_all_kinds_go_through_the_readers(client, tmp_path):
    frame = pd.DataFrame({"wings": [1, 0], "gills": [0, 1]}, index=pd.Index(["robin", "trout"], name="animal"))
    made = {"animals.csv": CSV, "animals.tsv": CSV.replace(b",", b"\t"), "animals.csv.gz": None}
    frame.to_csv(tmp_path / "animals.csv.gz")
    made["animals.csv.gz"] = (tmp_path / "animals.csv.gz").read_bytes()
    with contextlib.suppress(ImportError):
        frame.to_excel(tmp_path / "animals.xlsx")
        made["animals.xlsx"] = (tmp_path / "animals.xlsx").read_bytes()
        frame.to_parquet(tmp_path / "animals.parquet")
        made["animals.parquet"] = (tmp_path / "animals.parquet").read_bytes()
    assert len(made) >= 3
    for name, content in made.items():
        found = client.post("/api/table", params={"name": name}, content=content).json()
        assert found["items"][:2] == ["robin", "trout"], name
        assert found["features"] == ["wings", "gills"]
        assert found["values"][:2] == [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("animals.csv", b"animal,wings\nrobin,1\n", "the table has one item ('robin')"),
        ("animals.csv", b"animal,home\nrobin,land\ntrout,sea\n", "column 'home' holds text ('land', 'sea')"),
        ("animals.csv", b"\x89PNG\r\n\x1a\n\0\0", "'animals.csv' ends in '.csv' but looks like a PNG picture"),
        ("animals.xlsx", b"PK\x03\x04 no workbook", "'animals.xlsx'"),
        ("animals.parquet", b"PAR1 and no more", "'animals.parquet' looks like a Parquet file but cannot be opened"),
        ("animals.csv.gz", b"\x1f\x8b and no more", "'animals.csv.gz' is damaged"),
        ("animals.sav", b"$FL2", "'animals.sav' ends in '.sav'"),
        ("animals.csv", b"", "'animals.csv' is empty"),
    ],
)
def test_bad_tables_get_their_sentence(name, content, words, client):
    assert refused(client.post("/api/table", params={"name": name}, content=content), 422, words)


def test_sentences_are_written_by_whoever_starts_the_server():
    with TestClient(application(said=lambda error: f"<{error}>", workers=1), base_url=HERE) as client:
        assert refused(client.post("/api/table?name=a.csv", content=b"a,b\nx,1\n"), 422, "<the table has one item")


@pytest.mark.parametrize("name", ["../a.csv", "a/b.csv", "..\\a.csv", "", ".hidden", "a\0.csv", "a\n.csv", "x" * 300])
def test_names_of_files_are_plain(name, client):
    assert refused(client.post("/api/table", params={"name": name}, content=CSV), 422, "name")


def test_training_is_that_of_the_package(client):
    found = client.post("/api/simulate", json={**COURSE, "networks": 2}).json()
    frame = pd.DataFrame(TABLE["values"], TABLE["items"], TABLE["features"], dtype=float)
    record = on.simulate(on.Environment.from_dataframe(frame), initial_strength=1e-3, until=8.0, seed=[0, 1])
    expected = record.dataset["mode_strength"].transpose("seed", "mode", "time")
    np.testing.assert_allclose(found["strength"], expected, rtol=1e-9)
    np.testing.assert_allclose(found["time"], record.time)


def test_correlated_inputs_are_those_of_the_package(client):
    found = client.post("/api/correlated", json={**COURSE, "overlap": 0.5}).json()
    inputs = np.linalg.cholesky(0.5 * np.eye(3) + 0.5)  # another square root: learning does not see the difference
    world = on.Environment.from_arrays(inputs, TABLE["values"], normalization="sum")
    np.testing.assert_allclose(world.input_correlation.trace(), 3.0)
    assert np.shape(found["strength"]) == (2, 101)
    alone = client.post("/api/correlated", json={**COURSE, "overlap": 0.0}).json()
    frame = pd.DataFrame(TABLE["values"], TABLE["items"], TABLE["features"], dtype=float)
    theory = on.predict(on.Environment.from_dataframe(frame), initial_strength=1e-3, times=alone["time"])
    np.testing.assert_allclose(np.transpose(alone["strength"]), theory.dataset["mode_strength"], atol=1e-6)
    assert np.abs(np.subtract(found["strength"], alone["strength"])).max() > 0.05


def test_netcdf_reads_back(client):
    answer = client.post("/api/netcdf", json=COURSE)
    assert answer.headers["content-type"] == "application/x-netcdf"
    with xr.open_dataset(io.BytesIO(answer.content), engine="h5netcdf") as record:
        assert record.sizes["mode"] == 2
        frame = pd.DataFrame(TABLE["values"], TABLE["items"], TABLE["features"], dtype=float)
        theory = on.predict(on.Environment.from_dataframe(frame), initial_strength=1e-3, until=8.0)
        np.testing.assert_allclose(record["mode_strength"], theory.dataset["mode_strength"])


def test_samples_are_predicted_as_by_the_package(client):
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(draw.standard_normal((60, 4)), columns=list("abcd")).assign(
        y=lambda f: f.a + draw.normal(size=60)
    )
    content = frame.to_csv(index=False).encode()
    found = client.post("/api/samples", params={"name": "s.csv", "target": "y"}, content=content).json()
    expected = on.generalization.from_data(pd.read_csv(io.BytesIO(content)).drop(columns="y"), frame["y"])
    np.testing.assert_allclose(found["test_error"], expected.test_error[-1], rtol=1e-6)
    answer = client.post("/api/samples", params={"name": "s.csv", "target": "z"}, content=content)
    assert refused(answer, 422, "names column 'z', but the table has no such column")


# What it refuses ------------------------------------------------------------------------------------------------------

NUMBERS = {
    "depth": [0, 21, 10**30, 1.5, "two", None], "initial_strength": [0, -1, 1e300, "x", None], "until": [0, -1, 1e300],
    "networks": [0, 5, 10**9], "overlap": [-0.1, 1.0, 5],
}  # fmt: skip


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in NUMBERS.items() for value in values])
def test_numbers_have_bounds(key, value, client):
    path = "correlated" if key == "overlap" else "simulate"
    asked = {**COURSE, **({"overlap": 0.5} if key == "overlap" else {}), key: value}
    assert refused(client.post(f"/api/{path}", json=asked), 422, key)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"world": {}}', b'{"a": ' + b"[" * 100_000, b"\xff\xfe", b'{"depth": NaN}',
     b'{"__proto__": {"x": 1}}'],
)  # fmt: skip
def test_what_is_no_request_is_refused(body, client):
    for path in ("simulate", "correlated", "netcdf"):
        assert refused(client.post(f"/api/{path}", content=body), 422, "")


@pytest.mark.parametrize(
    ("world", "words"),
    [
        ({**TABLE, "values": [[1, 0], [0, 1]]}, "rows of other lengths"),
        ({**TABLE, "values": [[1], [0], [1]]}, "rows of other lengths"),
        ({**TABLE, "items": ["a", "a", "b"]}, "has a name twice"),
        ({**TABLE, "values": [[1, 0], [0, 1e200], [0, 0]]}, "less than or equal"),
        ({**TABLE, "more": 1}, "more"),
        ({"items": [f"i{n}" for n in range(1000)], "features": [f"f{n}" for n in range(1000)], "values": []}, "cells"),
        ({**TABLE, "items": ["x" * 501, "b", "c"]}, "items"),
        ({**TABLE, "values": [[0, 0], [0, 0], [0, 0]]}, "every value in the table is 0"),
    ],
)
def test_worlds_have_to_fit(world, words, client):
    assert refused(client.post("/api/netcdf", json={**COURSE, "world": world}), 422, words)


def test_uploads_are_bounded_in_bytes_and_cells(client):
    def pieces():
        for _ in range(MOST_BYTES // 1_000_000 + 2):
            yield b"1," * 500_000

    assert refused(client.post("/api/table?name=a.csv", content=pieces()), 413, "8 MB")
    assert refused(client.post("/api/simulate", content=b" " * (MOST_BYTES + 1)), 413, "8 MB")
    wide = "animal," + ",".join(f"f{n}" for n in range(600)) + "\n"
    rows = "".join(f"a{n}," + ",".join(str((n * k) % 7) for k in range(600)) + "\n" for n in range(500))
    assert refused(client.post("/api/table?name=a.csv", content=(wide + rows).encode()), 422, "a page shows 250000")


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=5)


@st.composite
def tables(draw):
    """Any table that fits the model."""
    items = draw(st.lists(NAMES, min_size=2, max_size=4, unique=True))
    features = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    cells = st.floats(-1e150, 1e150) | st.sampled_from([0.0, 1.0])
    rows = st.lists(cells, min_size=len(features), max_size=len(features))
    return {
        "items": items,
        "features": features,
        "values": draw(st.lists(rows, min_size=len(items), max_size=len(items))),
    }


COURSES = {
    "world": tables(), "depth": st.integers(1, 20), "initial_strength": st.floats(0, 1e6, exclude_min=True),
    "until": st.floats(0, 1e9, exclude_min=True),
}  # fmt: skip
MODELS = {
    "netcdf": (Course, {}),
    "correlated": (SharedInputs, {"overlap": st.floats(0, 0.99)}),
    "simulate": (Training, {"networks": st.integers(1, 4)}),
}


@pytest.mark.parametrize("path", MODELS)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_fits_the_model_is_answered_or_refused_in_a_sentence(path, client, data):
    model, more = MODELS[path]
    asked = data.draw(st.fixed_dictionaries({**COURSES, **more}))
    assert model.model_validate(asked)
    answer = client.post(f"/api/{path}", json=asked)
    assert answer.status_code in (200, 422, 503)
    if answer.status_code != 200:
        assert refused(answer, answer.status_code, "") and "fault of the program" not in answer.text


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["world", "depth", "until", "x"]), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(list(MODELS)), JSON)
def test_any_json_that_does_not_fit_is_refused(client, path, value):
    assert refused(client.post(f"/api/{path}", json=value), 422, "")


# Time, and others -----------------------------------------------------------------------------------------------------


def test_a_computation_has_a_time_limit_and_the_next_is_answered():
    with TestClient(application(workers=1, limit=4.0), base_url=HERE) as client:
        answer = client.post("/api/simulate", json=ENDLESS)
        assert refused(answer, 503, "took more than 4 seconds and was stopped")
        assert client.post("/api/table?name=a.csv", content=CSV).json()["items"] == ["robin", "trout", "worm"]


def test_who_leaves_cancels_the_computation():
    """With one worker, the next question would wait for minutes if the first went on."""
    with running(workers=1, limit=300.0) as address:
        with pytest.raises(httpx.ReadTimeout, match="timed out"):
            httpx.post(f"{address}/api/simulate", json=ENDLESS, timeout=2.0)
        found = httpx.post(f"{address}/api/table?name=a.csv", content=CSV, timeout=60.0)
        assert found.json()["features"] == ["wings", "gills"]


def test_sessions_do_not_see_each_other(client, tmp_path):
    """Many at once, each with a table of its own under the same name; nothing is left behind."""

    def session(number):
        content = f"animal,f{number}\na{number},1\nb{number},0\n".encode()
        found = client.post("/api/table?name=same.csv", content=content).json()
        return found["items"] == [f"a{number}", f"b{number}"] and found["features"] == [f"f{number}"]

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(session, range(40)))
    assert refused(client.get("/same.csv"), 404, "no such page")
