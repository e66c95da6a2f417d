"""Places on the command line: side by side, on the scorecard, the composite taken apart, how far indicators reach."""

import json

import pytest

from pipelines.indicators import composite, together
from pipelines.indicators.catalogue import catalogue
from pipelines.source import facts
from tests import command_line
from tests.indicators.hand_worked_peers import build, institution, ror, seen, spent, value, years

ALL = facts()
NUMBER = 20


def written(home):
    """Write a release of twenty US universities: two that have most from business are first and second."""
    shares = [
        value(n, "contract.business_share", y, "ncses_herd", (n + 0.4 * (y - 2022)) / 40, denominator=40.0,
              numerator=n + 0.4 * (y - 2022))
        for n in range(NUMBER)
        for y in (2021, 2022)
    ]  # fmt: skip
    indicator = [
        *shares,
        *(value(n, "transfer.patents_per_100m", 2022, "patentsview", 2.0 + n % 7) for n in range(NUMBER)),
        *(value(n, "joint.co_publication_share", 2022, "openalex", 0.5 - (n % 3) / 10) for n in range(NUMBER)),
        value(3, "joint.grants", 2022, "cordis", 4.0),
        value(4, "joint.grants", 2022, "cordis", None, status="no_data"),
    ]
    connection = build(
        institution=[institution(n) for n in range(NUMBER)],
        coverage=years("ncses_herd", 2015, 2023),
        coverage_institution=seen("ncses_herd", dict.fromkeys(range(NUMBER), 3)),
        evidence=[spent(n, 2020, 1e6 * (n + 1)) for n in range(NUMBER)],
        indicator=indicator,
        organisation=[
            {"organisation_id": ror(n), "name": f"i{n}", "sector": "university", "country": "US"} for n in range(NUMBER)
        ],
        registry_name=[],
        collaboration=[],
        receipt=[{"source": name, "part": "all"} for name in ("ncses_herd", "patentsview", "openalex", "cordis")],
    )
    together.form(connection, {name: ALL[name] for name in ("ncses_herd", "patentsview", "openalex", "cordis")})
    folder = home / "releases" / "2026-01-01"
    for (name,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall():
        if not name.startswith(("iur_", "composite_value")):
            (folder / name).mkdir(parents=True)
            connection.execute(f"COPY {name} TO '{folder / name / 'all.parquet'}'")
    (folder / "datapackage.json").write_text(json.dumps({"simulated": True, "restricted": []}))
    (home / "releases" / "current").symlink_to("2026-01-01")


@pytest.fixture(scope="module")
def placed(tmp_path_factory):
    home = tmp_path_factory.mktemp("placed")
    written(home)
    return home


@pytest.fixture
def iur(placed, monkeypatch, capsys):
    return command_line.runner(placed, monkeypatch, capsys)


def test_compare_sets_institutions_side_by_side(iur):
    answer = iur("compare", "i19", "i0", ror(5), "--indicator", "contract.business_share")
    assert answer.code == 0
    # The newest year that all have; the largest of twenty is first and the smallest last.
    assert "contract.business_share · ncses_herd · 2022" in answer.out
    assert "1/20 US" in answer.out
    assert "20/20 US" in answer.out
    assert "SIMULATED" in answer.out
    (table,) = iur("compare", "i19", "i0", "--indicator", "contract.business_share", "--json").json["comparisons"]
    assert [one["places"]["group"]["place"] for one in table["institutions"]] == [1, 20]
    assert table["institutions"][0]["trend"] == pytest.approx({"2021": 0.465, "2022": 0.475})
    earlier = iur("compare", "i19", "i0", "--indicator", "contract.business_share", "--years", "2021", "--json").json
    assert earlier["comparisons"][0]["year"] == 2021


def test_compare_says_what_keeps_figures_from_being_compared(iur):
    out = iur("compare", "i3", "i4", "i19", "--indicator", "joint.grants").out
    assert "no row" in out
    assert "not all are published values: no_data" in out
    assert "joint.grants grows with the size" in out
    assert (
        "none of them has a value of transfer.licences"
        in iur("compare", "i3", "i4", "--indicator", "transfer.licences").out
    )


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("i1", "i2"), 2, "say by which indicator"),
        (("i1", "--indicator", "joint.grants"), 2, "two institutions or more"),
        (("i1", ror(1), "--indicator", "joint.grants"), 2, "two institutions or more"),
        (("i1", "i2", "--indicator", "joint.grnts"), 1, "joint.grants"),
        (("i1", "Nowhere at all", "--indicator", "joint.grants"), 1, "no institution"),
    ],
)
def test_what_cannot_be_compared_gets_a_clear_answer(iur, arguments, code, says):
    answer = iur("compare", *arguments)
    assert answer.code == code
    assert says in answer.err


