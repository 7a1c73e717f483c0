"""Tools that make takes, one file per backend."""
