"""Reads every Parquet file with PyArrow, and compares it with the CSV and the records."""

import json
import sys

import pyarrow
import pyarrow.parquet

from bundle import bundle_of, csv_rows, member, records, same, sections, tables

KINDS = {
    "string": str,
    "large_string": str,
    "int64": int,
    "double": float,
    "bool": bool,
}


def is_json(file, column):
    logical = file.schema.column(file.schema.names.index(column)).logical_type
    return logical.type == "JSON"


def check_table(bundle, table):
    file = pyarrow.parquet.ParquetFile(bundle / table["files"]["parquet"])
    read = file.read()
    header, rows = csv_rows(bundle, table)
    assert read.column_names == header, table["name"]
    assert read.num_rows == len(rows) == table["rows"], table["name"]
    for position, column in enumerate(header):
        values = read.column(position).to_pylist()
        if is_json(file, column):
            values = [value if value is None else json.loads(value) for value in values]
            written = [row[position] for row in rows]
            texts = [
                value if value is None or isinstance(value, str) else text
                for value, text in zip(values, written)
            ]
            assert all(map(same, texts, written)), (table["name"], column)
            continue
        kind = KINDS[str(read.schema.field(position).type)]
        assert all(value is None or type(value) is kind for value in values), column
        for value, row in zip(values, rows):
            assert same(value, row[position]), (table["name"], column, value, row)
    assert file.metadata.created_by.startswith("treatise version "), file.metadata.created_by
    return read


def check_records(section, read, found):
    """Null is null and an empty text an empty text, which CSV can't tell apart."""
    compared = 0
    for column in read.column_names:
        values = read.column(column).to_pylist()
        for value, record in zip(values, found):
            there = member(record, column)
            if isinstance(there, (dict, list)):
                if value is None:
                    # It has tables of its own.
                    continue
                there = json.dumps(there)
                value = json.dumps(json.loads(value))
            if value is not None and there is not None:
                assert value == there or value == json.dumps(there), (section["name"], column)
                compared += 1
            elif value is None:
                assert there is None, (section["name"], column, record)
    return compared


def main():
    bundle = bundle_of(sys.argv)
    read = {table["name"]: check_table(bundle, table) for table in tables(bundle)}
    compared = 0
    for section in sections(bundle):
        first = read[section["tables"][0]["name"]]
        compared += check_records(section, first, records(bundle, section))
    assert compared > 0
    print(sum(table.num_rows for table in read.values()))


main()
