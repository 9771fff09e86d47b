"""Enough homes, now and later: what a council's own returns say of need, and how sure one can be."""
