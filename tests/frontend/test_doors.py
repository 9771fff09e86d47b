"""The door that every request passes: what it refuses, what it lets in, and what it says with every answer."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from frontend.doors import LARGEST_UPLOAD_MB, MEGABYTE, MOST_UPLOADED_MB, Doors, content_policy
from frontend.office import Office
from frontend.serving import INDEX
from frontend.sign_in import COOKIE
from records.store import Actor, Role, SessionRules, create, open_store
from records.store.identity import Provider, Settings
from tests.records.store.stories import Clock

ANN = Actor("ann", "Ann", frozenset({Role.FAMILY_FINDER}), session="s")
HERE = "placewell.example.gov.uk"
SIGN_IN = Settings(
    Provider("https://login.example", "placewell", {"x": Role.FAMILY_FINDER}), SessionRules(one_user=False)
)


def in_a_loop_of_its_own(work: Coroutine[Any, Any, None]) -> None:
    """Do it on another thread: a browser that is driven in this process has a loop of its own on the main one."""
    with ThreadPoolExecutor(1) as other:
        other.submit(asyncio.run, work).result()


@dataclass
class Inside:
    """The app behind the door: remembers what came through."""

    came: list[Scope] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.came.append(scope)
        if scope["type"] == "http":
            headers = [(b"content-type", b"text/plain"), (b"Cache-Control", b"public"), (b"x-frame-options", b"no")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"inside"})
        elif scope["type"] == "websocket":
            await send({"type": "websocket.accept"})


@dataclass
class Door:
    """A door to try, and what is behind it."""

    office: Office
    clock: Clock
    inside: Inside
    doors: Doors

    def ask(self, path: str = "/", kind: str = "http", method: str = "GET", **headers: str) -> list[Message]:
        """Send one request or socket; gives all that was answered. `headers`: with `_` for `-`; empty: leave it out."""
        given = {"host": HERE, **{name.replace("_", "-"): value for name, value in headers.items()}}
        scope: dict[str, Any] = {
            "type": kind,
            "path": path,
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items() if value],
            "query_string": b"",
        }
        if kind == "http":
            scope["method"] = method
        answered: list[Message] = []

        async def receive() -> Message:
            return {"type": "websocket.connect"} if kind == "websocket" else {"type": "http.request", "body": b""}

        async def send(message: Message) -> None:
            answered.append(message)

        in_a_loop_of_its_own(self.doors(scope, receive, send))
        return answered

    def status(self, path: str = "/", **given: Any) -> int:
        """The status of the answer to one request."""
        return int(self.ask(path, **given)[0]["status"])

    def socket(self, **headers: str) -> str:
        """What becomes of a socket."""
        return str(self.ask("/_stcore/stream", "websocket", **headers)[-1]["type"])

    def body(self, path: str = "/", **given: Any) -> str:
        """The text of the answer."""
        return b"".join(one.get("body", b"") for one in self.ask(path, **given)).decode()

    def headers(self, path: str = "/", **given: Any) -> dict[str, str]:
        """The headers of the answer; none is there twice."""
        found = [(k.decode().lower(), v.decode()) for k, v in self.ask(path, **given)[0]["headers"]]
        assert len(dict(found)) == len(found)
        return dict(found)

    def cookie(self, actor: Actor = ANN) -> str:
        """The cookie of somebody who has just signed in."""
        return f"{COOKIE}={self.office.badges.issue(actor)}"


def door(folder: Path, settings: Settings, address: str) -> Door:
    """A door for an office with these settings at this address."""
    place, clock = str(folder / f"{len(list(folder.iterdir()))}.db"), Clock()
    create(place)
    office = Office(open_store(place, clock=clock), settings, address=address, clock=clock)
    inside = Inside()
    return Door(office, clock, inside, Doors(inside, office=office, policy="default-src 'self'"))


@pytest.fixture
def mine(tmp_path: Path) -> Iterator[Door]:
    """The door of one user at this computer."""
    made = door(tmp_path, Settings(), "http://127.0.0.1:8765")
    yield made
    made.office.close()


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Door]:
    """The door of a council with a sign-in."""
    made = door(tmp_path, SIGN_IN, f"https://{HERE}")
    yield made
    made.office.close()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[", "127.0.0.1@evil.example", HERE])
def test_one_user_is_reached_at_this_computer_alone(mine: Door, host: str) -> None:
    """Any other name, such as one that an attacker's page points here, gets nothing: neither page nor socket."""
    assert mine.status(host=host) == 404
    assert mine.socket(host=host, origin=f"http://{host}") == "websocket.close"
    assert mine.inside.came == []


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "LOCALHOST", "localhost.", "[::1]:8765"])
def test_one_user_is_let_in_at_this_computer(mine: Door, host: str) -> None:
    """By each name of this computer, with any port."""
    assert mine.status(host=host) == 200


