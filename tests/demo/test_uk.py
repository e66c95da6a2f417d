"""What the United Kingdom's simulated universities report adds up, as HESA lays it out, and is nobody's."""

import csv
import io
import re
from collections import defaultdict

import pytest

from pipelines.demo.publishers import hebci, hesa
from pipelines.demo.records import World
from pipelines.demo.uk.accounts_tables import DATED
from pipelines.demo.uk.providers import academic, providers, years

MARKS = {"..", "Suppressed", ""}
SOURCES_BEFORE = {"BEIS Research Councils", "EU government", "Other UK government departments", "Other"}


def _lines(world: World, publisher, name: str, folder) -> list[str]:
    (file,) = [f for f in publisher.files(world) if f.name == name]
    file.write(folder / "file")
    return (folder / "file").read_bytes().decode("utf-8-sig").split("\r\n")


def _table(world: World, publisher, name: str, folder) -> list[dict[str, str]]:
    lines = _lines(world, publisher, name, folder)
    header = next(i for i, line in enumerate(lines) if line.startswith("UKPRN,"))
    return list(csv.DictReader(io.StringIO("\n".join(lines[header:]))))


@pytest.fixture(scope="module")
def tables(world, tmp_path_factory) -> dict[str, list[dict[str, str]]]:
    """Every table as published, read by a plain CSV reader, by its name without the source."""
    folder = tmp_path_factory.mktemp("uk")
    return {
        f.name.partition("/")[2]: _table(world, publisher, f.name, folder)
        for publisher in (hebci, hesa)
        for f in publisher.files(world)
    }


def number(text: str) -> int | None:
    return None if text in MARKS else int(text.replace(",", ""))


def cells(rows, *labels: str, value: str = "Value") -> dict[tuple[str, str, str], dict[tuple[str, ...], int | None]]:
    """Return a table's figures by reporter and year, and there by the labels of the named columns."""
    found: dict = defaultdict(dict)
    for row in rows:
        year = row.get("Academic Year") or row["Academic year"]
        key = tuple(row[label] for label in labels)
        assert key not in found[row["UKPRN"], row["Region of HE provider"], year], (key, year)
        found[row["UKPRN"], row["Region of HE provider"], year][key] = number(row[value])
    return found


def add(figures, *keys) -> int | None:
    """Add up cells; None where one of them holds no number: a gap covers whole sums, and totals with them."""
    values = [figures[key] for key in keys]
    return None if None in values else sum(values)


def own(found):
    """Leave the sectors out: theirs are sums over the providers that tell."""
    return {key: figures for key, figures in found.items() if key[0]}


def test_collaborative_research_adds_up_by_source_and_kind(tables):
    kinds = ("Public funding", "Collaborative contribution - Cash", "Collaborative contribution - In kind")
    found = cells(tables["table-1"], "Source of public funding", "Type of income")
    checked = 0
    for (_, _, year), figures in found.items():
        sources = {source for source, _ in figures}
        assert len(sources) == 5
        assert ("BEIS Research Councils" in sources) == (year < "2018/19")
        for source in sources:
            assert figures[source, "Total"] == add(figures, *((source, kind) for kind in kinds))
        for kind in (*kinds, "Total"):
            assert figures["All", kind] == add(figures, *((s, kind) for s in sources if s != "All"))
        checked += figures["All", "Total"] is not None
    assert checked > 100


def test_the_previous_years_total_is_last_years_total(tables):
    found = own(cells(tables["table-1"], "Source of public funding", "Type of income"))
    assert min(year for _, _, year in found) == "2015/16"
    checked = 0
    for (ukprn, region, year), figures in found.items():
        before = found.get((ukprn, region, academic(int(year[:4]) - 1)))
        told = figures["All", "Previous year's total"]
        if before and None not in (told, before["All", "Total"]):
            assert told == before["All", "Total"]
            checked += 1
    assert checked > 50


