"""Reads the tables of a bundle with the standard library."""

import csv
import sys
from pathlib import Path


def rows(bundle, table):
    """The rows of a table, as dictionaries."""
    with open(bundle / "csv" / f"{table}.csv", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def main():
    bundle = Path(sys.argv[1])
    claims = {row["id"]: row for row in rows(bundle, "claims")}
    # The first columns of a table below another are the key of the row around it.
    citations = [row for row in rows(bundle, "claims.citations") if row["claims.id"] in claims]
    indicated = {row["treatments.id"] for row in rows(bundle, "treatments.indications")}
    print(f"claims: {len(claims)}")
    print(f"citations: {len(citations)}")
    print(f"treatments with an indication: {len(indicated)}")


if __name__ == "__main__":
    main()
