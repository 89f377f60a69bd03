"""What lies in deploy/ fits the code: units, container and compose file run what the Procfile runs, the reference is whole."""

import configparser
import re
import shutil
import subprocess
from ipaddress import ip_address, ip_network

import pytest
import yaml

from tests.delivery.running import ROOT

DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "operations.md").read_text()
PROCESSES = dict(line.split(": exec ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
READ = re.compile(r'(?:ENV\.get|environ\.get|flag|required|addresses|number)\(\s*"([A-Z][A-Z0-9_]+)"')
OURS = {"PORT"}  # read by `make run` alone


def core(command):
    """Return what a command runs, without where it lies and listens."""
    command = re.sub(r"\S*/(python|uvicorn)\b", r"\1", command)
    return re.sub(r" --(host|port) \S+", "", command)


@pytest.mark.parametrize("name", PROCESSES)
def test_each_process_has_a_unit_that_restarts_it_and_writes_nowhere_else(name):
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(DEPLOY / "systemd" / f"newsroom-{name}.service")
    service = unit["Service"]
    assert core(service["ExecStart"]) == core(PROCESSES[name])
    assert (service["Restart"], service["User"], service["ProtectSystem"]) == ("always", "newsroom", "strict")
    [copies] = re.findall(r"BACKUP_DIR=(/\S+)", GUIDE)
    copies = f" -{copies}" if name == "worker" else ""  # where there is such a folder
    # DATA_DIR unless it is set.
    assert service["ReadWritePaths"] == f"{service['WorkingDirectory']}/var{copies}"
    assert f"newsroom-{name}.service" in (DEPLOY / "systemd" / "newsroom.target").read_text()
    assert unit["Install"]["WantedBy"] == unit["Unit"]["PartOf"] == "newsroom.target"


def test_by_the_guide_an_upgrade_stops_every_process_and_root_fetches_what_the_sites_user_may_not_write():
    chapter = GUIDE.split("\n## Upgrading\n")[1].split("\n## ")[0]
    lines = [line.split(" #")[0].strip() for line in chapter.split("```")[1].splitlines()[1:]]
    stop, *steps = [step for line in lines for step in line.split(" && ")]
    assert stop.split() == ["systemctl", "stop", *(f"newsroom-{name}" for name in PROCESSES)]
    assert steps == [
        "git pull",
        "make packages",
        "runuser -u newsroom -- make upgrade",  # its own `packages` finds nothing left to do
        "cp deploy/systemd/* /etc/systemd/system/",
        "systemctl daemon-reload",
        "systemctl start newsroom.target",
    ]


def test_systemd_understands_the_units_and_the_drop_in_of_the_guide(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("No systemd here: its own judgement of the units can't be had.")
    for path in (DEPLOY / "systemd").iterdir():
        text = path.read_text().replace("/srv/newsroom/.venv/bin/", "/usr/bin/env ")
        (tmp_path / path.name).write_text(
            re.sub(r"(?m)^(User|WorkingDirectory|ReadWritePaths)=.*\n", "", text)
        )
    command = ["systemd-analyze", "verify", "--man=no", *sorted(tmp_path.iterdir())]
    [drop_in] = re.findall(r"(?s)```ini\n(.*?)```", GUIDE)
    assert drop_in.startswith("[Service]\n") and "ReadWritePaths=" in drop_in
    (tmp_path / "newsroom-.service.d").mkdir()
    (tmp_path / "newsroom-.service.d" / "folders.conf").write_text(drop_in)

    def complaints():
        said = subprocess.run(command, capture_output=True, text=True).stderr
        return [line for line in said.splitlines() if "newsroom" in line]

    assert complaints() == []
    (tmp_path / "newsroom-.service.d" / "folders.conf").write_text(f"{drop_in}Readwritepaths=/mnt/more\n")
    assert any("folders.conf" in line for line in complaints())  # it is read


def test_the_container_has_what_it_copies_and_does_not_run_as_root():
    text = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
    steps = [line.split(None, 1) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    words = [word for word, _ in steps]
    assert words[0] == "FROM" and set(words) <= {"FROM", "RUN", "WORKDIR", "COPY", "USER", "ENV", "VOLUME", "EXPOSE", "CMD"}  # fmt: skip
    [image] = [rest for word, rest in steps if word == "FROM"]
    assert re.fullmatch(r"docker\.io/library/python:3\.1[1-3]-slim-[a-z]+", image)
    for rest in (rest for word, rest in steps if word == "COPY"):
        *sources, _ = [part for part in rest.split() if not part.startswith("--")]
        assert all((ROOT / source).exists() for source in sources)
    assert words.index("USER") > max(number for number, word in enumerate(words) if word in {"RUN", "COPY"})
    [command] = [rest for word, rest in steps if word == "CMD"]
    assert core(" ".join(yaml.safe_load(command))) == core(PROCESSES["web"])


def test_no_secret_and_nothing_that_git_ignores_comes_into_the_image():
    assert not (
        ROOT / ".containerignore"
    ).exists()  # Docker knows .dockerignore alone, podman prefers the other
    left_out = set((ROOT / ".dockerignore").read_text().split())
    assert {".git", "var", "deploy/newsroom.env"} <= left_out
    ours = {line.rstrip("/") for line in (ROOT / ".gitignore").read_text().split()}
    # Git takes a name without a leading slash for one at any depth, docker for one at the top.
    anywhere = {"__pycache__", "*.pyc"}
    assert {f"**/{name}" if name in anywhere else name.lstrip("/") for name in ours} <= left_out
    assert "deploy/newsroom.env" in (DEPLOY / "compose.yaml").read_text()


def test_the_compose_file_runs_every_process_once_the_tables_are_there():
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = compose["services"]
    assert services.keys() == {"database", "prepare", *PROCESSES}
    assert compose.keys() == {"name", "x-newsroom", "services", "networks", "volumes"}
    known = {"image", "build", "env_file", "environment", "volumes", "restart", "depends_on", "command", "ports", "healthcheck", "stop_grace_period", "read_only", "tmpfs", "cap_drop", "security_opt"}  # fmt: skip
    for name, service in services.items():
        assert service.keys() <= known
        assert service["security_opt"] == ["no-new-privileges:true"]
        if name != "database":  # it begins as root and gives that up
            assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert all(volume.split(":")[0] in compose["volumes"] for volume in service["volumes"])
        # A proxy stands before them.
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
        assert set(service.get("depends_on", {})) <= set(services)
        if name in PROCESSES:
            assert core(" ".join(service.get("command"))) == core(PROCESSES[name])
            assert service["depends_on"]["prepare"]["condition"] == "service_completed_successfully"
        if name != "database":
            assert service["environment"]["TRUSTED_PROXIES"] == gateway(compose)
    build = services["web"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == DEPLOY / "Containerfile"


def gateway(compose):
    """Return the address by which containers see their machine. Docker gives a project a network of its own, any it likes."""
    [network] = compose["networks"]["default"]["ipam"]["config"]
    assert ip_address(network["gateway"]) in ip_network(network["subnet"])
    assert not any("networks" in service for service in compose["services"].values())  # all are in this one
    return network["gateway"]


def names_read():
    """Return the names that settings and the start read from the environment."""
    files = [ROOT / "newsroom" / name for name in ("settings.py", "start.py")]
    return {name for path in files for name in READ.findall(path.read_text())}


def test_the_reference_lists_every_setting_and_no_other():
    rows = [line.split("|")[1] for line in GUIDE.splitlines() if line.startswith("| `")]
    listed = {name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row)}
    named = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", GUIDE))
    read = names_read() | OURS
    assert {"DATABASE_URL", "METRICS_TOKEN", "FOUR_EYES", "CDN_SECONDS", "VARNISH_URLS"} <= read
    assert read - named == set(), "not in docs/operations.md"
    assert listed - read == set(), "in docs/operations.md, and nothing reads it"
