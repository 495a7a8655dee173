"""What the base station keeps: tables, migrations, one group committer, a log chained by hash."""
