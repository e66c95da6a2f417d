"""Lists as Parquet: batches of rows with the answers as further columns."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.lists import asking, block
from pipelines.lists.block import Answer, Block
from pipelines.source import SourceError

ROW_GROUP = 100_000
_SCORE = block.ADDED.index("score")
SCHEMA = [pa.field(name, pa.float64() if n == _SCORE else pa.string()) for n, name in enumerate(block.ADDED)]


class Reader:
    """A Parquet file being read. Raises SourceError where it is none, or a column asked for is missing or no text."""

    def __init__(self, path: Path, columns: dict[str, str]) -> None:
        self.name = path.name
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowInvalid, OSError) as error:
            raise self._damaged(error) from error
        self.schema: pa.Schema = self._file.schema_arrow
        self.rows: int = self._file.metadata.num_rows
        self._columns = columns
        asking.places(self.schema.names, columns, self.name)
        for column in columns.values():
            kind = self.schema.field(column.strip()).type
            kind = kind.value_type if pa.types.is_dictionary(kind) else kind
            if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
                raise SourceError(
                    f"column {column} is {kind}, not text", file=self.name, rule="columns", mend="cast it to string"
                )

    def blocks(self) -> Iterator[Block]:
        """Yield the rows in batches."""
        kinds = [kind for kind in asking.KINDS if kind in self._columns]
        places = asking.Places(*(kinds.index(kind) if kind in kinds else None for kind in asking.KINDS))  # type: ignore[arg-type]
        row = 0
        try:
            for batch in self._file.iter_batches(block.ROWS):
                cells = [batch[self._columns[kind].strip()].cast(pa.string()).to_pylist() for kind in kinds]
                rows = enumerate(zip(*cells, strict=True), row + 1)
                yield Block(batch, [places.key([c or "" for c in some], self.name, n) for n, some in rows])
                row += batch.num_rows
        except (pa.ArrowInvalid, OSError) as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> SourceError:
        said = str(error).splitlines()[0]
        return SourceError(f"is no whole Parquet file: {said}", file=self.name, rule="Parquet", mend="write it again")


class Writer:
    """Write the batches of a Parquet file with the answers as columns."""

    def __init__(self, file: IO[bytes], source: Reader) -> None:
        self._schema = pa.schema([*source.schema, *SCHEMA], source.schema.metadata)
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")

    def render(self, answer: Answer) -> Answer:
        """Return an answer as it is."""
        return answer

    def write(self, one: Block, answers: list[Answer | None]) -> None:
        """Write a block's rows; a score is a number here, and null where there is none."""
        columns = list(zip(*(answer or ("",) * len(SCHEMA) for answer in answers), strict=True))
        added = [
            pa.array([float(c) if c else None for c in cells] if n == _SCORE else cells, SCHEMA[n].type)
            for n, cells in enumerate(columns)
        ]
        batch = pa.RecordBatch.from_arrays([*one.held.columns, *added], schema=self._schema)
        self._writer.write_batch(batch, ROW_GROUP)

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()
