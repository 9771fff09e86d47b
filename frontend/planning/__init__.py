"""Enough homes, as the app's pages show it to commissioners: totals alone, of one edition, and nobody's record."""
