"""Seeds: every row has a reason, and every ROR id is one."""

import re

import pytest

from pipelines.link import names, seeds
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
    assert len(rows) >= 100
    assert all(row["institution_ror_id"] and row["names"] for row in rows)


def test_no_name_answers_twice():
    """One normal form within a country has one answer."""
    seen: dict[tuple[str, str], str] = {}
    for row in seeds.load()["ip_holders"]:
        for name in row["names"].split("|"):
            key = (names.forms(name).core, row["country"])
            assert seen.setdefault(key, row["institution_ror_id"]) == row["institution_ror_id"], name


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
