"""The catalogue: services and products that invoices are made of."""
