"""HERD and the directory as simulated: both forms, a renamed university, a shared UEI; all reporters are linked."""

import zipfile

import pytest

from pipelines import demo, steps
from pipelines.demo.publishers import ipeds, ncses_herd
from pipelines.demo.records import World
from pipelines.demo.server import Publishers
from pipelines.demo.us import directory, expenditure
from pipelines.demo.us.campuses import campuses
from pipelines.demo.us.holders import holders
from pipelines.window import Window
from warehouse.store import Home


def _members(file, path) -> dict[str, bytes]:
    file.write(path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_microdata_have_the_traps_of_the_real_ones(world, tmp_path):
    files = {f.name: _members(f, tmp_path / "zip") for f in ncses_herd.files(world)}
    assert len(files) == 8
    standard, short = files["ncses_herd/2024"], files["ncses_herd/2024/short"]
    assert set(standard) == {"herd2024.csv", "herd2024.sas7bdat"}
    header = standard["herd2024.csv"].split(b"\r\n")[0].decode()
    assert "questionnaire_no  ," in header
    assert len(header.split(",")) == len(short["short2024.csv"].split(b"\r\n")[0].split(b",")) + 2
    with pytest.raises(UnicodeDecodeError):
        standard["herd2024.csv"].decode()
    for members in files.values():
        assert all(b"Simul" in body for name, body in members.items() if name.endswith(".csv"))


def test_sources_make_the_total_and_a_later_edition_moves_money_to_business(world):
    now, then = (expenditure.reported(w, expenditure.REVISED) for w in (world, world.next()))
    for told in (*now, *then):
        assert sum(told.items[key] or 0 for key in "abcdef") == told.items["g"]
        assert all(value is None or value >= 0 for value in told.items.values())
    assert then[0].items["g"] == now[0].items["g"]
    assert then[0].items["c"] - now[0].items["c"] == 200
    assert now[1:] == then[1:]


def test_one_university_was_renamed_and_kept_its_number(world):
    names = {
        year: {told.campus.inst_id: told.name for told in expenditure.reported(world, year)} for year in (2022, 2023)
    }
    changed = {id_ for id_, name in names[2022].items() if names[2023][id_] != name}
    assert changed == {campuses(world)[-1].inst_id}


def test_the_page_links_zips_at_addresses_that_change(world):
    def page(of):
        return ncses_herd.listings(of, "http://here", {})[0].text

    assert "/821/assets/0/files/Higher_Education_R_and_D_2024_short.zip" in page(world)
    assert "/822/assets/0/files/Higher_Education_R_and_D_2024_short.zip" in page(world.next())


def test_the_directory_bears_the_ueis_of_the_awards(world):
    ueis = {holder.uei for holder in holders(world).values()}
    listed = [one.cells["UEIS"].upper().split("|")[0] for one in directory.listed(world, 2024)]
    assert len(set(listed) & ueis) == len(campuses(world))
    assert listed.count(campuses(world)[0].uei) == 2  # the university's, and its branch's


def test_a_revised_directory_lies_beside_the_provisional_one(world, tmp_path):
    (file,) = [f for f in ipeds.files(world.next()) if f.part == "2023"]
    assert set(_members(file, tmp_path / "zip")) == {"hd2023.csv", "hd2023_rv.csv"}


def test_every_reporter_of_the_simulated_survey_is_linked(tmp_path):
    """All of one name with the registry by it; the renamed one in its older years by its number in the directory."""
    import duckdb

    from pipelines import release

    world, home = World(projects=100), Home(tmp_path / "home")
    with Publishers(world, ["ror", "ncses_herd", "ipeds"]) as running, demo.pointed_to(running):
        for source in ("ror", "ncses_herd", "ipeds"):
            assert not [o.failed for o in steps.ingest(home, source, window=Window("2022", "2024")) if o.failed]
    made = release.make(home)
    rows = duckdb.sql(
        f"""SELECT name, method, count(*) FROM '{made.path}/name_link/*.parquet'
        WHERE source = 'ncses_herd' GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    assert len(rows) == len(campuses(world)) + 1
    linked = {name: method for name, method, _ in rows}
    assert "none" not in linked.values()
    assert linked[campuses(world)[-1].former] == "directory"
    credited = duckdb.sql(
        f"""SELECT count(DISTINCT organisation_id), count(*) FILTER (NOT is_institution)
        FROM '{made.path}/linked_party/*.parquet' WHERE source = 'ncses_herd'"""
    ).fetchall()
    assert credited == [(len(campuses(world)), 0)]
