"""A year of publications, a file for each applicant: those of which the number of publications moved.

The number stands with the file's receipt in the place of an ETag; the service has none. Files that an interrupted run
brought are at hand with their number beside them.
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from pipelines.epo.applicants import Applicant
from pipelines.epo.search import Query, Search, of_year, total
from pipelines.epo.service import Service
from pipelines.http import Download, Session, Validators
from pipelines.paging import collect
from pipelines.source import SourceError


def bring(
    session: Session, base: str, asked: Sequence[Applicant], year: int, into: Path, is_recent: bool
) -> list[tuple[str, Download]]:
    """Bring what applicants published in a year; of recent years also what has not been brought in this quarter."""
    service, search = Service(session, base), Search(base)
    today = dt.date.today()
    season = f" {today.year}Q{(today.month + 2) // 3}" if is_recent else ""
    queries = {applicant: of_year(applicant.name, year) for applicant in asked}
    urls = {applicant: search.ask(query, 0).url for applicant, query in queries.items()}
    if set(session.former) - set(urls.values()):
        # An applicant is asked for no more: one new file makes a receipt without it.
        session.former.pop(urls[asked[0]], None)
    return [
        _file(service, search, queries[applicant], season, session.former.get(urls[applicant]),
              into / f"epo_{applicant.slug}_{year}.xml")
        for applicant in asked
    ]  # fmt: skip


def _file(
    service: Service, search: Search, query: Query, season: str, former: Validators | None, path: Path
) -> tuple[str, Download]:
    """Bring the file of a query, unless the one in raw or at hand is of the same number of publications."""
    url = search.ask(query, 0).url
    status, body, _ = service.answer(search.count(query), frozenset((404,)))
    count = 0 if status == 404 else total(body)
    if former and not count and former.etag.partition(" ")[0] != "0":
        raise _vanished(service, url, former)
    state = Validators(f"{count}{season}")
    if former == state:
        return path.name, Download(url, None, state)
    noted = path.with_name(f"{path.name}.state")
    if not (path.exists() and noted.exists() and noted.read_text(encoding="utf-8") == state.etag):
        noted.unlink(missing_ok=True)
        if count:
            collect(service, search, query, path)
        else:
            path.write_bytes(body)
        noted.write_text(state.etag, encoding="utf-8")
    return path.name, Download(url, path, state)


def _vanished(service: Service, url: str, former: Validators) -> SourceError:
    return service.failure(
        f"has no publication, and had {former.etag.partition(' ')[0]}: publications do not go away",
        file=url,
        rule="records announced",
        mend="try again later; if it stays so, --force takes it as it is",
        transient=True,
    )