def test_the_scorecard_has_places_and_the_composite_with_its_range(iur):
    card = iur("show", "i19", "--json").json
    (share,) = (row for row in card["values"] if row["indicator"] == "contract.business_share")
    assert share["places"]["group"] | {"peer_group": "US", "place": 1, "members": 20} == share["places"]["group"]
    # Fifteen neighbours and itself.
    assert share["places"]["neighbours"]["members"] == 16
    assert len(card["alike"]) == 15
    assert card["size"]["size_class"] == "large"
    (rank,) = card["composite"]
    assert rank["place_low"] <= rank["place_median"] <= rank["place_high"]
    out = iur("show", "i19").out
    assert "most alike in size" in out
    assert "in 90 % of 1,000 draws" in " ".join(out.split())
    assert "1/20 p98" in out


def test_the_scorecard_says_what_moved(iur):
    card = iur("show", "i7", "--json").json
    (share,) = (row for row in card["values"] if row["indicator"] == "contract.business_share")
    # The seventh: 7 of 40 after 6.6 of 40.
    assert share["moved"] == (
        "contract.business_share (ncses_herd) 2022: 17.5 % after 16.5 %: R&D expenditure paid by business 6.6 → 7; "
        "R&D expenditure from all sources 40 → 40; the first alone would have made it 17.5 %"
    )


def test_the_composite_is_taken_apart(iur):
    answer = iur("explain", "i19", composite.ID, "2022")
    assert answer.code == 0
    found = iur("explain", "i19", composite.ID, "2022", "--json").json
    assert {part["indicator"] for part in found["parts"]} == {
        "contract.business_share", "transfer.patents_per_100m", "joint.co_publication_share",
    }  # fmt: skip
    assert sum(part["adds"] for part in found["parts"]) == pytest.approx(found["rank"]["score"])
    assert "contract.business_share" in answer.out
    assert "draws of weights" in " ".join(answer.out.split())
    assert "without joint.co_patent_share" in " ".join(answer.out.split())
    assert "other weights" in answer.out


def test_a_year_without_a_composite_gets_a_clear_answer(iur):
    answer = iur("explain", "i19", composite.ID, "2015")
    assert (answer.code, "it has 2021–2022" in answer.err) == (1, True)
    assert iur("explain", "i19", composite.ID, "2022", "--window", "3").code == 2


def test_the_composite_has_a_page_with_its_weights(iur):
    page = iur("describe", composite.ID).out
    assert "| us | R&D paid by business | contract.business_share | ncses_herd | 1 | 16.7% |" in page
    assert composite.ID in iur("indicators").out


def test_coverage_prints_institutions_by_year_and_why_there_are_none(iur):
    rows = iur("indicators", "--coverage", "--json").json["indicators"]
    share = [row for row in rows if row["indicator"] == "contract.business_share"]
    assert [(r["source"], r["institutions"], r["values"], r["by_year"]) for r in share] == [
        ("ncses_herd", 20, 40, {"2021": 20, "2022": 20})
    ]
    assert {row["indicator"] for row in rows} == {*catalogue(), composite.ID}
    assert all(row["why"] for row in rows if not row["by_year"])
    out = iur("indicators", "--coverage").out
    assert "transfer.licences: no_data: no source of the release tells" in " ".join(out.split())


