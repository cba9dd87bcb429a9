"""The table, for the terminal and for docs/compatibility.md."""

from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "compatibility.md"
BEGIN, END = "<!-- cases: written by interop/run --all --write -->\n", "<!-- end of cases -->\n"


def print_table(results):
    width = max(len(result.case) for result in results)
    direction = ""
    for result in results:
        if result.direction != direction:
            direction = result.direction
            print(f"\n{direction}")
        print(f"  {result.case:<{width}}  {result.seconds:6.1f} s  {result.outcome}")
    failed = sum(result.is_failure for result in results)
    print(f"\n{len(results)} cases, {failed} failed")


def write_document(results):
    """Replaces the table in the document and leaves the rest of it."""
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    DOCUMENT.write_text(before + BEGIN + markdown(results) + END + after)


def markdown(results):
    rows = [f"| {result.direction} | {result.case} | {result.outcome} |\n" for result in results]
    return "\n| direction | case | result |\n|---|---|---|\n" + "".join(rows) + "\n"
