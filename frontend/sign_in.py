"""Signing in with the council's accounts: OpenID Connect, authorisation code with PKCE, and a session kept here.

The browser holds one random value, in a cookie that no script can read. Roles, and that a session has ended, are
known to this server alone: a copied cookie is worth nothing once its owner has signed out.
Source: OpenID Connect Core 1.0, section 3.1; RFC 7636 (PKCE); OWASP ASVS 5.0, V7 and V10.
"""

from __future__ import annotations

import base64
import hashlib
import html
import http.client
import json
import os
import secrets
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from frontend.office import Office
from records.store import StoreError
from records.store.identity import actor_from_claims, check_token, discovered, fetch_keys

COOKIE: Final = "placewell_session"
BEGUN: Final = "placewell_signing_in"
SECRET: Final = "PLACEWELL_CLIENT_SECRET"  # noqa: S105 - the name of a variable
MINUTES_TO_SIGN_IN: Final = 10
SECONDS: Final = 10
MOST_BEGUN: Final = 1000
"""Sign-ins under way that are remembered; the oldest gives way."""
LARGEST_ANSWER: Final = 1_000_000

PAGE: Final = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{title} - Placewell</title>
<style>
body {{ font: 1.1rem/1.5 system-ui, "Segoe UI", Arial, sans-serif; color: #0b0c0c; background: #fff; margin: 0; }}
header {{ background: #12436d; color: #fff; padding: .75rem 1.5rem; font-weight: 700; }}
main {{ max-width: 40rem; padding: 1rem 1.5rem; }}
a.button {{ display: inline-block; background: #12436d; color: #fff; padding: .6rem 1.2rem; text-decoration: none; }}
a:focus-visible {{ outline: .2rem solid #0b0c0c; box-shadow: 0 0 0 .4rem #ffdd00; }}
</style></head>
<body><header>Placewell</header><main><h1>{title}</h1>{text}
<p><a class="button" href="/auth/start">Sign in</a></p></main></body></html>"""


def page(title: str, *paragraphs: str, status: int = 200) -> HTMLResponse:
    """A page with a way to sign in, for whoever is not."""
    text = "".join(f"<p>{html.escape(one)}</p>" for one in paragraphs)
    return HTMLResponse(PAGE.format(title=html.escape(title), text=text), status_code=status)


def welcome(status: int = 200) -> HTMLResponse:
    """What somebody sees who is not signed in."""
    return page("Sign in", "Placewell holds children's records. Use your council account.", status=status)


@dataclass(frozen=True, slots=True)
class _Begun:
    nonce: str
    verifier: str
    browser: str
    at: float


class SignIn:
    """The two steps of a sign-in: away to the provider, and back."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._begun: dict[str, _Begun] = {}
        self._lock = threading.Lock()

    def routes(self) -> list[Route]:
        """Where the browser goes; none where there is one user at this computer."""
        if self._office.one_user:
            return []
        return [Route("/auth/start", self.start), Route("/auth/callback", self.callback)]

    @property
    def _secure(self) -> bool:
        return self._office.address.startswith("https:")

    @property
    def _back(self) -> str:
        return f"{self._office.address.rstrip('/')}/auth/callback"

    def start(self, request: Request) -> Response:  # noqa: ARG002
        """Send the browser to the provider."""
        provider = self._office.settings.provider
        assert provider is not None  # noqa: S101 - there is no route otherwise
        try:
            told = discovered(provider.issuer)
        except StoreError as error:
            return page("Sorry, nobody can sign in just now", error.what, error.mend, status=503)
        if len(self._begun) >= MOST_BEGUN:
            with self._lock:
                self._begun.pop(next(iter(self._begun)), None)
        state, nonce, verifier, browser = (secrets.token_urlsafe(32) for _ in range(4))
        now = time.monotonic()
        with self._lock:
            self._begun = {k: b for k, b in self._begun.items() if now - b.at < MINUTES_TO_SIGN_IN * 60}
            self._begun[state] = _Begun(nonce, verifier, browser, now)
        asked = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": self._back,
            "scope": "openid profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        where = f"{told['authorization_endpoint']}?{urllib.parse.urlencode(asked)}"
        answer = RedirectResponse(where, status_code=303)
        answer.set_cookie(
            BEGUN, browser, max_age=MINUTES_TO_SIGN_IN * 60, httponly=True, samesite="lax", secure=self._secure
        )
        return answer

    def callback(self, request: Request) -> Response:
        """The browser comes back with a code: take the token for it, check it, and begin a session."""
        office = self._office
        provider = office.settings.provider
        assert provider is not None  # noqa: S101 - there is no route otherwise
        with self._lock:
            begun = self._begun.pop(request.query_params.get("state", ""), None)
        if (
            begun is None
            or time.monotonic() - begun.at > MINUTES_TO_SIGN_IN * 60
            or not secrets.compare_digest(begun.browser, request.cookies.get(BEGUN, ""))
        ):
            return page("Please sign in again", "This sign-in was not begun in this browser, or took too long.")
        code = request.query_params.get("code")
        if not code:
            return page("You are not signed in", "The council's sign-in did not let you in.", status=403)
        try:
            token = self._token_for(code, begun.verifier)
            now = office.clock()
            claims, once = check_token(token, provider, fetch_keys(provider.issuer), now=now, nonce=begun.nonce)
            actor = office.store.sign_in(actor_from_claims(claims, office.settings, now=now), once)
        except StoreError as error:
            return page("You are not signed in", error.what, error.mend, status=403)
        office.badges.end(request.cookies.get(COOKIE))
        answer = RedirectResponse("/", status_code=303)
        answer.delete_cookie(BEGUN)
        answer.set_cookie(
            COOKIE,
            office.badges.issue(actor),
            max_age=int(office.settings.sessions.longest.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )
        return answer

    def _token_for(self, code: str, verifier: str) -> str:
        """The id token for a code. Raises `StoreError` when the provider does not give one."""
        provider = self._office.settings.provider
        assert provider is not None  # noqa: S101 - there is no route otherwise
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "client_id": provider.client_id,
            "code_verifier": verifier,
        }
        headers = {"Accept": "application/json"}
        if secret := os.environ.get(SECRET):
            pair = f"{urllib.parse.quote(provider.client_id, safe='')}:{urllib.parse.quote(secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        request = urllib.request.Request(  # noqa: S310 - `discovered` lets only safe addresses through
            str(discovered(provider.issuer)["token_endpoint"]),
            data=urllib.parse.urlencode(fields).encode(),
            headers=headers,
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - as above
                told: Any = json.loads(answer.read(LARGEST_ANSWER))
        except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ValueError) as error:
            raise _no_token(type(error).__name__) from None
        token = told.get("id_token") if isinstance(told, dict) else None
        if not isinstance(token, str):
            raise _no_token("there is no id token in its answer")
        return token


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _no_token(why: str) -> StoreError:
    return StoreError(
        f"The council's sign-in gave no token ({why}).", "Nobody is signed in.", "Try again; then ask whoever runs it."
    )
