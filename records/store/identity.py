"""Signing in with a council's own accounts: settings, tokens checked against the provider's keys, claims to roles.

Streamlit's `st.login` checks the token itself and hands over its claims: `actor_from_claims`. Whoever holds a token
checks it here: `check_token`. Nothing is taken on trust: who issued it, for whom, when, with which key.
"""

from __future__ import annotations

import json
import tomllib
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from records.store.access import Actor, Role
from records.store.canonical import sha256
from records.store.desk import SessionRules
from records.store.errors import Refused, SessionOver, StoreError
from records.store.people import Token

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a key that only the provider has; never `none`, never a shared secret."""
LEEWAY: Final = timedelta(seconds=60)
LOOPBACK: Final = "127.0.0.1"
SECONDS: Final = 10
LARGEST_ANSWER: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Provider:
    """The council's sign-in. `issuer`: its address, exactly as tokens name it. `client_id`: what it calls this app."""

    issuer: str
    client_id: str
    roles: Mapping[str, Role]
    """Value of the claim to role. Who has none of these values may do nothing."""
    roles_claim: str = "groups"
    user_claim: str = "sub"
    name_claim: str = "name"


@dataclass(frozen=True, slots=True)
class Settings:
    """How people come in. Without a provider there is one user, at this computer."""

    provider: Provider | None = None
    sessions: SessionRules = field(default_factory=SessionRules)

    @property
    def listens_on(self) -> str | None:
        """The only address on which an app may listen; None where people sign in, and the council chooses."""
        return LOOPBACK if self.provider is None else None

    @property
    def words(self) -> str:
        """What every page says of it."""
        return "single user, this computer" if self.provider is None else f"signed in with {self.provider.issuer}"


def read_settings(path: Path | None) -> Settings:
    """The settings of a file, or those of a single user. Raises `StoreError` for anything doubtful."""
    if path is None:
        return Settings()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unusable(path, f"it cannot be read ({type(error).__name__})") from None
    if unknown := set(table) - {"provider", "roles", "session"}:
        raise _unusable(path, f"unknown: {', '.join(sorted(unknown))}")
    session = table.get("session", {})
    if set(session) - {"idle_minutes", "longest_hours"}:
        raise _unusable(path, "[session] has idle_minutes and longest_hours")
    idle, longest = session.get("idle_minutes", 15), session.get("longest_hours", 8)
    if not all(isinstance(n, int) and not isinstance(n, bool) and n > 0 for n in (idle, longest)):
        raise _unusable(path, "[session] takes whole numbers above 0")
    provider = _provider(path, table.get("provider"), table.get("roles", {}))
    rules = SessionRules(timedelta(minutes=idle), timedelta(hours=longest), one_user=provider is None)
    return Settings(provider, rules)


def _provider(path: Path, given: Any, roles: Any) -> Provider | None:
    if given is None:
        if roles:
            raise _unusable(path, "[roles] without [provider]")
        return None
    known = {"issuer", "client_id", "roles_claim", "user_claim", "name_claim"}
    if set(given) - known or not {"issuer", "client_id"} <= set(given):
        raise _unusable(path, f"[provider] takes {', '.join(sorted(known))}; issuer and client_id are needed")
    if not all(isinstance(v, str) and v for v in given.values()):
        raise _unusable(path, "[provider] takes texts")
    _secure(given["issuer"])
    try:
        table = {str(value): Role(role) for value, role in roles.items()}
    except ValueError as error:
        raise _unusable(path, f"[roles]: {error}; roles are {', '.join(Role)}") from None
    if not table:
        raise _unusable(path, "[roles] is empty: nobody could do anything")
    return Provider(roles=table, **given)


def _unusable(path: Path, what: str) -> StoreError:
    return StoreError(
        f"{path.name}: {what}.", "Nobody can sign in.", "docs/reference/store.md has the form of this file."
    )


def _secure(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("localhost", LOOPBACK, "::1")):
        raise StoreError(
            f"The sign-in at {address} is not reached safely.", "Nobody can sign in.", "Its address begins with https."
        )


# ---- keys ----------------------------------------------------------------------------------------------------------


def discovered(issuer: str) -> dict[str, Any]:
    """What a provider says of itself, as OpenID Connect Discovery has it. Raises `StoreError`.

    Every address in it that is used here is reached safely, or it is refused.
    """
    told = _fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if told.get("issuer") != issuer:
        raise StoreError(
            f"The sign-in at {issuer} calls itself {told.get('issuer')!r}.",
            "Nobody can sign in.",
            "Set the issuer exactly as the provider names itself.",
        )
    for name in ("jwks_uri", "authorization_endpoint", "token_endpoint"):
        _secure(str(told.get(name)))
    return told


