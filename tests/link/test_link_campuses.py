"""Reporters of HERD by name: abbreviations written out, whole names only, campuses by their city, ids before names."""

import csv
from collections import Counter

import pytest

from pipelines.link import campuses, context, match, seeds
from pipelines.link.match import Linker
from pipelines.link.registry import Registry
from pipelines.sources import ncses_herd
from tests.link.small_registry import ROR, tables

# tail, display name, country, city, types, status, other names; true records of ROR.
ORGANISATIONS = (
    ("00jmfr291", "University of Michigan", "US", "Ann Arbor", "education", "active",
     (("alias", "University of Michigan–Ann Arbor"),)),
    ("00453a208", "City University of New York", "US", "New York", "education", "active", ()),
    ("03j3dbz94", "Trinity College", "US", "Hartford", "education", "active", ()),
    ("055ja0v85", "Wheaton College - Massachusetts", "US", "Norton", "education", "active", ()),
    ("0581k0452", "Wheaton College - Illinois", "US", "Wheaton", "education", "active", ()),
    ("05dq2gs74", "Vanderbilt University Medical Center", "US", "Nashville", "healthcare", "active", ()),
    ("02vm5rt34", "Vanderbilt University", "US", "Nashville", "education", "active", ()),
    ("00390t168", "College of Charleston", "US", "Charleston", "education", "active", ()),
    ("05vt9qd57", "Rutgers, The State University of New Jersey", "US", "New Brunswick", "education", "active", ()),
    ("013meh722", "University of Cambridge", "GB", "Cambridge", "education", "active", ()),
)  # fmt: skip


@pytest.fixture(scope="module")
def here() -> Linker:
    return Linker.of(Registry.build(*tables(ORGANISATIONS, ())), seeds.load())


def about(id_: str, state: str, **more: str) -> str:
    return context.write(context.Context(state=state, id=f"herd:{id_}", **more))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("U. Michigan, Ann Arbor", "University of Michigan, Ann Arbor"),
        ("U. of the Pacific", "University of the Pacific"),
        ("East Stroudsburg U. Pennsylvania", "East Stroudsburg University of Pennsylvania"),
        ("C. Charleston", "College of Charleston"),
        ("C. of Saint Benedict", "College of Saint Benedict"),
        ("Johnson C. Smith U.", "Johnson C. Smith University"),
        ("A. T. Still U.", "A. T. Still University"),
        ("U.S. Naval Academy", "U.S. Naval Academy"),
        ("Indiana U.-Purdue U., Indianapolis", "Indiana University-Purdue University, Indianapolis"),
        ("SUNY, C. Brockport", "State University of New York College of Brockport"),
        ("University of Michigan, Ann Arbor", "University of Michigan, Ann Arbor"),
    ],
)
def test_abbreviations_are_written_out(written, meant):
    assert campuses.written_out(written) == meant


@pytest.mark.parametrize(
    ("name", "state", "found", "method"),
    [
        ("U. Michigan, Ann Arbor", "MI", "00jmfr291", "exact"),
        ("C. Charleston", "SC", "00390t168", "exact"),
        ("Trinity C., Hartford", "CT", "03j3dbz94", "campus"),
        ("Rutgers, State U. New Jersey, New Brunswick", "NJ", "05vt9qd57", "campus"),
        # Only the city of the university itself is the university: Newark and Flint are others.
        ("Rutgers, State U. New Jersey, Atlantis", "NJ", "", "none"),
        ("U. Michigan, Flint", "MI", "", "none"),
        # A system is not its college, though its name begins so.
        ("CUNY, Nowhere C.", "NY", "", "none"),
        ("Wheaton C.", "IL", "", "none"),  # two of one name
        ("U. Cambridge", "MA", "", "none"),  # in another country
    ],
)
def test_only_the_whole_name_counts(here, name, state, found, method):
    link = match.one(here, name, "US", about("000001", state))
    assert link.method == method
    assert link.credited_ids == ((ROR + found,) if found else ())


def test_a_name_of_another_source_is_not_read_so(here):
    assert not match.one(here, "C. Charleston", "US", "state:SC").credited_ids


def test_the_seed_is_asked_before_the_name(here):
    """By its words alone it would be the hospital: words that come twice count once."""
    name = "Vanderbilt U. and Vanderbilt U. Medical Center"
    link = match.one(here, name, "US", about("tn-vanderbilt-u-and-vanderbilt-u-medical-center", "TN"))
    assert (link.credited_ids, link.method) == ((f"{ROR}02vm5rt34",), "identifier")


