"""PatentsView's tables of a world: quoted TSV, a zip each, of the patents granted up to `UNTIL`.

Traps as in real ones: rows of a patent are not in the order of their sequence, an assignee has no name at all, others
have none but the printed one, a type is blank, names hold entities, a statement has a line end, a contract stands
twice, a class is of a patent that is not there. Persons are invented, and their names are there to be thrown away.
"""

import csv
import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from pipelines.demo.records import World
from pipelines.demo.us.patents import PERSON, Owner, Patent, patents

UNTIL = dt.date(2025, 9, 30)
"""The last day of grants in the release."""

RELEASES = ("20250331", "20250630", "20250930", "20251231", "20260331")
"""Days that name the columns of g_persistent_assignee: two in the first edition, one more in each later one."""

SURNAME = "Nobodyson"
UNKNOWN = "99999999"
"""The number of a patent that is nowhere."""

Cells = Sequence[str | int | float]


@lru_cache(maxsize=4)
def granted(world: World) -> tuple[Patent, ...]:
    """Return the patents of the release."""
    return tuple(p for p in patents(world) if p.granted_on <= UNTIL)


def nameless(world: World) -> Patent:
    """Return the patent whose assignee has no name in any table: one that nobody owns."""
    return next(p for p in granted(world) if not p.owners)


def is_untold(nth: int) -> bool:
    """Say whether the assignees of a patent were not told apart, so that they have their printed name alone."""
    return nth % 37 == 5


def id_of(*words: object) -> str:
    """Return an id as the publisher makes them, the same for the same words."""
    digest = hashlib.md5("|".join(map(str, words)).encode(), usedforsecurity=False).hexdigest()
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:]))


def _place(owner: Owner) -> str:
    return id_of("place", owner.country, owner.state, owner.city)


def _assignee(world: World, owner: Owner, release: str) -> str:
    return id_of("assignee", world.seed, owner.name or owner.city, release)


def newest(world: World) -> int:
    """Return how many releases there are in an edition."""
    return min(world.edition + 1, len(RELEASES))


def _patent(world: World) -> Iterator[Cells]:
    for p in granted(world):
        type_ = p.type.replace("_", " ")
        file = f"ipg{p.granted_on:%y%m%d}.xml"
        yield p.number, type_, p.granted_on.isoformat(), p.title, p.kind, p.claims, int(p.is_withdrawn), file


def _application(world: World) -> Iterator[Cells]:
    for p in granted(world):
        series = p.application[:2]
        yield p.application, p.number, series, p.filed_on.isoformat(), series, 0


def _owners(world: World) -> Iterator[tuple[int, Patent, int, Owner]]:
    """Yield assignees with their patent and sequence, the last of a patent first."""
    for nth, p in enumerate(granted(world)):
        for sequence in reversed(range(len(p.owners))):
            yield nth, p, sequence, p.owners[sequence]


def _disambiguated(world: World) -> Iterator[Cells]:
    release = RELEASES[newest(world) - 1]
    for nth, p, sequence, owner in _owners(world):
        person = ("Pat", SURNAME) if owner.cast == PERSON else ("", "")
        name = "" if is_untold(nth) else owner.name.replace("&", "&amp;")
        code = "" if nth % 47 == 3 else owner.code
        yield p.number, sequence, _assignee(world, owner, release), *person, name, code, _place(owner)
    yield nameless(world).number, 0, id_of("nameless", release), "", "", "", "2", ""


def _printed(world: World) -> Iterator[Cells]:
    release = RELEASES[newest(world) - 1]
    for _, p, sequence, owner in _owners(world):
        person = ("Pat", SURNAME) if owner.cast == PERSON else ("", "")
        place = id_of("as printed", p.number, sequence)
        id_ = _assignee(world, owner, release)
        yield p.number, sequence, id_, *person, owner.printed, f"0{owner.code}"[-2:], place


def _persistent(world: World) -> Iterator[Cells]:
    for _, p, sequence, owner in _owners(world):
        yield p.number, sequence, *(_assignee(world, owner, release) for release in RELEASES[: newest(world)])


def _inventor(world: World) -> Iterator[Cells]:
    for p in granted(world):
        place = _place(p.owners[0]) if p.owners else ""
        for sequence in reversed(range(p.inventors)):
            id_ = f"fl:in_ln:{SURNAME.lower()}-{int(p.number[-4:]) * 7 + sequence}"
            yield p.number, sequence, id_, "Inventor", SURNAME, "F" if sequence else "M", place