@pytest.fixture
def of_countries(tmp_path, monkeypatch, capsys):
    """A release with values of countries: of two over one year and more, of fields in one, of law none."""

    def row(country, year, window=1, status="published", field="all", source="cordis", records=250):
        return {
            "country": country, "year": year, "indicator": "synergy.country" if field == "all" else "synergy.field",
            "field": field, "window_years": window, "value": 10.0 if status == "published" else None, "unit": "mbit",
            "status": status, "records": records, "years_used": window, "source": source,
        }  # fmt: skip

    def write(*rows):
        connection = build(
            institution=[institution(0)],
            coverage=years("cordis", 2015, 2019) + years("sbir", 2017, 2020),
            indicator=[],
            registry_name=[],
            receipt=[{"source": name, "part": "all"} for name in ("cordis", "sbir")],
            country_indicator=rows,
        )
        together.form(connection, {name: ALL[name] for name in ("cordis", "sbir")})
        folder = tmp_path / "releases" / "2026-01-01"
        for (name,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall():
            if not name.startswith(("iur_", "composite_value")):
                (folder / name).mkdir(parents=True)
                connection.execute(f"COPY {name} TO '{folder / name / 'all.parquet'}'")
        (folder / "datapackage.json").write_text(json.dumps({"simulated": True, "restricted": []}))
        (tmp_path / "releases" / "current").symlink_to("2026-01-01")
        return command_line.runner(tmp_path, monkeypatch, capsys)

    write.row = row
    return write


def coverage_of(iur, indicator):
    rows = iur("indicators", "--coverage", "--json").json["indicators"]
    return [row for row in rows if row["indicator"] == indicator]


def test_coverage_of_what_is_of_countries_counts_countries_once_a_year_in_the_headline_window(of_countries):
    row = of_countries.row
    iur = of_countries(
        row("NL", 2015), row("NL", 2016), row("BE", 2016), row("FR", 2016, status="partial_year"),
        # Two sources are two lines.
        row("US", 2017, source="sbir"), row("US", 2018, source="sbir"),
        # The same countries over longer windows: Germany has enough records over three years alone, and the headline
        # of countries is a year.
        row("NL", 2017, window=3), row("DE", 2017, window=3), row("NL", 2018, window=4),
    )  # fmt: skip
    found = coverage_of(iur, "synergy.country")
    assert [(r["source"], r["institutions"], r["values"], r["by_year"]) for r in found] == [
        ("cordis", 2, 3, {"2015": 1, "2016": 2}),
        ("sbir", 1, 2, {"2017": 1, "2018": 1}),
    ]


def test_coverage_of_fields_counts_a_country_once_however_many_fields_it_has(of_countries):
    row = of_countries.row
    iur = of_countries(
        row("NL", 2018, window=4, field="law"), row("NL", 2018, window=4, field="chemistry"),
        row("BE", 2018, window=4, field="law"), row("BE", 2019, window=4, field="law", status="no_data", records=150),
        # The headline of fields is of four years.
        row("FR", 2018, window=1, field="law"),
    )  # fmt: skip
    (found,) = coverage_of(iur, "synergy.field")
    assert (found["source"], found["institutions"], found["by_year"]) == ("cordis", 2, {"2018": 2})
    (none,) = coverage_of(iur, "synergy.country")
    assert none["why"].startswith("no_data: ")
    out = iur("indicators", "--coverage").out
    (line,) = [line for line in out.splitlines() if line.startswith("synergy.field")]
    assert line.split()[1:5] == ["cordis", "2", "2", "2018"]


def test_coverage_says_of_countries_with_too_few_records_how_many_they_have(of_countries):
    row = of_countries.row
    iur = of_countries(
        row("NL", 2018, window=4, field="law", status="no_data", records=150),
        row("BE", 2018, window=4, field="law", status="no_data", records=90),
        row("BE", 2018, window=1, field="law", status="no_data", records=40),
        row("NL", 2018, status="partial_year", records=300),
    )
    (found,) = coverage_of(iur, "synergy.field")
    assert found["why"] == (
        "small_base: 2 rows of cordis, none of 200 records in whole years (at most 150); "
        "it would come from more of cordis"
    )
    # 300 records are enough: what is wanting is a whole year.
    (found,) = coverage_of(iur, "synergy.country")
    assert found["why"] == "partial_year: 1 row of cordis, none of whole years; it would come from more of cordis"
