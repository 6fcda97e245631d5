# The service as an image; docs/deploy/README.md says how it is used. Nothing is compiled: Node runs the TypeScript as it is.

# The Node that the tests run on, as package.json names it.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

# The code generators are development tools, and stay behind with this stage.
FROM ${NODE_IMAGE} AS generated
WORKDIR /app
# The packages first, so that this layer lasts as long as the lock file. None of their install scripts is needed, so none is run.
COPY package.json package-lock.json ./
COPY src/kit/package.json ./src/kit/
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY codegen.ts prisma.config.ts ./
COPY schema ./schema
COPY prisma ./prisma
COPY src ./src
RUN npm run codegen

# What runs. `optional` are the development tools that @prisma/client would like to have beside it.
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
COPY src/kit/package.json ./src/kit/
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE}
# A container is reached through its own address, never through the loopback.
# V8 would let the youngest garbage grow with the machine; so it stays below what the service itself needs.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4001 NODE_OPTIONS=--max-semi-space-size=24
WORKDIR /app
# All of it belongs to root: the process can change nothing of itself, and writes no file.
COPY --from=packages /app ./
COPY schema ./schema
COPY prisma ./prisma
COPY bin ./bin
COPY --from=generated /app/src ./src
# The image's user `node`, as a number, by which a platform can see that it is not root.
USER 1000:1000
EXPOSE 4001
# Whether the process answers. Whether it is ready for traffic is another question, asked at /readyz by whoever sends the traffic.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/livez').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# `docker run <image>` serves; `docker run <image> migrate`, `doctor` or `--help` are the other commands.
ENTRYPOINT ["node", "bin/connections"]
CMD ["serve"]
