"""A sign that no font shows is named before somebody signs, not found as a box on the paper."""

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph

from admissions.core import glyphs
from admissions.core.glyphs import named, signs_without_glyph, words_in
from admissions.embedded import missing


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Fonts of a server: none yet."""
    monkeypatch.setattr(glyphs, "FOLDERS", (tmp_path,))
    monkeypatch.setattr(glyphs, "_shown", glyphs._shown.__wrapped__)
    return tmp_path


def font_of(signs, path):
    names = [".notdef", *(f"u{ord(sign):X}" for sign in signs)]
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord(sign): f"u{ord(sign):X}" for sign in signs})
    font.setupGlyf({name: Glyph() for name in names})
    font.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    font.setupHorizontalHeader()
    font.setupNameTable({"familyName": "Test", "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(path)


def test_each_rare_sign_without_a_glyph_once(folder):
    font_of("𠮷㛃", folder / "one.ttf")
    font_of("𬱖", folder / "two.ttf")
    (folder / "broken.ttf").write_bytes(b"no font")
    texts = ["张示，（甲）", "𠮷㛃𬱖", "𰀀\U00031350𰀀"]
    assert signs_without_glyph(texts) == ["𰀀", "\U00031350"]
    assert named(["𰀀"]) == "𰀀（U+30000）"


def test_everyday_texts_open_no_font(folder, monkeypatch):
    monkeypatch.setattr(glyphs, "_shown", lambda: pytest.fail("a font was opened"))
    assert signs_without_glyph(["关于调整2026年招生计划的请示", "（一）说明……\n\n第二段"]) == []


def test_no_font_at_all_is_another_matter(folder):
    assert signs_without_glyph(["𰀀"]) == []


def test_texts_are_found_however_deep():
    paper = {"title": "甲", "items": [{"name": "乙"}, ("丙", 4, None)]}
    assert list(words_in(paper)) == ["甲", "乙", "丙"]


@pytest.mark.skipif(
    not all(map(missing.has_font, missing.RARE_SIGNS.values())),
    reason="没有生僻字字体：apt-get install fonts-hanazono fonts-babelstone-han",
)
def test_the_fonts_we_ask_for_show_the_signs_of_names_up_to_the_newer_planes():
    """One sign of each of the extensions A to H; of I no font of Debian's has any."""
    assert signs_without_glyph(["㐀𠮷𪜀𫝀𫠠𬺰𰻞\U00031350"]) == []
    assert signs_without_glyph(["\U0002ebf0"]) == ["\U0002ebf0"]
