"""Seeds: every row has a reason, and every ROR id is one."""

import re

import pytest

from pipelines.link import holders, names, seeds
from pipelines.link.match import Linker

IDS = ("holder_ror_id", "institution_ror_id", "named_ror_id", "credited_ror_id", "organisation_id")
ROR = re.compile(r"https://ror\.org/0[a-z0-9]{6}\d{2}")


@pytest.mark.parametrize("name", seeds.FILES)
def test_rows_have_reasons_and_well_formed_ids(name):
    rows = seeds.load()[name]
    assert rows
    for row in rows:
        assert row.get("reason") or row["source"], row
        assert all(ROR.fullmatch(row[c]) for c in IDS if row.get(c)), row


def test_holders_are_many_and_name_an_institution():
    rows = seeds.load()["ip_holders"]
    assert len(rows) >= 400
    assert len({row["country"] for row in rows}) >= 30
    assert all(row["institution_ror_id"] and row["names"] and row["reason"] and row["source"] for row in rows)


def test_dates_of_holders_are_years_or_days_in_order():
    for row in seeds.load()["ip_holders"]:
        since, until = row["valid_from"], row["valid_until"]
        assert all(re.fullmatch(r"(\d{4}(-\d{2}-\d{2})?)?", day) for day in (since, until)), row
        assert not until or since <= holders.last_day(until), row


def test_no_name_answers_twice_on_a_day():
    """One normal form within a country has one answer on any day."""
    seen: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for row in seeds.load()["ip_holders"]:
        since, until = row["valid_from"], holders.last_day(row["valid_until"]) or "9999"
        for name in row["names"].split("|"):
            held = seen.setdefault((names.forms(name).core, row["country"]), [])
            for other, first, last in held:
                assert other == row["institution_ror_id"] or since > last or first > until, name
            held.append((row["institution_ror_id"], since, until))


def test_a_users_rows_come_after_the_shipped_ones(tmp_path):
    path = tmp_path / "link_overrides.csv"
    path.write_text("source_org_id,name,country,named_ror_id,credited_ror_id,reason\n,X,GB,,,mine\n", "utf-8")
    held = seeds.load(tmp_path)
    assert held["link_overrides"][-1]["reason"] == "mine"
    assert held.digest != seeds.load().digest


@pytest.mark.real
def test_every_id_of_a_seed_is_in_the_real_registry(real_linker: Linker):
    known = real_linker.registry.number
    ids = {row[c] for name in seeds.FILES for row in seeds.load()[name] for c in IDS if row.get(c)}
    assert ids - set(known) == set()
    assert real_linker.curated.unknown == ()
