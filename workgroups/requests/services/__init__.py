"""The commands of requests, reports, replies and oral instructions."""
