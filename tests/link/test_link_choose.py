"""Who is chosen among those that bear one name, and which names and records name nobody.

A kind is told throughout, so that rules answer and not the learned weights.
"""

import pytest

from pipelines.link import match
from pipelines.link.match import Linker
from pipelines.link.registry import Registry
from tests.link.small_registry import ROR, tables

SCHOOL = "education"
ORGANISATIONS = (
    # "Hilltop College": two in Springdale, one by an alias alone; a third elsewhere
    ("00hill001", "Springdale Union", "US", "Springdale", SCHOOL, "active", (("alias", "Hilltop College"),)),
    ("00hill002", "Hilltop College", "US", "Springdale", SCHOOL, "active", ()),
    ("00hill003", "Hilltop College", "US", "Riverton", SCHOOL, "active", ()),
    # told apart by the state in ROR's name alone
    ("00emma001", "Emmanuel College - Georgia", "US", "", SCHOOL, "active", ()),
    ("00emma002", "Emmanuel College - Massachusetts", "US", "", SCHOOL, "active", ()),
    ("00medi001", "Quorvane School of Medicine", "US", "", SCHOOL, "withdrawn", ()),
    ("00zett001", "Zettelheim Academy", "DE", "", SCHOOL, "withdrawn", ()),
    ("00zett002", "Academy of Unterzettelheim", "DE", "", SCHOOL, "active", ()),
    ("00roch001", "University of Rochester", "US", "", SCHOOL, "active", ()),
    # they differ in a capital alone
    ("00gate001", "GateWay Community College", "US", "", SCHOOL, "active", ()),
    ("00gate002", "Gateway Community College", "US", "", SCHOOL, "active", ()),
)
RELATIONS = (("00zett001", "successor", "00zett002"),)


@pytest.fixture(scope="module")
def here() -> Linker:
    return Linker.of(Registry.build(*tables(ORGANISATIONS, RELATIONS)))


@pytest.mark.parametrize(
    ("name", "country", "about", "named"),
    [
        ("Hilltop College", "US", "type:HES | city:Springdale", "00hill002"),  # of the two there, the one so called
        ("Hilltop College", "US", "type:HES | city:Riverton", "00hill003"),
        ("Emmanuel College", "US", "type:HES | state:MA", "00emma002"),
        ("Emmanuel College", "US", "type:HES | state:GA", "00emma001"),
        ("GateWay Community College", "US", "type:HES | state:AZ", "00gate001"),
        ("Gateway Community College", "US", "type:HES | state:CT", "00gate002"),
        ("Zettelheim Academy", "DE", "type:HES", "00zett002"),  # withdrawn, another stands in its place
    ],
)
def test_one_is_chosen(here, name, country, about, named):
    assert match.one(here, name, country, about).named_ids == (ROR + named,)


@pytest.mark.parametrize(
    ("name", "country", "about"),
    [
        ("Hilltop College", "US", "type:HES"),  # nothing tells which
        ("GATEWAY COMMUNITY COLLEGE", "US", "type:HES"),  # either, in capitals
        ("Quorvane School of Medicine", "US", "type:HES"),  # withdrawn, and nothing stands in its place
        ("Rochester University", "US", "type:HES"),  # two words in another order are another name
    ],
)
def test_none_is_chosen(here, name, country, about):
    assert match.one(here, name, country, about).named_ids == ()
