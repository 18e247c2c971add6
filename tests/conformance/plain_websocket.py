# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""A WebSocket client on a plain socket."""
import base64
import os
import socket
import struct
from urllib.parse import urlsplit


class Lost(Exception):
    """The connection is gone, or there is none."""


class Refused(Exception):
    """The server says no."""


class WebSocket:
    """RFC 6455, as much as a client needs."""

    def __init__(self, url, path, headers=()):
        parts = urlsplit(url)
        try:
            self.socket = socket.create_connection((parts.hostname, parts.port), 10)
            self.rest = b""
            lines = [f"GET {path} HTTP/1.1", f"Host: {parts.netloc}", "Upgrade: websocket", "Connection: Upgrade",
                     "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
                     *headers]
            self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
            while b"\r\n\r\n" not in self.rest:
                self.rest += self.more()
        except OSError as error:
            raise Lost(str(error)) from error
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        status = int(head.split(b" ", 2)[1])
        if status in (401, 403):
            raise Refused(f"status {status}")
        if status != 101:
            raise Lost(f"status {status}")

    def more(self):
        piece = self.socket.recv(65536)
        if not piece:
            raise Lost("the connection ended")
        return piece

    def take(self, size):
        while len(self.rest) < size:
            self.rest += self.more()
        piece, self.rest = self.rest[:size], self.rest[size:]
        return piece

    def frame(self):
        first, second = self.take(2)
        size = second & 0x7F
        if size == 126:
            size = struct.unpack(">H", self.take(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", self.take(8))[0]
        return first & 0x80, first & 0x0F, self.take(size)

    def message(self):
        """A control frame, or a message with all of its frames; a control frame between them is left out."""
        last, opcode, payload = self.frame()
        while not last:
            last, kind, piece = self.frame()
            payload += piece if kind == 0 else b""
            last = last and kind == 0
        return opcode, payload

    def receive(self, patience):
        """The next message or control frame: its opcode and payload. None: nothing came in time."""
        self.socket.settimeout(max(patience, 0.001))
        try:
            if not self.rest:
                self.rest = self.more()
            self.socket.settimeout(10)
            return self.message()
        except TimeoutError:
            return None
        except OSError as error:
            raise Lost(str(error)) from error

    def send(self, payload, opcode=1):
        mask = os.urandom(4)
        size = len(payload)
        length = (struct.pack(">B", 0x80 | size) if size < 126 else
                  struct.pack(">BH", 0xFE, size) if size < 65536 else struct.pack(">BQ", 0xFF, size))
        masked = bytes(b ^ mask[i % 4] for i, b in enumerate(payload))
        try:
            self.socket.sendall(bytes([0x80 | opcode]) + length + mask + masked)
        except OSError as error:
            raise Lost(str(error)) from error

    def close(self):
        try:
            self.send(struct.pack(">H", 1000), 8)
            self.socket.close()
        except (Lost, OSError):
            pass
