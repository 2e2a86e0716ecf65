"""Prints what pyarrow sees in Parquet files: a JSON object per file with types, key-value entries and rows."""

import json
import sys

import pyarrow
import pyarrow.parquet as parquet


def plain(scalar):
    if not scalar.is_valid:
        return None
    if isinstance(scalar, pyarrow.ListScalar):
        return [plain(item) for item in scalar]
    if isinstance(scalar, pyarrow.StructScalar):
        return {key: plain(item) for key, item in scalar.items()}
    if isinstance(scalar, pyarrow.TimestampScalar):
        return str(scalar.value)
    value = scalar.as_py()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (bool, str)):
        return value
    return str(value)


def rows(table):
    columns = {name: [plain(scalar) for scalar in table.column(name)] for name in table.column_names}
    return [{name: values[i] for name, values in columns.items()} for i in range(table.num_rows)]


for path in sys.argv[1:]:
    file = parquet.ParquetFile(path)
    table = file.read()
    table.validate(full=True)
    print(
        json.dumps(
            {
                "types": {
                    field.name: str(field.type) + ("" if field.nullable else " not null")
                    for field in file.schema_arrow
                },
                "entries": {key.decode(): value.decode() for key, value in file.metadata.metadata.items()},
                "format": file.metadata.format_version,
                "rows": rows(table),
            }
        )
    )
