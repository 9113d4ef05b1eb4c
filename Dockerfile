# One image for every program of Countersign. What runs is chosen by the command:
#   docker run countersign services/cluster/start.mjs gateway
#   docker run countersign packages/cli/src/main.ts --help
# Node strips the types as it loads the sources: nothing is built, and what runs is what is in the repository.
ARG NODE_IMAGE=node:24.21.0-trixie-slim

# The manifests alone, so that a change of sources does not install the dependencies anew.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /build
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /build
COPY --from=manifests /build ./
# The optional dependencies are Node itself, which the image has.
RUN npm ci --omit=dev --omit=optional --workspace=services --workspace=packages/cli --workspace=infra/kafka

FROM ${NODE_IMAGE}
WORKDIR /opt/countersign
# A volume that is mounted at one of these for the first time takes the owner over: data, the keys that a service reads,
# and where a new cluster's keys are handed out to the volumes of their readers.
RUN install -d -o 1000 -g 1000 -m 0700 /var/lib/countersign /run/countersign/keys \
  /run/countersign/for/gateway /run/countersign/for/services /run/countersign/for/audit-projector
COPY --from=dependencies /build ./
COPY schemas ./schemas
COPY packages ./packages
COPY services ./services
COPY infra ./infra
# Where the root is read-only, what Node has compiled is kept in memory; every start is then a cold one.
ENV NODE_ENV=production \
    NODE_COMPILE_CACHE=/tmp/countersign-compile-cache \
    COUNTERSIGN_HTTP_HOST=0.0.0.0 \
    COUNTERSIGN_DATA_DIR=/var/lib/countersign
USER 1000:1000
EXPOSE 7070
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "infra/image/probe.mjs", "/healthz"]
ENTRYPOINT ["node"]
# The flags of `npm start`.
CMD ["--max-semi-space-size=8", "services/standalone/start.mjs"]
