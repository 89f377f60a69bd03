"""What lies in deploy/ fits the code: units, container and compose file run what the Procfile runs, the reference is whole."""

import configparser
import re
import shutil
import subprocess

import pytest
import yaml

from tests.delivery.running import ROOT

DEPLOY = ROOT / "deploy"
PROCESSES = dict(line.split(": exec ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
READ = re.compile(r'(?:ENV\.get|environ\.get|flag|required|addresses|number)\(\s*"([A-Z][A-Z0-9_]+)"')
OURS = {"PORT"}  # read by `make run` alone


def core(command):
    """Return what a command runs, without where it lies, listens and how it tells."""
    command = re.sub(r"\S*/(python|uvicorn)\b", r"\1", command)
    return re.sub(r" --(host|port|log-level|timeout-graceful-shutdown) \S+| --no-access-log", "", command)


@pytest.mark.parametrize("name", PROCESSES)
def test_each_process_has_a_unit_that_restarts_it_and_writes_nowhere_else(name):
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(DEPLOY / "systemd" / f"newsroom-{name}.service")
    service = unit["Service"]
    assert core(service["ExecStart"]) == core(PROCESSES[name])
    assert (service["Restart"], service["User"], service["ProtectSystem"]) == ("always", "newsroom", "strict")
    assert service["ReadWritePaths"] == f"{service['WorkingDirectory']}/var"  # DATA_DIR unless it is set
    assert f"newsroom-{name}.service" in (DEPLOY / "systemd" / "newsroom.target").read_text()
    assert unit["Install"]["WantedBy"] == unit["Unit"]["PartOf"] == "newsroom.target"


def test_systemd_understands_the_units(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("No systemd here: its own judgement of the units can't be had.")
    for path in (DEPLOY / "systemd").iterdir():
        text = path.read_text().replace("/srv/newsroom/.venv/bin/", "/usr/bin/env ")
        (tmp_path / path.name).write_text(
            re.sub(r"(?m)^(User|WorkingDirectory|ReadWritePaths)=.*\n", "", text)
        )
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *sorted(tmp_path.iterdir())], capture_output=True, text=True
    )
    ours = [line for line in done.stderr.splitlines() if "newsroom" in line]
    assert ours == []


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
    ignored = (ROOT / ".containerignore").read_text().split()
    assert {".git", ".venv", "var"} <= set(ignored)


def test_the_compose_file_runs_every_process_once_the_tables_are_there():
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = compose["services"]
    assert services.keys() == {"database", "prepare", *PROCESSES}
    assert compose.keys() == {"name", "x-newsroom", "services", "volumes"}
    known = {"image", "build", "env_file", "environment", "volumes", "restart", "depends_on", "command", "ports", "healthcheck", "stop_grace_period", "read_only", "tmpfs", "cap_drop", "security_opt"}  # fmt: skip
    for name, service in services.items():
        assert service.keys() <= known
        assert service["security_opt"] == ["no-new-privileges:true"]
        if name != "database":  # it begins as root and gives that up
            assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert all(volume.split(":")[0] in compose["volumes"] for volume in service["volumes"])
        assert all(
            port.startswith("127.0.0.1:") for port in service.get("ports", [])
        )  # nginx stands before them
        assert set(service.get("depends_on", {})) <= set(services)
        if name in PROCESSES:
            assert core(" ".join(service.get("command"))) == core(PROCESSES[name])
            assert service["depends_on"]["prepare"]["condition"] == "service_completed_successfully"
    build = services["web"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == DEPLOY / "Containerfile"


def names_read():
    """Return the names that settings and the start read from the environment."""
    files = [ROOT / "newsroom" / name for name in ("settings.py", "start.py")]
    return {name for path in files for name in READ.findall(path.read_text())}


def test_the_reference_lists_every_setting_and_no_other():
    text = (ROOT / "docs" / "operations.md").read_text()
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    listed = {name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row)}
    named = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", text))
    read = names_read() | OURS
    assert {"DATABASE_URL", "METRICS_TOKEN", "FOUR_EYES", "CDN_SECONDS", "VARNISH_URLS"} <= read
    assert read - named == set(), "not in docs/operations.md"
    assert listed - read == set(), "in docs/operations.md, and nothing reads it"
