# One image, three services (and the local scheduler): docker run IMAGE api | worker | consumer
FROM python:3.13-slim-bookworm AS build
COPY . /source
RUN /source/deploy/image/build.sh /opt/luca

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin luca
COPY --from=build /opt/luca /opt/luca
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 LUCA_BIN=/opt/luca/venv/bin
USER 10001
WORKDIR /opt/luca/app
EXPOSE 8000
# No HEALTHCHECK: only the api listens, and whatever runs it asks /healthz; a worker would never be healthy.
ENTRYPOINT ["/opt/luca/app/deploy/image/run.sh"]
CMD ["api"]
