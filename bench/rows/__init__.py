"""One module per row of the table: `measure()` gives figures, whether they keep the budget, and words."""
