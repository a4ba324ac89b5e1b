"""A table as people paste it from a spreadsheet or upload it: the first column is a name, the others are fields."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

LONGEST_NAME = 200
# What people write over a column of names; a table of one column may also begin at once.
NAME_HEADINGS = {"client", "clients", "name", "names", "athlete", "athletes", "person", "people", "subject", "member"}
DELIMITERS = "\t;,"


@dataclass(frozen=True)
class Wrong:
    """A mistake: ``row`` as a spreadsheet counts, 0 for the table as a whole; ``column`` as it is called there."""

    row: int
    text: str
    name: str = ""
    column: str = ""

    def __str__(self) -> str:
        row = (f"Row {self.row}" + (f" ({self.name})" if self.name else "")) if self.row else ""
        place = ", ".join(part for part in (row, self.column) if part)
        return f"{place}: {self.text}" if place else self.text


@dataclass(frozen=True)
class Line:
    row: int
    name: str
    cells: dict[str, str]  # field -> what is written; empty cells are left out


@dataclass
class Sheet:
    headings: dict[str, str] = field(default_factory=dict)  # field -> its column's heading
    lines: list[Line] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


def decoded(data: bytes) -> str:
    """The text of an uploaded file: UTF-8, the UTF-16 of spreadsheets, or what old ones write in western Europe."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _unix(data.decode("utf-16", errors="replace"))
    try:
        return _unix(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _unix(data.decode("cp1252", errors="replace"))


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def plain(text: str) -> str:
    """`Bench press`, `bench_press` and `Bench-Press` are one."""
    return re.sub(r"[\W_]+", "", text.casefold())


def read(text: str, fields: Mapping[str, str], most: int) -> Sheet:
    """``fields`` are the allowed columns and their labels: both may stand over a column, and so may `squat` alone for
    `lifts.squat`. At most ``most`` lines."""
    sheet = Sheet()
    try:
        rows = _rows(text)
    except csv.Error:  # a cell of more than 128 KiB
        sheet.wrong.append(Wrong(0, "This cannot be read as a table. Is a quotation mark left open?"))
        return sheet
    if not rows:
        sheet.wrong.append(Wrong(0, "Write or upload your clients: one line for each."))
        return sheet
    if max(len(cells) for _, cells in rows) > 1:
        columns = _columns(sheet, rows.pop(0), fields)
    else:
        columns = {}
        if plain(rows[0][1][0]) in NAME_HEADINGS:
            rows.pop(0)
    first: dict[str, int] = {}
    for row, cells in rows:
        _line(sheet, row, cells, columns, first)
    if len(sheet.lines) > most:
        sheet.wrong.insert(0, Wrong(0, f"At most {most} at once; these are {len(sheet.lines)}."))
    elif not sheet.lines and not sheet.wrong:
        sheet.wrong.append(Wrong(0, "There is nobody below the names of the columns."))
    return sheet


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The rows that have something in them, with their number."""
    text = _unix(text.removeprefix("\ufeff").replace("\0", ""))
    head = next((line for line in text.split("\n") if line.strip()), "")
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    rows = [(number, [cell.strip() for cell in cells]) for number, cells in enumerate(reader, 1)]
    filled = [(number, cells) for number, cells in rows if any(cells)]
    width = max((index + 1 for _, cells in filled for index, cell in enumerate(cells) if cell), default=0)
    return [(number, cells[:width]) for number, cells in filled]


def _columns(sheet: Sheet, first: tuple[int, list[str]], fields: Mapping[str, str]) -> dict[int, str]:
    """The field of each column that has one."""
    row, headings = first
    known = _known(fields)
    columns: dict[int, str] = {}
    unknown: list[str] = []
    if plain(headings[0]) in known:
        text = f"The first column is for the client's name, and yours is called {headings[0]}."
        sheet.wrong.append(Wrong(row, text))
    for index, heading in enumerate(headings[1:], 1):
        name = known.get(plain(heading))
        if name is None:
            unknown += [heading] if heading else []
        elif name in columns.values():
            sheet.wrong.append(Wrong(row, "This column is there twice.", column=heading))
        else:
            columns[index] = name
            sheet.headings[name] = heading
    close = {heading: get_close_matches(plain(heading), known, 1) for heading in unknown}
    if unknown and not columns and not any(close.values()):
        text = "The first line names the columns, such as: client, goal, days_per_week."
        sheet.wrong.append(Wrong(row, f"{text} Here it is: {', '.join(headings)}."))
        return columns
    for heading, meant in close.items():
        text = "There is no such column." + (f" Did you mean {known[meant[0]]}?" if meant else "")
        sheet.wrong.append(Wrong(row, text, column=heading))
    return columns


def _known(fields: Mapping[str, str]) -> dict[str, str]:
    """By how a column may be called; where two could be meant, the first, and a field's own name before all."""
    names: dict[str, str] = {}
    for spelling in (lambda name: name, lambda name: fields[name], lambda name: name.rpartition(".")[2]):
        for name in fields:
            names.setdefault(plain(spelling(name)), name)
    return names


def _line(sheet: Sheet, row: int, cells: list[str], columns: Mapping[int, str], first: dict[str, int]) -> None:
    name = cells[0]
    here = {columns[index]: cell for index, cell in enumerate(cells) if cell and index in columns}
    sheet.lines.append(Line(row, name, here))
    if not name:
        sheet.wrong.append(Wrong(row, "Write the client's name into the first column."))
    elif len(name) > LONGEST_NAME or not name.isprintable():
        sheet.wrong.append(Wrong(row, f"A name has at most {LONGEST_NAME} characters, in one line.", name[:40]))
    elif name in first:
        text = f"This name is in row {first[name]} already. Each client needs one of their own."
        sheet.wrong.append(Wrong(row, text, name))
    first.setdefault(name, row)
    unnamed = [index for index, cell in enumerate(cells) if cell and index and index not in columns]
    if unnamed and columns and not sheet.wrong:
        sheet.wrong.append(Wrong(row, f'"{cells[unnamed[0]]}" stands in a column without a name.', name))
