# One image, every service: docker run IMAGE api | worker | consumer | beat | lake | manage ARGUMENTS…
# The pipeline hands BASE over with its digest (deploy/pipeline/build.sh).
ARG BASE=python:3.13-slim-bookworm
FROM $BASE AS build
COPY . /source
RUN /source/deploy/image/build.sh /opt/luca

FROM $BASE
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin luca
COPY --from=build /opt/luca /opt/luca
ARG VERSION=dev
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 LUCA_BIN=/opt/luca/venv/bin LUCA_VERSION=$VERSION TMPDIR=/tmp
# The only place that may be written to; everything else is run read-only.
VOLUME /tmp
USER 10001
WORKDIR /opt/luca/app
EXPOSE 8000
# No HEALTHCHECK: only the api listens, and whatever runs it asks /healthz; a worker would never be healthy.
ENTRYPOINT ["/opt/luca/app/deploy/image/run.sh"]
CMD ["api"]
