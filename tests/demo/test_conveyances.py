"""The simulated conveyances are read as what they were made: kinds, persons, numbers; later days mend older ones."""

from collections import Counter

import pytest

from pipelines.demo.records import World
from pipelines.demo.us import conveyance_files
from pipelines.demo.us.conveyances import DAYS, EMPTY, bulk, deeds, of_day
from tests.small_assignments import Normalised

WORLD = World(projects=200)


def id_of(deed):
    return f"uspto:{deed.reel:06d}/{deed.frame:04d}"


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    folder = tmp_path_factory.mktemp("release")
    for name in conveyance_files.FILES:
        conveyance_files.write_csv(WORLD, name, folder / f"{name}.csv.zip")
    return Normalised(folder)


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    found = {}
    for day in DAYS:
        folder = tmp_path_factory.mktemp("day")
        conveyance_files.write_day(WORLD, day, folder / f"ad{day:%Y%m%d}.zip")
        found[day] = Normalised(folder)
    return found


def test_every_kind_of_conveyance_is_there_but_those_nobody_sends():
    kinds = Counter(deed.kind for deed in deeds(WORLD))
    assert set(kinds) == {
        "employer_assignment", "assignment", "licence", "option", "confirmatory_licence", "security", "release",
        "merger", "name_change",
    }  # fmt: skip
    assert min(kinds.values()) > 1
    assert kinds["licence"] < 0.03 * sum(kinds.values())  # hardly any is ever recorded


def test_each_is_taken_for_what_it_is_and_nobodys_name_is_kept(release, days):
    told = [(release, bulk(WORLD)), *((days[day], of_day(WORLD, day)) for day in DAYS)]
    for found, made in told:
        kinds = {deed.number: deed.kind for deed in sorted(made, key=lambda deed: deed.updated_on)}
        taken = {row["transfer_id"]: row["kind"] for row in found["transfer"] if not row["_dropped"]}
        assert taken == {id_of(deed): kinds[deed.number] for deed in made}
        persons = sum(side.is_person for deed in made for side in (*deed.grantors, *deed.grantees))
        assert sum(is_person for (is_person,) in found.of("transfer_party", "is_person")) == persons
        assert not any(problem for table in found.values() for problem in [row["_problem"] for row in table])


def test_numbers_are_the_patents_own_where_the_release_lacks_or_mistypes_them(release):
    assert release.of("transfer_patent", "application_id", "patent_id") == [
        (f"us-app:{patent.application}", f"us:{patent.number}") for deed in bulk(WORLD) for patent in deed.patents
    ]


def test_later_days_correct_and_purge_what_the_release_has(release, days):
    before = dict(release.of("transfer", "transfer_id", "kind"))
    after = [row for row in days[DAYS[3]]["transfer"] if row["transfer_id"] in before]
    assert [(before[row["transfer_id"]], row["kind"], row["is_purged"]) for row in after] == [
        ("assignment", "licence", False), ("assignment", "assignment", True)]  # fmt: skip
    assert days[EMPTY]["transfer"] == []
    assert [d for (d,) in days[DAYS[2]].of("transfer", "_dropped")].count("superseded") == 1
