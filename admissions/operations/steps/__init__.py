"""Each performance of a step: executed, reviewed and supervised by different people, signed at every passage (#57)."""
