"""Which parts a night, a window and a backfill ask for, of a source in yearly parts (simulated)."""

import os
import time
from dataclasses import replace
from types import SimpleNamespace

import pyarrow as pa
import pytest

from pipelines import fetching, steps, window
from pipelines.http import Download, Validators
from pipelines.source import MissingError, Offer, SourceError
from pipelines.sources import ecb_rates
from pipelines.window import Window
from warehouse import files

YEARS = ("historical", *map(str, range(2001, 2011)))


@pytest.fixture
def yearly(monkeypatch):
    """A source of ten years and one part before them; `asked` lists the parts it was asked for."""
    module = SimpleNamespace(
        SOURCE=replace(
            ecb_rates.SOURCE,
            name="yearly",
            part_kind="period",
            recent_parts=3,
            mirror=r"(?P<part>\d{4}|historical)\.txt",
            mirror_example="2008.txt",
        ),
        VERSION=1,
        asked=[],
        content={},
        broken=set(),
    )

    def fetch(part, session, into):
        module.asked.append(part.part)
        if part.part in module.broken:
            raise SourceError("is not here today", transient=True)
        (into / "a.txt").write_text(module.content.get(part.part, part.part))
        return [("a.txt", Download(part.urls[0], into / "a.txt", Validators()))]

    def normalise(found, connection, scratch, reading):
        year = found[0].path.read_text()[-4:]
        day = f"{year if year.isdigit() else 1999}-01-01"
        row = {"currency": "USD", "period_start": day, "period_end": day, "rate": 1.5, "_file": "a.txt", "_line": 1}
        table = pa.table({k: [v] for k, v in row.items()})
        cast = table.set_column(1, "period_start", table["period_start"].cast(pa.date32()))
        cast = cast.set_column(2, "period_end", cast["period_end"].cast(pa.date32()))
        yield "exchange_rate", cast.combine_chunks().to_batches()[0]

    module.parts = lambda session: [Offer("yearly", part, (f"http://nowhere/{part}",)) for part in YEARS]
    module.fetch, module.normalise = fetch, normalise
    for user in (steps, fetching):
        monkeypatch.setattr(user, "load", lambda name: module)
    monkeypatch.setattr(window, "names", lambda: ("ecb_rates", "yearly"))
    return module


def parts(outcomes):
    assert not [o.failed for o in outcomes if o.failed]
    return [o.part for o in outcomes]


def older(home, part, days):
    """Let a part have been asked for some days ago."""
    then = time.time() - days * 86_400
    os.utime(home.root / "asked" / f"yearly--{part}", (then, then))


@pytest.mark.parametrize(
    ("since", "until", "holds", "holds_not"),
    [
        ("2008", "", ("2008", "2009", "2008-03"), ("2007", "2007-52", "historical")),
        ("", "2008", ("historical", "2008", "2008-12", "1999"), ("2009", "2009-01")),
        ("2008", "2009", ("2008", "2009", "2009-12-31"), ("2010", "historical")),
        ("2008-03", "2008-04", ("2008-03-15", "2008-04-30"), ("2008-02-28", "2008-05-01")),
        ("", "", YEARS, ()),
    ],
)
def test_a_window_holds_what_its_ends_name(since, until, holds, holds_not):
    assert [p for p in holds if not Window(since, until).holds(p)] == []
    assert [p for p in holds_not if Window(since, until).holds(p)] == []


def test_a_quiet_night_asks_for_the_newest_parts_alone(home, yearly):
    assert parts(steps.ingest(home, "yearly")) == ["2008", "2009", "2010"]
    yearly.asked.clear()
    outcomes = steps.ingest(home, "yearly")
    assert yearly.asked == ["2008", "2009", "2010"]
    assert not any(o.fetched or o.built for o in outcomes)


def test_a_window_takes_its_parts_and_an_empty_one_says_what_there_is(home, yearly):
    assert parts(steps.ingest(home, "yearly", window=Window("2002", "2004"))) == ["2002", "2003", "2004"]
    (outcome,) = steps.ingest(home, "yearly", window=Window("2030"))
    assert "no part since 2030" in outcome.failed
    assert "historical … 2010" in outcome.failed


def test_a_standing_part_goes_with_the_newest(home, yearly):
    """It is no period: a window that ends before today leaves it out, whatever it is called."""
    offered = yearly.parts(None)
    yearly.parts = lambda session: [*offered, Offer("yearly", "links", ("http://nowhere/links",), is_standing=True)]
    assert parts(steps.ingest(home, "yearly")) == ["links", "2008", "2009", "2010"]
    assert parts(steps.ingest(home, "yearly", window=Window("2009"))) == ["links", "2009", "2010"]
    assert parts(steps.ingest(home, "yearly", window=Window("", "2001"))) == ["historical", "2001"]
    assert parts(steps.ingest(home, "yearly", window=Window("2009", "2009"))) == ["2009"]


