"""python-socketio as the contract wants it: both spellings of the path, and the standard's words for a missing namespace."""

import socketio
from engineio.payload import Payload
from socketio.exceptions import ConnectionRefusedError as Refused

# The library drops a whole body of more than 16 packets, which a client that polls slowly may well send.
Payload.max_decode_packets = 1000


class Server(socketio.AsyncServer):
    """One that knows the namespaces with handlers only."""

    def __init__(self, app, origins="*"):
        super().__init__(async_mode="aiohttp", cors_allowed_origins=origins, namespaces="*")
        self.attach(app)
        for method in ("GET", "POST", "OPTIONS"):
            app.router.add_route(method, "/socket.io", self.handle_request)

    async def _trigger_event(self, event, namespace, *args):
        # The library would answer with a bare string, where a client looks for an object with a message.
        if event == "connect" and namespace not in self.handlers:
            raise Refused("Invalid namespace")
        return await super()._trigger_event(event, namespace, *args)

    def sids(self, namespace, room):
        if room not in self.manager.rooms.get(namespace, {}):
            return []
        return [participant[0] for participant in self.manager.get_participants(namespace, room)]

    async def emit_once(self, event, payload, rooms, namespace="/"):
        """To everybody in any of `rooms`, once each."""
        reached = []
        for room in rooms:
            await self.emit(event, payload, room=room, skip_sid=list(reached), namespace=namespace)
            reached += self.sids(namespace, room)

    async def disconnect_all(self):
        for connection in list(self.eio.sockets.values()):
            await connection.close(wait=False)


def text_member(payload, name):
    """The member `name` of a payload that has it as an id; None for whatever else a client may send."""
    value = payload.get(name) if isinstance(payload, dict) else None
    return value if is_id(value) else None


def is_id(value):
    allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
    return isinstance(value, str) and 1 <= len(value) <= 64 and all(letter in allowed for letter in value)
