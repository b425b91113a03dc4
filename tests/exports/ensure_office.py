"""
Make sure exports can be opened in LibreOffice: `python -m tests.exports.ensure_office`.

Tries what is installed, then Debian's packages, and fails with the reason: the check of the
workbook is never skipped for want of a spreadsheet program.
"""

import shutil
import subprocess
import sys

from tests.browser.ensure_browser import as_root, run

PACKAGES = ("libreoffice-calc", "python3-uno")
SYSTEM_PYTHON = "/usr/bin/python3"
"""The Python that Debian's bridge to LibreOffice (uno) is installed for."""


def missing() -> str:
    """What lacks; blank where nothing does."""
    if not shutil.which("soffice"):
        return "soffice (LibreOffice) is not installed"
    try:
        done = subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False)
    except OSError as error:
        return f"{SYSTEM_PYTHON}: {error}"
    return "" if done.returncode == 0 else f"{SYSTEM_PYTHON} has no module uno"


def _install() -> str | None:
    """Install Debian's packages; return None if it worked, else why not."""
    if not shutil.which("apt-get"):
        return "apt-get: not on this machine"
    quiet = ("--yes", "--quiet", "--no-install-recommends")
    update = as_root(("apt-get", "update", "--quiet"))
    install = as_root(("apt-get", "install", *quiet, *PACKAGES))
    if update is None or install is None:
        return "apt-get: needs root or sudo"
    refresh_failure = run(update)
    failure = run(install)
    return f"{failure} (after {refresh_failure})" if failure and refresh_failure else failure


def main() -> int:
    """Find or install LibreOffice; return the exit code for the shell."""
    if not (lacking := missing()):
        return 0
    failure = _install()
    if lacking := missing():
        print(f"No LibreOffice to check exports with: {lacking}. {failure or ''}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
