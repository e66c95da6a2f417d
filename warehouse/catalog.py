"""What a release says of itself: datapackage.json, dictionary, licences, citation, views."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from expectations.contract import Table, constraint, dictionary
from pipelines.source import Source
from warehouse import files

_FRICTIONLESS = {
    "string": "string",
    "int64": "integer",
    "double": "number",
    "bool": "boolean",
    "date": "date",
    "timestamp": "datetime",
    "list<string>": "array",
    "list<double>": "array",
}


def describe(
    folder: Path, tables: Iterable[Table], sources: Iterable[Source], vintage: str, made_at: str, simulated: bool
) -> None:
    """Write everything a release says of itself into its folder."""
    tables, sources = list(tables), list(sources)
    files.write_json(folder / "datapackage.json", _datapackage(folder, tables, sources, vintage, made_at, simulated))
    (folder / "dictionary").mkdir()
    for table in tables:
        page = dictionary(table) + _restricted(folder, table, sources)
        (folder / "dictionary" / f"{table.name}.md").write_text(page)
    (folder / "LICENSES.md").write_text(_licences(sources, simulated))
    (folder / "CITATION.cff").write_text(_citation(sources, vintage, simulated))
    (folder / "views.sql").write_text(_views(tables))


def _datapackage(
    folder: Path, tables: list[Table], sources: list[Source], vintage: str, made_at: str, simulated: bool
) -> dict[str, Any]:
    """Describe the release as a Frictionless data package, one resource per table."""
    return {
        "name": "iur-observatory",
        "title": "IUR Observatory: how universities and research institutes work with industry",
        "version": vintage,
        "created": made_at,
        "simulated": simulated,
        "restricted": [s.name for s in sources if not s.is_redistributable],
        "licenses": [{"name": s.licence, "path": s.licence_url, "title": s.title} for s in sources],
        "sources": [{"title": s.title, "path": s.homepage, "citation": s.citation} for s in sources],
        "resources": [
            {
                "name": table.name,
                "title": f"One row per {table.one_row_per}",
                "path": sorted(p.relative_to(folder).as_posix() for p in (folder / table.name).glob("*.parquet")),
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "schema": {
                    "primaryKey": list(table.key),
                    "fields": [
                        {
                            "name": c.name,
                            "type": _FRICTIONLESS[c.type],
                            "description": c.meaning,
                            "unit": c.unit,
                            "constraints": constraint(c),
                        }
                        for c in table.columns
                    ],
                },
            }
            for table in tables
        ],
    }


def _restricted(folder: Path, table: Table, sources: list[Source]) -> str:
    """Return what a table's page says of rows that may not be passed on: in derived tables all may rest on them."""
    held = [
        s.title
        for s in sources
        if not s.is_redistributable
        and (table.layer == "derived" or any((folder / table.name).glob(f"{s.name}--*.parquet")))
    ]
    if not held:
        return ""
    return (
        f"\n**Restricted in this release:** it rests on {'; '.join(held)}, which may not be redistributed. "
        "An export (`iur export`) is computed without it.\n"
    )


def _licences(sources: list[Source], simulated: bool) -> str:
    lines = ["# Licences of the data", ""]
    if closed := [s.title for s in sources if not s.is_redistributable]:
        lines += [
            f"**This release may not be passed on:** it holds, or rests on, {'; '.join(closed)}. "
            "`iur export` computes one that does not.",
            "",
        ]
    if simulated:
        lines += ["**The records of this release are simulated.** They describe nobody.", ""]
    lines += ["| source | publisher | licence | may be redistributed |", "|---|---|---|---|"]
    for s in sources:
        may = "yes, with attribution" if s.is_redistributable else "**no**"
        lines.append(f"| [{s.title}]({s.homepage}) | {s.publisher} | [{s.licence}]({s.licence_url}) | {may} |")
    return "\n".join([*lines, "", "Derived tables carry the conditions of the sources they name.", ""])


def _citation(sources: list[Source], vintage: str, simulated: bool) -> str:
    note = "Simulated records: not for citation." if simulated else "Cite the sources named in LICENSES.md as well."
    lines = [
        "cff-version: 1.2.0",
        f'message: "{note}"',
        "type: dataset",
        'title: "IUR Observatory: industry–university–research indicators"',
        f'version: "{vintage}"',
        f"date-released: {vintage[:10]}",
        "authors:",
        '  - name: "IUR Observatory"',
        "references:",
    ]
    for s in sources:
        lines += [
            "  - type: data",
            f'    title: "{s.title}"',
            f'    authors: [{{name: "{s.publisher}"}}]',
            f'    url: "{s.homepage}"',
        ]
    return "\n".join(lines) + "\n"


def _views(tables: list[Table]) -> str:
    lines = ["-- DuckDB views over this release. In its folder: duckdb -init views.sql"]
    for table in tables:
        lines += [
            f"-- One row per {table.one_row_per}.",
            f"CREATE OR REPLACE VIEW {table.name} AS SELECT * FROM read_parquet('{table.name}/*.parquet');",
        ]
    return "\n".join(lines) + "\n"
