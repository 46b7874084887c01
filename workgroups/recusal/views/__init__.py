"""The pages of recusal; each topic in its own module."""