def test_older_parts_here_are_asked_for_once_a_season(home, yearly):
    steps.ingest(home, "yearly", window=Window("2002", "2003"))
    assert parts(steps.ingest(home, "yearly")) == ["2008", "2009", "2010"]
    older(home, "2002", 90)
    older(home, "2003", 92)
    assert parts(steps.ingest(home, "yearly")) == ["2003", "2008", "2009", "2010"]
    assert parts(steps.ingest(home, "yearly")) == ["2008", "2009", "2010"]


def test_a_part_that_failed_is_asked_for_again_the_next_night(home, yearly):
    yearly.broken = {"2003"}
    outcomes = steps.ingest(home, "yearly", window=Window("2002", "2003"))
    assert [(o.part, bool(o.failed)) for o in outcomes] == [("2002", False), ("2003", True)]
    yearly.broken = set()
    assert parts(steps.ingest(home, "yearly")) == ["2003", "2008", "2009", "2010"]
    assert home.failures() == {}


def test_a_mirror_is_taken_whole(home, yearly, tmp_path):
    for part in YEARS:
        (tmp_path / "m" / "yearly").mkdir(parents=True, exist_ok=True)
        (tmp_path / "m" / "yearly" / f"{part}.txt").write_text(part)
    assert parts(steps.ingest(home, "yearly", tmp_path / "m")) == list(YEARS)
    within = steps.ingest(home, "yearly", tmp_path / "m", window=Window("2009"))
    assert parts(within) == ["2009", "2010"]


def test_a_snapshot_knows_no_window(home, yearly):
    yearly.SOURCE = replace(yearly.SOURCE, part_kind="snapshot")
    assert parts(steps.ingest(home, "yearly", window=Window("2009"))) == list(YEARS)
    with pytest.raises(SourceError, match="iur ingest yearly"):
        steps.backfill(home, "yearly", Window("2009"))


def test_a_backfill_goes_on_where_it_stopped(home, yearly):
    yearly.broken = {"2006"}
    outcomes = steps.backfill(home, "yearly", Window("2004", "2006"))
    assert [(o.part, o.built, bool(o.failed)) for o in outcomes] == [
        ("2004", True, False),
        ("2005", True, False),
        ("2006", False, True),
    ]
    yearly.broken = set()
    yearly.asked.clear()
    outcomes = steps.backfill(home, "yearly", Window("2004", "2007"))
    assert yearly.asked == ["2006", "2007"]
    assert [(o.part, o.built, o.failed) for o in outcomes] == [
        ("2004", False, ""),
        ("2005", False, ""),
        ("2006", True, ""),
        ("2007", True, ""),
    ]
    assert all(o.manifest for o in outcomes)  # the books of all are told


def test_a_backfill_builds_again_what_an_older_version_built(home, yearly):
    steps.backfill(home, "yearly", Window("2004", "2005"))
    yearly.VERSION = 2
    assert [o.built for o in steps.backfill(home, "yearly", Window("2004", "2005"))] == [True, True]


def test_a_backfill_brings_again_what_is_announced_to_have_changed(home, yearly):
    steps.backfill(home, "yearly", Window("2004", "2005"))
    yearly.asked.clear()
    yearly.parts = lambda session: [Offer("yearly", p, (f"http://nowhere/{p}",), version="2") for p in ("2004", "2005")]
    yearly.content = {"2004": "amended 2004"}
    outcomes = steps.backfill(home, "yearly", Window("2004", "2005"))
    assert [(o.fetched, o.built) for o in outcomes] == [(True, True), (False, False)]
    assert yearly.asked == ["2004", "2005"]
    yearly.asked.clear()
    steps.backfill(home, "yearly", Window("2004", "2005"))
    assert yearly.asked == []


def test_a_part_that_is_not_published_yet_is_no_failure_unless_it_was_there_before(home, yearly):
    yearly.parts = lambda session: [Offer("yearly", p, (f"http://nowhere/{p}",), is_certain=p != "2010") for p in YEARS]
    brought = yearly.fetch

    def missing(part, session, into):
        if part.part in yearly.broken:
            raise MissingError("answered 404 Not Found")
        return brought(part, session, into)

    yearly.fetch, yearly.broken = missing, {"2010"}
    outcomes = steps.ingest(home, "yearly")
    assert [(o.part, o.built, o.failed, o.warnings) for o in outcomes] == [
        ("2008", True, "", []),
        ("2009", True, "", []),
        ("2010", False, "", ["yearly · 2010: not published yet"]),
    ]
    (batch,) = steps.changed(home, "yearly")
    assert steps.fetch_batch(home, "yearly", batch) == []
    assert steps.build_batch(home, "yearly", batch) == {}
    yearly.broken = set()
    assert parts(steps.ingest(home, "yearly")) == ["2008", "2009", "2010"]
    for gone in ("2009", "2010"):
        yearly.broken = {gone}
        (failed,) = [o for o in steps.ingest(home, "yearly") if o.failed]
        assert failed.part == gone


