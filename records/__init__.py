"""The facts: who needs a home, and which homes there are."""
