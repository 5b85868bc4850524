package githubtest

import (
	"bytes"
	"compress/gzip"
	"context"
	"embed"
	"io"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// described are GitHub's descriptions, cut down: see schema/generate.sh.
//
//go:embed schema/*.gz
var described embed.FS

func unpack(name string) []byte {
	packed, err := described.ReadFile("schema/" + name)
	if err != nil {
		panic(err) // it is embedded
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic(err)
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		panic(err)
	}
	return raw
}

// restDescription is GitHub's OpenAPI description. It is read once, as all servers
// of a test binary share it.
var restDescription = sync.OnceValue(func() *openapi3.T {
	loader := openapi3.NewLoader()
	all, err := loader.LoadFromData(unpack("openapi.json.gz"))
	if err != nil {
		panic(err)
	}
	if err := all.Validate(context.Background()); err != nil && !strings.Contains(err.Error(), "conflicting paths") {
		panic(err)
	}
	return all
})

// graphDescription is GitHub's GraphQL schema.
var graphDescription = sync.OnceValue(func() *ast.Schema {
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphql", Input: string(unpack("schema.graphql.gz"))})
	if err != nil {
		panic(err)
	}
	return schema
})

// operation is what the description says of one operation, nil where it has none.
func operation(method, path string) *openapi3.Operation {
	item := restDescription().Paths.Value(path)
	if item == nil {
		return nil
	}
	return item.GetOperation(method)
}

// replySchema is that of a reply's body, nil for one without or one that the
// description does not tell.
func replySchema(method, path string, status int) *openapi3.Schema {
	one := operation(method, path)
	if one == nil {
		return nil
	}
	reply := one.Responses.Status(status)
	if reply == nil || reply.Value == nil {
		return nil
	}
	content := reply.Value.Content.Get("application/json")
	if content == nil || content.Schema == nil {
		return nil
	}
	return content.Schema.Value
}
