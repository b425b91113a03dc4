# docker build -t crossover . && docker run --rm -p 8501:8501 crossover
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PORT=8501 \
    PUBLIC_URL=""

RUN useradd --create-home --uid 1000 crossover
WORKDIR /app

# Packages first: a change of code or prices reuses this layer.
COPY requirements.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check -r requirements.txt

COPY --chown=root:root . ./
# Compiled once here, because the user below cannot write to /app.
RUN python -m compileall -q app.py ui report calculators pricing

USER crossover
EXPOSE 8501

HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]

# PORT: where the server listens. PUBLIC_URL: how readers reach it, for links in reports.
CMD ["sh", "-c", "exec python -m streamlit run app.py --server.address 0.0.0.0 --server.port \"$PORT\""]
