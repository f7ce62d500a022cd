"""Lets DuckDB read every table from Parquet and from CSV, and compares what it sees."""

import json
import sys

import duckdb

from bundle import bundle_of, tables


def check(bundle, table):
    parquet = duckdb.read_parquet(str(bundle / table["files"]["parquet"]))
    # Nothing is guessed, and an empty text is not taken for null.
    csv = duckdb.read_csv(
        str(bundle / table["files"]["csv"]),
        header=True,
        all_varchar=True,
        delimiter=",",
        quotechar='"',
        escapechar='"',
        allow_quoted_nulls=False,
    )
    assert parquet.columns == csv.columns, (table["name"], parquet.columns, csv.columns)
    left, right = parquet.fetchall(), csv.fetchall()
    assert len(left) == len(right) == table["rows"], table["name"]
    types = [str(kind) for kind in parquet.types]
    for stored, written in zip(left, right):
        for value, text, kind in zip(stored, written, types):
            if value is None or text is None:
                assert value is None and text is None, (table["name"], stored, written)
            elif kind == "BOOLEAN":
                assert text == str(value).lower(), (table["name"], stored, written)
            elif kind in ("BIGINT", "DOUBLE"):
                assert float(text) == value, (table["name"], stored, written)
            elif kind == "JSON":
                parsed = json.loads(value)
                parsed = parsed if isinstance(parsed, str) else value
                assert text == parsed, (table["name"], stored, written)
            else:
                assert kind == "VARCHAR" and text == value, (table["name"], stored, written)
    return len(left)


def main():
    bundle = bundle_of(sys.argv)
    print(sum(check(bundle, table) for table in tables(bundle)))


main()
