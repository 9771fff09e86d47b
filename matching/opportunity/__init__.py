"""What each lawful choice costs everybody else: exact, tier by tier, who is displaced, and the plan that results."""

from matching.opportunity.costs import Cost, Demand, Outcome, what_each_costs

__all__ = ["Cost", "Demand", "Outcome", "what_each_costs"]
