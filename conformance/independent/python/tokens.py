"""Who is calling: REST sessions (HS256, checked as RFC 8725 advises) and the WebSocket's tickets, each good once."""

import math
import time
import uuid

import jwt

LEEWAY_SECONDS = 30
LONGEST_TOKEN = 8192
TICKET_SECONDS = 300

# Each names a key or a reading of the token that its sender chose; a verifier that knows its key needs none of them.
FOREIGN_HEADERS = {"jwk", "jku", "x5u", "x5c", "crit", "b64"}


class InvalidToken(Exception):
    """Says no more on purpose."""


def is_finite(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def user_of(claims):
    user = next((claims[name] for name in ("sub", "id", "user_id", "userId") if name in claims), None)
    if isinstance(user, str) and user:
        return user
    if isinstance(user, int) and not isinstance(user, bool):
        return str(user)
    raise InvalidToken


class Tokens:
    def __init__(self, secret):
        if len(secret.encode()) < 32:
            raise ValueError("the secret has to be at least 32 bytes long")
        self._secret = secret
        self._tickets = {}  # jti -> when the ticket ends

    def session(self, token):
        """The user whose session the token is; raises InvalidToken."""
        claims = self._verified(token)
        if claims.get("type", "access") != "access":
            raise InvalidToken
        return user_of(claims)

    def issue_ticket(self, user):
        now = time.time()
        self._tickets = {jti: end for jti, end in self._tickets.items() if end > now}
        jti = str(uuid.uuid4())
        self._tickets[jti] = now + TICKET_SECONDS
        claims = {"sub": user, "type": "websocket", "jti": jti, "iat": int(now), "exp": int(now) + TICKET_SECONDS}
        return jwt.encode(claims, self._secret, algorithm="HS256")

    def redeem_ticket(self, ticket):
        """The user whom it was given to; it is used up, whatever becomes of the connection. Raises InvalidToken."""
        claims = self._verified(ticket)
        jti = claims.get("jti")
        if claims.get("type") != "websocket" or not isinstance(jti, str):
            raise InvalidToken
        if self._tickets.pop(jti, 0) <= time.time():
            raise InvalidToken
        return user_of(claims)

    def _verified(self, token):
        if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
            raise InvalidToken
        try:
            options = {"require": ["exp"], "verify_aud": False}
            claims = jwt.decode(token, self._secret, algorithms=["HS256"], leeway=LEEWAY_SECONDS, options=options)
            header = jwt.get_unverified_header(token)
        except Exception as error:  # the library lets more than its own errors through on malformed input
            raise InvalidToken from error
        dates = [claims[name] for name in ("exp", "nbf", "iat") if name in claims]
        if FOREIGN_HEADERS & header.keys() or not all(map(is_finite, dates)) or token.strip() != token or "=" in token:
            raise InvalidToken
        return claims