def fetch_keys(issuer: str) -> KeySet:
    """The keys with which a provider signs. Raises `StoreError`."""
    return KeySet.import_key_set(_fetched(str(discovered(issuer)["jwks_uri"])))  # type: ignore[arg-type]


def _fetched(address: str) -> dict[str, Any]:
    _secure(address)
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:  # noqa: S310 - checked by _secure
            found = json.loads(answer.read(LARGEST_ANSWER))
    except (urllib.error.URLError, TimeoutError, ValueError) as error:
        raise StoreError(
            f"The sign-in does not answer at {address} ({type(error).__name__}).",
            "Nobody can sign in for now.",
            "Try again; then ask whoever runs the council's accounts.",
        ) from error
    if not isinstance(found, dict):
        raise StoreError(f"The answer of {address} is none.", "Nobody can sign in.", "Check the issuer's address.")
    return found


# ---- tokens and claims ---------------------------------------------------------------------------------------------


def check_token(
    token: str, provider: Provider, keys: KeySet, *, now: datetime, nonce: str | None = None
) -> tuple[dict[str, Any], Token]:
    """The claims of an id token, and what `Store.sign_in` needs so that it is taken only once.

    Raises `Refused` unless the provider signed it, for this app, and it holds now. `nonce`: what this sign-in sent.
    Times are those of `now`, with a minute's leeway.
    """
    try:
        signed = jwt.decode(token, keys, algorithms=ALGORITHMS)
    except (JoseError, ValueError, TypeError) as error:
        raise _refused(f"its signature is not the provider's ({type(error).__name__})") from None
    claims = signed.claims
    if claims.get("iss") != provider.issuer:
        raise _refused("another issuer made it")
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or provider.client_id not in audiences:
        raise _refused("it was made for another app")
    if (len(audiences) > 1 or "azp" in claims) and claims.get("azp") != provider.client_id:
        raise _refused("it was handed to another app")
    if nonce is not None and claims.get("nonce") != nonce:
        raise _refused("it does not answer this sign-in")
    made, ends = _time(claims, "iat"), _time(claims, "exp")
    if made is None or ends is None or not isinstance(claims.get(provider.user_claim), str):
        raise _refused("it does not say who, when and until when")
    begins = _time(claims, "nbf") or made
    if ends + LEEWAY <= now:
        raise _refused("its time is over")
    if max(made, begins) - LEEWAY > now:
        raise _refused("its time has not begun")
    unique = str(claims["jti"]) if "jti" in claims else sha256(token.encode())
    return dict(claims), Token(f"{provider.issuer} {unique}", ends + LEEWAY)


def actor_from_claims(claims: Mapping[str, Any], settings: Settings, *, now: datetime) -> Actor:
    """The person the claims are about, with the roles that the council's table gives. Hand it to `Store.sign_in`.

    For claims that were checked: by `check_token`, or by `st.login`. Raises `Refused` for somebody without a role,
    and `SessionOver` for a sign-in that is older than a session may be.
    """
    provider = settings.provider
    if provider is None:
        raise _refused("no sign-in is set up")
    audience = claims.get("aud")
    if claims.get("iss") != provider.issuer or provider.client_id not in (
        audience if isinstance(audience, list) else [audience]
    ):
        raise _refused("another issuer made it, or it was made for another app")
    user = claims.get(provider.user_claim)
    if not isinstance(user, str) or not user.strip():
        raise _refused("it does not say who")
    made = _time(claims, "iat")
    if made is None or now - made > settings.sessions.longest + LEEWAY:
        raise SessionOver("The sign-in is older than a session may be.", "Nobody is signed in.", "Sign in again.")
    held = claims.get(provider.roles_claim, ())
    values = {held} if isinstance(held, str) else {v for v in held if isinstance(v, str)}
    roles = frozenset(provider.roles[v] for v in values if v in provider.roles)
    if not roles:
        raise Refused(
            f"{user} has no role here.",
            "Nobody is signed in.",
            f"Whoever runs the council's accounts gives one through the claim {provider.roles_claim}.",
        )
    name = claims.get(provider.name_claim)
    return Actor(user, name if isinstance(name, str) and name.strip() else user, roles)


def _time(claims: Mapping[str, Any], name: str) -> datetime | None:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _refused(why: str) -> Refused:
    return Refused(f"This sign-in is refused: {why}.", "Nobody is signed in.", "Sign in again from the first page.")