def _location(world: World) -> Iterator[Cells]:
    there = {_place(owner): owner for _, _, _, owner in _owners(world)}
    for place, o in sorted(there.items()):
        yield place, o.city, o.state, o.country, o.latitude, o.longitude, "", "", ""


def _class(world: World) -> Iterator[Cells]:
    for p in granted(world):
        for nth, symbol in enumerate(p.classes):
            kind = "additional" if nth else "inventional"
            yield p.number, nth, symbol[0], symbol[:3], symbol[:4], symbol, kind
    yield UNKNOWN, 0, "G", "G06", "G06N", "G06N3/08", "inventional"


def _statement(world: World) -> Iterator[Cells]:
    for nth, p in enumerate(p for p in granted(world) if p.statement):
        yield p.number, p.statement.replace(". The", ".\nThe") if nth % 5 == 0 else p.statement


def _agency(world: World) -> Iterator[Cells]:
    for p in granted(world):
        if p.statement:
            name, above = p.agency
            yield p.number, int(id_of(name)[:4], 16), name, above, name if name != above else "", ""


def _contract(world: World) -> Iterator[Cells]:
    told = [(p.number, number) for p in granted(world) for number in p.contracts]
    yield from told
    yield told[0]


def _citation(world: World) -> Iterator[Cells]:
    of = {p.number: p for p in granted(world)}
    for p in granted(world):
        for nth, cited in reversed(list(enumerate(p.cites))):
            day = of[cited].granted_on.replace(day=1).isoformat()
            by = "cited by applicant" if nth % 2 else "cited by examiner"
            yield p.number, nth, cited, day, SURNAME, of[cited].kind, by


TABLES: dict[str, tuple[tuple[str, ...], Callable[[World], Iterator[Cells]]]] = {
    "g_patent": (("patent_id", "patent_type", "patent_date", "patent_title", "wipo_kind", "num_claims", "withdrawn",
                  "filename"), _patent),
    "g_application": (("application_id", "patent_id", "patent_application_type", "filing_date", "series_code",
                       "rule_47_flag"), _application),
    "g_assignee_disambiguated": (("patent_id", "assignee_sequence", "assignee_id",
                                  "disambig_assignee_individual_name_first", "disambig_assignee_individual_name_last",
                                  "disambig_assignee_organization", "assignee_type", "location_id"), _disambiguated),
    "g_assignee_not_disambiguated": (("patent_id", "assignee_sequence", "assignee_id",
                                      "raw_assignee_individual_name_first", "raw_assignee_individual_name_last",
                                      "raw_assignee_organization", "assignee_type", "rawlocation_id"), _printed),
    "g_inventor_disambiguated": (("patent_id", "inventor_sequence", "inventor_id", "disambig_inventor_name_first",
                                  "disambig_inventor_name_last", "gender_code", "location_id"), _inventor),
    "g_location_disambiguated": (("location_id", "disambig_city", "disambig_state", "disambig_country", "latitude",
                                  "longitude", "county", "state_fips", "county_fips"), _location),
    "g_cpc_current": (("patent_id", "cpc_sequence", "cpc_section", "cpc_class", "cpc_subclass", "cpc_group",
                       "cpc_type"), _class),
    "g_gov_interest": (("patent_id", "gi_statement"), _statement),
    "g_gov_interest_org": (("patent_id", "gi_organization_id", "fedagency_name", "level_one", "level_two",
                            "level_three"), _agency),
    "g_gov_interest_contracts": (("patent_id", "contract_award_number"), _contract),
    "g_us_patent_citation": (("patent_id", "citation_sequence", "citation_patent_id", "citation_date", "record_name",
                              "wipo_kind", "citation_category"), _citation),
    "g_persistent_assignee": (("patent_id", "assignee_sequence"), _persistent),
}  # fmt: skip
"""The columns of each table, and its rows; g_persistent_assignee has a column more for each release."""

RENEWED = ("g_assignee_disambiguated", "g_assignee_not_disambiguated", "g_persistent_assignee")
"""Tables that differ from edition to edition: assignees have other ids in each release."""


def rows(world: World, table: str) -> list[Cells]:
    """Return the rows of a table."""
    return list(TABLES[table][1](world))


def write(world: World, table: str, path: Path) -> None:
    """Write the zip of a table, the same bytes for the same world."""
    columns = TABLES[table][0]
    if table == "g_persistent_assignee":
        columns += tuple(f"disamb_assignee_id_{release}" for release in RELEASES[: newest(world)])
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerows([columns, *TABLES[table][1](world)])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(f"{table}.tsv", (2025, 12, 1, 0, 0, 0))
        archive.writestr(info, text.getvalue().encode(), zipfile.ZIP_DEFLATED)
