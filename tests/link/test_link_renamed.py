"""Colleges that call themselves universities since: where the registry still has the college, it is the one meant.

The registry here is made up. Each name differs from a college's by the one word, and the reason that it is or is
not the college's stands beside it.
"""

import pytest

from pipelines.link import match
from pipelines.link.match import Linker
from pipelines.link.registry import Registry
from tests.link.small_registry import ROR, tables

SCHOOL = "education"
ORGANISATIONS = (
    ("00medv001", "Medveille College", "US", "", SCHOOL, "active", ()),
    ("00lake001", "Lakemoor College - Kansas", "US", "", SCHOOL, "active", ()),
    ("00orch001", "Orchester College", "US", "", SCHOOL, "active", ()),
    ("00orch002", "University of Orchester", "US", "", SCHOOL, "active", ()),
    ("00main001", "Maine College", "US", "", SCHOOL, "active", ()),
    ("00twin001", "Twinford College", "US", "", SCHOOL, "active", ()),
    ("00twin002", "Twinford College", "US", "", SCHOOL, "active", ()),
    ("00bank001", "Bankside College", "US", "", "company", "active", ()),
    ("00bram001", "College of Bramley", "US", "", SCHOOL, "active", ()),
    ("00brit001", "Britmoor College", "GB", "", SCHOOL, "active", ()),
)


@pytest.fixture(scope="module")
def here() -> Linker:
    return Linker.of(Registry.build(*tables(ORGANISATIONS, ())))


@pytest.mark.parametrize(
    ("name", "about", "college"),
    [
        ("Medveille University", "state:NY", "00medv001"),
        ("The Medveille University", "state:NY | type:HES", "00medv001"),
        ("Lakemoor University", "state:KS", "00lake001"),
    ],
)
def test_the_college_is_meant(here, name, about, college):
    link = match.one(here, name, "US", about)
    assert (link.named_ids, link.method) == ((ROR + college,), "renamed_college")


@pytest.mark.parametrize(
    ("name", "country", "about"),
    [
        ("Lakemoor University", "US", "state:OH"),  # the college is in Kansas
        ("Medveille University", "US", ""),  # no state tells that it is the one there
        ("Britmoor University", "GB", "state:NY"),  # a habit of the United States
        ("Orchester University", "US", "state:NY"),  # a university has the name in another order
        ("Maine University", "US", "state:ME"),  # a state's name says which state, not which college
        ("Twinford University", "US", "state:NY"),  # there are two
        ("Bankside University", "US", "state:NY"),  # the college is a company by that name
        ("University of Bramley", "US", "state:NY"),  # who began with the other word is another
        ("University of Medveille", "US", "state:NY"),  # the college of Medveille need not be Medveille College
    ],
)
def test_no_college_is_meant(here, name, country, about):
    assert match.one(here, name, country, about).method != "renamed_college"
