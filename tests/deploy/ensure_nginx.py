"""
Make sure the shipped nginx configuration can be tried: `python -m tests.deploy.ensure_nginx`.

Tries what is installed, then Debian's package. Where neither is to be had the tests of the
configuration are skipped, and this says so in words nobody overlooks.
"""

import shutil
import sys
from pathlib import Path

from tests.browser.ensure_browser import as_root, run

PACKAGE = "nginx-light"
OUTSIDE_THE_PATH = Path("/usr/sbin/nginx")
"""Where Debian puts it; users other than root may not have that folder in their path."""


def is_here() -> bool:
    """Whether nginx is installed."""
    return shutil.which("nginx") is not None or OUTSIDE_THE_PATH.exists()


def _install() -> str | None:
    """Install Debian's package; return None if it worked, else why not."""
    if not shutil.which("apt-get"):
        return "apt-get: not on this machine"
    quiet = ("--yes", "--quiet", "--no-install-recommends")
    update = as_root(("apt-get", "update", "--quiet"))
    install = as_root(("apt-get", "install", *quiet, PACKAGE))
    if update is None or install is None:
        return "apt-get: needs root or sudo"
    refresh_failure = run(update)
    failure = run(install)
    return f"{failure} (after {refresh_failure})" if failure and refresh_failure else failure


def main() -> int:
    """Find or install nginx; the exit code is 0 either way."""
    if is_here():
        return 0
    failure = _install()
    if is_here():
        return 0
    bar = "!" * 88
    print(bar, file=sys.stderr)
    print(f"No nginx: deploy/nginx.conf will NOT be tried. {failure or ''}", file=sys.stderr)
    print(f"Install it (Debian: apt-get install {PACKAGE}) and run this again.", file=sys.stderr)
    print(bar, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
