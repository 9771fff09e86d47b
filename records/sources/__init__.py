"""Readers: files as councils keep them, into tables of text."""
