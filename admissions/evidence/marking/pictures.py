"""Words across a picture, light with a dark edge, and once more in a strip below it that covers nothing."""

import io
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageOps

from admissions.core.fonts import chinese_font

from .office import TOO_LARGE, Unmarked

PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG"}
# About 150 MB while it is open.
MAX_PIXELS = 36_000_000
MIN_WIDTH = 120
TOO_SMALL = "图片太小，写不下水印，原样下载，下载同样留痕。"
MOVING = "动态图片不能加水印，原样下载，下载同样留痕。"
INK, EDGE, PAPER = (40, 40, 40), (255, 255, 255), (255, 255, 255)
OPACITY = 96
ANGLE = 28


def marked(path: Path, form: str, words: str) -> bytes:
    with _opened(path, form) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise Unmarked(TOO_LARGE)
        if min(picture.size) < MIN_WIDTH:
            raise Unmarked(TOO_SMALL)
        if form == "PNG" and getattr(picture, "is_animated", False):
            raise Unmarked(MOVING)
        kept = {name: picture.info[name] for name in ("dpi", "icc_profile") if picture.info.get(name)}
        drawn = _drawn(_plain(picture), words)
    # A profile of other colours than the copy's would shift them.
    if picture.mode not in ("RGB", "RGBA"):
        kept.pop("icc_profile", None)
    buffer = io.BytesIO()
    drawn.save(buffer, form, **kept, **({"quality": 92} if form == "JPEG" else {}))
    return buffer.getvalue()


def _opened(path: Path, form: str) -> Image.Image:
    """Only its first bytes are read, where the size stands; nothing is unpacked yet."""
    try:
        return Image.open(path, formats=(form,))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unmarked(TOO_LARGE) from error


def _plain(picture: Image.Image) -> Image.Image:
    """Upright, and in colours words can be drawn in."""
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in ("RGB", "RGBA"):
        return upright
    clear = "transparency" in upright.info or upright.mode in ("LA", "PA")
    if upright.mode.startswith("I"):
        # Sixteen bits a dot: only the upper eight can be shown.
        upright = upright.convert("I").point(lambda value: value / 256).convert("L")
    return upright.convert("RGBA" if clear else "RGB")


def _drawn(picture: Image.Image, words: str) -> Image.Image:
    size = max(12, min(40, picture.width // 36))
    lines = _wrapped(words, chinese_font(size), picture.width - size)
    height = int(size * 1.5)
    whole = Image.new(picture.mode, (picture.width, picture.height + height * len(lines) + size // 2), PAPER)
    whole.paste(picture, (0, 0))
    _across(whole, picture.size, words, size)
    pen = ImageDraw.Draw(whole)
    for number, line in enumerate(lines):
        pen.text((size // 2, picture.height + size // 4 + number * height), line, INK, chinese_font(size))
    return whole


def _across(whole: Image.Image, area: tuple[int, int], words: str, size: int) -> None:
    """In rows over the picture, each row shifted, so that no part of it can be cut out without them."""
    tile = _tile(words, size)
    step_x, step_y = tile.width + size * 2, max(tile.height + size, area[1] // 4)
    for row, top in enumerate(range(-size, area[1], step_y)):
        for left in range(-(row % 2) * step_x // 2, area[0], step_x):
            # Only what falls on the picture; the strip below stays clean.
            piece = tile.crop((0, 0, tile.width, min(tile.height, area[1] - top)))
            whole.paste(piece.convert(whole.mode), (left, top), piece.getchannel("A"))


def _tile(words: str, size: int) -> Image.Image:
    font, edge = chinese_font(size), max(1, size // 12)
    box = font.getbbox(words, stroke_width=edge)
    tile = Image.new("RGBA", (int(box[2]) + edge * 2, int(box[3]) + edge * 2), (0, 0, 0, 0))
    ImageDraw.Draw(tile).text(
        (edge, edge), words, (*INK, OPACITY), font, stroke_width=edge, stroke_fill=(*EDGE, OPACITY)
    )
    return tile.rotate(ANGLE, expand=True)


def _wrapped(words: str, font: Any, width: int) -> list[str]:
    lines = [""]
    for sign in words:
        if lines[-1] and font.getlength(lines[-1] + sign) > width:
            lines.append("")
        lines[-1] += sign
    return lines
