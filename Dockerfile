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
 && useradd --system --uid 10001 --home-dir /var/lib/roster --create-home roster
COPY --from=build /usr/local/bin/roster /usr/local/bin/roster
USER roster
ENV ROSTER_LISTEN=0.0.0.0:3000 ROSTER_DATA_DIR=/var/lib/roster
VOLUME /var/lib/roster
EXPOSE 3000
STOPSIGNAL SIGTERM
ENTRYPOINT ["roster"]
CMD ["serve"]
