"""What `server/deploy` has to offer works as it is written there: behind nginx, under systemd, in a container."""

from __future__ import annotations

import json
import re
import shlex
import socket
import ssl
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from serving import KEQI, TIMEOUT, Server, codes, limited, running, serving, talking
from websockets.exceptions import InvalidStatus

from clients import PATIENCE, ROOT, Running, free_port, missing
from clients import running as program

DEPLOY = ROOT / "server" / "deploy"
NAME = "keqi.example.com"
RUDE = "改地址不行"
BEHIND_NGINX = ("--allow-host", NAME, "--trust-proxy", "127.0.0.1")

Needs = Callable[[Sequence[str]], None]


# -- behind nginx ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(needs: Needs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate for the documented name."""
    needs(missing("nginx", "openssl"))
    folder = tmp_path_factory.mktemp("certificate")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout key -out pem"
    named = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    subprocess.run([*command.split(), *named], cwd=folder, check=True, capture_output=True)
    return folder


WHOLE = """
daemon off; master_process off; pid {folder}/pid;
events {{}}
http {{
    access_log {folder}/access.log; error_log {folder}/error.log info;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {documented}
}}
"""


@dataclass(frozen=True)
class Nginx:
    """nginx in front of a server."""

    folder: Path
    """All that it writes."""
    port: int
    tls: ssl.SSLContext

    def client(self, address: str = "127.0.0.1") -> httpx.Client:
        """A client that calls from `address`, one of this machine's own."""
        transport = httpx.HTTPTransport(verify=self.tls, local_address=address)
        headers = {"Host": NAME}
        return httpx.Client(
            base_url=f"https://127.0.0.1:{self.port}", transport=transport, headers=headers, timeout=TIMEOUT
        )


@contextmanager
def behind_nginx(server: Server, certificate: Path, folder: Path) -> Iterator[Nginx]:
    """nginx as it is documented, but for its ports and paths."""
    port = free_port()
    documented = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for there, here in {
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        f"/etc/ssl/{NAME}.pem": certificate / "pem",
        f"/etc/ssl/{NAME}.key": certificate / "key",
        "http://127.0.0.1:8765": server.url,
    }.items():
        assert documented.count(there) == 1
        documented = documented.replace(there, str(here))
    config = folder / "nginx.conf"
    config.write_text(WHOLE.format(folder=folder, documented=documented), encoding="utf-8")
    tls = ssl.create_default_context(cafile=certificate / "pem")
    tls.check_hostname = False  # it is called by its address
    command = ["nginx", "-p", folder, "-c", config, "-e", folder / "start.log"]
    with program(command, folder / "said.log") as nginx:
        listening(port, nginx)
        yield Nginx(folder, port, tls)


def listening(port: int, program: Running) -> None:
    """Wait until somebody listens at the port. Fails with the program's output when nobody ever does."""
    for _ in range(PATIENCE * 20):
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        with suppress(subprocess.TimeoutExpired):
            program.process.wait(0.05)  # until it ends, or until it may have got further
            break
    raise AssertionError(f"nginx does not listen:\n{program.said()}")