def test_the_users_first_part_is_filled_in_and_a_disabled_source_is_left_out(home, yearly):
    files.write(home.seeds / "sources.csv", "source,enabled,first_part\nyearly,yes,2006\necb_rates,no,\n")
    assert window.enabled(home) == ["yearly"]
    assert parts(steps.ingest(home, "yearly")) == ["2006", "2007", "2008", "2009", "2010"]
    assert parts(steps.ingest(home, "yearly")) == ["2008", "2009", "2010"]


@pytest.mark.parametrize(
    ("row", "says"), [("yearli,yes,", "'yearli' is no source"), ("yearly,maybe,", "enabled is 'maybe'")]
)
def test_a_seed_that_cannot_be_meant_is_refused(home, yearly, row, says):
    files.write(home.seeds / "sources.csv", f"source,enabled,first_part\n{row}\n")
    with pytest.raises(SourceError, match=says) as refused:
        window.enabled(home)
    assert "line 2" in str(refused.value)


def test_batches_are_told_as_plain_values_and_only_what_may_have_changed_is_in_them(home, yearly, monkeypatch):
    monkeypatch.setattr(steps, "BATCH", 2)
    first = steps.changed(home, "yearly")
    assert [[offer["part"] for offer in batch] for batch in first] == [["2008", "2009"], ["2010"]]
    assert [steps.fetch_batch(home, "yearly", batch) for batch in first] == [["2008", "2009"], ["2010"]]
    built = [steps.build_batch(home, "yearly", batch) for batch in first]
    assert [list(books) for books in built] == [["2008", "2009"], ["2010"]]
    assert steps.settle(built) == {"exchange_rate": {"read": 3, "kept": 3, "quarantined": 0, "dropped": 0}}
    # Nothing is told without asking, as the listing has no versions; and nothing is new.
    assert [steps.fetch_batch(home, "yearly", batch) for batch in steps.changed(home, "yearly")] == [[], []]
    assert [steps.build_batch(home, "yearly", batch) for batch in first] == [{}, {}]
    # A listing with versions tells what needs no request.
    yearly.parts = lambda session: [Offer("yearly", p, (f"http://nowhere/{p}",), version="1") for p in YEARS]
    for batch in steps.changed(home, "yearly"):
        steps.fetch_batch(home, "yearly", batch)
    assert steps.changed(home, "yearly") == []


def test_a_part_of_a_batch_that_fails_leaves_the_others(home, yearly):
    yearly.broken = {"2009"}
    (batch,) = steps.changed(home, "yearly")
    with pytest.raises(SourceError, match="2009: is not here today") as failed:
        steps.fetch_batch(home, "yearly", batch)
    assert type(failed.value).__name__ == "NetworkError"
    assert list(steps.build_batch(home, "yearly", batch)) == ["2008", "2010"]
    assert home.failures() == {("yearly", "2009"): "is not here today"}
    yearly.broken = set()
    assert steps.fetch_batch(home, "yearly", batch) == ["2009"]
    assert list(steps.build_batch(home, "yearly", batch)) == ["2009"]
    assert home.failures() == {}


def test_a_part_being_written_holds_a_release_back(home, yearly):
    assert steps.not_due(home) == "nothing in core to release"
    steps.ingest(home, "yearly")
    assert steps.not_due(home) == ""
    with home.part_lock("yearly", "2010"):
        assert steps.not_due(home) == "being written: yearly--2010"
    with home.publish_lock():
        assert steps.not_due(home) == ""


def test_bytes_that_cannot_be_built_are_asked_for_anew_once_and_then_with_a_new_version_only(home, yearly):
    """Some publishers give a file so many times a year, and no more."""
    version = ["1"]
    yearly.parts = lambda session: [Offer("yearly", "2010", ("http://nowhere/2010",), version=version[0])]
    whole = yearly.normalise

    def refusing(found, *rest):
        if found[0].path.read_text().startswith("damaged"):
            raise SourceError("cannot be read")
        yield from whole(found, *rest)

    yearly.normalise = refusing
    yearly.content = {"2010": "damaged 2010"}
    for night in (["2010"], ["2010", "2010"], ["2010", "2010"], ["2010", "2010"]):
        (outcome,) = steps.ingest(home, "yearly")
        assert "cannot be read" in outcome.failed
        assert yearly.asked == night
    version[0], yearly.content = "2", {}
    assert parts(steps.ingest(home, "yearly")) == ["2010"]
    assert home.failures() == {}
