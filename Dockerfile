# docker build -t crossover . && docker run --rm -p 8501:8501 crossover
#
# The base is named by its tag. To pin it, put the digest that your own registry shows behind it:
#   docker build --build-arg BASE=python:3.11-slim-bookworm@sha256:... -t crossover .
# None is written here: a digest nobody has looked up and checked would only look like a pin.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS packages
COPY requirements.lock ./
# Every file is checked against its hash; nothing is compiled, and no package runs code to install.
RUN python -m venv /opt/crossover \
    && /opt/crossover/bin/pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary :all: -r requirements.lock \
    && /opt/crossover/bin/pip uninstall --yes --quiet pip setuptools

FROM ${BASE}
ENV PATH=/opt/crossover/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2 \
    OMP_NUM_THREADS=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    HOME=/tmp \
    PORT=8501 \
    PUBLIC_URL=""

RUN useradd --no-create-home --uid 1000 crossover
COPY --from=packages /opt/crossover /opt/crossover
WORKDIR /app
COPY --chown=root:root . ./
# Compiled once here: the user below can write nowhere but in /tmp.
RUN python -m compileall -q app.py ui report calculators pricing

USER 1000
EXPOSE 8501

HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]

# SIGTERM ends it: no new requests, what is open is finished, then it stops.
STOPSIGNAL SIGTERM

# PORT: where the server listens. PUBLIC_URL: how readers reach it. More in docs/operate.md.
CMD ["sh", "-c", "exec python -m streamlit run app.py --server.address 0.0.0.0 --server.port \"$PORT\" --server.headless true --server.fileWatcherType none"]
