"""Every call that callers can make, worked out beforehand with the engine that answers them.

`Moments` finds every combination of conditions that the coming year brings, `explore` runs the engine over every state
that a call can stand in, and `Calls` finds the shortest call that shows something, as one that can be played again.
"""

from ivr.exploration.calls import Call, Calls
from ivr.exploration.explorer import Edge, Exploration, Given, Node, explore, turn_of
from ivr.exploration.moments import DAYS, Moments

__all__ = ["DAYS", "Call", "Calls", "Edge", "Exploration", "Given", "Moments", "Node", "explore", "turn_of"]
