"""The comparison itself, pure: BluePro's records against QuickBooks' entities, to the cent. No database, no network."""