def test_services_add_up_over_partners_for_numbers_and_for_money(tables):
    labels = ("Type of service", "Type of organisation", "Number/Value Marker")
    partners = ("SME's", "Other (non-SME) commercial businesses", "Non-commercial organisations")
    for figures in cells(tables["table-2a"], *labels, value="Number/Value").values():
        for service in ("Consultancy", "Contract research", "Facilities and equipment related"):
            for marker in ("Number", "Value"):
                parts = [(service, partner, marker) for partner in partners]
                assert figures[service, "Total", marker] == add(figures, *parts)
            for partner in partners:
                contracts, income = figures[service, partner, "Number"], figures[service, partner, "Value"]
                assert contracts is None or (contracts > 0) == (income > 0)
    assert {row["Unit"] for row in tables["table-2a"]} == {"£000s"}


def test_courses_regeneration_and_intellectual_property_add_up(tables):
    payers = ("SME", "Other (non-SME) commercial businesses", "Non-commercial organisations",
              "CE and CPD for individuals")  # fmt: skip
    for figures in cells(tables["table-2b"], "Category Marker").values():
        assert figures["Total revenue",] == add(figures, *((payer,) for payer in payers))
    for figures in cells(tables["table-3"], "Programme").values():
        programmes = [key for key in figures if not key[0].startswith(("Total", "Capital"))]
        assert len(programmes) == 6
        assert figures["Total programmes",] == add(figures, *programmes)
    income = cells(tables["table-4c"], "Income source", "Type of organisation")
    for key, figures in cells(tables["table-4d"], "Category Marker").items():
        assert figures["Subtotal IP income",] == add(income[key], *income[key])
        parts = ("Subtotal IP income",), ("Sale of shares in spin-outs",)
        assert figures["Total IP revenues",] == add(figures, *parts)
        if figures["Subtotal overseas",] is not None:
            assert figures["Subtotal overseas",] <= figures["Subtotal IP income",]


def test_licences_add_up_and_parts_do_not_exceed_them(tables):
    partners = ("SMEs", "Other (non-SME) commercial businesses", "Non-commercial organisations")
    for figures in cells(tables["table-4b"], "Type of licence granted", "Type of organisation").values():
        for kind in ("Non-software", "Software only"):
            total = figures[kind, "Total number"]
            assert total == add(figures, *((kind, partner) for partner in partners))
            earning = figures[kind, "Total number generating income in the period"]
            abroad = figures[kind, "Total number - Subtotal overseas"]
            both = figures[kind, "Total number generating income in the period - Subtotal overseas"]
            assert both <= min(earning, abroad) <= max(earning, abroad) <= total


def test_patents_overseas_are_no_more_than_all_and_the_portfolio_follows_grants(tables):
    found = cells(tables["table-4a"], "Type of disclosure or patent")
    for figures in found.values():
        for (name,), value in figures.items():
            if name.endswith(" - Subtotal overseas") and value is not None:
                assert value <= figures[name.removesuffix(" - Subtotal overseas"),]
    for (ukprn, region, year), figures in own(found).items():
        before = found.get((ukprn, region, academic(int(year[:4]) - 1)))
        if before:
            reach = before["Cumulative patent portfolio",] + figures["Number of patents granted in year",]
            assert 0 <= figures["Cumulative patent portfolio",] <= reach


def test_ventures_survive_from_those_there_were(tables):
    active, formed, old = (
        "Number of active firms",
        "Number (of newly registered companies within the reporting period)",
        "Number still active which have survived at least 3 years",
    )
    found = cells(tables["table-4e"], "Metric", "Category Marker")
    for (ukprn, region, year), figures in own(found).items():
        before = found.get((ukprn, region, academic(int(year[:4]) - 1)))
        kinds = {kind for _, kind in figures}
        assert ("Graduate start-ups" in kinds) == (year < "2018/19")
        for kind in kinds:
            assert figures[old, kind] + figures[formed, kind] <= figures[active, kind]
            if before and (active, kind) in before:
                assert figures[active, kind] <= before[active, kind] + figures[formed, kind]


