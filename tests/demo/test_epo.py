"""The simulated Open Patent Services over loopback: tokens, pages, cuts, quotas, and what is brought again."""

import datetime as dt
import logging
import shutil

import duckdb
import pytest
import requests

from pipelines import lease, steps
from pipelines.demo.epo.families import LAST, publications
from pipelines.demo.faults import Fault
from pipelines.demo.publisher import Book
from pipelines.demo.publishers import books, epo_ops
from pipelines.demo.records import World
from pipelines.epo import applicants, bring, search
from pipelines.http import Session
from pipelines.sources import epo_ops as source
from pipelines.window import Window
from warehouse.store import Home

WORLD = World(projects=120)
SOURCE = "epo_ops"
YEAR = str(LAST)
WINDOW = NEWEST = Window(YEAR, YEAR)
ASKED = len(applicants.read())


@pytest.fixture
def copied(ingested, tmp_path) -> Home:
    shutil.copytree(ingested.root, tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


@pytest.fixture
def one(home) -> Home:
    """A home that asks for one applicant alone."""
    home.seeds.mkdir(parents=True)
    (home.seeds / "epo_applicants.csv").write_text("slug,applicant\nall,a\n")  # every name has an a, or none
    return home


def night(home, fetch_only=True, window=NEWEST):
    (outcome,) = steps.ingest(home, "epo_ops", window=window, fetch_only=fetch_only)
    return outcome


def token(publisher):
    pair = "simulated-key", "simulated-secret"
    form = {"grant_type": "client_credentials"}
    return requests.post(f"{publisher.base}/3.2/auth/accesstoken", data=form, auth=pair).json()["access_token"]


def ask(publisher, q, range_="1-100", path="search/biblio"):
    url = f"{publisher.base}/3.2/rest-services/published-data/{path}"
    headers = {"Authorization": f"Bearer {token(publisher)}"}
    return requests.get(url, params={"q": q, "Range": range_}, headers=headers)


def cql(name="a", first=f"{YEAR}0101", last=f"{YEAR}1231"):
    return f'pa="{name}" and pd within "{first} {last}"'


def test_what_is_asked_wrongly_is_a_fault_in_xml(publisher):
    for query, range_, status in (
        ("pa=", "1-100", 400),
        (cql("x" * 2_000), "1-100", 413),
        (cql(), "1-101", 413),
        (cql(), "1951-2001", 413),
        (cql(), "1901-2000", 404),
        (cql("nobody of that name"), "1-100", 404),
    ):
        answer = ask(publisher, query, range_)
        assert (answer.status_code, "<fault" in answer.text) == (status, True), query
    assert requests.get(ask(publisher, cql()).url).status_code == 400  # no token
    wrong = requests.post(f"{publisher.base}/3.2/auth/accesstoken", data={"grant_type": "client_credentials"})
    assert wrong.status_code == 401


def test_the_books_are_the_worlds_and_both_spellings_are_told(ingested):
    (outcome,) = steps.backfill(ingested, "epo_ops", NEWEST)
    book = {t: Book(b["read"], b["kept"], b["quarantined"], dict(b["dropped"]))
            for t, b in outcome.manifest["balance"].items()}  # fmt: skip
    assert book == books(WORLD, ["epo_ops"])["epo_ops", YEAR]
    found = duckdb.sql(
        f"FROM '{ingested.core}/patent/epo_ops--{YEAR}.parquet' SELECT patent_id, family_id, priority_on"
    )
    mine = {p for p in publications(WORLD) if p.published_on.year == LAST}
    expected = {(f"epo:{p.country}.{p.number}.{p.kind}", str(p.family), p.priority_on) for p in mine}
    assert set(found.fetchall()) <= expected
    names = f"FROM '{ingested.core}/patent_party/epo_ops--{YEAR}.parquet'"
    assert duckdb.sql(f"{names} SELECT count(*) WHERE is_person AND name IS NOT NULL").fetchall() == [(0,)]
    assert duckdb.sql(f"{names} SELECT count(*) WHERE contains(name, '[') OR ends_with(name, ',')").fetchall() == [(0,)]


def test_a_night_with_nothing_new_asks_for_a_number_an_applicant(copied, publisher):
    assert not night(copied).fetched
    # A token, and the numbers.
    assert (publisher.count("epo_ops"), publisher.count("epo_ops/token")) == (ASKED, 1)


def test_only_the_applicants_whose_number_moved_are_brought_again(copied, publisher):
    publisher.publish(WORLD.next())
    outcome = night(copied, fetch_only=False)
    assert (outcome.fetched, outcome.built, outcome.failed) == (True, True, "")
    (late,) = [p for p in publications(WORLD.next()) if p.number == "9900002"]
    named = epo_ops._named(late)
    moved = sum(a.name.casefold() in named for a in applicants.read())
    assert 1 <= moved < ASKED
    assert publisher.count("epo_ops") == ASKED + moved
    assert (
        outcome.manifest["balance"]["patent"]["read"]
        == books(WORLD.next(), ["epo_ops"])["epo_ops", YEAR]["patent"].read
    )


def test_a_quarter_later_a_recent_year_is_brought_again_and_an_old_one_is_not(copied, publisher, monkeypatch):
    later = dt.date.today() + dt.timedelta(92)

    class Later(dt.date):
        @classmethod
        def today(cls):
            return later

    monkeypatch.setattr(bring.dt, "date", Later)
    monkeypatch.setattr(source, "RECENT", 1_000)
    night(copied)
    assert publisher.count("epo_ops") > ASKED
    monkeypatch.setattr(source, "RECENT", 0)
    publisher.forget()
    night(copied)  # the number without a quarter is another state, once
    publisher.forget()
    night(copied)
    assert publisher.count("epo_ops") == ASKED


def test_an_applicant_who_is_not_asked_for_any_more_is_gone(copied, publisher):
    copied.seeds.mkdir(parents=True)
    kept = (applicants.SHIPPED).read_text(encoding="utf-8").splitlines()[:11]
    (copied.seeds / "epo_applicants.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    outcome = night(copied, fetch_only=False)
    assert not outcome.failed
    assert len(outcome.manifest["receipt"]["files"]) == 10


def test_publications_do_not_go_away(copied, publisher):
    publisher.fail("epo_ops", Fault(is_empty=True))
    outcome = night(copied)
    assert "publications do not go away" in outcome.failed
    running = str(dt.date.today().year)  # of which nothing may be out yet
    assert not night(Home(copied.root / "other"), window=Window(running, running)).failed


def test_a_token_that_expires_is_renewed(home, publisher, monkeypatch):
    monkeypatch.setattr(epo_ops, "USES", 7)
    assert not night(home).failed
    # Each token is good for seven requests; the one after is asked again.
    assert publisher.count("epo_ops/token") == -(-good_answers(home) // 7)


def good_answers(home):
    """Return how many good answers a year took: a number an applicant, and a page of those that have any."""
    part = [p for p in publications(WORLD) if p.published_on.year == LAST]
    there = sum(any(a.name.casefold() in epo_ops._named(p) for p in part) for a in applicants.read())
    return ASKED + there


def test_a_search_over_the_window_is_cut_by_days_though_its_total_stops(one, publisher, monkeypatch):
    part = [p for p in publications(WORLD) if p.published_on.year == LAST and "a" in epo_ops._named(p)]
    monkeypatch.setattr(epo_ops, "WINDOW", 6)
    monkeypatch.setattr(epo_ops, "SATURATES", 9)
    monkeypatch.setattr(search, "CAP", 6)
    monkeypatch.setattr(search, "MOST", 9)
    monkeypatch.setattr(search, "SIZE", 2)
    assert len(part) > 9
    outcome = night(one, fetch_only=False)
    assert not outcome.failed
    assert outcome.manifest["balance"]["patent"]["kept"] == len(part)
    assert not outcome.warnings


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("IndividualQuotaPerHourExceeded", "this hour's quota is used up"),
        ("RegisteredQuotaPerWeekExceeded", "this week's quota is used up"),
        ("SomethingElse", "searches are suspended for us (black)"),
    ],
)
def test_a_used_up_quota_ends_it_and_the_next_run_resumes(home, publisher, monkeypatch, reason, says):
    monkeypatch.setattr(epo_ops, "REJECTION", reason)
    monkeypatch.setattr(epo_ops, "_colours", lambda asked: "idle (search=green:30)")
    monkeypatch.setattr(epo_ops, "QUOTA", 30)
    outcome = night(home)
    assert says in outcome.failed
    assert "[rule quota]" in outcome.failed
    assert publisher.count("epo_ops") == 31  # a refusal is not tried again
    assert not home.receipt("epo_ops", YEAR).exists()
    monkeypatch.setattr(epo_ops, "QUOTA", 10_000)
    publisher.forget()
    assert not night(home).failed
    # The files at hand are not asked for again, but for their number.
    assert publisher.count("epo_ops") < good_answers(home)


def test_the_colours_slow_us_down_and_black_ends_it_before_a_refusal(home, publisher, monkeypatch):
    waits = []
    monkeypatch.setattr(lease.Turn, "wait", lambda self, seconds: waits.append(seconds))
    monkeypatch.setattr(Session, "pause", lambda self, url, paces: waits.append(paces))
    monkeypatch.setattr(epo_ops, "QUOTA", 20)
    outcome = night(home)
    # Half of twenty is green (nine answers, the tenth is half); 10 to 14 are yellow, 15 to 19 red, the 20th black.
    assert waits == [2.0] * 5 + [6.0] * 5
    assert "searches are suspended for us (black)" in outcome.failed
    assert publisher.count("epo_ops") == 20


def test_a_pause_keeps_everybody_from_the_host(home, monkeypatch):
    monkeypatch.setenv("IUR_PACE_SECONDS", "5")
    noted = []
    monkeypatch.setattr(lease.Turn, "wait", lambda self, seconds: noted.append(seconds))
    Session(home.root).pause("http://127.0.0.1/x", 6)
    assert noted == [30]


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (400, "answered 400 to the query"),
        (413, "answered 413 to the query"),
        (401, "answered 401"),
        (403, "answered 403"),
        (404, "answered 404 Not Found"),
    ],
)
def test_a_refusal_is_told_and_not_tried_again(home, publisher, status, says):
    publisher.fail("epo_ops", Fault(status=status))
    outcome = night(home)
    assert says in outcome.failed
    assert publisher.count("epo_ops") == 1


