"""A server process meets a PostgreSQL that is stopped and started again; run by `test_outages`.

Prints the status and `Retry-After` of one page before, during and after.
"""

import os
import shutil
import tempfile
from pathlib import Path

from scripts.with_postgres import Server


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="khen-thuong-outage-", dir="/tmp"))
    folder.chmod(0o711)
    server = Server(folder)
    try:
        server.start()
        os.environ["DATABASE_URL"] = server.url
        walk(server)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def walk(server: Server) -> None:
    import django  # noqa: PLC0415 -- the address of the database comes first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 -- apps must be loaded first
    from django.db import close_old_connections  # noqa: PLC0415 -- apps must be loaded first
    from django.test import Client  # noqa: PLC0415 -- apps must be loaded first

    call_command("migrate", "core", verbosity=0)
    client = Client(raise_request_exception=False)

    def say(word: str) -> None:
        for method in (client.get, client.post):
            close_old_connections()  # as the server does at the start of each request; the client leaves it out
            answer = method("/he-thong/song/", {"note": "đã gõ"})
            kept = "kept" if "đã gõ" in answer.content.decode() else "-"
            print(word, answer.status_code, answer.headers.get("Retry-After", "-"), kept)  # noqa: T201

    say("before")
    server.stop()
    say("away")
    server.launch()
    say("back")


if __name__ == "__main__":
    main()
