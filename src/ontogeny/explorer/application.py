"""The server: it hands out the page, and answers what the page cannot compute. It keeps nothing of what it is asked."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from .._core.checks import InputError
from .guard import Guard
from .page_files import KINDS, Table, page_files
from .requests import MOST_BYTES, Asked, Course, Samples, SharedInputs, Training, Upload, sentence
from .workers import LIMIT, WORKERS, Stopped, Workers

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

Sentence = Callable[[InputError], str]
QUESTIONS: dict[str, type[Asked]] = {"training": Training, "shared_inputs": SharedInputs, "netcdf": Course}
FILES: dict[str, type[Upload]] = {"table": Upload, "samples": Samples}
ROUTES = {"training": "simulate", "shared_inputs": "correlated"}  # of jobs that have another name in addresses


class TooLarge(Exception):
    """A request of more bytes than are taken."""


def application(
    *, table: Table | None = None, said: Sentence = str, workers: int = WORKERS, limit: float = LIMIT
) -> Guard:
    """The server as an ASGI application.

    Parameters
    ----------
    table : mapping, optional
        A table to begin with.
    said : function
        How an `InputError` is written.
    workers : int
        Number of child processes.
    limit : float
        Seconds for one answer.
    """
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.routing import Route

    pool, shown = Workers(workers, limit), page_files(server=True, table=table)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        pool.start()
        try:
            yield
        finally:
            pool.stop()

    answers = [(job, partial(_question, pool, said, job)) for job in QUESTIONS]
    answers += [(job, partial(_file, pool, said, job)) for job in FILES]
    routes = [Route(f"/api/{ROUTES.get(job, job)}", answer, methods=["POST"]) for job, answer in answers]
    routes.append(Route("/{path:path}", partial(_page, shown), methods=["GET"]))
    handlers: Any = {HTTPException: _no_such, Exception: _failed}
    return Guard(Starlette(routes=routes, lifespan=lifespan, exception_handlers=handlers))


async def _page(shown: dict[str, bytes], request: Request) -> Response:
    """A file of the page; names are looked up, never opened."""
    from starlette.responses import Response

    path = request.path_params["path"] or "index.html"
    kind = KINDS.get(PurePosixPath(path).suffix)
    if path not in shown or kind is None:
        return _error("there is no such page", 404)
    return Response(shown[path], media_type=kind)


async def _question(pool: Workers, said: Sentence, job: str, request: Request) -> Response:
    """A question with a world."""
    try:
        asked = QUESTIONS[job].model_validate_json(await _body(request))
    except TooLarge as error:
        return _error(str(error), 413)
    except ValidationError as error:
        return _error(sentence(error), 422)
    return await _answer(pool, said, job, asked.model_dump(), request)


async def _file(pool: Workers, said: Sentence, job: str, request: Request) -> Response:
    """A question with a file."""
    try:
        asked = FILES[job].model_validate(dict(request.query_params))
        content = await _body(request)
    except ValidationError as error:
        return _error(sentence(error), 422)
    except TooLarge as error:
        return _error(str(error), 413)
    return await _answer(pool, said, job, {**asked.model_dump(), "content": content}, request)


async def _answer(pool: Workers, said: Sentence, job: str, arguments: dict[str, Any], request: Request) -> Response:
    from starlette.responses import JSONResponse, Response

    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    try:
        answer = await pool.ask(job, arguments, gone)
    except InputError as error:
        return _error(said(error), 422)
    except Stopped as stop:
        return _error(str(stop), 503)
    if isinstance(answer, bytes):
        return Response(answer, media_type="application/x-netcdf")
    return JSONResponse(answer)


async def _body(request: Request) -> bytes:
    """The body of a request, unless it is too large: no more is read than may be."""
    too_large = TooLarge(f"the request has more than {MOST_BYTES // 1_000_000} MB; use ontogeny learn for large tables")
    if int(request.headers.get("content-length", "0") or "0") > MOST_BYTES:
        raise too_large
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise too_large
        parts.append(part)
    return b"".join(parts)


async def _no_such(request: Request, error: Any) -> Response:
    return _error(
        "there is no such page" if error.status_code == 404 else "this is not how it is asked", error.status_code
    )


async def _failed(request: Request, error: Exception) -> Response:
    return _error("this is a fault of the program", 500)


def _error(why: str, status: int) -> Response:
    from starlette.responses import JSONResponse

    return JSONResponse({"error": why}, status_code=status)
