"""The paper: sections, and writers that put them on it. Knows nothing of children or homes."""
