# The parsers are native and built against glibc, hence slim and not Alpine.
FROM node:24-bookworm-slim AS build
WORKDIR /app
# The package `node` is for machines with an older Node; nothing else here needs an install script.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY tools/build.ts tools/
COPY src src
RUN npm run build \
  && npm prune --omit=dev --ignore-scripts --no-audit --no-fund
# The grammars carry binaries for five platforms and their C sources (90 MB); one binary each is used.
RUN keep="prebuild-Linux-$(node -p 'process.arch.toUpperCase()')" \
  && find node_modules/@ast-grep -type d -path '*/prebuilds/prebuild-*' ! -name "$keep" -prune -exec rm -rf {} + \
  && rm -rf node_modules/@ast-grep/lang-*/src \
  && test -n "$(find node_modules/@ast-grep -type d -name "$keep")"

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    OPS_DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json app.yml ./
COPY agents agents
COPY schemas schemas
RUN mkdir /data && chown 1000:1000 /data
VOLUME /data
EXPOSE 3000
# A number, so that Kubernetes can verify `runAsNonRoot`.
USER 1000:1000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js"]