@pytest.mark.parametrize("name", ["table-1", "table-2a", "table-3", "table-4a", "table-4e", "table-5"])
def test_sector_totals_add_up_the_providers_that_tell(tables, name):
    """Totals are last in every year, without UKPRN: one for each region, and one for all."""
    value = "Number/Value" if name == "table-2a" else "Value"
    labels = [c for c in tables[name][0] if c not in ("UKPRN", "HE Provider", "Unit", value) and "provider" not in c]
    sums: dict = defaultdict(int)
    told = set()
    for row in tables[name]:
        key = tuple(row[c] for c in labels)
        if row["UKPRN"]:
            for region in (row["Region of HE provider"], "All"):
                sums[key, region] += number(row[value]) or 0
                told |= {(key, region)} if number(row[value]) is not None else set()
        else:
            assert row["HE Provider"] == "Total"
            there = (key, row["Region of HE provider"])
            assert number(row[value]) == (sums[there] if there in told else None)
    assert len(told) > 100


def test_income_and_expenditure_add_up_and_every_dated_figure_stands_twice(tables):
    rows = tables["finance-table-1"]
    marker, label = "Category marker", "Category"
    by_month = {m: cells([r for r in rows if r["Year End Month"] == m], marker, label, value="Value(£000s)")
                for m in ("All", "07, July")}  # fmt: skip
    assert by_month["07, July"] == {k: v for k, v in by_month["All"].items() if int(k[2][:4]) >= DATED}
    for figures in by_month["All"].values():
        for group, total in (("Income", "Total income"), ("Expenditure", "Total expenditure")):
            assert figures[group, total] == sum(v for (g, c), v in figures.items() if g == group and c != total)
        surplus = figures["Income", "Total income"] - figures["Expenditure", "Total expenditure"]
        assert [v for (g, _), v in figures.items() if g.startswith("Surplus/(deficit) before other")] == [surplus]
        assert figures["Dividends", "Dividends"] is None
    assert {row["Financial year end"] for row in rows if not row["UKPRN"]} == {""}
    assert {row[marker] for row in rows} >= {"Taxation", "Taxation  "}
    assert any(number(row["Value(£000s)"]) is not None and number(row["Value(£000s)"]) < 0 for row in rows)


def test_staff_add_up_over_occupations_and_modes(tables):
    modes, academics = ("Full-time", "Part-time"), ("Non-atypical", "Academic", "Academic")
    labels = ("Mode of employment", "Atypical marker", "Academic marker", "Contract marker")
    label = "Activity standard occupational classification"
    for figures in cells(tables["staff-table-1"], *labels, label, value="Number").values():
        for key, value in figures.items():
            assert value is None or value % 5 == 0
            if key[0] == "All":
                assert value == add(figures, *((mode, *key[1:]) for mode in modes))
        total = figures["All", *academics, "Total academic staff"]
        parts = [k for k in figures if k[:4] == ("All", *academics) and k[4] != "Total academic staff"]
        assert len(parts) == 4
        assert total == add(figures, *parts) > 0
    names = {row[label] for row in tables["staff-table-1"]}
    assert {"Professional occupations", "Professional occupations ", "Professional occupations  "} <= names


def test_what_is_taken_in_exceeds_what_is_reported_of_knowledge_exchange(tables):
    finance = [r for r in tables["finance-table-1"] if r["Year End Month"] == "All"]
    accounts = cells(finance, "Category marker", "Category", value="Value(£000s)")
    collaborative = cells(tables["table-1"], "Source of public funding", "Type of income")
    services = cells(tables["table-2a"], "Type of service", "Type of organisation", "Number/Value Marker",
                     value="Number/Value")  # fmt: skip
    intellectual, courses = (cells(tables[t], "Category Marker") for t in ("table-4d", "table-2b"))
    checked = 0
    for key, figures in own(accounts).items():
        research = collaborative[key]["All", "Total"] or 0
        contracts = services[key]["Contract research", "Total", "Value"]
        assert research + contracts < figures["Income", "Research grants and contracts"]
        others = sum(services[key][s, "Total", "Value"] for s in ("Consultancy", "Facilities and equipment related"))
        others += courses[key]["Total revenue",] + (intellectual[key]["Total IP revenues",] or 0)
        assert research + contracts + others < figures["Income", "Total income"]
        checked += 1
    assert checked == 10 * len({key[0] for key in own(accounts)})


