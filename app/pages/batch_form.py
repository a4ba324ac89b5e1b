"""A coach's form: what is the same for everybody, and a table with one line for each client."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.generations.batches import MOST
from app.pages import sheet
from app.pages.batch_kinds import BatchKind, values
from app.pages.forms import Form
from app.pages.sheet import Line, Sheet, Wrong


@dataclass
class Client:
    """One line of the table, as it will be asked for."""

    line: Line
    told: dict[str, Any] | None  # the input; None: see ``wrong``
    wrong: dict[str, str] = field(default_factory=dict)  # by field; "" for the line


@dataclass
class Checked:
    sheet: Sheet
    clients: list[Client]
    wrong: list[Wrong]  # all of the table, from top to bottom

    @property
    def holds(self) -> bool:
        return not self.wrong and all(client.told is not None for client in self.clients)


def check(kind: BatchKind, shared: Form, text: str) -> Checked:
    """Read the table over the shared fields, whose own mistakes go into ``shared.errors``."""
    table = sheet.read(text, kind.labels, MOST)
    alone = Form({name: shared.values.get(name, []) for name in kind.shared})
    kind.check(alone)
    clients = [_client(kind, shared, alone.errors, line) for line in table.lines[:MOST]]
    wrong = list(table.wrong)
    for client in clients:
        for name, text in client.wrong.items():
            column = table.headings.get(name, name)
            wrong.append(Wrong(client.line.row, text, client.line.name, column))
    return Checked(table, clients, sorted(wrong, key=lambda one: one.row))


def _client(kind: BatchKind, shared: Form, alone: Mapping[str, str], line: Line) -> Client:
    cells = {name: values(kind, name, cell) for name, cell in line.cells.items()}
    wrong = {name: error for name, (_, error) in cells.items() if error}
    form = Form(
        {name: shared.values.get(name, []) for name in kind.shared} | {name: one for name, (one, _) in cells.items()}
    )
    told = kind.check(form)
    for name, error in form.errors.items():
        if name in line.cells:
            said = f'{error} Here it is "{line.cells[name]}".'
            wrong.setdefault(name, said)
        elif name in alone:  # it is wrong without this line, too
            shared.errors[name] = alone[name]
        else:
            wrong.setdefault(name, error)
    return Client(line, None if wrong else told, wrong)


def table_of(kind: BatchKind, asked: Sequence[tuple[str, Mapping[str, Any]]]) -> tuple[dict[str, list[str]], str]:
    """Names and their inputs as the values of the shared fields and a table of the rest."""
    rows = [(name, kind.flat(told)) for name, told in asked]
    same = {name: rows[0][1].get(name, []) for name in kind.labels if _one([row.get(name) for _, row in rows])}
    shared = {name: same[name] for name in kind.shared if name in same}
    left_out = {*shared, *(name for name, value in same.items() if value in ([], [""], kind.usual.get(name)))}
    columns = [name for name in kind.labels if name not in left_out]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["client", *columns])
    for name, row in rows:
        writer.writerow([name, *(" ".join(row.get(column, [])) for column in columns)])
    return shared, written.getvalue()


def _one(found: Sequence[Any]) -> bool:
    return all(one == found[0] for one in found)


def sample(kind: BatchKind) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(kind.sample)
    return written.getvalue()
