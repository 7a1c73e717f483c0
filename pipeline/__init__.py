"""Dailies: from a storyboard to a film."""
