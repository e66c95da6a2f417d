"""One page on a source, a table, an indicator or a measure, made from its declaration."""

import inspect
from pathlib import Path

from expectations.contract import dictionary
from expectations.tables import tables
from pipelines import lookup
from pipelines.indicators import composite, weights
from pipelines.indicators.catalogue import catalogue, measures
from pipelines.indicators.indicator import Indicator, formula
from pipelines.indicators.measure import Measure, text
from pipelines.source import load, names


def page(name: str) -> str:
    """Return the page of a source, a table, an indicator or a measure; NotFoundError with the nearest names."""
    if name in names():
        return source_page(name)
    if name in tables():
        return dictionary(tables()[name])
    if name in catalogue():
        return indicator_page(catalogue()[name])
    if name == composite.ID:
        return composite_page()
    if name in measures():
        return measure_page(measures()[name])
    known = [*names(), *tables(), *catalogue(), composite.ID, *measures()]
    lookup.nearest("source, table, indicator or measure", name, known)
    raise AssertionError  # nearest returns or raises


def source_page(name: str) -> str:
    """Return the page of a source: what it is and its traps, its facts, its raw columns."""
    module = load(name)
    s = module.SOURCE
    lines = [
        f"# {s.title}",
        "",
        inspect.getdoc(module) or "",
        "",
        f"- Publisher: {s.publisher} · {s.homepage}",
        f"- Licence: {s.licence} ({s.licence_url}); redistribution {'yes' if s.is_redistributable else '**no**'}",
        f"- Cite as: {s.citation}",
        f"- Cadence: {s.cadence}; parts: {s.part_kind}; changes told by {s.changes_by}",
        f"- Key: {s.key_variable or 'none needed'}; pace: {s.pace:g} s between two requests",
        f"- Tables: {', '.join(s.tables)}",
        f"- Tells: {', '.join(sorted(s.observes)) or 'identity only'}",
        f"- Files in a mirror: {s.name}/{s.mirror_example}",
        "",
        "| raw table | core table | columns that must be there |",
        "|---|---|---|",
        *(f"| {n} | {raw.core} | {', '.join(raw.columns)} |" for n, raw in module.RAW.items()),
    ]
    return "\n".join(lines) + "\n"


def write(folder: Path) -> dict[str, str]:
    """Write the page of every source into a folder, as its documentation; return them by file name."""
    pages = {f"{name}.md": source_page(name) for name in names()}
    rows = [f"| [{name}]({name}.md) | {load(name).SOURCE.title} | {load(name).SOURCE.publisher} |" for name in names()]
    said = "Written by `make docs` from the modules of `pipelines/sources/`; `iur describe NAME` prints the same."
    pages["README.md"] = "\n".join(
        ["# Sources", "", said, "", "| source | title | publisher |", "|---|---|---|", *rows, ""]
    )
    folder.mkdir(parents=True, exist_ok=True)
    for name, written in pages.items():
        (folder / name).write_text(written, encoding="utf-8")
    return pages


def _interval(indicator: Indicator) -> str:
    if indicator.is_reported:
        return "none, as institutions report the figures about themselves"
    if indicator.interval == "fixed":
        return "that of the count, divided by the reported denominator"
    return indicator.interval


def _sides(indicator: Indicator) -> list[tuple[str, Measure]]:
    sides = [("Adds up the cells" if not indicator.denominator else "Numerator, cells", indicator.numerator)]
    return sides + ([("Denominator, cells", indicator.denominator)] if indicator.denominator else [])


def _cells(measure: Measure) -> str:
    """List the cells of a survey measure: measure, partner, breakdown; a minus for what is taken away."""
    return "; of another survey: ".join(
        ", ".join(
            f"{'− ' if sign < 0 else ''}{name} ({partner}, {breakdown})" for name, partner, breakdown, sign in cells
        )
        for cells in measure.cell_sets
    )


def indicator_page(indicator: Indicator) -> str:
    """Return the page of an indicator: meaning, formula, base, caveats, reference."""
    kind = "a stock: never summed over years" if indicator.is_stock else "a flow"
    window = f"{indicator.window_years} years" if indicator.window_years > 1 else "one calendar year"
    lines = [
        f"# {indicator.id} — {indicator.title}",
        "",
        indicator.meaning,
        "",
        f"- Formula: {formula(indicator)}",
        f"- Measures, each with its query (`iur describe MEASURE`): {', '.join(m.name for m in indicator.measures)}",
        f"- Unit: {indicator.unit}; {kind}; window: {window}",
        f"- Needs a source that tells: {', '.join(sorted(indicator.needs)) or 'nothing in particular'}",
        *([f"- Needs besides, of any source: {', '.join(sorted(indicator.beside))}"] if indicator.beside else []),
        f"- Least base: {format(indicator.least_base, ',g') if indicator.least_base else 'none'}; "
        f"interval: {_interval(indicator)}",
        *(f"- {side}: {_cells(measure)}" for side, measure in _sides(indicator) if measure.is_survey),
        f"- Counting: {', '.join(indicator.counting)}; headline intensity: {indicator.intensity}"
        f"{'; also by field' if indicator.by_field else ''}",
        *(
            ["- Of countries, in the table country_indicator: no institution has it"]
            if indicator.of == "country"
            else []
        ),
        *(f"- Caution: {caveat}" for caveat in indicator.caveats),
        f"- Reference: {indicator.reference}",
        "",
    ]
    return "\n".join(lines)


def measure_page(measure: Measure) -> str:
    """Return the page of a measure: what its rows are, who rests on it, and the query that finds them."""
    grain = "institution, record and partner" if measure.grain == "edge" else "institution and record"
    resting = [id_ for id_, indicator in catalogue().items() if measure in indicator.measures]
    lines = [
        f"# {measure.name}",
        "",
        f"{measure.meaning[0].upper()}{measure.meaning[1:]}.",
        "",
        f"- Rows: one per {grain}; unit: {measure.unit}; records of {measure.record_table}",
        f"- Needs a source that tells: {', '.join(sorted(measure.needs))}",
        f"- Indicators that rest on it: {', '.join(resting)}",
        "",
        "```sql",
        inspect.cleandoc(text(measure)),
        "```",
        "",
    ]
    return "\n".join(lines)


def composite_page() -> str:
    """Return the page of the composite: meaning, formula, and what weighs how much in each source system."""
    seed = weights.weights()
    totals = {w.profile: sum(o.weight for o in seed if o.profile == w.profile) for w in seed}
    lines = [
        f"# {composite.ID} — {composite.TITLE}",
        "",
        composite.MEANING,
        "",
        f"- Formula: {composite.FORMULA}",
        f"- Unit: {composite.UNIT}; no score where under half of the weight has data",
        "- Tables: `composite_rank` (places and their range), `composite_part` (what adds how much), `sensitivity`",
        *(f"- Caution: {caveat}" for caveat in composite.CAVEATS),
        '- Reference: INDICATORS §4, "Composite"; OECD and JRC (2008), Handbook on Constructing Composite Indicators',
        "",
        "| system | concept | indicator | source | years | weight |",
        "|---|---|---|---|---|---|",
        *(
            f"| {' | '.join((w.profile, w.concept, w.indicator, w.source, str(w.years)))} "
            f"| {w.weight / totals[w.profile]:.1%} |"
            for w in seed
        ),
        "",
    ]
    return "\n".join(lines)
