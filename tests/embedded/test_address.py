"""Where `make run` may listen: each obstacle has its own sentence."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from admissions.embedded.address import Address, NoAddress, wanted
from tests.embedded.test_run import NOT_PASSED_ON, free_port


@pytest.mark.parametrize("typed", ["abc", "0", "99999", "-1", "80 80", "８０００", "8000.5"])
def test_a_port_that_is_none(typed):
    with pytest.raises(NoAddress, match=rf"^PORT={typed} 不是端口号：应为 1 到 65535 的整数"):
        wanted({"PORT": typed})


def test_without_a_wish_it_is_loopback():
    assert wanted({}) == wanted({"HOST": "", "PORT": ""}) == Address("127.0.0.1", 8000)


def test_a_port_in_use():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(NoAddress, match="已被占用"):
            Address("127.0.0.1", other.getsockname()[1]).examine()


def test_an_address_of_another_machine():
    with pytest.raises(NoAddress, match=r"^192\.0\.2\.1 不是本机的地址"):
        Address("192.0.2.1", free_port()).examine()


def test_a_host_nobody_knows():
    with pytest.raises(NoAddress, match=r"认不出主机名 no-such-host\.invalid"):
        Address("no-such-host.invalid", free_port()).examine()


def test_a_port_one_may_not_use():
    """As an ordinary user, in a process of its own: the suite may run as root."""
    code = (
        "import os\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "from admissions.embedded.address import Address, NoAddress\n"
        "try: Address('127.0.0.1', 80).examine()\n"
        "except NoAddress as why: print(why)\n"
        "else: print('may')"
    )
    lowest = int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, env=clean(), capture_output=True, text=True
    )
    if "No module named" in said.stderr or "Permission denied" in said.stderr:
        assert os.geteuid() == 0, "the checkout cannot be entered by nobody, which only root finds"
        return
    assert said.stdout.strip().startswith("没有权限使用端口 80" if lowest > 80 else "may"), said.stderr


def test_ipv6_is_written_in_brackets():
    address = Address("::1", 8001)
    assert (address.bind, address.url) == ("[::1]:8001", "http://[::1]:8001/")
    assert "[::1]" in address.allowed_hosts.split(",")


def test_everywhere_is_reached_by_loopback():
    assert Address("0.0.0.0", 8000).url == "http://127.0.0.1:8000/"
    assert Address("::", 8000).url == "http://[::1]:8000/"
    assert "0.0.0.0" not in Address("0.0.0.0", 8000).allowed_hosts


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"PORT": "abc"}, "PORT=abc 不是端口号"),
        ({"HOST": "no-such-host.invalid"}, "认不出主机名"),
        ({"ADMISSIONS_VAR": "{}/file"}, "不是目录，不能存放数据"),
        ({"ADMISSIONS_VAR": "{}/file/below"}, "不是目录，不能存放数据"),
        ({"ADMISSIONS_VAR": "/proc/none"}, "不能写入"),
    ],
)
def test_the_program_says_it_in_one_line(tmp_path, more, sentence):
    (tmp_path / "file").touch()
    own = {"ADMISSIONS_VAR": str(tmp_path / "var"), "PORT": str(free_port())}
    own |= {key: value.format(tmp_path) for key, value in more.items()}
    done = subprocess.run(
        [sys.executable, "-m", "admissions.embedded.run"],
        cwd=settings.BASE_DIR,
        env=clean() | own,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1 and sentence in done.stderr


def clean() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not NOT_PASSED_ON.match(key)}
