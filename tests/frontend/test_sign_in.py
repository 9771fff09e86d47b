"""Signing in at a real OpenID provider in a process of its own: the whole way, and each way that leads nowhere."""

from __future__ import annotations

import base64
import hashlib
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from frontend.office import Office
from frontend.sign_in import BEGUN, COOKIE, SECRET, SignIn
from records.store import Role, create, open_store
from records.store.identity import Provider, Settings
from tests.browser.serving import PEOPLE, sign_in_of_a_council

ADDRESS = "http://127.0.0.1:8765"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The council's sign-in."""
    with sign_in_of_a_council() as address:
        yield address


@pytest.fixture(scope="module")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty store."""
    place = str(tmp_path_factory.mktemp("store") / "placewell.db")
    create(place)
    return place


@pytest.fixture
def make(empty_file: str, issuer: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., SignIn]]:
    """Makes the sign-in of an office whose council gives each of these people a role."""
    monkeypatch.setenv(SECRET, "told to this app alone")
    opened = []

    def made(address: str = ADDRESS, **changes: Any) -> SignIn:
        roles = {f"cs-{role}": Role(role) for role in changes.pop("roles", PEOPLE.values())}
        provider = Provider(**{"issuer": issuer, "client_id": "placewell", "roles": roles, **changes})
        opened.append(Office(open_store(empty_file), Settings(provider), address=address))
        return SignIn(opened[-1])

    yield made
    for office in opened:
        office.close()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Gives a redirect back instead of following it."""

    def redirect_request(self, *_: Any) -> None:
        return None


def request(path: str, query: str = "", **cookies: str) -> Request:
    """A request of a browser with some cookies."""
    header = "; ".join(f"{name}={value}" for name, value in cookies.items()).encode()
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode()}
    return Request({**scope, "headers": [(b"cookie", header)]})


def cookies(answer: Response) -> SimpleCookie:
    """The cookies that an answer sets."""
    found: SimpleCookie = SimpleCookie()
    for name, value in answer.raw_headers:
        if name == b"set-cookie":
            found.load(value.decode())
    return found


def begun(sign_in: SignIn) -> tuple[str, str]:
    """Begin to sign in: the provider's address to go to, and what this browser was given."""
    answer = sign_in.start(request("/auth/start"))
    assert answer.status_code == 303
    return answer.headers["location"], cookies(answer)[BEGUN].value


def agreed(where: str, person: str) -> str:
    """Sign in on the provider's own page; gives the query with which the browser comes back."""
    form = urllib.parse.urlencode({"sub": person}).encode()
    with pytest.raises(urllib.error.HTTPError) as redirect:
        urllib.request.build_opener(NoRedirect).open(where, form)
    location = str(redirect.value.headers["Location"])
    redirect.value.close()
    assert location.startswith(f"{ADDRESS}/auth/callback?")
    return urllib.parse.urlsplit(location).query


def came_back(sign_in: SignIn, query: str, browser: str) -> Response:
    """The browser comes back from the provider."""
    return sign_in.callback(request("/auth/callback", query, **{BEGUN: browser}))


def words(answer: Response) -> str:
    """What the page says. Nobody who sees it is signed in."""
    assert COOKIE not in cookies(answer)
    return bytes(answer.body).decode()


def test_a_person_signs_in_and_the_browser_holds_one_random_value(make: Callable[..., SignIn]) -> None:
    """The whole way: away, back, a session with the role of the council's table, in a cookie that no script reads."""
    sign_in = make()
    where, browser = begun(sign_in)
    answer = came_back(sign_in, agreed(where, "cher"), browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = cookies(answer)[COOKIE]
    actor = sign_in._office.badges.actor(cookie.value)
    assert actor is not None
    assert (actor.user_id, actor.name, actor.roles) == ("cher", "Cher Example", {Role.PANEL_CHAIR})
    assert sign_in._office.store.runs_made(actor, 1) == []
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "lax", "28800")
    assert cookie["secure"] == ""  # at this computer only
    assert cookies(answer)[BEGUN]["max-age"] == "0"
    assert "cher" not in cookie.value


