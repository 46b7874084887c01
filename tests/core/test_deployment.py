"""The files of docs/deploy name programs, modules and settings that exist, and hold no secret."""

import re
import runpy
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

DEPLOY = Path(settings.BASE_DIR) / "docs" / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SECRETS = (
    "SECRET_KEY",
    "DIGEST_KEY",
    "SEAL_KEY",
    "MARK_KEY",
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "METRICS_TOKEN",
)


def text_of(name):
    return (DEPLOY / name).read_text()


def environment(name):
    lines = (line for line in text_of(name).splitlines() if line and not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines)


def commands_in(text):
    return set(re.findall(r"manage\.py (\w+)", text))


def test_units():
    assert [unit.name for unit in UNITS] == [
        "admissions-backup.service",
        "admissions-backup.timer",
        "admissions-beat.service",
        "admissions-migrate.service",
        "admissions-web.service",
        "admissions-worker.service",
    ]
    for unit in UNITS:
        text = unit.read_text()
        assert commands_in(text) <= set(get_commands())
        if unit.suffix == ".service":
            assert "User=admissions\n" in text
            assert "NoNewPrivileges=true\n" in text
            as_owner = unit.stem in ("admissions-migrate", "admissions-backup")
            assert ("owner.env" in text) == as_owner, "the web processes never hold the owner's password"


@pytest.mark.parametrize("name", ["compose.yml", "systemd/admissions-web.service", "Dockerfile"])
def test_named_modules_exist(name):
    text = text_of(name)
    for module in re.findall(r"(\w+\.wsgi):application|--app (\w+)", text):
        assert find_spec(next(filter(None, module)))
    for path in re.findall(r"docs/deploy/[\w./]*\w", text):
        assert (settings.BASE_DIR / path).exists(), path


def test_compose():
    text = text_of("compose.yml")
    services = re.findall(r"^  (\w+):$", text.split("\nservices:\n")[1].split("\nnetworks:")[0], re.MULTILINE)
    assert services == ["db", "cache", "migrate", "web", "worker", "beat", "backup", "nginx"]
    assert "\t" not in text
    assert text.count("healthcheck:") == 6, "everything that stays running says whether it is well"
    assert commands_in(text) <= set(get_commands())
    needed = set(re.findall(r"\$\{(\w+):\?\}", text))
    assert needed == set(environment("example.compose.env"))
    for path in re.findall(r"- \./([\w./]+\.(?:conf|sql|sh)):", text):
        assert (DEPLOY / path).exists(), path


def test_the_image_holds_every_package_of_ours():
    copied = set(re.findall(r"^COPY (\w+) \1$", text_of("Dockerfile"), re.MULTILINE))
    ours = {app.split(".")[0] for app in settings.INSTALLED_APPS if (settings.BASE_DIR / app.split(".")[0]).is_dir()}
    assert copied == ours | {"templates", "static"}
    assert "\nUSER admissions\n" in text_of("Dockerfile")


def test_example_environment_names_settings_and_holds_no_secret():
    values = environment("example.env") | environment("example.owner.env")
    sources = "".join(path.read_text() for path in (settings.BASE_DIR / "admissions" / "settings").glob("*.py"))
    known = set(re.findall(r'env\.\w+\(\s*"(\w+)"', sources)) | {"DJANGO_SETTINGS_MODULE", "PGOPTIONS"}
    assert set(values) <= known | {"DATABASE_OWNER_URL"}
    assert set(SECRETS) <= set(values)
    assert {values[name] for name in SECRETS} == {""}
    assert set(environment("example.compose.env").values()) == {""}
    assert values["DJANGO_SETTINGS_MODULE"] == "admissions.settings.production"


@pytest.mark.parametrize("path", sorted((DEPLOY / "nginx").iterdir()), ids=lambda path: path.name)
def test_nginx_braces_are_balanced(path):
    text = re.sub(r"#.*", "", path.read_text())
    assert text.count("{") == text.count("}") > 0
    for line in filter(None, (line.strip() for line in text.splitlines())):
        assert line.endswith((";", "{", "}")), line


def test_nginx_decides_whose_address_it_is_and_logs_no_query():
    text = text_of("nginx/site.conf")
    assert "proxy_set_header X-Real-IP $remote_addr;" in text
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text
    assert 'proxy_set_header Forwarded "";' in text
    log_format = re.search(r"log_format .*", text)[0]
    assert not {"$request ", '"$request"', "$request_uri", "$args", "$http_referer"} & set(log_format.split())
    limit = int(re.search(r"client_max_body_size (\d+)m", text)[1])
    assert limit * 2**20 > settings.EVIDENCE_MAX_BYTES
    for place in ("/login/", "/verify/", "/seals/"):
        assert re.search(rf"location {place} {{\s+limit_req ", text), place


def test_gunicorn(monkeypatch):
    monkeypatch.delenv("BIND", raising=False)
    values = runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))
    assert (values["bind"], values["accesslog"]) == ("127.0.0.1:8000", None)