def test_a_namesake_in_another_state_is_nobody():
    organisations, names, relations = tables(ORGANISATIONS[2:3], ())
    at = organisations.column_names.index("region")
    told = organisations.set_column(at, organisations.schema.field("region"), [["CT"]])
    linker = Linker.of(Registry.build(told, names, relations), seeds.load())
    assert match.one(linker, "Trinity C.", "US", about("1", "CT")).credited_ids
    assert not match.one(linker, "Trinity C.", "US", about("1", "IL")).credited_ids


def _reporters(real, home) -> list[tuple[int, str, str, str, dict[str, float]]]:
    import pyarrow.parquet as pq

    from pipelines import steps

    steps.ingest(home, ncses_herd.SOURCE.name, real)
    found: dict[tuple[int, str], tuple[int, str, str, str, dict[str, float]]] = {}
    for row in pq.read_table(home.core / "survey_value").to_pylist():
        year = row["period_end"].year
        told = found.setdefault(
            (year, row["reporter_id"]), (year, row["reporter_id"], row["reporter_name"], row["reporter_state"], {})
        )
        told[4][row["breakdown"]] = row["value"] or 0
    return list(found.values())


@pytest.mark.real
def test_nearly_all_reporters_and_business_money_are_linked(real_linker, real, home):
    """With the seed 99 % of the institutions and 98 % of the money; by name alone still nine in ten of both."""
    by_name = Linker(real_linker.registry, Linker.of(real_linker.registry, _without_seed("herd")).curated)
    for linker, least, money in ((real_linker, 0.99, 0.98), (by_name, 0.90, 0.95)):
        linked, total = Counter(), Counter()
        for year, id_, name, state, figures in _reporters(real, home):
            country = state if state in ("AS", "GU", "PR", "VI") else "US"
            link = match.one(linker, name, country, about(id_.removeprefix("herd:"), state))
            for kind, amount in (("n", 1), ("business", figures["business"])):
                total[year, kind] += amount
                linked[year, kind] += amount if link.credited_ids else 0
        for year in (2019, 2020, 2021, 2022):
            assert linked[year, "n"] / total[year, "n"] >= least
            assert linked[year, "business"] / total[year, "business"] >= money


def _without_seed(scheme: str) -> seeds.Seeds:
    loaded = seeds.load()
    kept = tuple(r for r in loaded["organisation_ids"] if r["scheme"] != scheme)
    return seeds.Seeds({**loaded.rows, "organisation_ids": kept}, "")


@pytest.mark.real
@pytest.mark.parametrize(
    ("id_", "name", "state", "right"),
    [
        ("nj-c-new-jersey", "C. New Jersey", "NJ", "College of New Jersey"),  # once Princeton's name
        ("tx-u-houston", "U. Houston", "TX", "University of Houston"),
        ("ny-suny-buffalo-state", "SUNY, Buffalo State", "NY", "Buffalo State University"),
        ("ny-cuny-hunter-c", "CUNY, Hunter C.", "NY", "Hunter College"),
        ("ca-humboldt-state-u", "California State Polytechnic U., Humboldt", "CA", "Cal Poly Humboldt"),
        ("mo-washington-u-saint-louis", "Washington U., Saint Louis", "MO", "Washington University in St. Louis"),
        ("pa-u-pittsburgh-pittsburgh", "U. Pittsburgh, Pittsburgh", "PA", "University of Pittsburgh"),
        ("in-indiana-u-bloomington", "Indiana U., Bloomington", "IN", "Indiana University Bloomington"),
    ],
)
def test_real_reporters_by_hand(real_linker, id_, name, state, right):
    link = match.one(real_linker, name, "US", about(id_, state))
    registry = real_linker.registry
    assert [registry.display[registry.number[i]] for i in link.credited_ids] == [right]


@pytest.mark.real
def test_ids_of_the_seed_are_of_reporters_that_there_are(real, home):
    """A slip in an id of the seed would never be noticed otherwise."""
    ids = {id_ for _, id_, *_ in _reporters(real, home)}
    assert {f"herd:{r['id']}" for r in seeds.load()["organisation_ids"] if r["scheme"] == "herd"} <= ids
    with (real / "ipeds" / "HD2022.csv").open(encoding="latin-1", newline="") as file:
        unitids = {row["UNITID"]: row["INSTNM"] for row in csv.DictReader(file)}
    for row in (r for r in seeds.load()["organisation_ids"] if r["scheme"] == "unitid"):
        assert unitids[row["id"]] == row["name"]
