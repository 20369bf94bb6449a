# syntax=docker/dockerfile:1
FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends build-essential perl \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /roster
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/roster/target \
    cargo build --profile image --locked --features postgres-tls \
 && install target/image/roster /usr/local/bin/roster

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 roster \
 && useradd --uid 10001 --gid 10001 --home-dir /var/lib/roster --no-create-home --shell /usr/sbin/nologin roster \
 && install --directory --owner=10001 --group=10001 --mode=700 /var/lib/roster
COPY --from=build /usr/local/bin/roster /usr/local/bin/roster
# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
ENV ROSTER_LISTEN=0.0.0.0:3000 ROSTER_DATA_DIR=/var/lib/roster
VOLUME /var/lib/roster
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s CMD ["roster", "health"]
ENTRYPOINT ["roster"]
CMD ["serve"]
