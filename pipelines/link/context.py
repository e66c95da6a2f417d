"""The context of a name: what else its record says that helps to tell who is meant.

Written as one string, so that it can be part of the key of a link and be read by a person:
`short:CNRS | type:REC | city:PARIS | state:… | id:pic:999997930`.
"""

import re
from dataclasses import dataclass

SQL = """concat_ws(' | ',
    'short:' || nullif(replace(short_name, '|', '/'), ''),
    'type:' || nullif(source_type, ''),
    'city:' || nullif(replace(city, '|', '/'), ''),
    'state:' || nullif(replace(state, '|', '/'), ''),
    'id:' || nullif(source_org_id, ''))"""
"""The context of a row of `award_party`, in DuckDB's dialect: the only place that says what goes into it."""

PLACE_SQL = """concat_ws(' | ',
    'city:' || nullif(replace(city, '|', '/'), ''),
    'state:' || nullif(replace(state, '|', '/'), ''),
    'on:' || dated_on)"""
"""The context of a party of which nothing but its place is told (a row of `patent_party`, `transfer_party`); its day
for names of holders that count within dates only (`dated_names`)."""

REPORTER_SQL = """concat_ws(' | ',
    'state:' || any_value(reporter_state ORDER BY part, reporter_name),
    'id:' || reporter_id,
    CASE WHEN reporter_id IN (SELECT id FROM _dated_id) THEN 'on:' || period_end END,
    'also:' || any_value(reporter_directory_id ORDER BY part, reporter_name))"""
"""The context of a survey's reporter (a row of `survey_value`)."""

_KINDS = "short|type|city|state|id|on|also"
_PART = re.compile(rf"({_KINDS}):(.*?)(?: \| (?=(?:{_KINDS}):)|$)", re.DOTALL)


@dataclass(frozen=True)
class Context:
    """Short name, the source's kind of organisation, city, state, the source's own id of it, the record's day.

    The day (`on`, ISO) is told where an id named different organisations over time; `also` is an id of a directory
    that the source tells beside its own.
    """

    short: str = ""
    type: str = ""
    city: str = ""
    state: str = ""
    id: str = ""
    on: str = ""
    also: str = ""


def read(context: str) -> Context:
    """Read a context back from its string."""
    return Context(**dict(_PART.findall(context))) if context else Context()


def write(context: Context) -> str:
    """Write a context as its string."""
    return " | ".join(f"{k}:{v.replace('|', '/')}" for k, v in vars(context).items() if v)
