"""Who may talk to the server, and what every answer carries: this machine only, one origin, nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


class Guard:
    """An application behind its checks."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.application(scope, receive, send)
            return
        why = refusal({name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]})
        if why is not None:
            await _refuse(why, _carrying(send))
            return
        await self.application(scope, receive, _carrying(send))


def refusal(headers: dict[str, str]) -> str | None:
    """Why a request with these headers is not answered; None if it is.

    >>> refusal({"host": "127.0.0.1:8000"}), refusal({"host": "example.org"})
    (None, 'the explorer answers this machine only')
    """
    host = headers.get("host", "")
    if _name_of(f"http://{host}") not in LOOPBACK:
        return "the explorer answers this machine only"
    origin = headers.get("origin")
    if origin is not None and origin != f"http://{host}":
        return "the explorer answers its own page only"
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return "the explorer answers its own page only"
    return None


def _name_of(address: str) -> str | None:
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018  # raises where it is no number
    except ValueError:
        return None
    return parts.hostname if not parts.path and parts.username is None else None


def _carrying(send: Send) -> Send:
    """Send with the headers of every answer."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {name.lower() for name, _ in message.get("headers", [])}
            more = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
            message["headers"] = [*message.get("headers", []), *(pair for pair in more if pair[0] not in own)]
        await send(message)

    return sent


async def _refuse(why: str, send: Send) -> None:
    body = json.dumps({"error": why}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
