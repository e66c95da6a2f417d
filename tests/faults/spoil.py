"""Bodies that are not what they should be: a column renamed or added, whatever the publisher's format."""

import csv
import io
import re
import zipfile
from collections.abc import Callable


def renamed(body: bytes, columns: tuple[str, ...]) -> bytes:
    """Return a body in which the first of some columns that it has is called otherwise."""
    return _each_text(body, lambda data: _renamed(data, columns))


def widened(body: bytes, columns: tuple[str, ...]) -> bytes:
    """Return a body with a column more than there was, `surprise`, beside the first of some that it has."""
    return _each_text(body, lambda data: _widened(data, columns))


def _each_text(body: bytes, change: Callable[[bytes], bytes]) -> bytes:
    if not body.startswith(b"PK"):
        return change(body)
    out, changed = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            try:
                data = change(data)
                changed += 1
            except LookupError:  # a member of another kind
                pass
            new.writestr(info, data)
    if not changed:
        raise LookupError("no member has any of the columns")
    return out.getvalue()


def _renamed(data: bytes, columns: tuple[str, ...]) -> bytes:
    if _is_fixed(data):  # no names: the last column is not there
        return re.sub(rb"(?m) \S+ *$", b"", data)
    for column in columns:
        name = re.escape(column.rpartition("/")[2].encode())
        if _is_csv(data):
            found, times = re.subn(rb'(?m)(^|[,;\t"])' + name + rb'(?=[,;\t"\r\n ])', rb"\1Renamed", data, count=1)
        else:
            found, times = re.subn(rb'("|</?)' + name + rb'("\s*:|\s*/?>)', rb"\1Renamed\2", data)
        if times:
            return found
    raise LookupError(columns)


def _widened(data: bytes, columns: tuple[str, ...]) -> bytes:
    if _is_fixed(data):
        return re.sub(rb"(?m)(?<=\S) *$", b" surprise", data)
    if _is_csv(data):
        return _wider_csv(data, columns)
    for column in columns:
        name = re.escape(column.rpartition("/")[2].encode())
        found, times = re.subn(rb'("' + name + rb'"\s*:)', rb'"surprise": 1, \1', data)
        if not times:
            found, times = re.subn(rb"(<" + name + rb"\s*/?>)", rb"<surprise>1</surprise>\1", data)
        if times:
            return found
    raise LookupError(columns)


def _wider_csv(data: bytes, columns: tuple[str, ...]) -> bytes:
    text = data.decode("latin-1")
    lines = text.splitlines(keepends=True)
    names = [re.compile(rf'(^|[,;\t"]){re.escape(column)}[,;\t"\r\n ]') for column in columns]
    at = next((nth for nth, line in enumerate(lines) if any(name.search(line) for name in names)), None)
    if at is None:
        raise LookupError(columns)
    line = lines[at]
    separator = max(",;\t", key=line.count)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n" if line.endswith("\r\n") else "\n")
    for nth, cells in enumerate(csv.reader(io.StringIO("".join(lines[at:]), newline=""), delimiter=separator)):
        writer.writerow([*cells, "1" if nth else "surprise"] if cells else cells)
    return ("".join(lines[:at]) + out.getvalue()).encode("latin-1")


def _is_fixed(data: bytes) -> bool:
    """Tell columns of fixed width: a number with noughts, then blanks between the others."""
    return re.match(rb"0[0-9A-Z]{12} [0-9]{8} ", data) is not None


def _is_csv(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] not in (b"{", b"[", b"<")
