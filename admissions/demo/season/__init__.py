"""The demonstration season: synthetic people, every step through the commands, groups in different states."""
