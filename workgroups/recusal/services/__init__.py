"""The commands of recusal; each topic in its own module."""
