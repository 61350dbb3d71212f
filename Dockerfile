# The production image: one static binary without the embedded engines, run by nobody in particular.
FROM node:20.20.2-bookworm AS pages
WORKDIR /src
COPY web/console/package.json web/console/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY web/console ./
RUN npm run build

FROM golang:1.26.7-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=pages /src/dist web/console/dist
# What `make stamp` prints, for `bangfu version`.
ARG STAMP=
RUN CGO_ENABLED=0 go build -tags noembed,nomsgpack -trimpath -ldflags "-s -w $STAMP" -o /bangfu ./cmd/bangfu && mkdir /empty

FROM scratch
# Uploads and large sheets are unpacked here; where the root is read-only it wants a tmpfs over it.
COPY --from=build --chown=65532:65532 /empty /tmp
# Where compose.yaml keeps the backups: a volume takes over whose folder it is.
COPY --from=build --chown=65532:65532 /empty /backups
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /bangfu /src/NOTICE /
USER 65532:65532
ENV HTTP_ADDR=0.0.0.0:8080 METRICS_ADDR=0.0.0.0:9090
EXPOSE 8080
ENTRYPOINT ["/bangfu"]
CMD ["serve"]
