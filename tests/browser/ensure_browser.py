"""
Make sure the browser tests have a browser: `python -m tests.browser.ensure_browser`.

Tries what is installed, then Debian's package, then Playwright's own download, and fails
with the reason. The browser tests are never skipped for want of a browser.
"""

import os
import shutil
import subprocess
import sys

from tests.browser.chromium import ENVIRONMENT_VARIABLE, BrowserMissingError, find_chromium

APT_INSTALL = ("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "chromium")


def as_root(command: tuple[str, ...]) -> list[str] | None:
    """Return the command as root would run it without a password, or None."""
    if os.geteuid() == 0:
        return list(command)
    if shutil.which("sudo"):
        return ["sudo", "--non-interactive", *command]
    return None


def run(command: list[str]) -> str | None:
    """Run a command; return None if it worked, else its last words."""
    print(f"+ {' '.join(command)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=900, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{' '.join(command)}: {error}"
    if done.returncode == 0:
        return None
    words = (done.stderr or done.stdout).strip().splitlines()[-3:]
    return f"{' '.join(command)}: exit {done.returncode}: {' / '.join(words)}"


def _install_from_debian() -> str | None:
    """Install Debian's chromium package; return None if it worked, else why not."""
    if not shutil.which("apt-get"):
        return "apt-get: not on this machine"
    update, install = as_root(("apt-get", "update", "--quiet")), as_root(APT_INSTALL)
    if update is None or install is None:
        return "apt-get: needs root or sudo"
    # A stale or partly unreachable package list may still hold the package.
    refresh_failure = run(update)
    failure = run(install)
    return f"{failure} (after {refresh_failure})" if failure and refresh_failure else failure


def _install_from_playwright() -> str | None:
    """Let Playwright download its Chromium; return None if it worked, else why not."""
    return run([sys.executable, "-m", "playwright", "install", "chromium"])


def main() -> int:
    """Find or install a browser; return the exit code for the shell."""
    try:
        found = find_chromium()
    except BrowserMissingError as error:
        print(error, file=sys.stderr)
        return 1
    failures: list[str] = []
    for install in (_install_from_debian, _install_from_playwright):
        if found:
            break
        failure = install()
        if failure:
            failures.append(failure)
        found = find_chromium()
    if not found:
        print("No browser for the browser tests. What was tried:", file=sys.stderr)
        print("\n".join(f"  {failure}" for failure in failures), file=sys.stderr)
        print(f"Install Chromium or set {ENVIRONMENT_VARIABLE} to its path.", file=sys.stderr)
        return 1
    print(f"Browser for the tests: {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
