"""Does a 报告 ask for something? Pure text, asked by form and command alike."""

import re

from admissions.core.citations import cite

ASKING = re.compile(
    r"[?？]|请示|请[予]?(?:批准|批复|批示|审批|审定|核准|指示|答复|同意)|[妥当可]否|是否(?:可以|同意|可行|妥当)|请求批准"
)
MIXED = cite("document-15")


def asking_words(text: str) -> str:
    """The first words of the text that ask its reader to decide; empty when it only tells."""
    found = ASKING.search(text)
    return found.group() if found else ""
