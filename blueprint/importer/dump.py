"""Reading tables out of an SQL dump, as `pg_dump` writes it: COPY blocks and INSERT statements.

Nothing is executed. The file is read as statements, with its strings, quoted names, comments and COPY data
told apart, so that what stands inside of a text is never taken for a statement. One statement, or one line
of COPY data, is in memory at a time.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.management.base import CommandError

Row = dict[str, str | None]


@dataclass(frozen=True)
class Unreadable:
    """A row that is not written as one."""

    sentence: str


NAME = r'(?:"?\w+"?\.)?"?(\w+)"?'
COPY = re.compile(rf"\s*COPY\s+{NAME}\s*\(([^)]*)\)\s+FROM\s+stdin", re.IGNORECASE)
INSERT = re.compile(
    rf"\s*INSERT\s+INTO\s+{NAME}\s*(?:\(([^)]*)\))?\s*(?:OVERRIDING\s+\w+\s+VALUE\s*)?VALUES\s*",
    re.IGNORECASE,
)
CREATE = re.compile(
    rf"\s*CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?{NAME}\s*\((.*)\)", re.IGNORECASE | re.DOTALL
)
COLUMN = re.compile(r'^\s*"?(\w+)"?\s', re.MULTILINE)
NO_COLUMN = {"constraint", "primary", "unique", "check", "foreign", "exclude", "like"}


def read(lines: Iterable[str], table: str) -> Iterator[Row | Unreadable]:
    """The rows of `table`, each by the names of its columns. Raises CommandError for half a dump."""
    source = iter(lines)
    declared: list[str] = []
    for statement in Statements(source):
        created, copied, inserted = (kind.match(statement) for kind in (CREATE, COPY, INSERT))
        if created and created[1] == table:
            declared = [name for name in COLUMN.findall(f"\n{created[2]}") if name.lower() not in NO_COLUMN]
        elif copied:  # of another table, too: its data is no SQL
            yield from _copied(source, _names(copied[2]), wanted=copied[1] == table)
        elif inserted and inserted[1] == table:
            columns = _names(inserted[2]) if inserted[2] else declared
            yield from _inserted(statement, inserted.end(), columns)


# --- statements ------------------------------------------------------------------------------------

# what ends a statement, or hides a semicolon from here to its own end
MARK = re.compile(r"(?<!\w)[eE]'|'|\"|--|/\*|(?<!\w)\$(?:[A-Za-z_]\w*)?\$|;")
ENDS = {
    "'": re.compile("[^']*'"),  # a doubled one closes, and opens again
    "e'": re.compile(r"(?:[^'\\]|\\.|'')*'(?!')", re.DOTALL),
    '"': re.compile('[^"]*"'),
    "/*": re.compile(r".*?\*/", re.DOTALL),
}


class Statements:
    """The statements of a dump, without their comments. Behind a COPY the data comes next in `lines`."""

    def __init__(self, lines: Iterator[str]):
        self.lines = lines
        self.parts: list[str] = []
        self.open: re.Pattern[str] | None = None  # the end of the text, name or comment that is open
        self.is_comment = False

    def __iter__(self) -> Iterator[str]:
        for line in self.lines:
            position = len(line) if self._is_for_psql(line) else 0
            while position < len(line):
                position, ended = self._step(line, position)
                if ended:
                    yield "".join(self.parts)
                    self.parts = []

    def _is_for_psql(self, line: str) -> bool:
        """A line like "\\connect", between two statements."""
        return line.startswith("\\") and self.open is None and not "".join(self.parts).strip()

    def _step(self, line: str, position: int) -> tuple[int, bool]:
        """Up to the next mark, or the end of what is open. Says where, and whether a statement ended."""
        if self.open is not None:
            return self._close(line, position, self.open), False
        mark = MARK.search(line, position)
        end = mark.start() if mark else len(line)
        self.parts.append(line[position:end])
        if mark is None or mark[0] == "--":
            self.parts.append("\n")
            return len(line), False
        if mark[0] == ";":
            return mark.end(), True
        self.open = ENDS.get(mark[0].lower()) or re.compile(f".*?{re.escape(mark[0])}", re.DOTALL)
        self.is_comment = mark[0] == "/*"
        self._keep(mark[0])
        return mark.end(), False

    def _close(self, line: str, position: int, end: re.Pattern[str]) -> int:
        found = end.match(line, position)
        stop = found.end() if found else len(line)
        self._keep(line[position:stop])
        if found:
            self.open = None
        return stop

    def _keep(self, text: str) -> None:
        if not self.is_comment:
            self.parts.append(text)


# --- COPY --------------------------------------------------------------------------------------------

ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def _copied(lines: Iterator[str], columns: list[str], *, wanted: bool) -> Iterator[Row | Unreadable]:
    for line in lines:
        text = line.rstrip("\r\n")
        if text == r"\.":
            return
        if wanted:
            yield _row(columns, [None if field == r"\N" else _plain(field) for field in text.split("\t")])
    raise CommandError("The dump ends within its data: it is not complete.")


def _plain(text: str) -> str:
    return ESCAPE.sub(lambda found: _escaped(found[1]), text) if "\\" in text else text


def _escaped(code: str) -> str:
    if code[0] in "01234567":
        return chr(int(code, 8))
    if code[0] == "x" and len(code) > 1:
        return chr(int(code[1:], 16))
    return ESCAPES.get(code, code)


# --- INSERT ------------------------------------------------------------------------------------------

LITERAL = re.compile(
    r"""\s*(?:(?P<null>NULL\b)|(?P<bare>true\b|false\b|[-+]?[\d.]+(?:[eE][-+]?\d+)?)
        |[eE]'(?P<escaped>(?:[^'\\]|\\.|'')*)'|'(?P<text>(?:[^']|'')*)')
        (?:\s*::\s*[\w "]+(?:\(\d+\))?(?:\[\])?)?\s*""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


def _inserted(statement: str, position: int, columns: list[str]) -> Iterator[Row | Unreadable]:
    if not columns:
        raise CommandError("An INSERT names no columns: dump with pg_dump --column-inserts.")
    while position < len(statement) and statement[position] == "(":
        values, position = _tuple(statement, position)
        if statement[position : position + 1] != ")":
            # where the next row begins is anybody's guess, so the rest of the statement is left
            yield Unreadable(f"no value that can be read: {statement[position + 1 : position + 60]!r}")
            return
        yield _row(columns, values)
        position = _past(statement, position + 1, ",")


def _tuple(statement: str, position: int) -> tuple[list[str | None], int]:
    """The values from the bracket at `position` on, and where they end: at the one that closes it."""
    values: list[str | None] = []
    while statement[position : position + 1] in ("(", ","):
        found = LITERAL.match(statement, position + 1)
        if found is None:
            break
        values.append(_value(found))
        position = found.end()
    return values, position


def _value(found: re.Match[str]) -> str | None:
    if found["text"] is not None:
        return found["text"].replace("''", "'")
    if found["escaped"] is not None:
        return _plain(found["escaped"].replace("''", "'"))
    return found["bare"]


def _past(statement: str, position: int, sign: str) -> int:
    while position < len(statement) and (statement[position].isspace() or statement[position] == sign):
        position += 1
    return position


def _names(text: str) -> list[str]:
    return [name.strip().strip('"') for name in text.split(",")]


def _row(columns: list[str], values: list[str | None]) -> Row | Unreadable:
    if len(columns) != len(values):
        return Unreadable(f"{len(values)} values for {len(columns)} columns")
    return dict(zip(columns, values, strict=True))
