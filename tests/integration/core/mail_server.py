"""A mail server of this machine that does to its callers what servers do on bad days."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread


class MailServer:
    """Speaks SMTP on `port`; `received` holds what it said yes to; with `offers_login` it takes any password.

    `behaviour` may be changed at any time: `take`, `refuse` (550 for every recipient), `busy` (451), `hang` (says
    nothing), `die` (takes the mail and parts without an answer), `wait` (takes the mail and answers when `released`).
    """

    def __init__(self) -> None:
        self.behaviour = "take"
        self.offers_login = False
        self.received: list[str] = []
        self.calls = 0
        self.reached, self.released = Event(), Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                caller, _address = self._listener.accept()
            except OSError:
                return
            self.calls += 1
            with caller, caller.makefile("rwb", buffering=0) as line:
                try:
                    self._speak(line)
                except OSError:
                    continue

    def _speak(self, line) -> None:
        if self.behaviour == "hang":
            self.released.wait(20)
            return
        line.write(b"220 mail.example.vn\r\n")
        while words := line.readline().decode().strip():
            verb = words.split()[0].upper()
            if verb == "RCPT" and self.behaviour in {"refuse", "busy"}:
                line.write(b"550 nobody here\r\n" if self.behaviour == "refuse" else b"451 come back\r\n")
            elif verb == "DATA":
                line.write(b"354 go on\r\n")
                if not self._take_letter(line):
                    return
            elif verb == "EHLO" and self.offers_login:
                line.write(b"250-well\r\n250 AUTH PLAIN\r\n")
            elif verb == "AUTH":
                line.write(b"235 come in\r\n")
            elif verb == "QUIT":
                line.write(b"221 bye\r\n")
                return
            else:
                line.write(b"250 well\r\n")

    def _take_letter(self, line) -> bool:
        letter = b""
        while not letter.endswith(b"\r\n.\r\n"):
            letter += line.readline()
        self.received.append(letter.decode())
        self.reached.set()
        if self.behaviour == "die":
            return False
        if self.behaviour == "wait":
            self.released.wait(20)
        line.write(b"250 taken\r\n")
        return True

    def close(self) -> None:
        self.released.set()
        self._listener.close()


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server for the time of the block."""
    server = MailServer()
    try:
        yield server
    finally:
        server.close()
