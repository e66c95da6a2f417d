"""What of a string may be a name: the guard before all rules, so that none of them meets what was not written by hand.

Some patterns of the rules take a time that grows with the square of a name's length (`wrappers._COOPERATION` and
`_FOUNDATION`, the legal forms taken off one by one, the order of combining marks): a bound on the length bounds them.
"""

import re

LONGEST = 2_000
"""Letters a name may have. The longest affiliation of the label sets has 900, the longest name of ROR 236; what is
longer is a page of text, and no part of it is taken for a name."""

_UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]")
"""Soft hyphens, marks of direction, blanks without width, selectors of glyphs: ROR's own names hold some of them
("The Royal A\u200bnglian Regiment Museum"). The joiners U+200C and U+200D part words of Persian and stay."""

_NO_LETTER = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffd-\uffff]")
"""Control characters but the line end, which parts segments; halves of characters; what stands for damage."""


def presentable(name: str) -> str:
    """Return a name without characters that nobody sees; empty where it is too long to be one."""
    if len(name) > LONGEST:
        return ""
    if name.isascii() and name.isprintable():
        return name
    return _NO_LETTER.sub(" ", _UNSEEN.sub("", name))
