"""How a store is brought from each earlier form to the next. A migration that has been released is never changed."""
