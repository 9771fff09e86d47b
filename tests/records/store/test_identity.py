"""Signing in at a real OpenID Connect provider of this machine: only its own, fresh, unused tokens for us are taken."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from records.store import Refused, Role, SessionOver, Store, StoreError, open_store
from records.store.identity import (
    Provider,
    Settings,
    actor_from_claims,
    check_token,
    fetch_keys,
    read_settings,
)

CLIENT = "placewell"
ROLES = {"cs-family-finders": Role.FAMILY_FINDER, "cs-panel": Role.PANEL_MEMBER}
ANN = {"sub": "ann", "name": "Ann Example", "groups": ["cs-family-finders", "something-else"]}
EVE = {"sub": "eve", "groups": ["something-else"]}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of a provider in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    for user in (ANN, EVE):
        command += ["--user-claims", json.dumps(user)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(150):
        try:
            fetch_keys(address)
            break
        except StoreError:
            assert running.poll() is None, "the provider did not start"
            time.sleep(0.2)
    yield address
    running.kill()
    running.wait()


@pytest.fixture(scope="module")
def keys(issuer: str) -> KeySet:
    """The keys with which it signs."""
    return fetch_keys(issuer)


@pytest.fixture
def provider(issuer: str) -> Provider:
    """What the council sets."""
    return Provider(issuer, CLIENT, ROLES)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Gives a redirect back instead of following it."""

    def redirect_request(self, *_: Any) -> None:
        return None


def signed_in(issuer: str, sub: str, client: str = CLIENT, nonce: str = "") -> str:
    """Go through the provider's own sign-in; gives the id token."""
    back = "http://127.0.0.1:1/back"
    asked = {"client_id": client, "redirect_uri": back, "response_type": "code", "scope": "openid profile"}
    query = urllib.parse.urlencode(asked | ({"nonce": nonce} if nonce else {}))
    form = urllib.parse.urlencode({"sub": sub}).encode()
    try:
        urllib.request.build_opener(NoRedirect).open(f"{issuer}/oauth2/authorize?{query}", form)
        raise AssertionError("no redirect")
    except urllib.error.HTTPError as redirect:
        code = urllib.parse.parse_qs(urllib.parse.urlsplit(redirect.headers["Location"]).query)["code"][0]
        redirect.close()
    asks = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "client_id": client}
    data = urllib.parse.urlencode(asks | {"client_secret": "secret"}).encode()
    with urllib.request.urlopen(f"{issuer}/oauth2/token", data) as answer:
        return str(json.loads(answer.read())["id_token"])


def test_a_token_of_the_provider_signs_somebody_in_with_their_roles(
    issuer: str, keys: KeySet, provider: Provider, place: str
) -> None:
    """The whole way: provider, keys, token, claims, roles by the council's table, session, first act."""
    now = datetime.now(UTC)
    nonce = secrets.token_urlsafe(8)
    claims, token = check_token(signed_in(issuer, "ann", nonce=nonce), provider, keys, now=now, nonce=nonce)
    actor = actor_from_claims(claims, Settings(provider), now=now)
    assert (actor.user_id, actor.name, actor.roles) == ("ann", "Ann Example", {Role.FAMILY_FINDER})
    store = open_store(place)
    session = store.sign_in(actor, token)
    assert store.list_runs(session) == []
    with pytest.raises(Refused, match="used before"):
        store.sign_in(actor, token)  # the same token, replayed
    store.close()


def refused(words: str, token: str, provider: Provider, keys: KeySet, **given: Any) -> None:
    """The token is refused, for this reason, and nothing of it is said back."""
    with pytest.raises(Refused, match=words) as error:
        check_token(token, provider, keys, **{"now": datetime.now(UTC), **given})
    assert token not in str(error.value)


def test_expired_early_and_misdirected_tokens_are_refused(issuer: str, keys: KeySet, provider: Provider) -> None:
    """Out of time, not yet in time, for another app, of another issuer, for another sign-in."""
    now = datetime.now(UTC)
    token = signed_in(issuer, "ann", nonce="n1")
    check_token(token, provider, keys, now=now)
    refused("its time is over", token, provider, keys, now=now + timedelta(hours=2))
    refused("its time has not begun", token, provider, keys, now=now - timedelta(minutes=5))
    refused("it was made for another app", signed_in(issuer, "ann", client="other"), provider, keys)
    refused("another issuer made it", token, Provider("https://other.example", CLIENT, ROLES), keys)
    refused("it does not answer this sign-in", token, provider, keys, nonce="n2")


def claims_now(provider: Provider, **changes: Any) -> dict[str, Any]:
    """Claims as the provider would make them."""
    now = int(time.time())
    made = {"iss": provider.issuer, "aud": CLIENT, "sub": "ann", "iat": now, "exp": now + 600, **changes}
    return {name: value for name, value in made.items() if value is not None}