def test_what_is_asked_of_the_provider(make: Callable[..., SignIn], monkeypatch: pytest.MonkeyPatch) -> None:
    """A code, bound by PKCE to this sign-in; each sign-in has its own state, nonce and verifier."""
    sent: list[dict[str, str]] = []
    usual = urllib.request.urlopen

    def watched(what: Any, **given: Any) -> Any:
        if isinstance(what, urllib.request.Request) and isinstance(what.data, bytes):
            sent.append(dict(urllib.parse.parse_qsl(what.data.decode())))
        return usual(what, **given)

    monkeypatch.setattr("urllib.request.urlopen", watched)
    sign_in = make()
    where, browser = begun(sign_in)
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(where).query))
    assert asked["response_type"] == "code"
    assert asked["redirect_uri"] == f"{ADDRESS}/auth/callback"
    assert asked["code_challenge_method"] == "S256"
    came_back(sign_in, agreed(where, "fay"), browser)
    verifier = sent[-1]["code_verifier"]
    assert 43 <= len(verifier) <= 128
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    assert digest == asked["code_challenge"]
    again = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(begun(sign_in)[0]).query))
    assert all(again[name] != asked[name] for name in ("state", "nonce", "code_challenge"))


def test_over_https_the_cookies_go_over_https_alone(make: Callable[..., SignIn]) -> None:
    """A council's address begins with https, and so do all uses of its cookies."""
    sign_in = make("https://placewell.example.gov.uk")
    assert cookies(sign_in.start(request("/auth/start")))[BEGUN]["secure"] is True


def test_another_browser_cannot_finish_a_sign_in(make: Callable[..., SignIn]) -> None:
    """Whoever is sent somebody else's way back is not signed in as them; and that way is used up."""
    sign_in = make()
    where, browser = begun(sign_in)
    query = agreed(where, "fay")
    assert "not begun in this browser" in words(came_back(sign_in, query, "of another browser"))
    assert "not begun in this browser" in words(sign_in.callback(request("/auth/callback", query)))
    assert "not begun in this browser" in words(came_back(sign_in, query, browser))


def test_a_way_back_leads_in_only_once(make: Callable[..., SignIn]) -> None:
    """The same address again, as from the history of the browser: sign in anew."""
    sign_in = make()
    where, browser = begun(sign_in)
    query = agreed(where, "fay")
    assert came_back(sign_in, query, browser).status_code == 303
    assert "Please sign in again" in words(came_back(sign_in, query, browser))


def test_a_made_up_state_leads_nowhere(make: Callable[..., SignIn]) -> None:
    """Nobody here began it, whatever it says."""
    sign_in = make()
    _, browser = begun(sign_in)
    for query in ("", "state=", "state=made-up&code=x", "code=x"):
        assert "Please sign in again" in words(came_back(sign_in, query, browser))


