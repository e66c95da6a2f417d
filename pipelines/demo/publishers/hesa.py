"""HESA's open data on finance and staff: two tables at two addresses, each with all years.

A later edition has an academic year more. Like its survey, served with a date and only to who says what he is.
"""

from collections import Counter
from collections.abc import Mapping
from functools import partial

from pipelines.demo.publisher import Book, Listing, Posted, Stored
from pipelines.demo.records import World
from pipelines.demo.uk import accounts, accounts_tables, sheet
from pipelines.demo.uk.providers import FIRST, providers, years

PATH = "/data-and-analysis/{table}.csv"
ADDRESSES = {"IUR_HESA_URL": PATH}

TABLES = {
    "finance-table-1": ("finances/table-1", accounts_tables.write_finance),
    "staff-table-1": ("staff/table-1", accounts_tables.write_staff),
}


def files(world: World) -> list[Posted]:
    """Return the two tables, a part each."""
    return [
        Posted(
            f"hesa/{part}",
            part,
            PATH.format(table=table),
            partial(write, world),
            "text/csv; charset=utf-8",
            since=world.edition,
            validators=("Last-Modified",),
            is_guarded=True,
        )
        for part, (table, write) in TABLES.items()
    ]


def listings(world: World, base: str, stored: Mapping[str, Stored]) -> list[Listing]:
    """Return nothing: the addresses are always the same."""
    return []


def books(world: World) -> dict[str, dict[str, Book]]:
    """Return what is kept of the tables: the income and expenditure, and the academic staff, of providers."""
    own = len(providers(world))
    sectors = len(sheet.reporters(world)[0]) - own
    return {
        "finance-table-1": {"survey_value": _finance(world, own, sectors)},
        "staff-table-1": {"survey_value": _staff(world, own, sectors)},
    }


def _finance(world: World, own: int, sectors: int) -> Book:
    lines = list(accounts.money(world, FIRST))
    wanted = sum(marker in ("Income", "Expenditure") for marker, _ in lines)
    told = years(world, 2015)
    twice = sum(len(accounts_tables.months(year)) - 1 for year in told)
    dropped = {
        "sector_total": sectors * len(lines) * (len(told) + twice),
        "year_end_month_duplicate": own * len(lines) * twice,
        "not_income_or_expenditure": own * (len(lines) - wanted) * len(told),
    }
    kept = own * wanted * len(told)
    return Book(kept + sum(dropped.values()), kept, dropped=dropped)


def _staff(world: World, own: int, sectors: int) -> Book:
    lines = [labels for labels, _ in accounts_tables.staff_lines(accounts.staff(world, FIRST))]
    told = len(years(world))
    reasons = Counter(map(_reason, lines))
    kept = reasons.pop("") * own * told
    dropped = {reason: count * own * told for reason, count in reasons.items()}
    dropped["sector_total"] = sectors * len(lines) * told
    return Book(kept + sum(dropped.values()), kept, dropped=dropped)


def _reason(labels: tuple[str, ...]) -> str:
    """Return why a line of staff table 1 is not kept, or nothing."""
    mode, atypical, academic, contract, occupation = labels
    if mode != "All":
        return "detail_of_total"
    if atypical != "Non-atypical":
        return "atypical_staff"
    if academic != "Academic":
        return "not_academic_staff"
    if contract != "Academic":
        return "same_staff_under_another_marker"
    return "" if occupation == "Total academic staff" else "detail_of_total"
