"""How well a score of clips ranks: sources, faults planted in them, other judges, and how often each is right."""
