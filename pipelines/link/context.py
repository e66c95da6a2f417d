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

_PART = re.compile(r"(short|type|city|state|id):(.*?)(?: \| (?=(?:short|type|city|state|id):)|$)", re.DOTALL)


@dataclass(frozen=True)
class Context:
    """Short name, the source's kind of organisation, city, state, and the source's own id of it."""

    short: str = ""
    type: str = ""
    city: str = ""
    state: str = ""
    id: str = ""


def read(context: str) -> Context:
    """Read a context back from its string."""
    return Context(**dict(_PART.findall(context))) if context else Context()


def write(context: Context) -> str:
    """Write a context as its string."""
    return " | ".join(f"{k}:{v.replace('|', '/')}" for k, v in vars(context).items() if v)
