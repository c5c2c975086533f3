"""Contacts: the people and companies that a workspace works for."""
