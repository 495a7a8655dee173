"""How the database came to its tables, one file a version; run by `store/migrate.py`."""
