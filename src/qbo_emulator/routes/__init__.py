"""HTTP only: parse what came, ask the rules, format the answer."""
