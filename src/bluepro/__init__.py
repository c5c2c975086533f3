"""BluePro: a field-service business, and its one-way QuickBooks Online sync."""
