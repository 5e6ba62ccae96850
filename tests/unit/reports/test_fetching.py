"""The renderer reads our own document folders and nothing else."""

from pathlib import Path

import pytest
from weasyprint.urls import FatalURLFetchingError

from reports.fetching import own_file
from reports.kinds import homes
from reports.render_child import make_fetcher

(DOCUMENTS,) = homes()
STYLE = (DOCUMENTS / "shared" / "base.css").as_uri()


def test_own_style_is_served() -> None:
    response = make_fetcher(DOCUMENTS).fetch(STYLE)

    assert response.content_type == "text/css"
    assert b"@page" in response.read()


@pytest.mark.parametrize(
    "address",
    [
        "http://192.0.2.1/a.css",
        "https://example.org/a.css",
        "ftp://example.org/a.css",
        "data:text/css,body{}",
        "file:///etc/passwd",
        "file://example.org" + STYLE.removeprefix("file://"),
        STYLE.replace("base.css", "../../../config/settings.py"),
        STYLE.replace("base.css", "..%2F..%2F..%2Fstatic/css/app.css"),
        (DOCUMENTS / "office.py").as_uri(),
        (DOCUMENTS / "issuing_bodies.yaml").as_uri(),
        (DOCUMENTS / "shared" / "absent.css").as_uri(),
    ],
)
def test_every_other_address_stops_the_rendering(address: str) -> None:
    assert own_file(address, DOCUMENTS) is None
    with pytest.raises(FatalURLFetchingError, match="refused address"):
        make_fetcher(DOCUMENTS).fetch(address)


def test_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    inside = tmp_path / "documents"
    inside.mkdir()
    (tmp_path / "secret.css").write_text("body {}")
    (inside / "own.css").symlink_to(tmp_path / "secret.css")

    assert own_file((inside / "own.css").as_uri(), inside) is None
