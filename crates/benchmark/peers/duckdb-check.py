"""Checks a dataset with queries alone: `duckdb-check.py ROOT THREADS`.

From the schemas it takes what a table can say: required members, and enums and patterns at any
depth, each as one query. References are checked by an anti-join, ids by grouping. What depends on
other members (`if`, `oneOf`, `dependentRequired`), types and unknown members are left out, so the
work is less than that of a validator.
"""

import json
import sys
from pathlib import Path

import duckdb

ROOT, THREADS = Path(sys.argv[1]), int(sys.argv[2])
SCHEMAS = ROOT / "schemas"
documents = {}


def document(name):
    if name not in documents:
        documents[name] = json.loads((SCHEMAS / name).read_text("utf-8"))
    return documents[name]


def resolved(schema, file):
    """The schema with all it refers to, the nearest value of each keyword winning."""
    merged = {}
    while True:
        for key, value in schema.items():
            merged.setdefault(key, value)
        if "$ref" not in schema:
            return merged, file
        name, _, pointer = schema["$ref"].partition("#")
        file = name or file
        schema = document(file)
        for step in pointer.split("/")[1:]:
            schema = schema[step]


def places(schema, file, path=()):
    """Each scalar place below a schema: the steps to it and its schema."""
    schema, file = resolved(schema, file)
    for name, inner in schema.get("properties", {}).items():
        if isinstance(inner, dict):
            yield from places(inner, file, (*path, name))
    if isinstance(schema.get("items"), dict):
        yield from places(schema["items"], file, (*path, "*"))
    if path and "properties" not in schema and "items" not in schema:
        yield path, schema


def quoted(text):
    return "'" + str(text).replace("'", "''") + "'"


def expression(path):
    """SQL for the values at a place, and whether they are a list."""
    column = f'"{path[0]}"'
    if len(path) == 1:
        return column, False
    steps = "".join("[*]" if step == "*" else f'."{step}"' for step in path[1:])
    return f"json_extract_string({column}, {quoted('$' + steps)})", "*" in path


base = duckdb.connect(config={"threads": THREADS})
manifest = json.loads((ROOT / "data/dataset.json").read_text("utf-8"))
records = wrong = 0
names = []
for collection in manifest["collections"]:
    name, file = collection["name"], Path(collection["schema"]).name
    names.append(name)
    schema = document(file)
    rows = list(places(schema, file))
    columns = {}
    for member in schema["properties"]:
        scalar = any(path == (member,) for path, _ in rows)
        columns[member] = "VARCHAR" if scalar else "JSON"
    types = ", ".join(f"{quoted(member)}: {quoted(kind)}" for member, kind in columns.items())
    base.execute(
        f"CREATE TABLE {name} AS SELECT * FROM read_json({quoted(ROOT / collection['path'])}, "
        f"columns = {{{types}}}, format = 'newline_delimited')"
    )
    checks = [f'"{member}" IS NULL' for member in schema["required"]]
    references = []
    for path, place in rows:
        value, many = expression(path)
        tests = []
        if "pattern" in place and place.get("type") == "string":
            tests.append(f"NOT regexp_matches(x, {quoted(place['pattern'])})")
        if "enum" in place:
            tests.append(f"x NOT IN ({', '.join(quoted(one) for one in place['enum'])})")
        for test in tests:
            if many:
                checks.append(f"len(list_filter({value}, lambda x: {test})) > 0")
            else:
                checks.append(test.replace("(x,", f"({value},").replace("x NOT IN", f"{value} NOT IN"))
        if "x-references" in place and path != ("id",):
            references.append(f"unnest({value})" if many else value)
    counts = ", ".join(f"count_if(coalesce({check}, false))" for check in checks)
    row = base.execute(f"SELECT count(*), {counts} FROM {name}").fetchone()
    records += row[0]
    wrong += sum(row[1:])
    queries = [f"SELECT {one} AS id FROM {name}" for one in references]
    base.execute(f"CREATE TABLE {name}_references AS {' UNION ALL '.join(queries)}")

ids = " UNION ALL ".join(f"SELECT id FROM {name}" for name in names)
references = " UNION ALL ".join(f"SELECT id FROM {name}_references" for name in names)
base.execute(f"CREATE TABLE ids AS {ids}")
twice = base.execute("SELECT count(*) FROM (SELECT id FROM ids GROUP BY id HAVING count(*) > 1)")
wrong += twice.fetchone()[0]
dangling = base.execute(
    f"SELECT count(*) FROM ({references}) r ANTI JOIN ids USING (id) WHERE r.id IS NOT NULL"
)
wrong += dangling.fetchone()[0]
print(f"{records} records, {wrong} wrong")
sys.exit(1 if wrong else 0)
