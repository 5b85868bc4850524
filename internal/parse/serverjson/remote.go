package serverjson

import (
	"strconv"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/schema"
)

func (r *reader) remotes() {
	for i, node := range r.root.Get("remotes").List() {
		anchor := "remotes/" + strconv.Itoa(i)
		r.remote(node, anchor)
		r.manifest.Inputs = append(r.manifest.Inputs, headers(node, anchor)...)
	}
}

// remote reads the address of a transport, if it has one.
func (r *reader) remote(transport *doc.Node, anchor string) {
	address := transport.Get("url")
	if address.String() == "" {
		return
	}
	auth := evidence.Unknown // OAuth is negotiated when a client connects
	if len(transport.Get("headers").List()) > 0 {
		auth = evidence.Yes
	}
	r.out.Remotes = append(r.out.Remotes, evidence.Remote{
		Path: r.manifest.Path, Origin: evidence.LaunchManifest, Server: r.manifest.Name.Value, Anchor: anchor,
		URL: address.Text.Located(), Auth: auth, At: schema.Opening(transport),
	})
}
