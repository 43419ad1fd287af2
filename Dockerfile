# Two stages: what builds (compilers, development packages) does not reach the image that runs.

FROM node:24-bookworm-slim AS build
# For better-sqlite3, where there is no prebuilt binary of it or it cannot be downloaded.
RUN apt-get update \
  && apt-get install -y --no-install-recommends g++ make python3 \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/flashscan
# The packages are a layer of their own, which a change of the sources leaves as it is.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts && npm rebuild better-sqlite3
COPY . .
RUN npm run build \
  && npm prune --omit=dev --ignore-scripts \
  # onnxruntime-node brings the binaries of every platform: those of the others are 200 MB.
  && find node_modules/onnxruntime-node/bin -mindepth 2 -maxdepth 3 -type d \
    ! -path "*/$(node -p process.platform)" ! -path "*/$(node -p 'process.platform + "/" + process.arch')" \
    -prune -exec rm -rf {} + \
  && rm -rf node_modules/better-sqlite3/deps node_modules/better-sqlite3/build/Release/obj*

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title=flashscan org.opencontainers.image.licenses=MIT
# Without the two of glibc, up to 64 MiB a thread of what loading the models took is kept for ever (mallopt(3)).
ENV NODE_ENV=production \
  HOST=0.0.0.0 \
  PORT=5000 \
  DATA_DIR=/data \
  MALLOC_ARENA_MAX=2 \
  MALLOC_MMAP_THRESHOLD_=65536
COPY --from=build /opt/flashscan/package.json /opt/flashscan/openapi.json /opt/flashscan/LICENSE /opt/flashscan/
COPY --from=build /opt/flashscan/node_modules /opt/flashscan/node_modules
COPY --from=build /opt/flashscan/drizzle /opt/flashscan/drizzle
COPY --from=build /opt/flashscan/db/seed-data /opt/flashscan/db/seed-data
COPY --from=build /opt/flashscan/ml /opt/flashscan/ml
COPY --from=build /opt/flashscan/web/docs /opt/flashscan/web/docs
COPY --from=build /opt/flashscan/bin/flashscan /opt/flashscan/bin/flashscan
COPY --from=build /opt/flashscan/dist /opt/flashscan/dist
# Commands in the container are `flashscan doctor`, `flashscan backup` …
RUN ln -s /opt/flashscan/bin/flashscan /usr/local/bin/flashscan \
  && install -d -o node -g node /data
USER node
WORKDIR /data
VOLUME /data
EXPOSE 5000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --start-interval=2s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["flashscan"]
CMD ["serve"]
