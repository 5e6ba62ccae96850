"""Who in the register qualifies today: facts of thousands of nominees at once, and where each one stands."""
