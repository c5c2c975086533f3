"""A PDF of plain text, by hand: pages of A4 or Letter with two fonts that every reader has.

What stands on the pages is the caller's affair. Characters outside Windows-1252 are shown as question marks: the
built-in fonts have no others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 612, 792  # Letter, in points
_FONTS = (("F1", "Courier"), ("F2", "Courier-Bold"))
CHARACTER = 0.6  # width of any character of these fonts, as a part of the size


@dataclass(frozen=True, slots=True)
class Text:
    """Words at a point counted from the lower left corner; `right` puts their end there."""

    x: float
    y: float
    words: str
    size: float = 9
    bold: bool = False
    right: bool = False


def _escaped(words: str) -> bytes:
    raw = words.encode("cp1252", "replace")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _drawn(text: Text) -> bytes:
    left = text.x - (len(text.words) * CHARACTER * text.size if text.right else 0)
    font = "F2" if text.bold else "F1"
    return f"BT /{font} {text.size:g} Tf {left:.2f} {text.y:.2f} Td (".encode() + _escaped(text.words) + b") Tj ET"


def _stream(content: bytes) -> bytes:
    return f"<< /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"


def _objects(pages: Sequence[Sequence[Text]]) -> list[bytes]:
    """Catalogue, page tree and fonts, then a page and its content for each page; object n stands at place n - 1."""
    first = 3 + len(_FONTS)
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(len(pages)))
    fonts = " ".join(f"/{name} {3 + n} 0 R" for n, (name, _) in enumerate(_FONTS))
    found = [b"<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode()]
    for _, base in _FONTS:
        font = f"<< /Type /Font /Subtype /Type1 /BaseFont /{base} /Encoding /WinAnsiEncoding >>"
        found.append(font.encode())
    for number, page in enumerate(pages):
        box = f"/MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources << /Font << {fonts} >> >>"
        content = first + 2 * number + 1
        found.append(f"<< /Type /Page /Parent 2 0 R {box} /Contents {content} 0 R >>".encode())
        found.append(_stream(b"\n".join(_drawn(text) for text in page)))
    return found


def document(pages: Sequence[Sequence[Text]]) -> bytes:
    """A PDF with at least one page."""
    whole = b"%PDF-1.4\n"
    places = []
    objects = _objects(pages)
    for number, content in enumerate(objects, 1):
        places.append(len(whole))
        whole += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return whole + f"{end}startxref\n{len(whole)}\n%%EOF\n".encode()