def by_hand(head: dict[str, str], claims: dict[str, Any], secret: bytes | None) -> str:
    """A token that no library would make: not signed, or signed with a secret."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (head, claims)]
    body = b".".join(parts)
    mark = b"" if secret is None else hmac.new(secret, body, "sha256").digest()
    return (body + b"." + base64.urlsafe_b64encode(mark).rstrip(b"=")).decode()


def test_forged_tokens_are_refused(issuer: str, keys: KeySet, provider: Provider) -> None:
    """Another key under the provider's name, a changed claim, no signature, or its public key as a shared secret."""
    mine = RSAKey.generate_key(2048, {"kid": keys.keys[0].kid})
    refused("signature", jwt.encode({"alg": "RS256", "kid": mine.kid}, claims_now(provider), mine), provider, keys)
    head, body, signature = signed_in(issuer, "eve").split(".")
    other = signed_in(issuer, "ann").split(".")[1]
    refused("signature", f"{head}.{other}.{signature}", provider, keys)
    refused("signature", f"{head}.{body}.", provider, keys)
    refused("signature", by_hand({"alg": "none"}, claims_now(provider), None), provider, keys)
    public = keys.keys[0].as_pem(private=False)
    refused("signature", by_hand({"alg": "HS256"}, claims_now(provider), public), provider, keys)
    for rubbish in ("", "a.b.c", "é", head):
        with pytest.raises(Refused, match="signature"):
            check_token(rubbish, provider, keys, now=datetime.now(UTC))


LACKING = [
    ({"exp": None}, "when and until when"),
    ({"iat": None}, "when and until when"),
    ({"sub": None}, "when and until when"),
    ({"exp": "tomorrow"}, "when and until when"),
    ({"exp": True}, "when and until when"),
    ({"aud": None}, "for another app"),
    ({"aud": ["other"]}, "for another app"),
    ({"aud": [CLIENT, "other"]}, "handed to another app"),
    ({"azp": "other"}, "handed to another app"),
    ({"nbf": int(time.time()) + 86400}, "not begun"),
]


@pytest.mark.parametrize(("changes", "words"), LACKING)
def test_a_token_says_all_it_must(changes: dict[str, Any], words: str) -> None:
    """Even with the right signature: who, for whom, when and until when."""
    provider = Provider("https://accounts.example", CLIENT, ROLES)
    key = RSAKey.generate_key(2048, {"kid": "k"})
    token = jwt.encode({"alg": "RS256", "kid": "k"}, claims_now(provider, **changes), key)
    refused(words, token, provider, KeySet([key]))


def test_claims_give_roles_by_the_table_and_nothing_else(store: Store) -> None:
    """No role in the table, no entry; an old sign-in is made again; without a provider claims count for nothing."""
    settings = Settings(Provider("https://accounts.example", CLIENT, ROLES))
    now = datetime.now(UTC)
    assert settings.provider is not None
    good = claims_now(settings.provider, groups=["cs-panel"])
    assert actor_from_claims(good, settings, now=now).roles == {Role.PANEL_MEMBER}
    assert actor_from_claims({**good, "groups": "cs-panel"}, settings, now=now).roles == {Role.PANEL_MEMBER}
    with pytest.raises(Refused, match="ann has no role here"):
        actor_from_claims({**good, "groups": ["administrator"]}, settings, now=now)
    with pytest.raises(SessionOver, match="older than a session"):
        actor_from_claims(good, settings, now=now + timedelta(hours=9))
    with pytest.raises(Refused, match="another issuer"):
        actor_from_claims({**good, "iss": "https://other.example"}, settings, now=now)
    with pytest.raises(Refused, match="no sign-in is set up"):
        actor_from_claims(good, Settings(), now=now)


FORM = """
[provider]
issuer = "https://login.example/council"
client_id = "placewell"
roles_claim = "roles"

[roles]
"CS Placements" = "family_finder"
"CS Panel Chair" = "panel_chair"

[session]
idle_minutes = 10
longest_hours = 4
"""


def test_settings_are_read_whole_or_not_at_all(tmp_path: Path) -> None:
    """Without a file: one user, this computer, loopback only. A doubtful file lets nobody in."""
    alone = read_settings(None)
    assert (alone.listens_on, alone.words) == ("127.0.0.1", "single user, this computer")
    assert alone.sessions.one_user
    path = tmp_path / "access.toml"
    path.write_text(FORM, encoding="utf-8")
    read = read_settings(path)
    assert read.provider is not None
    assert read.provider.roles == {"CS Placements": Role.FAMILY_FINDER, "CS Panel Chair": Role.PANEL_CHAIR}
    assert read.listens_on is None
    assert (read.sessions.idle, read.sessions.one_user) == (timedelta(minutes=10), False)
    for wrong, words in (
        (FORM.replace("https://login", "http://login"), "not reached safely"),
        (FORM.replace('"family_finder"', '"boss"'), "boss"),
        (FORM.replace("client_id", "client"), "client_id are needed"),
        (FORM.replace("idle_minutes = 10", "idle_minutes = 0"), "whole numbers"),
        (FORM.replace("[session]", "[sessions]"), "unknown: sessions"),
        (FORM.replace('"CS Placements" = "family_finder"\n"CS Panel Chair" = "panel_chair"', ""), "nobody could do"),
        ('[roles]\n"x" = "auditor"', "without"),
        ("[", "cannot be read"),
    ):
        path.write_text(wrong, encoding="utf-8")
        with pytest.raises(StoreError, match=words):
            read_settings(path)


def test_a_provider_that_does_not_answer_or_lies_lets_nobody_in(issuer: str) -> None:
    """No keys, no entry."""
    with pytest.raises(StoreError, match="does not answer"):
        fetch_keys("http://127.0.0.1:1")
    with pytest.raises(StoreError, match="calls itself"):
        fetch_keys(f"{issuer}/")
