"""How long, how much memory, how good: the solvers side by side on made-up rounds."""
