// Prune cuts GitHub's OpenAPI description and GraphQL schema down to what the test
// server answers, without prose and examples, and writes both compressed. See
// generate.sh for where they come from.
//
//	prune -openapi api.github.com.json -graphql schema.graphql -out internal/githubtest/schema
package main

import (
	"bytes"
	"compress/gzip"
	"flag"
	"log"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	openapi := flag.String("openapi", "", "OpenAPI description of GitHub")
	graphql := flag.String("graphql", "", "GraphQL schema of GitHub")
	out := flag.String("out", ".", "folder of operations.txt, types.txt and patch.graphql, for the outputs")
	flag.Parse()
	log.SetFlags(0)
	rest, err := pruneOpenAPI(*openapi, lines(filepath.Join(*out, "operations.txt")))
	if err != nil {
		log.Fatal("prune OpenAPI: ", err)
	}
	write(filepath.Join(*out, "openapi.json.gz"), rest)
	graph, err := pruneGraphQL(*graphql, filepath.Join(*out, "patch.graphql"), lines(filepath.Join(*out, "types.txt")))
	if err != nil {
		log.Fatal("prune GraphQL: ", err)
	}
	write(filepath.Join(*out, "schema.graphql.gz"), graph)
}

// lines are those of a list, without comments.
func lines(path string) []string {
	raw, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	var all []string
	for line := range strings.Lines(string(raw)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			all = append(all, line)
		}
	}
	return all
}

// write compresses without a name or a time, so that the same input gives the same
// bytes.
func write(path string, content []byte) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		err = os.WriteFile(path, packed.Bytes(), 0o644)
	}
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("%s: %d bytes, %d compressed", path, len(content), packed.Len())
}
