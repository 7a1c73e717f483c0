"""The only room for Prefect."""
