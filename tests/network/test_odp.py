"""The Open Data Portal: three ways to a file, a key that goes to nobody else, quotas that are not wasted."""

import datetime as dt
import json
import types
import zipfile
from functools import partial
from pathlib import Path

import pytest
import requests

from pipelines import demo, odp
from pipelines.demo.faults import Fault
from pipelines.demo.publishers import PUBLISHERS
from pipelines.demo.records import World
from pipelines.demo.server import Publishers
from pipelines.demo.us import portal
from pipelines.http import Session, Validators
from pipelines.source import MissingError, NetworkError, SourceError

DAYS = [dt.date(2025, 12, day) for day in (2, 9, 16, 23)]
NAMES = ["week251202", "week251209", "week251216", "week251223"]
"""Given as the body, as JSON, by a redirect and as text."""


def write(name: str, path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(zipfile.ZipInfo("simulated.txt"), f"{name}\n" * 1000)


def held(world: World) -> list[portal.File]:
    return [
        portal.File(f"{name}.zip", str(day), partial(write, name), day, day, folder=str(day.year))
        for name, day in zip(NAMES, DAYS, strict=True)
    ]


SIMULATED = types.SimpleNamespace(
    ADDRESSES=portal.ADDRESSES,
    KEYS=portal.KEYS,
    files=lambda world: portal.files("weeks", "PTWEEKS", held(world)),
    listings=lambda world, base, stored: portal.listings("weeks", "PTWEEKS", held(world), base, stored),
)


@pytest.fixture
def publishers(monkeypatch):
    monkeypatch.setitem(PUBLISHERS, "weeks", SIMULATED)
    with Publishers(World(projects=1), ["weeks"]) as running, demo.pointed_to(running):
        yield running


def session(tmp_path, secret: str = portal.SECRET) -> Session:
    return Session(tmp_path / "home", secret=secret, header="X-API-Key")


def weeks(asking: Session) -> list[odp.Entry]:
    return [entry for entry in odp.files(asking, "PTWEEKS") if entry.is_data]


def test_a_products_document_tells_files_in_order_and_which_are_documents(publishers, tmp_path):
    entries = odp.files(session(tmp_path), "PTWEEKS")
    assert [e.name for e in entries] == ["PTWEEKS-description.pdf", *(f"{name}.zip" for name in NAMES)]
    assert [e.is_data for e in entries] == [False, True, True, True, True]
    last = entries[-1]
    assert (last.first_on, last.last_on, last.released_at) == (DAYS[3], DAYS[3], dt.datetime(2025, 12, 23, 0, 3, 40))
    assert last.size == len(publishers.body("weeks/week251223"))
    assert publishers.count("weeks/listing") == 1


def test_a_document_that_comes_some_files_at_a_time_is_read_to_its_end(publishers, tmp_path, monkeypatch):
    monkeypatch.setattr(odp, "LIMIT", 2)
    assert len(odp.files(session(tmp_path), "PTWEEKS")) == 5
    assert publishers.count("weeks/listing") == 3


def test_files_can_be_asked_for_by_their_days(publishers, tmp_path):
    found = odp.files(session(tmp_path), "PTWEEKS", since=DAYS[1], until=DAYS[2])
    assert [e.name for e in found] == ["week251209.zip", "week251216.zip"]
    assert publishers.count("weeks/listing") == 1


@pytest.mark.parametrize("said", [{}, {"bulkDataProductBag": []}, {"bulkDataProductBag": [{"productFileBag": None}]}])
def test_a_document_of_another_shape_is_refused(publishers, tmp_path, said):
    publishers.fail("weeks/listing", Fault(change=lambda _: json.dumps(said).encode()))
    with pytest.raises(SourceError, match="no product document") as failed:
        odp.files(session(tmp_path), "PTWEEKS")
    assert failed.value.rule == "listing"


@pytest.mark.parametrize("name", NAMES)
def test_each_way_ends_with_the_bytes(publishers, tmp_path, name):
    (entry,) = (e for e in weeks(session(tmp_path)) if e.name == f"{name}.zip")
    into = tmp_path / "into"
    into.mkdir()
    ((brought, download),) = odp.fetch(odp.offer("weeks", "1", [entry]), session(tmp_path), into)
    assert (brought, download.url) == (entry.name, entry.url)
    assert download.path.read_bytes() == publishers.body(f"weeks/{name}")
    assert {path.name for path in into.iterdir()} == {entry.name, f"{entry.name}.version"}


def test_no_address_of_storage_is_kept_or_told(publishers, tmp_path, caplog):
    caplog.set_level("INFO")
    publishers.fail("weeks/week251209", Fault(status=403))
    (entry,) = (e for e in weeks(session(tmp_path)) if e.name == "week251209.zip")
    with pytest.raises(SourceError) as failed:
        odp.download(session(tmp_path), entry.url, entry.version, tmp_path)
    assert "Signature" not in str(failed.value) + caplog.text
    assert failed.value.file == entry.url


def test_an_expired_address_of_storage_is_asked_for_again(publishers, tmp_path):
    publishers.fail("weeks/week251209", Fault(status=403, times=2))
    (entry,) = (e for e in weeks(session(tmp_path)) if e.name == "week251209.zip")
    assert odp.download(session(tmp_path), entry.url, entry.version, tmp_path).path
    assert publishers.count("weeks/week251209/link") == 3


def test_the_simulated_address_does_expire(publishers, tmp_path, monkeypatch):
    monkeypatch.setattr(portal, "LIFE", -1.0)
    (entry,) = (e for e in weeks(session(tmp_path)) if e.name == "week251223.zip")
    with pytest.raises(SourceError, match="answered 403"):
        odp.download(session(tmp_path), entry.url, entry.version, tmp_path)
    assert publishers.count("weeks/week251223/link") == odp.LINKS


def test_a_transfer_that_is_cut_goes_on_under_another_address(publishers, tmp_path):
    publishers.fail("weeks/week251209", Fault(cut=0.5, times=1))
    (entry,) = (e for e in weeks(session(tmp_path)) if e.name == "week251209.zip")
    assert odp.download(session(tmp_path), entry.url, entry.version, tmp_path).path
    assert [a.status for a in publishers.requests if a.path == publishers.paths["weeks/week251209"]] == [200, 206]


def test_an_unchanged_version_is_not_asked_for(publishers, tmp_path):
    asking = session(tmp_path)
    offer = odp.offer("weeks", "all", weeks(asking))
    publishers.forget()
    asking.former = {url: Validators(line.partition(" ")[2])
                     for url, line in zip(offer.urls, offer.version.splitlines(), strict=True)}  # fmt: skip
    assert [d.path for _, d in odp.fetch(offer, asking, tmp_path)] == [None] * 4
    assert not publishers.requests
    publishers.replace("weeks/week251216", lambda body: body + b"more")
    changed = odp.offer("weeks", "all", weeks(asking))
    assert [d.path is not None for _, d in odp.fetch(changed, asking, tmp_path)] == [False, False, True, False]


def test_what_came_whole_before_an_interruption_is_not_asked_for_again(publishers, tmp_path):
    asking = session(tmp_path)
    offer = odp.offer("weeks", "all", weeks(asking))
    publishers.fail("weeks/week251216", Fault(status=404))
    with pytest.raises(MissingError):
        odp.fetch(offer, asking, tmp_path)
    publishers.heal()
    assert len([d for _, d in odp.fetch(offer, asking, tmp_path) if d.path]) == 4
    assert [publishers.count(f"weeks/{name}") for name in NAMES] == [1, 1, 2, 1]
    # Another version of it is.
    publishers.replace("weeks/week251202", lambda body: body + b"more")
    odp.fetch(odp.offer("weeks", "all", weeks(asking)), asking, tmp_path)
    assert [publishers.count(f"weeks/{name}") for name in NAMES] == [2, 1, 2, 1]


@pytest.mark.parametrize(("secret", "says"), [("", "answered 401"), ("another", "answered 403")])
def test_a_key_that_is_none_ends_it(publishers, tmp_path, secret, says):
    with pytest.raises(SourceError, match=says) as failed:
        odp.files(session(tmp_path, secret), "PTWEEKS")
    assert not failed.value.transient


def test_without_a_key_the_portal_is_not_asked(monkeypatch):
    monkeypatch.delenv("IUR_USPTO_ODP_KEY", raising=False)
    assert odp.disabled().startswith("no key: set IUR_USPTO_ODP_KEY")
    monkeypatch.setenv("IUR_USPTO_ODP_KEY", "x")
    assert odp.disabled() == ""


@pytest.mark.parametrize("name", ["weeks/week251202", "weeks/week251209/link", "weeks/week251209"])
def test_a_web_page_with_status_200_is_no_file(publishers, tmp_path, name):
    publishers.fail(name, Fault(is_page=True))
    (entry,) = (e for e in weeks(session(tmp_path)) if e.name == name.split("/")[1] + ".zip")
    with pytest.raises(SourceError) as failed:
        odp.download(session(tmp_path), entry.url, entry.version, tmp_path)
    assert failed.value.rule == "data, not a page"
    assert not list(tmp_path.glob("*.zip"))


@pytest.mark.parametrize("body", [b"", b'{"message": "come again"}', b"come again"])
def test_what_is_neither_a_zip_nor_an_address_is_refused(publishers, tmp_path, body):
    publishers.fail("weeks/week251202", Fault(change=lambda _: body))
    with pytest.raises(SourceError, match="is no zip") as failed:
        odp.download(session(tmp_path), weeks(session(tmp_path))[0].url, "", tmp_path)
    assert failed.value.rule == "zip"


def test_a_file_that_is_not_there_is_missing(publishers, tmp_path):
    with pytest.raises(MissingError):
        odp.download(session(tmp_path), f"{odp.base()}/files/PTWEEKS/none.zip", "", tmp_path)


@pytest.mark.parametrize("name", ["week251202", "week251209"])
def test_the_twenty_first_download_is_refused_for_tonight(publishers, tmp_path, name):
    (entry,) = (e for e in weeks(session(tmp_path)) if e.name == f"{name}.zip")
    for _ in range(portal.QUOTA):
        assert odp.download(session(tmp_path), entry.url, "", tmp_path).path
    publishers.forget()
    with pytest.raises(SourceError, match="20 per year") as failed:
        odp.download(session(tmp_path), entry.url, "", tmp_path)
    assert not failed.value.transient
    assert not isinstance(failed.value.at("weeks", "1"), NetworkError)
    assert len(publishers.requests) == 1


def test_the_simulated_portal_answers_one_request_at_a_time(publishers, monkeypatch):
    monkeypatch.setattr(portal, "PATIENCE", 0.05)
    publishers.fail("weeks/week251202", Fault(drip=1.0, times=1))
    publishers.replace("weeks/week251202", lambda body: body * 50)
    url = publishers.base + publishers.paths["weeks/week251202"]
    with requests.get(url, headers={"X-API-Key": portal.SECRET}, stream=True) as first:
        assert first.status_code == 200
        second = requests.get(url, headers={"X-API-Key": portal.SECRET})
    assert (second.status_code, second.json()["message"][:9]) == (429, "Too many ")


def test_the_storage_refuses_whoever_shows_it_the_key(publishers):
    headers = {"X-API-Key": portal.SECRET}
    asked = requests.get(publishers.base + publishers.paths["weeks/week251209/link"], headers=headers)
    link = asked.json()["file"]["presignedUrl"]
    assert requests.get(link).status_code == 200
    assert requests.get(link, headers=headers).status_code == 400
    redirected = requests.get(
        publishers.base + publishers.paths["weeks/week251216/link"], headers=headers, allow_redirects=False
    )
    assert redirected.status_code == 302
