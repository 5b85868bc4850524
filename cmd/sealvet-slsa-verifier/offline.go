package main

import (
	"context"
	"errors"
	"net"
	"net/http"

	"github.com/go-openapi/runtime"
	"github.com/go-openapi/strfmt"
	rekor "github.com/sigstore/rekor/pkg/generated/client"
)

// errOffline is what every attempt to reach a network ends with.
var errOffline = errors.New("the second verifier is offline")

type refusing struct{}

func (refusing) RoundTrip(*http.Request) (*http.Response, error) { return nil, errOffline }

func (refusing) Submit(*runtime.ClientOperation) (any, error) { return nil, errOffline }

// goOffline replaces everything through which slsa-verifier reaches a network: the
// default client and transport, name look-ups, and its client of the transparency
// log, which has a transport of its own.
func goOffline() {
	http.DefaultTransport = refusing{}
	http.DefaultClient = &http.Client{Transport: refusing{}}
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errOffline
	}}
	injectRekorClient(rekor.New(refusing{}, strfmt.Default))
}
