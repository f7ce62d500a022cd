"""What the checks beside this file have in common: the tables and records of a bundle."""

import csv
import json
from pathlib import Path


def marker(bundle):
    return json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))


def sections(bundle):
    """Collections and views."""
    facts = marker(bundle)
    return facts["collections"] + facts.get("views", [])


def tables(bundle):
    """All tables, the index of ids included."""
    facts = marker(bundle)
    found = [table for section in sections(bundle) for table in section["tables"]]
    return found + ([facts["index"]] if "index" in facts else [])


def csv_rows(bundle, table):
    """Header and rows of a table, all values as text."""
    with open(bundle / table["files"]["csv"], encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def records(bundle, section):
    with open(bundle / "ndjson" / f"{section['name']}.ndjson", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def member(record, path):
    """The value at a path of names, and `None` where there is none."""
    for name in path.split("."):
        if not isinstance(record, dict) or name not in record:
            return None
        record = record[name]
    return record


def same(value, text):
    """Whether a typed value is the one that CSV writes so."""
    if value is None:
        return text == ""
    if isinstance(value, bool):
        return text == ("true" if value else "false")
    if isinstance(value, int):
        return int(text) == value
    if isinstance(value, float):
        return float(text) == value
    return text == value


def bundle_of(arguments):
    return Path(arguments[1])
