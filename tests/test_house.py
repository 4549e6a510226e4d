"""The house itself: arrows kept, rooms small, everything documented, nothing foreign served, nothing private committed."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from graders.gate.report import CODES as GATE_CODES
from graders.lint.findings import CODES as LINT_CODES
from hub.cli import VERBS
from hub.domain.errors import CODES
from hub.domain.id_number import parse
from hub.environment import SETTINGS
from hub.settings import CHECKOUT

ROOMS = ("hub", "graders", "courses", "dashboards", "zygote")
SOURCES = sorted(
    p for room in ROOMS for p in (CHECKOUT / room).rglob("*.py") if "migrations/versions" not in str(p)
)
LONGEST = 250


def tracked() -> list[Path]:
    """Every file that git knows here, or every file where there is no git."""
    told = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, check=False)
    if told.returncode:
        return [
            p
            for p in CHECKOUT.rglob("*")
            if p.is_file()
            and not any(
                x.startswith(".") or x in ("var", "node_modules") for x in p.relative_to(CHECKOUT).parts
            )
        ]
    return [
        CHECKOUT / name for name in told.stdout.decode().split("\0") if name and (CHECKOUT / name).is_file()
    ]


def test_the_arrows_between_and_inside_the_rooms_are_kept() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("tool", [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]])
def test_the_code_is_clean(tool: list[str]) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / tool[0]), *tool[1:]],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_no_file_is_longer_than_a_room_should_be_without_a_reason_beside_it() -> None:
    long = [
        f"{path.relative_to(CHECKOUT)}: {len(lines)}"
        for path in SOURCES
        if len(lines := path.read_text("utf-8").splitlines()) > LONGEST
        and not any(line.startswith("# long: ") for line in lines[:12])
    ]
    assert long == []


def test_every_module_opens_with_one_sentence_and_packages_hold_nothing_else() -> None:
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        said = ast.get_docstring(tree)
        assert said, f"{path} says nothing about itself"
        if path.name == "__init__.py":
            assert len(tree.body) == 1, f"{path} holds more than a docstring"


def test_the_root_shows_the_rooms_of_the_design() -> None:
    for name in (*ROOMS, "images", "tests", "docs"):
        assert (CHECKOUT / name).is_dir(), name
    for name in (
        "jupyterhub_config.py",
        "pyproject.toml",
        "Makefile",
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "requirements.lock",
        "package-lock.json",
    ):
        assert (CHECKOUT / name).is_file(), name


def test_the_readme_is_short_and_shows_a_picture_that_is_there() -> None:
    text = (CHECKOUT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) <= 80
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text)
    assert pictures
    assert all((CHECKOUT / p).is_file() for p in pictures)
    assert "make up" in text
    assert "make test" in text


def test_every_setting_is_documented_and_no_documented_one_is_gone() -> None:
    text = (CHECKOUT / "docs/reference/settings.md").read_text("utf-8")
    assert set(re.findall(r"`(LUOJIAO_[A-Z_]+)`", text)) == {s.name for s in SETTINGS}
    for setting in SETTINGS:
        assert f"`{setting.default}`" in text or not setting.default, setting.name


def test_every_refusal_is_documented_with_its_sentence() -> None:
    text = (CHECKOUT / "docs/reference/errors.md").read_text("utf-8")
    text = text.partition("## 学习环境的话")[0]  # those: tests/spawning/test_refusals.py
    rows = dict(re.findall(r"^\| `([a-z_.]+)` \| [^|]+ \| ([^|]+) \|$", text, flags=re.MULTILINE))
    assert {code: sentence.strip() for code, sentence in rows.items()} == {
        code: s for code, (_, s) in CODES.items()
    }


def test_every_code_of_the_linter_and_the_gates_is_documented_with_its_sentence() -> None:
    text = (CHECKOUT / "docs/reference/checks.md").read_text("utf-8")
    lints = re.findall(r"^\| `([a-z_.]+)` \| ([BC–]) \| ([^|]+) \|$", text, flags=re.MULTILINE)
    assert {code: (klass.strip("–"), told) for code, klass, told in lints} == LINT_CODES
    gates = re.findall(r"^\| `(gate\.[a-z_]+)` \| ([^|]+) \|$", text, flags=re.MULTILINE)
    assert dict(gates) == GATE_CODES


def test_every_command_of_the_cli_is_documented() -> None:
    text = (CHECKOUT / "docs/reference/cli.md").read_text("utf-8")
    assert {*re.findall(r"^## `luojiao ([a-z-]+)", text, flags=re.MULTILINE)} == {v.name for v in VERBS}


def test_every_decision_is_numbered_once_and_dated() -> None:
    files = sorted((CHECKOUT / "docs/decisions").glob("*.md"))
    numbers = [f.name[:4] for f in files]
    assert numbers == [f"{n:04d}" for n in range(1, len(files) + 1)]


_SERVED = (".html", ".css", ".js", ".svg", ".tpl", ".j2")
_FOREIGN = re.compile(
    r"""(?:src|href|action|url|@import|fetch|WebSocket|EventSource)\s*[=(:]?\s*['"(]?\s*(?:https?:)?//[^\s'")]+""",
    re.IGNORECASE,
)


def test_no_page_template_or_style_names_a_foreign_host() -> None:
    found = [
        f"{path.relative_to(CHECKOUT)}: {match.group(0)}"
        for path in tracked()
        if (path.suffix in _SERVED and path.is_relative_to(CHECKOUT / "hub"))
        or (path.suffix in _SERVED and path.is_relative_to(CHECKOUT / "dashboards"))
        for match in _FOREIGN.finditer(path.read_text("utf-8"))
        if "www.w3.org/2000/svg" not in match.group(0)
    ]
    assert found == []


def test_no_lock_file_holds_the_address_of_a_registry() -> None:
    for name in ("requirements.lock", "requirements-test.lock", "requirements-uv.lock", "package-lock.json"):
        assert not re.search(
            r"https?://(?!github\.com/sponsors|opencollective)[^\s\"]*(?:registry|pypi|files|simple|\.tgz|\.whl)",
            (CHECKOUT / name).read_text("utf-8"),
        ), name
    assert "--hash=sha256:" in (CHECKOUT / "requirements.lock").read_text("utf-8")


_ID = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])")
_EXAMPLE = "11010519491231002X"  # printed in GB 11643 itself
_PROVINCES = frozenset(f"{n:02d}" for n in range(11, 84))


def test_no_valid_identity_number_stands_in_the_tree_but_of_the_test_region() -> None:
    """A valid number with a real region may belong to somebody who is alive."""
    for path in tracked():
        if path.suffix in (".py", ".md", ".csv", ".ipynb", ".toml", ".html", ".json"):
            for match in _ID.finditer(path.read_text("utf-8", "replace")):
                found = parse(
                    match.group(0), regions=_PROVINCES, today=date(2099, 1, 1), allow_synthetic=False
                )
                assert isinstance(found, str) or found.text == _EXAMPLE, (path, match.group(0))
