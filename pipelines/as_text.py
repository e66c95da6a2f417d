"""Bring text of an unsaid encoding to UTF-8: a publisher's old files are Latin-1, its newer ones UTF-8 with a mark."""

import codecs
from pathlib import Path

PIECE = 1 << 20


def utf8(path: Path, name: str, into: Path) -> tuple[Path, list[str]]:
    """Return a path at which the text is UTF-8, and a remark where it was not: the file itself where it is already.

    A file that is not UTF-8 throughout is Windows-1252, of which Latin-1 is a part as far as letters go; bytes
    that even it leaves undefined are Latin-1's control characters.
    """
    if _reads(path, "utf-8"):
        return path, []
    encoding, said = ("cp1252", "Windows-1252") if _reads(path, "cp1252") else ("latin-1", "Latin-1")
    target = into / f"{path.name}.utf8"
    with path.open(encoding=encoding, newline="") as old, target.open("w", encoding="utf-8", newline="") as new:
        while piece := old.read(PIECE):
            new.write(piece)
    return target, [f"{name}: is not UTF-8, read as {said}"]


def _reads(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while piece := file.read(PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
