"""How fast the explorer is: from slider to redraw in the browser, and answers of the server to many sessions at once.

Not a test and not run by CI: times depend on the machine. Needs Chromium, Playwright and httpx2. Each session opens the
page, then asks now and then, as people do who read what they see; the time of an answer is from the request to its
last byte, measured by a client on the same machine.

Usage: python benchmarks/explorer.py [--sessions 100] [--seconds 20]
"""

import argparse
import asyncio
import itertools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import httpx2  # noqa: E402

import ontogeny as on  # noqa: E402
from browser import browser  # noqa: E402
from ontogeny.explorer.page_files import page_files  # noqa: E402
from ontogeny.explorer.serving import write_static  # noqa: E402

PAUSE = 10.0  # mean seconds between two questions of a session
SLIDERS = {
    "": ("depth", "start"), "#world=wordnet": ("start",), "#world=tree&levels=3": ("sigma",),
    "#view=similarity": ("start",),
    "#view=illusions": ("start",), "#view=projection": ("moment",), "#view=errors": ("load", "noise"),
    "#view=tuning": ("gain",), "#view=periods": ("onset", "length"), "#view=signals": ("weight_variance",),
    "#view=depth": ("layer",),
}  # fmt: skip
# The state is drawn in the frame after the event; what is asked for later in the same frame runs when it is drawn.
MOVE = """async ([key, count]) => {
  const slider = document.getElementById(key), low = Number(slider.min), high = Number(slider.max), found = [];
  for (let k = 0; k < count; k++) {
    await new Promise((done) => setTimeout(done, 20 + 13 * (k % 3)));
    slider.value = low + (high - low) * ((k * 0.618) % 1);
    const begun = performance.now();
    slider.dispatchEvent(new Event("input"));
    const [frame, drawn] = await new Promise((done) =>
      requestAnimationFrame((frame) => done([frame, performance.now()])));
    found.push([drawn - begun, drawn - Math.max(frame, begun)]);
  }
  return found;
}"""
CSV = b"animal,wings,gills\nrobin,1,0\ntrout,0,1\nworm,0,0\n"


def sliders(chromium, moves):
    """Milliseconds from an input event until the figures are drawn, and those of our own work, for every slider."""
    rows = []
    with tempfile.TemporaryDirectory() as folder, browser(chromium, viewport={"width": 1200, "height": 900}) as context:
        write_static(Path(folder) / "page")
        page = context.new_page()
        page.goto((Path(folder) / "page" / "index.html").as_uri())
        strength = page.evaluate("ontogeny.modes.modeStrength(1, 3, 0.001)")
        for address, keys in SLIDERS.items():
            page.evaluate("(address) => ontogeny.state.go(address || '#')", address)
            page.evaluate("ontogeny.atRest()")
            for key in keys:
                page.evaluate(MOVE, [key, 10])
                rows.append((address or "#", key, np.array(page.evaluate(MOVE, [key, moves]))))
    return rows, strength


def questions():
    """What sessions ask: a table is read, a theory is taken away, inputs are correlated, networks are trained."""
    world = on.datasets.load("rumelhart")
    asked = {
        "world": {"items": list(world.items), "features": list(world.features), "values": world.targets.tolist()},
        "depth": 2, "initial_strength": 1e-3, "until": 8.0,
    }  # fmt: skip
    return (
        ("table", {"params": {"name": "animals.csv"}, "content": CSV}),
        ("netcdf", {"json": asked}),
        ("correlated", {"json": {**asked, "overlap": 0.3}}),
        ("simulate", {"json": {**asked, "networks": 2}}),
    )


async def session(client, number, until, times):
    """One visitor: the page, then a question after each pause."""
    draw = np.random.default_rng(number)
    asked = questions()
    await asyncio.sleep(draw.uniform(0, 2 * PAUSE))
    for path in ("", "data.js", "app/main.js"):
        await timed(client.get(f"/{path}"), "page", times)
    while time.perf_counter() < until:
        await asyncio.sleep(draw.uniform(0, 2 * PAUSE))
        path, body = asked[draw.choice(len(asked), p=(0.3, 0.3, 0.3, 0.1))]
        await timed(client.post(f"/api/{path}", **body), path, times)


async def timed(answer, kind, times):
    begun = time.perf_counter()
    found = await answer
    times.setdefault(kind, []).append(1000 * (time.perf_counter() - begun))
    assert found.status_code == 200, found.text


async def crowd(address, sessions, seconds):
    """Times of all answers to many sessions at once."""
    times = {}
    until = time.perf_counter() + seconds
    limits = httpx2.Limits(max_connections=sessions, keepalive_expiry=30)
    async with httpx2.AsyncClient(base_url=address, timeout=60, limits=limits) as client:  # keeps nothing of a session
        await asyncio.gather(*(session(client, number, until, times) for number in range(sessions)))
    return times


def served(sessions, seconds):
    """Times of answers of a server in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "ontogeny", "explore", "--no-browser", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                httpx2.get(address)
                break
            except httpx2.ConnectError:
                time.sleep(0.1)
        for path, body in questions() * 2:
            httpx2.post(f"{address}/api/{path}", timeout=60, **body)
        return asyncio.run(crowd(address, sessions, seconds))
    finally:
        server.terminate()
        server.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--moves", type=int, default=60, help="of every slider")
    options = parser.parse_args()
    read = {path: len(content) for path, content in page_files(server=True).items() if not path.startswith("tours/")}
    size = sum(length for path, length in read.items() if path.endswith((".js", ".css", ".html")))
    print(f"page without tours: {size / 1000:.1f} kB")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    rows, strength = sliders(chromium, options.moves)
    python = on.modes.balanced.mode_strength(1, 3, 1e-3)
    print(f"u(1) for s = 3, u0 = .001, tau = 1: {strength:.13f} (Python: {python:.13f})")
    print("\n| view | slider | median ms to redraw | of it ours | 19 of 20 within |\n|---|---|---|---|---|")
    for address, key, found in [*rows, ("all", "", np.concatenate([found for *_, found in rows]))]:
        median, ours = np.median(found, axis=0)
        print(f"| {address} | {key} | {median:.1f} | {ours:.1f} | {np.quantile(found[:, 0], 0.95):.1f} |")
    times = served(options.sessions, options.seconds)
    print(f"\n| {options.sessions} sessions ask for | answers | median ms | p95 |\n|---|---|---|---|")
    for kind, each in [*times.items(), ("all", [*itertools.chain(*times.values())])]:
        print(f"| {kind} | {len(each)} | {np.median(each):.0f} | {np.quantile(each, 0.95):.0f} |")


if __name__ == "__main__":
    main()
