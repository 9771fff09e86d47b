"""Which home for which child: the rules, what makes one lawful home better than another, and the best plan."""
