"""Tables as clinics have them on disk, CSV or xlsx, turned into numbered lines of clean text."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

MAX_FILE_MB = 50
MAX_UNPACKED_MB = 600
"""A small xlsx can unpack to a mountain."""
_MAX_CELL = 10_000
_MAX_COLUMNS = 100
_HEADER_WITHIN = 20
"""Lists start with a title and a blank line or two, not with a page of them."""
_MAX_LINES_OF_A_RECORD = 10

# What no name holds and no screen shows: control characters, and the invisible ones that turn text around.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffc\ufffe\uffff]"
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


class PeopleFileError(Exception):
    """The file cannot be read at all.

    Attributes:
        sentence: Why, and what to do about it, in Spanish for the person who chose the file.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class LineProblem:
    """One line, and what was the matter with it.

    Attributes:
        line_number: As a text editor or Excel counts; 0 for the whole file.
        sentence: For the person at the desk, in Spanish; it names the line.
        loaded: The line was taken all the same, without the part that the sentence names.
    """

    line_number: int
    sentence: str
    loaded: bool = False

    @classmethod
    def at(cls, line_number: int, what: str, *, loaded: bool = False) -> LineProblem:
        """Make the sentence from what stands after ``Línea 14: ``."""
        return cls(line_number, f"Línea {line_number}: {what}", loaded)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table; its cells hold no control characters but line breaks, and no blanks at their ends."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its heading found. `lines` leaves out blank lines and those that `problems` names."""

    header: Line
    lines: Sequence[Line]
    problems: Sequence[LineProblem]


def read_sheet(path: Path, is_header: Callable[[Sequence[str]], bool]) -> Sheet:
    """Read the table in `path`.

    Args:
        path: CSV (``;``, ``,``, tab or ``|``; UTF-8, UTF-16 or Windows' Latin alphabet) or xlsx.
        is_header: Tells the heading from a title above it.

    Raises:
        PeopleFileError: When there is no such table.
    """
    data = _read_bytes(path)
    if data.startswith(_OLD_OFFICE):
        raise PeopleFileError(
            f"«{path.name}» es un libro de Excel antiguo (.xls) o está protegido con contraseña: "
            "ábralo y guárdelo como .xlsx sin contraseña, o como CSV."
        )
    if data.startswith(b"PK\x03\x04"):
        return _read_workbook(path, is_header)
    return _read_text(path, data, is_header)


def clean_text(text: str) -> str:
    """Take away what cannot be seen, keep line breaks, and undo Excel's ways of writing a number as text."""
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    # ="001954" keeps the zeros when Excel opens a CSV
    return text[2:-1].strip() if text.startswith('="') and text.endswith('"') and len(text) > 2 else text


def _read_bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_FILE_MB * 1_000_000:
            raise PeopleFileError(
                f"«{path.name}» ocupa {size // 1_000_000} MB y el máximo son {MAX_FILE_MB} MB: repártalo en varios."
            )
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise PeopleFileError(f"No se encuentra el archivo «{path}».") from error
    except OSError as error:
        raise PeopleFileError(
            f"No se puede abrir «{path.name}»: otro programa lo tiene abierto o falta permiso para leerlo."
        ) from error
    if not data.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        raise PeopleFileError(f"«{path.name}» está vacío.")
    return data


def _found(
    path: Path, records: Sequence[Line], problems: Sequence[LineProblem], is_header: Callable[[Sequence[str]], bool]
) -> Sheet | None:
    """Part heading and lines; None when none of the first lines is a heading."""
    place = next((at for at, line in enumerate(records[:_HEADER_WITHIN]) if is_header(line.cells)), None)
    if place is None:
        return None
    above = [LineProblem.at(line.number, "está encima de los títulos y no se lee.") for line in records[:place]]
    return Sheet(records[place], records[place + 1 :], (*above, *problems))


def _no_header(path: Path) -> PeopleFileError:
    return PeopleFileError(
        f"No se encuentran los títulos en «{path.name}»: la primera fila debe tener al menos las columnas "
        "«Apellidos» y «Nombre»."
    )


# --- CSV ------------------------------------------------------------------------------------------


