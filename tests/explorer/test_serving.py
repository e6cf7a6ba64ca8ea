"""The explorer from the command line: served until it is stopped, or written as plain files."""

import os
import re
import signal
import subprocess
import sys

import httpx2 as httpx
import pytest

from ontogeny._core.checks import InputError
from ontogeny.explorer.page_files import SCRIPTS, page_files
from ontogeny.explorer.serving import serve, write_static


def run(*words, folder):
    return subprocess.run(
        [sys.executable, "-m", "ontogeny", "explore", *words], cwd=folder, capture_output=True, text=True
    )


def test_the_static_folder_holds_all_that_the_page_reads(folder):
    html = (folder / "index.html").read_text(encoding="utf-8")
    read = re.findall(r'(?:src|href)="([^"#]+)"', html)
    assert [name for name in read if name.endswith(".js")] == list(SCRIPTS)
    assert all((folder / name).is_file() for name in read if not name.startswith("data:"))
    assert (folder / "vendor" / "LICENSE.uPlot.txt").is_file()
    assert not re.search(r"https?://(?!github\.com|www\.w3\.org)", html + (folder / "style.css").read_text())


def test_what_is_vendored_is_not_changed():
    import hashlib

    files = page_files(server=False)
    sums = re.findall(r"^([0-9a-f]{64})  (\S+)$", files["vendor/README.md"].decode(), re.MULTILINE)
    assert {name for _, name in sums} == {"uPlot.iife.min.js", "uPlot.min.css"}
    assert all(hashlib.sha256(files[f"vendor/{name}"]).hexdigest() == told for told, name in sums)


def test_a_folder_is_written_again_but_no_other(tmp_path):
    page = write_static(tmp_path / "page")
    assert page == write_static(tmp_path / "page")
    (tmp_path / "page" / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"files that do not belong to an earlier report \('notes.txt'\)"):
        write_static(tmp_path / "page")


def test_a_table_becomes_part_of_the_files_and_is_data_only(tmp_path):
    name = '</script><script>alert("x")'
    (tmp_path / "t.csv").write_text(f'animal,"{name.replace(chr(34), chr(34) * 2)}"\nrobin,1\ntrout,0\n')
    done = run("t.csv", "--static", "page", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("index.html")
    data = (tmp_path / "page" / "data.js").read_text(encoding="ascii")
    assert "robin" in data and "trout" in data
    assert "robin" not in (tmp_path / "page" / "index.html").read_text()


def test_it_serves_on_this_machine_until_it_is_stopped(tmp_path):
    command = [sys.executable, "-m", "ontogeny", "explore", "rumelhart", "--no-browser"]
    server = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        address = re.search(r"http://127\.0\.0\.1:\d+/", server.stdout.readline())[0]
        assert "canary" in httpx.get(f"{address}data.js", timeout=60).text
        answer = httpx.post(f"{address}api/table?name=a.csv", content=b"a,b,c\nx,sea,land\ny,sky,sea\n", timeout=60)
        assert "--drop-text" in answer.json()["error"], "sentences name the options of the command line"
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=60) == 0
        assert server.stderr.read() == ""
    finally:
        server.kill()
        server.communicate()
    assert os.listdir(tmp_path) == []


def test_a_port_that_is_taken_is_refused():
    import socket

    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(InputError, match=r"port is .*, which cannot be used"),
    ):
        serve(taken.getsockname()[1], browser=False)


def test_without_its_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(
        InputError, match=r"needs uvicorn, which is not installed; write `pip install \"ontogeny\[explorer\]\"`"
    ):
        serve(0, browser=False)