def test_a_wrong_key_is_told_without_it(home, publisher, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("IUR_EPO_OPS_SECRET", "not-the-secret")
    outcome = night(home)
    assert "answered 401 to the key [rule key]" in outcome.failed
    assert "not-the-secret" not in outcome.failed + caplog.text
    assert "simulated-key" not in outcome.failed + caplog.text


def test_neither_key_nor_token_is_in_what_is_said_or_kept(ingested, home, publisher, caplog):
    caplog.set_level(logging.DEBUG)
    publisher.fail("epo_ops", Fault(change=lambda body: b"simulated-token-1 simulated-key simulated-secret", times=3))
    outcome = night(home)
    assert "[key] [key] [key]" in outcome.failed
    kept = "".join(p.read_text() for p in (ingested.root / "raw" / "epo_ops").rglob("*") if p.is_file())
    receipt = ingested.receipt("epo_ops", YEAR).read_text()
    for secret in ("simulated-token", "simulated-key", "simulated-secret"):
        assert secret not in outcome.failed + caplog.text + receipt + kept


def test_another_page_than_the_one_asked_for_is_refused():
    url = "https://x/rest-services/published-data/search/biblio?q=pa%3D%22Almere+City%22&Range=1-100"
    body = b'<ops:query syntax="CQL">(pa = "ALMERE  city")</ops:query><ops:range begin="1" end="7"/>'
    assert search.differs(url, body) == ""
    assert search.differs(url, body.replace(b'"1"', b'"101"')) == "it begins at 101, not at 1"
    assert search.differs(url, body.replace(b"city", b"town")) == "it answers the query '(pa = \"almere town\")'"
    assert search.differs(url, b"<html>") == "no range"