def test_a_council_is_reached_at_its_address_and_nowhere_else(ours: Door) -> None:
    """The name of the address it was given; this computer's names, for whoever checks that it is well."""
    assert ours.status("/_stcore/health") == 200
    assert ours.status("/_stcore/health", host=f"{HERE.upper()}:443") == 200
    assert ours.status("/_stcore/health", host="127.0.0.1:8765") == 200
    assert ours.status("/_stcore/health", host="other.example.gov.uk") == 404


@pytest.mark.parametrize("origin", ["", "null", "https://evil.example", f"https://{HERE}.evil.example", "https://["])
def test_a_socket_from_elsewhere_is_closed(ours: Door, origin: str) -> None:
    """Without an Origin, or with another site's, even with a good cookie."""
    assert ours.socket(origin=origin, cookie=ours.cookie()) == "websocket.close"
    assert ours.inside.came == []


def test_a_socket_from_here_is_opened_for_who_is_signed_in(ours: Door) -> None:
    """With this site's Origin and a session; without the session it is closed."""
    assert ours.socket(origin=f"https://{HERE}", cookie=ours.cookie()) == "websocket.accept"
    assert ours.socket(origin=f"https://{HERE}") == "websocket.close"


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/metrics/",
        "/_stcore/agent",
        "/_stcore/agent/x",
        "/_stcore/script-health-check",
        "/auth/login",
        "/oauth2callback",
    ],
)
def test_what_is_not_needed_is_not_served(ours: Door, mine: Door, path: str) -> None:
    """Counts of use, remote control and another way of signing in: not there, for anybody."""
    assert ours.status(path, cookie=ours.cookie()) == 404
    assert mine.status(path, host="127.0.0.1") == 404
    assert mine.inside.came == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/record", 200),
        ("/static/js/index.js", 401),
        ("/_stcore/host-config", 401),
        ("/media/0123456789abcdef.pdf", 401),
        ("/component/x/index.html", 401),
        ("/_stcore/upload_file/a/b", 401),
        ("/secret.pdf", 401),
    ],
)
def test_who_is_not_signed_in_sees_the_way_to_sign_in_and_nothing_else(ours: Door, path: str, status: int) -> None:
    """Pages show where to sign in; parts, files and uploads are refused; nothing reaches the app."""
    assert ours.status(path) == status
    assert 'href="/auth/start"' in ours.body(path)
    assert ours.status(path, cookie=f"{COOKIE}=made-up") == status
    assert ours.status(path, cookie="=;=") == status
    assert ours.inside.came == []


def test_an_upload_without_a_session_is_refused_before_a_byte_is_read(ours: Door) -> None:
    """However it is sent."""
    for method in ("PUT", "POST"):
        assert ours.status("/_stcore/upload_file/a/b", method=method, content_length="10") == 401
    assert ours.inside.came == []


def test_who_is_signed_in_is_let_in_until_the_session_ends(ours: Door) -> None:
    """Pages, parts and uploads; no more once the person signed out, or was away too long."""
    cookie = ours.cookie()
    for path in ("/", "/static/js/index.js", "/_stcore/host-config", "/media/x.pdf"):
        assert ours.body(path, cookie=cookie) == "inside"
    ours.office.badges.end(cookie.partition("=")[2])
    assert "inside" not in ours.body(cookie=cookie)
    cookie = ours.cookie()
    ours.clock.on(minutes=16)
    assert "inside" not in ours.body(cookie=cookie)


def test_requests_of_the_page_itself_do_not_keep_a_session_alive(ours: Door) -> None:
    """Files that a forgotten tab asks for are no use by a person: the session still goes idle."""
    cookie = ours.cookie()
    for _ in range(4):
        ours.clock.on(minutes=4)
        status = ours.status("/media/x.pdf", cookie=cookie)
    assert status == 401


