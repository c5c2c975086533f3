"""Invoices: their lines, amounts, numbers and life."""
