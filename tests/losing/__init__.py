"""A helper goes away: the cache, the database, the room on a disk, a process that is killed."""
