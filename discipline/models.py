"""The models of all topics, for Django; each topic's models live in its own package."""
