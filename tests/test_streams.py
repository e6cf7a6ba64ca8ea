"""Standard streams that are closed, full, broken or of another encoding: what was written stays."""

import errno
import io
import json
import os
import subprocess
import sys

import pytest

import sketched
from bad_commands import table
from ontogeny.cli.streams import Forgiving, forgiving_streams

FAST = ("--seeds", "1", "--until", "3")
posix = pytest.mark.skipif(sys.platform == "win32", reason="redirections of a shell")


class Failing(io.RawIOBase):
    """A stream that nothing can be written to."""

    def __init__(self, number):
        self.number, self.tries = number, 0

    def writable(self):
        return True

    def write(self, _):
        self.tries += 1
        raise OSError(self.number, "so it is")


def failing(number):
    return io.TextIOWrapper(io.BufferedWriter(Failing(number)), encoding="utf-8")


WHOLE, SKETCHING = ("-m", "ontogeny"), (sketched.__file__,)  # the command line, and with figures that are not drawn


def shell(words, redirection, folder, program=WHOLE, **environment):
    """Run the command line in a shell that redirects its streams."""
    command = ["sh", "-c", f'"$@" {redirection}', "sh", sys.executable, *program, *words]
    environment = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, cwd=folder, env=environment, check=False)


@posix
@pytest.mark.parametrize("words", [["--version"], ["--help"], ["learn", "--help"]], ids=" ".join)
@pytest.mark.parametrize(
    ("redirection", "code", "said"),
    [
        (">&-", 0, b""), ("2>&-", 0, b""), (">&- 2>&-", 0, b""), ("<&- >&- 2>&-", 0, b""),
        (">/dev/full", 1, b"ontogeny: standard output cannot be written (No space left on device)\n"),
        (">/dev/full 2>/dev/full", 1, b""),
    ],
)  # fmt: skip
def test_streams_that_fail_end_in_a_sentence_where_one_can_be_printed(words, redirection, code, said, tmp_path):
    done = shell(words, redirection, tmp_path)
    assert (done.returncode, done.stderr) == (code, said)


@posix
@pytest.mark.parametrize(
    ("redirection", "program"),
    [(">&-", SKETCHING), (">/dev/full", SKETCHING), ("2>&- >&-", WHOLE), ("| true", SKETCHING)],
)
def test_a_report_is_there_although_nothing_could_be_printed(redirection, program, tmp_path):
    done = shell(["learn", table(tmp_path), *FAST, "--out", "r"], redirection, tmp_path, program)
    assert (tmp_path / "r" / "index.html").exists() and b"Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["animals.csv", "r"]


@posix
def test_a_refusal_needs_no_stream(tmp_path):
    assert shell(["learn", "zooo"], ">&- 2>&-", tmp_path).returncode == 2


@posix
def test_no_file_takes_the_number_of_a_closed_stream(tmp_path):
    """Else what a library prints there ends in the file."""
    code = (
        "import sys\nfrom ontogeny.cli.streams import forgiving_streams\n"
        "with forgiving_streams(), open('file', 'w') as file:\n    sys.exit(file.fileno())"
    )
    command = ["sh", "-c", '"$@" <&- >&- 2>&-', "sh", sys.executable, "-c", code]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode > 2


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_letters_that_an_encoding_lacks_are_replaced(encoding, tmp_path):
    path = tmp_path / "names.csv"
    path.write_text("name,flügel,鳃\nrobin,1,0\nforelle,0,1\n", encoding="utf-8")
    words = [sys.executable, *SKETCHING, "learn", str(path), *FAST, "--out", str(tmp_path / "r")]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(words, capture_output=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert ("fl?gel" if encoding == "ascii" else "flügel") in done.stdout.decode(encoding)
    if encoding == "cp1252":
        return
    done = subprocess.run([*words, "--json"], capture_output=True, env=environment, check=False)
    assert json.loads(done.stdout)["features"] == ["flügel", "鳃"], "JSON loses no letter"


@pytest.mark.parametrize(("number", "code"), [(errno.EPIPE, 0), (errno.ENOSPC, 1)])
def test_a_reader_that_has_enough_is_no_failure(number, code, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdout", failing(number))
    with pytest.raises(SystemExit, match=f"^{code}$"), forgiving_streams():
        print("found")
    said = "ontogeny: standard output cannot be written (so it is)\n"
    assert capsys.readouterr().err == said * (number != errno.EPIPE)


def test_the_code_of_a_refusal_is_kept(monkeypatch):
    monkeypatch.setattr(sys, "stdout", failing(errno.ENOSPC))

    def refused():
        with forgiving_streams():
            print("found")
            sys.exit(2)

    with pytest.raises(SystemExit, match=r"^2$"):
        refused()


def test_an_error_passes_and_streams_are_put_back(monkeypatch):
    before = sys.stdout, sys.stderr
    with pytest.raises(ZeroDivisionError, match="division"), forgiving_streams():
        print(1 / 0)
    assert (sys.stdout, sys.stderr) == before


def test_a_stream_that_failed_is_left_alone():
    below = failing(errno.ENOSPC)
    stream = Forgiving(below)
    assert [stream.write(b"one"), stream.write(b"more")] == [3, 4]
    assert stream.error.errno == errno.ENOSPC and below.buffer.raw.tries == 1
