"""Tables as people have them, read as they mean them."""

import pytest

from app.pages import sheet
from app.pages.program_form import LABELS
from app.pages.sheet import Line, Wrong

MOST = 100


def lines(text: str) -> list[Line]:
    found = sheet.read(text, LABELS, MOST)
    assert found.wrong == []
    return found.lines


def wrong(text: str) -> list[Wrong]:
    return sheet.read(text, LABELS, MOST).wrong


@pytest.mark.parametrize(
    "text",
    [
        "client,goal,lifts.squat\nAnn,strength,82.5\n",
        "client;goal;lifts.squat\r\nAnn;strength;82.5\r\n",
        "client\tgoal\tlifts.squat\nAnn\tstrength\t82.5",
        "\ufeffclient, goal ,lifts.squat\n\n  \nAnn , strength,82.5,,\n,,,\n",
        "Name,Goal,Squat\nAnn,strength,82.5",
        "who,GOAL,Lifts Squat\nAnn,strength,82.5",
        '"client","goal","lifts.squat"\n"Ann","strength","82.5"',
        "client,goal,,lifts.squat\nAnn,strength,,82.5",
    ],
)
def test_one_table_in_many_forms(text: str) -> None:
    (line,) = lines(text)
    assert (line.name, line.cells) == ("Ann", {"goal": "strength", "lifts.squat": "82.5"})


def test_names_alone_will_do_with_a_heading_or_without() -> None:
    for text in ("Ann\nBen\n", "client\nAnn\nBen", "Names\n\nAnn\nBen\n"):
        assert [line.name for line in lines(text)] == ["Ann", "Ben"]


def test_rows_are_counted_as_a_spreadsheet_does() -> None:
    found = lines('client,notes\nAnn,"two\nlines"\n\nBen,one\n')
    assert [(line.row, line.name) for line in found] == [(2, "Ann"), (4, "Ben")]


def test_a_column_is_meant_by_its_name_its_label_or_its_last_word() -> None:
    for heading in ("injuries.knee", "Knee", "knee", "injuries knee", "INJURIES-KNEE"):
        assert lines(f"client,{heading}\nAnn,mild")[0].cells == {"injuries.knee": "mild"}
    for heading in ("bodyweight", "Body weight", "body_weight"):
        assert lines(f"client,{heading}\nAnn,80")[0].cells == {"body_weight": "80"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "one line for each"),
        ("client,goal\n", "nobody below"),
        ("client,gaol\nAnn,strength", "There is no such column. Did you mean goal?"),
        ("client,goal,goal\nAnn,strength,power", "there twice"),
        ("goal,experience\nstrength,beginner", "The first column is for the client's name"),
        ("Ann,strength\nBen,power", "The first line names the columns"),
        ("client,goal\n,strength", "Row 2: Write the client's name"),
        ("client,goal\nAnn,strength\nBen,power\nAnn,power", "Row 4 (Ann): This name is in row 2 already"),
        ("client,goal\nAnn,strength,extra", 'Row 2 (Ann): "extra" stands in a column without a name'),
        ("client,goal\n" + "x" * 201 + ",strength", "at most 200 characters"),
        ('client,notes\nAnn,"' + "x" * 200_000, "cannot be read as a table"),
        ("\n".join(f"Client {number}" for number in range(101)), "At most 100 at once; these are 101."),
    ],
)
def test_a_mistake_is_named_by_row_and_column(text: str, said: str) -> None:
    found = wrong(text)
    assert found and said in str(found[0])


def test_an_unknown_column_beside_known_ones_is_named() -> None:
    (one,) = wrong("client,goal,shoe_size\nAnn,strength,42")
    assert str(one) == "Row 1, shoe_size: There is no such column."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_of_all_spreadsheets_are_read(encoding: str) -> None:
    assert lines(sheet.decoded("client;goal\r\nZoë;strength\r\n".encode(encoding)))[0].name == "Zoë"
