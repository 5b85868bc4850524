package main

// The root certificates of Mozilla's list, for a machine that has none: an image
// FROM scratch, a slim container. Where the system has its own, or SSL_CERT_FILE
// and SSL_CERT_DIR name some, those count alone.
import _ "golang.org/x/crypto/x509roots/fallback"
