"""Proof: both sides read and compared to the cent, whole rehearsals of a business, and the sample business itself."""