def test_files_that_are_too_large_are_refused(mine: Door) -> None:
    """Each file has a limit, everybody's of an hour together another; without its length no file is taken."""
    upload = {"host": "127.0.0.1", "method": "PUT"}
    path = "/_stcore/upload_file/a/b"
    assert mine.status(path, **upload) == 411
    assert mine.status(path, **upload, content_length="-1") == 411
    assert mine.status(path, **upload, content_length="1e3") == 411
    assert mine.status(path, **upload, content_length=str((LARGEST_UPLOAD_MB + 1) * MEGABYTE + 1)) == 413
    assert mine.inside.came == []
    whole = MOST_UPLOADED_MB // LARGEST_UPLOAD_MB
    for _ in range(whole):
        assert mine.status(path, **upload, content_length=str(LARGEST_UPLOAD_MB * MEGABYTE)) == 200
    assert mine.status(path, **upload, content_length=str(MEGABYTE)) == 429
    assert len(mine.inside.came) == whole
    assert mine.status(path, host="127.0.0.1", method="DELETE") == 200


def test_what_was_uploaded_an_hour_ago_counts_no_more(mine: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of an hour is that of the last hour."""
    upload = {"path": "/_stcore/upload_file/a/b", "host": "127.0.0.1", "method": "PUT"}
    for _ in range(MOST_UPLOADED_MB // LARGEST_UPLOAD_MB):
        mine.ask(**upload, content_length=str(LARGEST_UPLOAD_MB * MEGABYTE))
    assert mine.status(**upload, content_length="5") == 429
    from frontend import doors

    now = doors.time.monotonic()
    monkeypatch.setattr("frontend.doors.time.monotonic", lambda: now + doors.HOUR + 1)
    assert mine.status(**upload, content_length="5") == 200


def test_every_answer_has_its_headers_refusals_among_them(ours: Door) -> None:
    """Content policy, no sniffing, no framing, no referrer, https alone; nothing is kept but the app's own parts."""
    cookie = ours.cookie()
    for given in ({}, {"cookie": cookie}, {"host": "evil.example"}, {"path": "/_stcore/metrics"}):
        headers = ours.headers(**given)
        assert headers["content-security-policy"] == "default-src 'self'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["strict-transport-security"] == "max-age=31536000"
        assert headers["cache-control"] == "no-store"
    assert ours.headers("/static/js/index.js", cookie=cookie)["cache-control"] == "public"
    assert ours.headers("/media/pack.pdf", cookie=cookie)["cache-control"] == "no-store"


def test_at_this_computer_https_is_not_asked_for(mine: Door) -> None:
    """One user's app has no certificate."""
    assert "strict-transport-security" not in mine.headers(host="127.0.0.1")


def test_the_content_policy_lets_in_streamlits_own_page_and_no_other_script() -> None:
    """Every inline script of the installed page is named by its hash; nothing is run from text or from elsewhere."""
    policy = dict(one.split(" ", 1) for one in content_policy(INDEX).split("; "))
    page = INDEX.read_text(encoding="utf-8")
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, flags=re.DOTALL)
    assert inline
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in inline]
    assert policy["script-src"].split() == ["'self'", *hashes]
    assert policy["connect-src"] == policy["default-src"] == "'self'"
    assert policy["object-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert not any("http" in one or "*" in one for one in policy.values())


def test_another_kind_of_message_goes_through(mine: Door) -> None:
    """The server's own start and stop are no request."""
    in_a_loop_of_its_own(mine.doors({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert mine.inside.came == [{"type": "lifespan"}]


def test_sessions_end_when_idle_when_too_long_and_at_sign_out(ours: Door) -> None:
    """A badge stands for its owner until then; use keeps it, but not beyond the longest time."""
    badges, clock = ours.office.badges, ours.clock
    idle, longest = ours.office.settings.sessions.idle, ours.office.settings.sessions.longest
    value = badges.issue(ANN)
    assert badges.actor(value) == ANN
    assert badges.actor(value + "x") is badges.actor("") is badges.actor(None) is None
    clock.on(seconds=(idle - timedelta(seconds=5)).total_seconds())
    assert badges.actor(value, acts=True) == ANN
    clock.on(seconds=(idle - timedelta(seconds=5)).total_seconds())
    assert badges.actor(value) == ANN  # the use before started the idle time anew
    clock.on(seconds=10)
    assert badges.actor(value, acts=True) is None
    kept = badges.issue(ANN)
    for _ in range(int(longest / (idle / 2))):
        assert badges.actor(kept, acts=True) == ANN
        clock.on(seconds=(idle / 2).total_seconds())
    assert badges.actor(kept, acts=True) is None
    gone, other = badges.issue(ANN), badges.issue(ANN)
    assert gone != other
    badges.end(gone)
    badges.end(None)
    assert badges.actor(gone) is None
    assert badges.actor(other) == ANN
