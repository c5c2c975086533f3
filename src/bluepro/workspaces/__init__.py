"""The tenant: its company settings, people, roles, sales tax rates and the history that every room writes."""