def test_files_begin_with_a_preamble_of_their_own_length_that_says_simulated(world, tmp_path):
    lengths = set()
    for publisher in (hebci, hesa):
        for file in publisher.files(world):
            file.write(tmp_path / "file")
            data = (tmp_path / "file").read_bytes()
            assert data.startswith(b"\xef\xbb\xbfTitle:,")
            assert b"SIMULATED FIGURES" in data.split(b"\r\n")[0]
            assert data.count(b"\n") == data.count(b"\r\n")
            lengths.add(data.split(b"\r\n").index(next(x for x in data.split(b"\r\n") if x.startswith(b"UKPRN,"))))
    assert len(lengths) >= 3


def test_cells_without_a_number_are_of_every_kind(tables):
    found = {row["Value"] for name in tables if name.startswith("table") for row in tables[name] if "Value" in row}
    assert found >= MARKS
    assert any(re.fullmatch(r"\d{1,3}(,\d{3})+", row["Value"]) for row in tables["table-3"])


def test_a_next_edition_adds_a_year_and_restates_one_cell(world, tmp_path):
    def own_rows(of: World, name: str) -> set[tuple[str, ...]]:
        return {tuple(row.values()) for row in _table(of, hebci, f"hebci/{name}", tmp_path) if row["UKPRN"]}

    for name, restated in (("table-4a", 1), ("table-2a", 0), ("table-4e", 0)):
        now, then = own_rows(world, name), own_rows(world.next(), name)
        assert {row[4] for row in then} - {row[4] for row in now} == {"2025/26"}
        assert len(now - then) == restated
        gone, come = now - then, {row for row in then - now if row[4] != "2025/26"}
        assert [row[:6] for row in gone] == [row[:6] for row in come]
        assert [int(c[6]) - int(g[6]) for g, c in zip(gone, come, strict=True)] == [100] * restated


def test_providers_are_the_uks_universities_under_numbers_of_their_own(world):
    there = providers(World())
    assert len(there) == 12
    assert len({p.ukprn for p in there}) == len({p.name for p in there}) == 12
    assert {p.ukprn for p in there if "Simulated" not in p.name} == {
        "10007774", "10007788", "10003270", "10007790", "10007799"
    }  # fmt: skip
    assert all(p.ukprn.startswith("9999") and len(p.ukprn) == 8 for p in there if "Simulated" in p.name)
    assert len(providers(World(10))) == 120
    assert list(years(world)) == list(range(2014, 2025))


def test_the_numbers_of_real_providers_are_those_of_the_seed():
    from pipelines.demo.cast import SEED, institutions

    with (SEED.parent / "organisation_ids.csv").open(encoding="utf-8", newline="") as file:
        known = {row["id"]: row["organisation_id"] for row in csv.DictReader(file) if row["scheme"] == "ukprn"}
    told = {o.ukprn: o.ror_id for o in institutions() if o.ukprn}
    assert len(told) == 5
    assert told.items() <= known.items()


@pytest.mark.real
def test_columns_labels_and_names_are_the_publishers_own(tables, real):
    """Every label of the real tables is simulated but for those of a year, and no column is missing."""
    for name, rows in tables.items():
        folder = "hesa" if name.startswith(("finance", "staff")) else "hebci"
        with (real / folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            theirs = list(csv.DictReader(file))
        assert list(rows[0]) == list(theirs[0])
        for column in list(rows[0])[4:]:
            if "alue" not in column and column not in ("Number", "Financial year end") and "cademic" not in column[:8]:
                extra = {row[column] for row in rows} - {row[column] for row in theirs}
                assert extra <= {"Graduate start-ups"}, (name, column)
                assert {row[column] for row in theirs} <= {row[column] for row in rows}, (name, column)
    names = {p.name for p in providers(World())}
    assert {"Newcastle University", "The University of Edinburgh"} <= names
