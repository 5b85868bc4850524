package sandbox

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// system are the folders that hold a system's programs. /run and /var stay out:
// there the sockets of its services are.
var system = []string{"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt", "/nix/store"}

// credentials are hidden wherever they lie in what the script sees: at its root,
// in etc, or in the folders of a toolchain.
var credentials = []string{
	".npmrc", "npmrc", ".yarnrc.yml", ".netrc", "netrc", ".pypirc", "pip.conf", ".git-credentials", "gitconfig", "credentials", "credentials.toml",
	".docker", "docker", "containers", "kubernetes", "shadow", "shadow-", "gshadow", "gshadow-", "sudoers", "sudoers.d", "krb5.keytab",
	"ssh", "machine-id", "environment", ".env", "gcloud", ".aws", ".ssh", ".config", "NetworkManager", "wireguard",
}

// visible lists the folders outside of the system's that PATH leads to, and the
// part of PATH that can be seen inside.
func visible(path, home string) (folders []string, inside string) {
	var kept []string
	for _, dir := range filepath.SplitList(path) {
		if !filepath.IsAbs(dir) {
			continue // relative to wherever one stands
		}
		dir = filepath.Clean(dir)
		if info, err := os.Stat(dir); err != nil || !info.IsDir() || slices.Contains(kept, dir) {
			continue
		}
		kept = append(kept, dir)
		folders = reach(folders, dir, home)
		for _, tool := range tools {
			if real, err := filepath.EvalSymlinks(filepath.Join(dir, tool)); err == nil {
				folders = reach(folders, filepath.Dir(real), home)
			}
		}
	}
	if rustup := cmpEnv("RUSTUP_HOME", filepath.Join(home, ".rustup")); rustup != "" {
		folders = add(folders, filepath.Join(rustup, "toolchains"))
		folders = add(folders, filepath.Join(rustup, "settings.toml"))
	}
	for _, always := range []string{"/usr/local/bin", "/usr/bin", "/bin"} {
		if !slices.Contains(kept, always) {
			kept = append(kept, always)
		}
	}
	return folders, strings.Join(kept, ":")
}

// tools are the programs whose links are followed to where they really live.
var tools = []string{"node", "npm", "pnpm", "go", "python3", "uv", "cargo", "rustc", "mcpb"}

func cmpEnv(name, otherwise string) string {
	if value := os.Getenv(name); filepath.IsAbs(value) {
		return value
	}
	return otherwise
}

// reach adds what a folder of programs needs around it: the toolchain that it is
// part of, but never a person's home, nor what lies beside its own programs.
func reach(folders []string, dir, home string) []string {
	if at := strings.Index(dir, "/node_modules/"); at >= 0 {
		return add(folders, dir[:at]+"/node_modules") // a program of npm needs the packages beside it
	}
	parent := filepath.Dir(dir)
	switch base := filepath.Base(dir); {
	case base != "bin" && base != "shims":
		return add(folders, dir)
	case parent == "/" || home != "" && (parent == home || strings.HasPrefix(home, parent+"/")),
		filepath.Base(parent) == ".local", filepath.Base(parent) == ".cargo":
		return add(folders, dir) // what lies beside it is no part of the programs
	}
	return add(folders, parent)
}

func add(folders []string, dir string) []string {
	for _, seen := range append(system, folders...) {
		if dir == seen || strings.HasPrefix(dir, seen+"/") {
			return folders
		}
	}
	if _, err := os.Stat(dir); err != nil || dir == "/" {
		return folders
	}
	return append(folders, dir)
}
