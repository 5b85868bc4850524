# The image of sealvet: the program, the second verifier beside it, and nothing
# else: no shell, no package manager, no base image. Build both programs first, for
# the image's platform, with `make programs`. See docs/container.md.
#
# The root certificates are in the program. It runs as a user without a name and
# needs to write nothing. A release adds the labels version, revision and created.
FROM scratch
LABEL org.opencontainers.image.title="sealvet" \
      org.opencontainers.image.description="Vets that the supply chain of an MCP server is sealed" \
      org.opencontainers.image.url="https://github.com/sealvet/sealvet" \
      org.opencontainers.image.source="https://github.com/sealvet/sealvet" \
      org.opencontainers.image.documentation="https://github.com/sealvet/sealvet/blob/main/docs/container.md" \
      org.opencontainers.image.vendor="sealvet" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --chmod=0555 bin/sealvet bin/sealvet-slsa-verifier /
# Not /: what lies in the working directory is a stranger's, and is never started.
WORKDIR /repo
USER 65532:65532
ENTRYPOINT ["/sealvet"]
