"""Rare characters and the longest name: the same on the page, in Word and in PDF."""

import io

import pytest
from django.urls import reverse
from docx import Document
from pypdf import PdfReader

from admissions.core import pdf
from tests.factories.readiness import PledgeFactory, PledgeVersionFactory
from tests.factories.workgroups import AppointmentFactory, SeasonFactory

pytestmark = pytest.mark.django_db
NAMES = ["㛃䶮𬱖", "阿" * 25, "买买提·艾力"]


@pytest.fixture(params=NAMES)
def signed(request, client):
    season = SeasonFactory()
    appointment = AppointmentFactory(person__name=request.param, post__group__season=season)
    client.force_login(appointment.person)
    version = PledgeVersionFactory(template__season=season)
    pledge = PledgeFactory(appointment=appointment, version=version, text=f"岗位承诺书\n签订人：{request.param}")
    return request.param, pledge


def content_of(client, name, pledge):
    return client.get(reverse(name, args=[pledge.pk])).content


def test_on_the_page(client, signed):
    name, pledge = signed
    assert content_of(client, "pledges:one", pledge).decode().count(name) >= 2


def test_in_word(client, signed):
    name, pledge = signed
    paper = Document(io.BytesIO(content_of(client, "pledges:docx", pledge)))
    assert [line.text for line in paper.paragraphs if name in line.text] == [f"签订人：{name}"] * 2


@pytest.mark.skipif(pdf.engine() is None, reason="没有 pango：apt-get install libpangoft2-1.0-0")
def test_in_pdf(client, signed):
    name, pledge = signed
    reader = PdfReader(io.BytesIO(content_of(client, "pledges:pdf", pledge)))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "".join(text.split()).count(name) == 2