def _read_text(path: Path, data: bytes, is_header: Callable[[Sequence[str]], bool]) -> Sheet:
    text = _decode(data)
    start = text[:4_096]
    if data.startswith(b"%PDF") or len(_INVISIBLE.findall(start)) * 20 > len(start):
        raise PeopleFileError(f"«{path.name}» no es una tabla: guárdela como CSV o como libro de Excel (.xlsx).")
    lines = text.split("\n")
    hint = re.fullmatch(r"sep=(.)", lines[0].strip(), re.IGNORECASE)
    if hint:  # a line that Excel writes and reads for itself
        lines[0] = ""
    for delimiter in (hint[1],) if hint else (";", ",", "\t", "|"):
        head = [line for line, _ in _records(lines[: _HEADER_WITHIN * 2], delimiter, []) if any(line.cells)]
        if any(is_header(line.cells) for line in head[:_HEADER_WITHIN]):
            problems: list[LineProblem] = []
            records = [line for line, _ in _records(lines, delimiter, problems) if any(line.cells)]
            sheet = _found(path, records, problems, is_header)
            if sheet is not None:
                return sheet
    raise _no_header(path)


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    else:
        data = data.removeprefix(b"\xef\xbb\xbf")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            # line by line: in a list put together from two others, each line keeps its own alphabet
            text = "\n".join(map(_decode_line, data.replace(b"\r\n", b"\n").split(b"\n")))
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def _decode_line(line: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")


def _records(lines: Sequence[str], delimiter: str, problems: list[LineProblem]) -> Iterator[tuple[Line, int]]:
    """Part lines into records: `Line` and how many lines it took. A line that breaks the table goes to `problems`."""
    at = 0
    while at < len(lines):
        cells, taken = _record(lines, at, delimiter)
        number = at + 1
        at += taken
        if cells is None:
            problems.append(LineProblem.at(number, "tiene unas comillas sin cerrar."))
            continue
        longest = max(map(len, cells), default=0)
        if longest > _MAX_CELL:
            problems.append(_too_long(number, longest))
            continue
        yield Line(number, [clean_text(cell) for cell in cells]), taken


def _record(lines: Sequence[str], at: int, delimiter: str) -> tuple[list[str] | None, int]:
    """Read one record. None for its cells when a quote is not closed: the lines below must not vanish in a cell."""
    if '"' not in lines[at]:
        return lines[at].split(delimiter), 1
    window = [f"{line}\n" for line in lines[at : at + _MAX_LINES_OF_A_RECORD]]
    reader = csv.reader(window, delimiter=delimiter)
    try:
        cells = next(reader)
    except csv.Error:  # a cell beyond the library's own limit
        return [max(lines[at].split(delimiter), key=len)], 1
    taken = reader.line_num
    if taken == 1:
        # an open quote on the last line ends in the line break that we put there
        return (None, 1) if cells and cells[-1].endswith("\n") else (cells, 1)
    width = max(2, lines[at].count(delimiter))
    swallowed = any("\n" in cell and cell.count(delimiter) >= width for cell in cells)
    unclosed = taken == len(window) and cells[-1].endswith("\n")
    return (None, 1) if swallowed or unclosed else (cells, taken)


def _too_long(number: int, length: int) -> LineProblem:
    shown = f"{length:,}".replace(",", ".")
    return LineProblem.at(number, f"una celda tiene {shown} caracteres y no se carga.")


# --- xlsx -----------------------------------------------------------------------------------------


def _read_workbook(path: Path, is_header: Callable[[Sequence[str]], bool]) -> Sheet:
    # Only lists in xlsx pay for the import.
    from openpyxl import load_workbook

    _check_package(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            return _read_book(path, book, is_header)
        finally:
            book.close()
    except PeopleFileError:
        raise
    except Exception as error:  # openpyxl lets through whatever its parsers raise on a damaged file
        raise PeopleFileError(f"«{path.name}» está dañado: ábralo con Excel y guárdelo de nuevo.") from error


def _check_package(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            names = {info.filename for info in package.infolist()}
            unpacked = sum(info.file_size for info in package.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise PeopleFileError(f"«{path.name}» está dañado: ábralo con Excel y guárdelo de nuevo.") from error
    if "xl/workbook.xml" not in names:
        raise PeopleFileError(f"«{path.name}» no es un libro de Excel: guárdelo como .xlsx o como CSV.")
    if unpacked > MAX_UNPACKED_MB * 1_000_000:
        raise PeopleFileError(f"«{path.name}» es demasiado grande por dentro: guárdelo como CSV.")


def _read_book(path: Path, book: Workbook, is_header: Callable[[Sequence[str]], bool]) -> Sheet:
    found: tuple[str, Sheet] | None = None
    others: list[str] = []
    for worksheet in book.worksheets:
        worksheet.reset_dimensions()  # some programs write a wrong size, and the reader would believe it
        problems: list[LineProblem] = []
        records = [line for line in _rows(worksheet, problems) if any(line.cells)]
        sheet = _found(path, records, problems, is_header) if found is None else None
        if sheet is not None:
            found = (worksheet.title, sheet)
        elif records or problems:
            others.append(worksheet.title)
    if found is None:
        if not others:
            raise PeopleFileError(f"«{path.name}» está vacío.")
        raise _no_header(path)
    title, sheet = found
    left = [LineProblem(0, f"La hoja «{other}» no se lee; sólo la hoja «{title}».") for other in others]
    return Sheet(sheet.header, sheet.lines, (*left, *sheet.problems))


def _rows(worksheet: Any, problems: list[LineProblem]) -> Iterator[Line]:
    for number, row in enumerate(worksheet.iter_rows(max_col=_MAX_COLUMNS), start=1):
        longest = max((len(cell.value) for cell in row if isinstance(cell.value, str)), default=0)
        if longest > _MAX_CELL:
            problems.append(_too_long(number, longest))
            continue
        yield Line(number, [clean_text(_cell_text(cell)) for cell in row])


def _cell_text(cell: Any) -> str:
    value = cell.value
    if value is None or cell.data_type == "e":  # "#N/A" is no name
        return ""
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, int | float):
        number = str(int(value)) if float(value).is_integer() else str(value)
        shown = re.fullmatch(r"0+", cell.number_format or "")
        return number.zfill(len(shown[0])) if shown else number  # 1954 that Excel shows as 001954
    if isinstance(value, datetime | date):
        return value.strftime("%d/%m/%Y")
    return str(value)
