"""What the REST interfaces share: errors as values, bearer tokens, forms read up to a limit, CORS for every origin."""

import json
import logging

from aiohttp import web

from tokens import InvalidToken

MEBIBYTE = 1024 * 1024
CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "Authorization, Content-Type",
        "Access-Control-Allow-Methods": "GET, POST, DELETE"}


class HttpError(Exception):
    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def application(describe, routes):
    """An application whose errors have the shape that `describe(error)` gives them."""

    @web.middleware
    async def answer(request, handler):
        if request.path.startswith("/socket.io"):
            return await handler(request)
        if request.method == "OPTIONS":
            return web.Response(status=204, headers=CORS)
        try:
            response = await handler(request)
        except HttpError as error:
            response = web.json_response(describe(error), status=error.status)
        except web.HTTPException as error:  # the router's 404 and 405
            code = error.reason.lower().replace(" ", "_")
            response = web.json_response(describe(HttpError(error.status, code, error.reason)), status=error.status)
        except Exception:
            logging.exception("a request")
            response = web.json_response(describe(HttpError(500, "internal_error", "Internal error")), status=500)
        if not response.prepared:
            response.headers.update(CORS)
            if request.can_read_body:  # refused before its body was read: nothing may follow on this connection
                response.force_close()
        return response

    app = web.Application(middlewares=[answer])
    app.add_routes(routes)
    return app


def user_of(request, tokens):
    """The user of the request's bearer token, or a 401."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise InvalidToken
        return tokens.session(token)
    except InvalidToken:
        raise HttpError(401, "unauthorized", "A valid bearer token is required") from None


class Form:
    """A multipart body: its fields, and the file named `file`, of which no more than `limit` bytes are kept."""

    def __init__(self, limit):
        self.fields = {}
        self.name = None
        self.bytes = b""
        self._limit = limit

    @classmethod
    async def read(cls, request, limit):
        if request.content_type != "multipart/form-data":
            raise HttpError(415, "unsupported_media_type", "Expected multipart/form-data with a field 'file'")
        form = cls(limit)
        try:
            async for part in await request.multipart():
                await form._take(part)
        except (AssertionError, ValueError, TypeError, AttributeError, RuntimeError) as error:
            # What aiohttp raises on the various ways in which a body is not what its header says.
            raise HttpError(400, "malformed_form", "The multipart body cannot be read") from error
        return form

    async def _take(self, part):
        kept = bytearray()
        is_file = part.name == "file" and self.name is None
        limit = self._limit if is_file else 1024
        while chunk := await part.read_chunk(65536):
            if len(kept) <= limit:
                kept += chunk
        if is_file:
            self.name, self.bytes = part.filename or "", bytes(kept)
        elif part.name and len(kept) <= limit:
            self.fields[part.name] = kept.decode(errors="replace")

    def file(self):
        """The form's file as name and bytes, or the refusal that fits."""
        if self.name is None:
            raise HttpError(400, "missing_file", "Expected a field 'file' with a file")
        if len(self.bytes) > self._limit:
            raise HttpError(413, "too_large", f"The file is larger than {self._limit // MEBIBYTE} MiB")
        return self.name, self.bytes


async def read_json(request):
    try:
        return json.loads(await request.read())
    except ValueError:
        raise HttpError(400, "malformed_json", "The body is not JSON") from None
