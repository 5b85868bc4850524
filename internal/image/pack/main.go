// Command pack writes the container image of sealvet as an archive that container
// engines load, without one of them: go run ./internal/image/pack -o FILE.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/sealvet/sealvet/internal/image"
)

func main() {
	to := flag.String("o", "", "archive to write")
	tag := flag.String("tag", "sealvet:devel", "name of the image in the archive")
	arch := flag.String("arch", runtime.GOARCH, "architecture that the programs were built for")
	root := flag.String("C", ".", "folder of the Dockerfile, the build context")
	flag.Parse()
	if err := pack(*root, *to, *tag, *arch); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func pack(root, to, tag, arch string) error {
	if to == "" {
		return errors.New("-o FILE says where to write")
	}
	ref, err := name.NewTag(tag)
	if err != nil {
		return err
	}
	made, err := sourceTime(os.Getenv("SOURCE_DATE_EPOCH"))
	if err != nil {
		return err
	}
	dockerfile, err := os.Open(filepath.Join(root, "Dockerfile"))
	if err != nil {
		return err
	}
	defer dockerfile.Close()
	built, err := image.Assemble(dockerfile, os.DirFS(root), v1.Platform{OS: "linux", Architecture: arch}, made)
	if err != nil {
		return err
	}
	if err := tarball.WriteToFile(to, ref, built); err != nil {
		return err
	}
	digest, err := built.Digest()
	if err != nil {
		return err
	}
	fmt.Println(digest)
	return nil
}

// sourceTime reads seconds since 1970, as reproducible builds give them; 1970 where
// there are none.
func sourceTime(epoch string) (time.Time, error) {
	if epoch == "" {
		return time.Unix(0, 0), nil
	}
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
	}
	return time.Unix(seconds, 0), nil
}
