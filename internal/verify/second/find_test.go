package second

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/verify/second/wire"
)

func program(t *testing.T, dir string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, fileName())
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return realPath(path)
}

// TestLocate: a program that a stranger may have put there is not found.
func TestLocate(t *testing.T) {
	tools, checkout := t.TempDir(), t.TempDir()
	good := program(t, tools)
	bad := program(t, checkout)
	program(t, filepath.Join(checkout, "bin"))
	t.Setenv(EnvPath, "")
	find := func(path, searched string) (string, error) {
		t.Setenv("PATH", searched)
		return locate(path, []string{checkout})
	}
	t.Chdir(checkout)
	separator := string(filepath.ListSeparator)
	for name, searched := range map[string]string{
		"nothing": "", "the audited folder": checkout, "below it": filepath.Join(checkout, "bin"), "here": ".", "empty entries": separator,
		"relative": "bin", "not there": filepath.Join(tools, "nothing"),
	} {
		if found, err := find("", searched); !errors.Is(err, errMissing) {
			t.Errorf("%s: found %s, %v", name, found, err)
		}
	}
	if found, err := find("", checkout+separator+"."+separator+tools); err != nil || found != good {
		t.Errorf("found %s, %v", found, err)
	}
	for _, path := range []string{bad, fileName(), "./bin/" + fileName(), checkout} {
		if found, err := find(path, tools); err == nil {
			t.Errorf("named %s: found %s", path, found)
		}
	}
	if found, err := find(good, ""); err != nil || found != good {
		t.Errorf("named: found %s, %v", found, err)
	}
	t.Setenv(EnvPath, good)
	if found, err := find("", ""); err != nil || found != good {
		t.Errorf("in the environment: found %s, %v", found, err)
	}
	t.Setenv(EnvPath, bad)
	if found, err := find("", tools); err == nil {
		t.Errorf("in the environment: found %s", found)
	}
	// The working directory, where nothing is audited.
	t.Setenv(EnvPath, "")
	t.Setenv("PATH", checkout)
	if found, err := locate("", nil); err == nil {
		t.Errorf("in the working directory: found %s", found)
	}
}

// TestLocateLinks: a link out of the audited folder, or into it, is no way around.
func TestLocateLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need rights there")
	}
	tools, checkout := t.TempDir(), t.TempDir()
	t.Setenv(EnvPath, "")
	bad := program(t, checkout)
	if err := os.Symlink(bad, filepath.Join(tools, fileName())); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", tools)
	if found, err := locate("", []string{checkout}); err == nil {
		t.Errorf("found %s", found)
	}
	good := program(t, t.TempDir())
	link := filepath.Join(checkout, "link")
	if err := os.Symlink(good, link); err != nil {
		t.Fatal(err)
	}
	if found, err := locate(link, []string{checkout}); err == nil {
		t.Errorf("found %s", found)
	}
	plain := filepath.Join(t.TempDir(), fileName())
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := locate(plain, nil); err == nil || !strings.Contains(err.Error(), "no program") {
		t.Errorf("got %v", err)
	}
}

// FuzzReply: no line passes but one that says so in full.
func FuzzReply(f *testing.F) {
	for _, seed := range []string{
		`{"id":1,"verdict":"pass","class":"ok","engine":"slsa-verifier v2.7.1"}`, `{"id":1,"verdict":"fail","class":"ok"}`,
		`{"id":1,"verdict":"cannot-judge","class":"needs-network","limit":"certificate-without-log"}`, `{"ID":1,"Verdict":"pass"}`, `null`, `{}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		reply, err := parseReply(line, 1)
		if err != nil {
			return
		}
		opinion := opinionOf(reply)
		if (reply.Verdict == wire.Pass) != (opinion.Class == "ok") || strings.ContainsAny(opinion.Detail+opinion.Engine, "\n\x1b") {
			t.Fatalf("%q became %+v", line, opinion)
		}
	})
}
