"""The door that every request passes: right host, signed in, nothing too large; and headers against misuse.

Source: OWASP ASVS 5.0, V3 (browser), V4 (HTTP), V5 (files), V7 (sessions).
"""

from __future__ import annotations

import base64
import hashlib
import re
import threading
import time
from collections import deque
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from frontend.office import Office
from frontend.sign_in import COOKIE, welcome

MEGABYTE: Final = 1 << 20
LARGEST_UPLOAD_MB: Final = 25
MOST_UPLOADED_MB: Final = 200
"""What one session may upload in an hour; Streamlit itself keeps no count."""
HOUR: Final = 3600.0
NOT_SERVED: Final = (
    "/_stcore/metrics",
    "/_stcore/agent",
    "/_stcore/script-health-check",
    "/auth/login",
    "/oauth2callback",
)
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def content_policy(index: Path) -> str:
    """What the page may load: from this server alone, and the inline scripts of Streamlit's own page, by their hash."""
    text = index.read_text(encoding="utf-8")
    inline = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in inline)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {hashes}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class Doors:
    """ASGI middleware: see the module."""

    def __init__(self, app: ASGIApp, *, office: Office, policy: str) -> None:
        self._app, self._office = app, office
        parts = urlsplit(office.address)
        self._hosts = LOOPBACK if office.one_user else frozenset({*LOOPBACK, (parts.hostname or "").lower()})
        self._headers = [
            (b"content-security-policy", policy.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
            (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
        ]
        if parts.scheme == "https":
            self._headers.append((b"strict-transport-security", b"max-age=31536000"))
        self._uploads: dict[str, deque[tuple[float, int]]] = {}
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or one socket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, self._with_headers(scope, send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refusal(scope, receive, self._with_headers(scope, send))

    def _refusal(self, scope: Scope) -> Response | None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        path: str = scope["path"]
        host = _hostname(headers.get("host", ""))
        if host not in self._hosts:
            return PlainTextResponse("This address is not served here.", status_code=404)
        if path.startswith(NOT_SERVED):
            return PlainTextResponse("Not found.", status_code=404)
        # with its port: another server on this computer is not this app
        if scope["type"] == "websocket" and headers.get("origin", "").partition("//")[2] != headers.get("host", ""):
            return PlainTextResponse("Not from here.", status_code=403)
        if not self._office.one_user and not path.startswith(("/auth/", "/_stcore/health")):
            actor = self._office.badges.actor(_cookie(headers.get("cookie", "")))
            if actor is None:
                return welcome() if scope["type"] == "http" and _is_page(path) else welcome(status=401)
        if path.startswith("/_stcore/upload_file/") and scope.get("method") in ("PUT", "POST"):
            return self._too_much(_cookie(headers.get("cookie", "")) or "", headers.get("content-length", ""))
        return None

    def _too_much(self, who: str, length: str) -> Response | None:
        if not length.isdigit():
            return PlainTextResponse("Say how large the file is.", status_code=411)
        size, now = int(length), time.monotonic()
        with self._lock:
            self._uploads = {one: sent for one, sent in self._uploads.items() if now - sent[-1][0] <= HOUR}
            mine = self._uploads.get(who, deque())
            while mine and now - mine[0][0] > HOUR:
                mine.popleft()
            # the file itself is a little smaller than what carries it
            if size > (LARGEST_UPLOAD_MB + 1) * MEGABYTE:
                return PlainTextResponse(f"A file may have {LARGEST_UPLOAD_MB} MB.", status_code=413)
            if sum(n for _, n in mine) + size > MOST_UPLOADED_MB * MEGABYTE:
                return PlainTextResponse("Too much was uploaded in the last hour. Try again later.", status_code=429)
            mine.append((now, size))
            self._uploads[who] = mine
        return None

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        kept = self._headers
        if not scope["path"].startswith("/static/"):
            kept = [*kept, (b"cache-control", b"no-store")]

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                mine = {name for name, _ in kept}
                theirs = [(name, value) for name, value in message["headers"] if name.lower() not in mine]
                message = {**message, "headers": [*theirs, *kept]}
            await send(message)

        return sent


def _hostname(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def _cookie(header: str) -> str | None:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return None
    return found.value if found is not None else None


def _is_page(path: str) -> bool:
    """Whether a person asked for a page, and not a page for one of its parts."""
    return not path.startswith(("/_stcore/", "/static/", "/media/", "/component/")) and "." not in path
