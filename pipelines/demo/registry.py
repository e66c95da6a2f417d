"""The registry's simulated release: a zip with one JSON array in ROR's schema 2, as Zenodo serves it.

Real institutions carry their public facts, under their own ids; every record links to a page that says
simulated, and invented ones have ids from a range ROR does not use.
"""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.demo import invented
from pipelines.demo.cast import Organisation
from pipelines.demo.records import World

PAGE = "https://example.org/simulated"

_STAMP = {"date": "2026-01-15", "schema_version": "2.1"}
_COUNTRIES = {
    "AT": "Austria", "BE": "Belgium", "CA": "Canada", "CH": "Switzerland", "DE": "Germany", "DK": "Denmark",
    "ES": "Spain", "FI": "Finland", "FR": "France", "GB": "United Kingdom", "GR": "Greece", "IE": "Ireland",
    "IL": "Israel", "IT": "Italy", "NL": "Netherlands", "NO": "Norway", "PL": "Poland", "PT": "Portugal",
    "SE": "Sweden", "US": "United States",
}  # fmt: skip


def version(world: World) -> str:
    """Return the release's version; real ones are at v1 or above."""
    return f"v0.{world.edition}"


def published_on(world: World) -> str:
    """Return the day the release came out: one a month from January 2026 on."""
    year, month = divmod(world.edition - 1, 12)
    return f"{2026 + year}-{month + 1:02d}-15"


def archive_name(world: World) -> str:
    """Return the name of the release's zip."""
    return f"{version(world)}-{published_on(world)}-ror-data.zip"


def records(world: World) -> Iterator[dict[str, Any]]:
    """Yield every record of the registry: the part of the cast it knows, and one newcomer an edition."""
    known = {o.ror_id: o for o in world.cast if o.ror_id}
    relations = _relations(known)
    for organisation in known.values():
        yield _record(organisation, relations.get(organisation.ror_id, []))
    for edition in range(2, world.edition + 1):
        yield _newcomer(world, edition)


def counts(world: World) -> dict[str, int]:
    """Return the rows of each core table that the release must give."""
    found = list(records(world))
    return {
        "registry_organisation": len(found),
        "registry_name": sum(len(r["names"]) for r in found),
        "registry_relation": sum(len(r["relationships"]) for r in found),
    }


def write(world: World, path: Path) -> None:
    """Write the release's zip, the same bytes for the same world."""
    member = zipfile.ZipInfo(archive_name(world).replace(".zip", ".json"), (2026, 1, 15, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w") as archive, archive.open(member, "w", force_zip64=True) as file:
        separator = b"["
        for record in records(world):
            file.write(separator + json.dumps(record, ensure_ascii=False).encode())
            separator = b",\n"
        file.write(b"]\n")


def _relations(known: dict[str, Organisation]) -> dict[str, list[tuple[str, str, str]]]:
    """Return the relations of every record, each told from both ends as ROR does."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for organisation in known.values():
        for kind, inverse, other in (
            ("parent", "child", organisation.parent),
            ("successor", "predecessor", organisation.successor),
        ):
            if other:
                found.setdefault(organisation.ror_id, []).append((kind, other, _display(known[other])))
                found.setdefault(other, []).append((inverse, organisation.ror_id, _display(organisation)))
    return found


def _display(organisation: Organisation) -> str:
    """Return the name ROR displays: a company's ends in its country."""
    if organisation.kind == "company" and not organisation.is_real:
        return f"{organisation.name} ({_COUNTRIES[organisation.country]})"
    return organisation.name


def _record(organisation: Organisation, relations: list[tuple[str, str, str]]) -> dict[str, Any]:
    names = [{"value": _display(organisation), "types": ["ror_display", "label"], "lang": None}]
    if organisation.native_name:
        names.append(_name(organisation.native_name, "label", organisation.native_language))
    if organisation.kind == "company" and not organisation.is_real:
        names.append(_name(organisation.spellings[-1], "alias"))
    names += [_name(alias, "alias") for alias in organisation.aliases]
    if organisation.acronym:
        # Order means nothing in ROR: an acronym may come first.
        names.insert(0, _name(organisation.acronym, "acronym"))
    place = {
        "continent_code": None, "continent_name": None, "country_code": organisation.country,
        "country_name": _COUNTRIES[organisation.country], "country_subdivision_code": None,
        "country_subdivision_name": None, "lat": organisation.latitude, "lng": organisation.longitude,
        "name": organisation.city,
    }  # fmt: skip
    return {
        "id": organisation.ror_id,
        "status": "inactive" if organisation.successor else "active",
        "types": [organisation.kind],
        "established": organisation.established,
        "names": names,
        "locations": [{"geonames_id": None, "geonames_details": place}],
        "external_ids": [],
        "links": [{"type": "website", "value": PAGE}],
        "domains": [],
        "relationships": [{"type": kind, "id": other, "label": label} for kind, other, label in relations],
        "admin": {"created": _STAMP, "last_modified": _STAMP},
    }


def _name(value: str, kind: str, language: str | None = None) -> dict[str, Any]:
    return {"value": value, "types": [kind], "lang": language}


def _newcomer(world: World, edition: int) -> dict[str, Any]:
    number = len(world.cast) + edition
    name = f"Simulated Institute of {invented.word(number)}"
    host = world.cast[0]
    return _record(
        Organisation(name, host.country, host.city, host.latitude, host.longitude, "facility", "REC", 1,
                     (name.upper(),), ("",), invented.ror_id(number)), []
    )  # fmt: skip