def test_a_sign_in_that_took_too_long_is_begun_again(
    make: Callable[..., SignIn], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten minutes."""
    sign_in = make()
    where, browser = begun(sign_in)
    query = agreed(where, "fay")
    from frontend import sign_in as module

    late = module.time.monotonic() + module.MINUTES_TO_SIGN_IN * 60 + 1
    monkeypatch.setattr("frontend.sign_in.time.monotonic", lambda: late)
    assert "took too long" in words(came_back(sign_in, query, browser))


def test_a_code_that_was_used_gives_no_session(make: Callable[..., SignIn]) -> None:
    """The provider gives no second token for it."""
    sign_in = make()
    where, browser = begun(sign_in)
    code = urllib.parse.parse_qs(agreed(where, "fay"))["code"][0]
    state = urllib.parse.parse_qs(urllib.parse.urlsplit(where).query)["state"][0]
    assert came_back(sign_in, f"code={code}&state={state}", browser).status_code == 303
    other, browser = begun(sign_in)
    state = urllib.parse.parse_qs(urllib.parse.urlsplit(other).query)["state"][0]
    answer = came_back(sign_in, f"code={code}&state={state}", browser)
    assert answer.status_code == 403
    assert "gave no token" in words(answer)


def test_a_code_of_another_sign_in_is_refused(make: Callable[..., SignIn]) -> None:
    """A code that somebody slipped in: its token does not answer this sign-in."""
    sign_in = make()
    theirs, _ = begun(sign_in)
    code = urllib.parse.parse_qs(agreed(theirs, "ada"))["code"][0]
    mine, browser = begun(sign_in)
    state = urllib.parse.parse_qs(urllib.parse.urlsplit(mine).query)["state"][0]
    answer = came_back(sign_in, f"code={code}&state={state}", browser)
    assert answer.status_code == 403
    assert "does not answer this sign-in" in words(answer)


def test_who_has_no_role_here_is_not_let_in(make: Callable[..., SignIn]) -> None:
    """The council's account is good; nobody gave it a role in Placewell."""
    sign_in = make(roles=["auditor"])
    where, browser = begun(sign_in)
    answer = came_back(sign_in, agreed(where, "fay"), browser)
    assert answer.status_code == 403
    assert "fay has no role here" in words(answer)


def test_who_says_no_at_the_provider_is_told_so(make: Callable[..., SignIn]) -> None:
    """Without a code nobody is signed in; what the provider says is not repeated."""
    sign_in = make()
    where, browser = begun(sign_in)
    state = urllib.parse.parse_qs(urllib.parse.urlsplit(where).query)["state"][0]
    query = f"state={state}&error=access_denied&error_description=<script>alert(1)</script>"
    answer = came_back(sign_in, query, browser)
    assert answer.status_code == 403
    assert "did not let you in" in words(answer)
    assert "<script" not in words(answer)


def test_while_the_provider_is_down_a_page_says_so(make: Callable[..., SignIn]) -> None:
    """Nobody can sign in, and nobody sees an error of the machine."""
    answer = make(issuer="http://127.0.0.1:9/").start(request("/auth/start"))
    assert answer.status_code == 503
    assert "nobody can sign in just now" in words(answer)


def test_a_provider_that_goes_away_half_way_signs_nobody_in(
    make: Callable[..., SignIn], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way back finds no provider: said in words, with what to do."""
    sign_in = make()
    where, browser = begun(sign_in)
    query = agreed(where, "fay")

    def away(*_: Any, **__: Any) -> Any:
        raise urllib.error.URLError("refused")

    monkeypatch.setattr("urllib.request.urlopen", away)
    answer = came_back(sign_in, query, browser)
    assert answer.status_code == 403
    assert "Try again" in words(answer)


def test_many_at_once_each_get_their_own_session(make: Callable[..., SignIn]) -> None:
    """Five people sign in at the same time; each browser stands for its own person."""
    sign_in = make()
    people = ["fay", "mel", "cher", "dee", "ada"]
    found: dict[str, str] = {}

    def one(person: str) -> None:
        where, browser = begun(sign_in)
        answer = came_back(sign_in, agreed(where, person), browser)
        actor = sign_in._office.badges.actor(cookies(answer)[COOKIE].value)
        found[person] = actor.user_id if actor is not None else "nobody"

    threads = [threading.Thread(target=one, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == {person: person for person in people}


def test_without_a_sign_in_there_is_nowhere_to_sign_in(tmp_path: Path) -> None:
    """One user at this computer: no routes; with a provider, two."""
    create(str(tmp_path / "placewell.db"))
    office = Office(open_store(str(tmp_path / "placewell.db")))
    assert SignIn(office).routes() == []
    office.close()
