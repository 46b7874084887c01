"""Pages of requests, reports, duties and oral instructions."""
