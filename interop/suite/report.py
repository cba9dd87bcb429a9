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


def write_document(results, every_case):
    """Writes results into the table of the document; those of cases that were not run stay."""
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    table, _, after = rest.partition(END)
    outcomes = written(table) | {(result.direction, result.case): result.outcome for result in results}
    rows = "".join(
        f"| {direction} | {case} | {outcomes[direction, case]} |\n"
        for direction, case in every_case
        if (direction, case) in outcomes
    )
    DOCUMENT.write_text(f"{before}{BEGIN}\n| direction | case | result |\n|---|---|---|\n{rows}\n{END}{after}")


def written(table):
    """Outcomes in a table, by direction and case."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[3:] if line]
    return {(direction, case): outcome for direction, case, outcome in rows}
