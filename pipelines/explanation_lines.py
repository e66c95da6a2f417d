"""What an explanation says in words: why there is no interval, what else there is, and why there is no value.

Each function returns lines without their labels; `explanation` prints them.
"""

from pipelines import shown, terminal
from pipelines.indicators.explain import Explanation, Value
from pipelines.indicators.indicator import INTENSITY_SAYS, Indicator
from pipelines.indicators.interval import MONEY_RECORDS
from pipelines.indicators.interval_records import MEDIAN_VALUES, RATIO_UNITS
from pipelines.indicators.reason import UNSEEN

OTHERS = 12
"""Other values that are listed unless all are asked for."""

_MEANS = {
    "stability": "of stability: what the same process would give again",
    "wilson": "95 %, Wilson",
    "delta": "95 %, delta method",
    "bootstrap": "95 %, bootstrap-t",
    "order_statistics": "95 %, order statistics",
}


def counted(number: int | None, one: str) -> str:
    """Write how many there are of something that takes an s.

    >>> [counted(n, "record") for n in (1, 2_000, None)]
    ['1 record', '2,000 records', '– records']
    """
    return f"{terminal.number(number)} {one}{'' if number == 1 else 's'}"


def interval(value: Value, indicator: Indicator) -> str:
    """Say between what a value lies and what that means, or why nothing is said; empty where there is no value."""
    if value.value is None and value.value_national is None:
        return ""
    if value.basis == "reported":
        return "none: the institution reports the figure about itself"
    if value.lower is not None and value.upper is not None:
        ends = shown.between(value.lower, value.upper, value.unit)
        return f"{ends} ({_MEANS.get(value.basis, value.basis)})"
    return f"none: {_why_none(value, indicator)}"


def _why_none(value: Value, indicator: Indicator) -> str:
    if indicator.interval == "none":
        return "a stock is counted once, and not drawn anew" if indicator.is_stock else _NOT_INDEPENDENT
    few = {
        "money": f"fewer than {MONEY_RECORDS} amounts, and how much they scatter is not known",
        "median": f"fewer than {MEDIAN_VALUES} values, whose ends do not hold the median with 95 %",
        "ratio": f"fewer than {RATIO_UNITS} records, or too unlike one another for one to hold 95 %",
    }
    return few.get(indicator.interval, "the base is too small or unlike for one to hold 95 %")


_NOT_INDEPENDENT = "its units are not independent of each other, so that none would hold 95 %"


def others(found: Explanation, everything: bool) -> list[str]:
    """Say what the value is by size of partner, kind of collaboration and field: the first, or all.

    The other counting and the children are told in words (`otherwise`), and are not among them.
    """
    indicator, several = found.indicator, len(found.values) > 1
    told = [
        v
        for v in found.alternatives
        if (v.value is not None or v.value_national is not None) and not _is_choice(v, indicator.intensity)
    ]
    # What is counted whole and for the institution alone comes first: the rest says the same by shares.
    told.sort(key=lambda v: (v.counting != "whole", v.rollup != "direct"))
    listed = told if everything else told[:OTHERS]
    said = [f"{f'{v.source}: ' if several else ''}{_other(v, indicator)}" for v in listed]
    if len(listed) < len(told):
        said.append(f"{len(told) - len(listed)} more, by shares and finer: --all")
    return said


def _is_choice(value: Value, headline: str) -> bool:
    """Tell whether a value is one of the other choices that are told in words: by shares, or with children."""
    plain = (value.partner, value.intensity, value.field) == ("all", headline, "all")
    return plain and (value.counting, value.rollup) in (("fractional", "direct"), ("whole", "with_children"))


def _other(value: Value, headline: Indicator) -> str:
    said = [
        "by shares" if value.counting != "whole" else "",
        "with its institutional children" if value.rollup == "with_children" else "",
        f"partners: {value.partner}" if value.partner != "all" else "",
        INTENSITY_SAYS.get(value.intensity, value.intensity) if value.intensity != headline.intensity else "",
        f"field: {value.field}" if value.field != "all" else "",
        f"over {value.window_years} years" if value.window_years != headline.window_years else "",
    ]
    if value.value is None:
        figure = f"{terminal.number(value.value_national)} {value.currency}"
    elif value.unit == "fraction":
        figure = shown.amount(value.value, value.unit)
    else:
        figure = f"{terminal.number(value.value)} {shown.unit_of(value.value, value.unit)}"
    return f"{figure}: {', '.join(s for s in said if s)} [{value.status}]"


def why(found: Explanation, name: str) -> list[str]:
    """Say why a value is missing or not whole; sources that hold nothing of the institution stand together."""
    unseen = [source for source, said in found.reason.items() if said.startswith(UNSEEN)]
    said = [reason for source, reason in found.reason.items() if reason and source not in unseen]
    if unseen:
        said.insert(0, f"{UNSEEN} {name} in {', '.join(unseen)}")
    return said


def again(found: Explanation) -> str:
    """Name the partners of the base years that are found in the other years too; empty where none are looked for.

    They are named where the numbers say that it is they who are counted, or all others.
    """
    indicator = found.indicator
    if not indicator.is_own_sql or indicator.looks_back == indicator.base_looks_back or len(found.values) != 1:
        return ""
    sides: dict[str, set[str]] = {"numerator": set(), "denominator": set()}
    names = {}
    for record in found.records:
        sides[record.side].add(record.partner_id)
        names[record.partner_id] = record.partner_name or record.partner_id
    both = sides["numerator"] & sides["denominator"]
    value = found.values[0]
    if not both or value.denominator != len(sides["denominator"]):
        return ""
    if value.numerator not in (len(both), len(sides["denominator"]) - len(both)):
        return ""
    return f"{len(both)} of {len(sides['denominator'])}: {', '.join(sorted(names[b] for b in both))}"
