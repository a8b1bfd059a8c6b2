"""Builds the editor of the operator's page: ivr/web/operator/editor/ into static/editor.js, and its licences beside it.

    python tools/editor.py [--check]

Packages come from the npm registry as package-lock.json fixes them by hash; none of their install scripts runs. What is
made is kept in the repository, so that neither the wheel nor a test needs npm or a network.

With --check nothing is written; exit code 1 when the sources are not those that the bundle was made from (its first
line carries their digest), or when a build anew differs in a byte. Without npm, or with its registry out of reach, only
the digest is looked at, and that is said; with IVR_REQUIRE_NPM=1 it is an error.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HOME = Path(__file__).parents[1] / "ivr" / "web" / "operator"
SOURCE = HOME / "editor"
BUNDLE = HOME / "static" / "editor.js"
LICENCES = HOME / "static" / "editor.licences.txt"

# What browsers of the last three years know; nothing is rewritten for older ones.
FLAGS = (
    "src/editor.js",
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=es2022",
    "--charset=utf8",
    "--legal-comments=none",
    "--log-level=warning",
)


class NotBuiltError(Exception):
    """There is no npm here, or it does not get at its packages."""


def sources() -> list[Path]:
    """All that decides what the bundle is: the manifest, the lock, the modules, and the flags of this file."""
    return [SOURCE / "package.json", SOURCE / "package-lock.json", *sorted((SOURCE / "src").glob("*.js"))]


def digest() -> str:
    """What the bundle's first line names."""
    whole = hashlib.sha256(" ".join(FLAGS).encode())
    for path in sources():
        whole.update(f"\n{path.relative_to(SOURCE).as_posix()}\n".encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()


def build() -> tuple[str, str]:
    """The bundle and its licences, made in a folder that is gone afterwards."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise NotBuiltError("npm is not installed here")
    with tempfile.TemporaryDirectory(prefix="ivr-editor-") as name:
        place = Path(name)
        shutil.copytree(SOURCE, place, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules"))
        install = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(install, cwd=place, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotBuiltError(f"npm ci failed: {done.stderr.strip()}")
        run = [str(place / "node_modules" / ".bin" / "esbuild"), *FLAGS, "--metafile=meta.json", "--outfile=editor.js"]
        subprocess.run(run, cwd=place, check=True)
        inputs = json.loads((place / "meta.json").read_text(encoding="utf-8"))["inputs"]
        head = f"// sources: sha256 {digest()}; licences: editor.licences.txt; made by tools/editor.py\n"
        return head + (place / "editor.js").read_text(encoding="utf-8"), licences(place, inputs)


def licences(place: Path, inputs: dict[str, object]) -> str:
    """Name, version, licence and its text, of each package of which something is in the bundle."""
    packages = sorted({"/".join(path.split("/")[1:-1]) for path in inputs if path.startswith("node_modules/")})
    folders: dict[str, Path] = {}
    for package in packages:
        parts = package.split("/")
        name = "/".join(parts[:2]) if package.startswith("@") else parts[0]
        folders[name] = place / "node_modules" / name
    pages = ["editor.js holds parts of these packages from the npm registry, under their licences.\n"]
    for name, folder in sorted(folders.items()):
        about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        text = next(path for path in sorted(folder.iterdir()) if path.name.upper().startswith("LICEN"))
        title = f"{name} {about['version']} ({about['license']})"
        pages.append(f"{title}\n{'-' * len(title)}\n\n{text.read_text(encoding='utf-8').strip()}\n")
    return "\n".join(pages)


def check() -> int:
    """Whether what is kept is what the sources give."""
    first = BUNDLE.read_text(encoding="utf-8").partition("\n")[0]
    if digest() not in first:
        print("static/editor.js was made from other sources: run python tools/editor.py")
        return 1
    try:
        made = build()
    except NotBuiltError as why:
        print(f"editor: the sources are those of the bundle; not built anew: {why}")
        return int(os.environ.get("IVR_REQUIRE_NPM") == "1")
    kept = tuple(path.read_text(encoding="utf-8") for path in (BUNDLE, LICENCES))
    if made != kept:
        print("static/editor.js is not what its sources give: run python tools/editor.py")
        return 1
    return 0


def main() -> int:
    """Writes, or checks."""
    if sys.argv[1:] == ["--check"]:
        return check()
    for path, text in zip((BUNDLE, LICENCES), build(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