@pytest.fixture(scope="module")
def nginx(certificate: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    with (
        serving(*BEHIND_NGINX) as server,
        behind_nginx(server, certificate, tmp_path_factory.mktemp("nginx")) as made,
    ):
        yield made


def test_page_and_api_are_reached_through_nginx(nginx: Nginx) -> None:
    with nginx.client() as client:
        page = client.get("/")
        assert page.status_code == 200
        assert "app.js" in page.text
        assert "default-src 'self'" in page.headers["content-security-policy"]
        own = {"Origin": f"https://{NAME}"}
        answer = client.post("/v1/check", json={"replies": [RUDE]}, headers=own)
        assert answer.json()["results"][0]["level"] == "error"


def test_foreign_pages_and_names_stay_out_behind_nginx_too(nginx: Nginx) -> None:
    with nginx.client() as client:
        for origin in ("https://evil.example", f"http://{NAME}.evil.example", "null"):
            answer = client.post("/v1/check", json={"replies": []}, headers={"Origin": origin})
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "origin")
        answer = client.get("/healthz", headers={"Host": "evil.example"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "host")


async def test_sessions_go_through_nginx(nginx: Nginx) -> None:
    address = f"wss://{NAME}/lsp"
    through = {"host": "127.0.0.1", "port": nginx.port, "ssl": nginx.tls}
    async with talking(address, origin=f"https://{NAME}", **through) as talker:
        await talker.introduce()
        assert codes(await talker.open(RUDE)) == ["refusal.bare"]
        assert codes(await talker.change("您好", 2)) == []
    with pytest.raises(InvalidStatus) as refused:
        async with talking(address, origin="https://evil.example", **through):
            pass
    assert refused.value.response.status_code == 403


def test_what_is_too_large_is_refused_before_and_behind_nginx(nginx: Nginx) -> None:
    with nginx.client() as client:
        at_keqi = client.post("/v1/check", json={"replies": ["a" * 4_000_000]})
        assert (at_keqi.status_code, at_keqi.json()["error"]["code"]) == (413, "too-long")
        assert client.post("/v1/check", content=b"a" * (5 << 20)).status_code == 413


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have one loopback address only")
def test_behind_nginx_each_address_has_its_own_rate(certificate: Path, tmp_path: Path) -> None:
    with (
        limited(rate=0.001, burst=2, hosts=[NAME], proxies=["127.0.0.1"]) as server,
        behind_nginx(server, certificate, tmp_path) as nginx,
        nginx.client("127.0.0.2") as one,
        nginx.client("127.0.0.3") as other,
    ):
        assert [one.get("/v1/profiles").status_code for _ in range(3)] == [200, 200, 429]
        assert other.get("/v1/profiles").status_code == 200
        posing = {"X-Forwarded-For": "192.0.2.1"}
        assert one.get("/v1/profiles", headers=posing).status_code == 429


def test_nginx_writes_no_draft_down(certificate: Path, tmp_path: Path) -> None:
    canary = "canary-13800138000"
    with serving(*BEHIND_NGINX) as server, behind_nginx(server, certificate, tmp_path) as nginx:
        for place in ("body", "proxy"):
            (nginx.folder / place).rmdir()  # what does not fit into its memory has nowhere to go
        with nginx.client() as client:
            asked = {"text": canary, "language": "zh"}
            assert client.get("/v2/check", params=asked).status_code == 200
            assert client.post("/v1/check", json={"replies": [canary] * 2000}).status_code == 200
            server.stop()
            assert client.get("/v2/check", params=asked).status_code == 502
        written = [path for path in nginx.folder.rglob("*") if path.is_file()]
        assert nginx.folder / "access.log" in written
        assert [path.name for path in written if canary in path.read_text(errors="replace")] == []


# -- under systemd --------------------------------------------------------------------------------

UNIT = (DEPLOY / "keqi.service").read_text(encoding="utf-8")
INSTALLED = "/opt/keqi/bin/keqi"


def test_systemd_takes_the_unit_without_a_word(needs: Needs, tmp_path: Path) -> None:
    needs(missing("systemd-analyze"))
    unit = tmp_path / "keqi.service"
    unit.write_text(UNIT.replace(INSTALLED, KEQI), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_units_command_starts_a_server_that_nginx_can_ask() -> None:
    command = re.search(r"^ExecStart=(.*)$", UNIT, re.MULTILINE)
    options = re.search(r"^#\s+KEQI_OPTIONS=(.*)$", UNIT, re.MULTILINE)
    assert command is not None
    assert options is not None
    words = shlex.split(command[1].replace("$KEQI_OPTIONS", options[1]))
    assert words[0] == INSTALLED
    words[words.index("--port") + 1] = "0"
    with running(KEQI, *words[1:]) as server:
        assert httpx.get(f"{server.url}/healthz", headers={"Host": NAME}).status_code == 200
    assert tuple(words[-4:]) == BEHIND_NGINX


# -- in a container -------------------------------------------------------------------------------

DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
IGNORED = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()


def copied() -> set[str]:
    """What the Dockerfile takes from the checkout."""
    lines = re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
    return {word for line in lines for word in line.split()}


def test_all_that_a_wheel_is_built_from_gets_into_the_image() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {"pyproject.toml", "lexicon", project["project"]["readme"], *project["project"]["license-files"]}
    needed |= {path.partition("/")[0] for path in wheel["packages"]} | {wheel["hooks"]["custom"]["path"]}
    assert needed <= copied()
    assert {f"!{name}" for name in copied()} == {line for line in IGNORED if line.startswith("!")}
    assert all((ROOT / name).exists() for name in copied())


def test_the_images_command_starts_a_server_for_other_machines() -> None:
    entry = re.search(r"^ENTRYPOINT (.*)$", DOCKERFILE, re.MULTILINE)
    assert entry is not None
    words = json.loads(entry[1])
    with running(KEQI, *words[1:], "--port", "0", KEQI_CACHE_DIR="", KEQI_TOKEN="correct-horse") as server:
        assert "0.0.0.0" in words
        health = re.search(r"urlopen\(\'http://127\.0\.0\.1:8765(/\w+)\'", DOCKERFILE)
        assert health is not None
        assert httpx.get(f"{server.url}{health[1]}").status_code == 200
