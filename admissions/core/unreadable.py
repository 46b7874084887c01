"""A file that cannot be read: known on both sides of `apart`, and by every reader."""

import errno

# No room, on the disk or within the limit of a single file: a fault of ours and not of the file.
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

TOO_MUCH = "文件过大或过于复杂，读取时超出了内存或时间的限度，没有读取。请删去多余的内容，或拆成几份后重新上传。"


class Unreadable(Exception):
    """The reader refused the file, or its process did not live to the end; the message is for the person who sent it."""
