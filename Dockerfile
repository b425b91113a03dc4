# docker build -t crossover . && docker run --rm -p 8501:8501 crossover
#
# The base is pinned: Python 3.11.16 on Debian of 24 August 2026, for ten kinds of processor, as
# https://github.com/docker-library/repo-info tells it (repos/python/remote/3.11-slim-bookworm.md,
# commit 33a22f4). A newer one, or your registry's own:
#   docker build --build-arg BASE=python:3.11-slim-bookworm@sha256:... -t crossover .
ARG BASE=python:3.11-slim-bookworm@sha256:0bee7276f83efd4a1ee05bbbf4281d95ed28e079220a9457f25a93e3f1e3c31b

FROM ${BASE} AS packages
WORKDIR /packages
COPY requirements.lock ./
# Every file is checked against its hash; nothing is compiled, and no package runs code to install.
RUN python -m venv /opt/crossover \
    && /opt/crossover/bin/pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary :all: -r requirements.lock \
    && /opt/crossover/bin/pip uninstall --yes --quiet pip setuptools \
    # Tests that packages bring along are an eighth of their size and are never run here.
    && find /opt/crossover/lib -type d -name tests -prune -exec rm -r {} +

FROM ${BASE}
ENV PATH=/opt/crossover/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2 \
    OMP_NUM_THREADS=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    HOME=/tmp \
    STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE=true \
    PORT=8501 \
    PUBLIC_URL=""

RUN useradd --no-create-home --uid 1000 crossover
COPY --from=packages /opt/crossover /opt/crossover
WORKDIR /app
COPY --chown=root:root . ./
# Nothing is served that no digest holds. Compiled once here: the user below can write nowhere but
# in /tmp.
RUN python -m pricing.check --released \
    && python -m compileall -q app.py ui report calculators pricing

USER 1000
EXPOSE 8501

HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]

# SIGTERM ends it: no new requests, what is open is finished, then it stops.
STOPSIGNAL SIGTERM

# PORT: where the server listens. PUBLIC_URL: how readers reach it. More in docs/operate.md.
CMD ["sh", "-c", "exec python -m streamlit run app.py --server.address 0.0.0.0 --server.port \"$PORT\" --server.headless true --server.fileWatcherType none"]
