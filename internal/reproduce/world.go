package reproduce

import (
	"path"
	"time"

	"github.com/sealvet/sealvet/internal/reproduce/compare"
	"github.com/sealvet/sealvet/internal/reproduce/sandbox"
)

// depsPlace is where a build finds its dependencies: the same in both worlds,
// since their place is not the package's doing.
const depsPlace = "/deps"

// world is all that a build sees and should not look at.
type world struct {
	user        sandbox.User
	source, out string // inside
	laid        sandbox.Laid
	zone, lang  string
	jobs        string
}

// worlds gives two that differ in everything: paths and their lengths, times of
// files, zone, language, user, host, umask, order of folders, parallelism.
func worlds() (first, second world) {
	first = world{
		user:   sandbox.User{Name: "alice", ID: 1000, Home: "/home/alice", Host: "north-builder", Umask: 0o022},
		source: "/build/src", out: "/build/out",
		laid: sandbox.Laid{Time: time.Date(2019, 3, 4, 5, 6, 8, 0, time.UTC), Umask: 0o022},
		zone: "UTC", lang: "C.UTF-8", jobs: "1",
	}
	second = world{
		user:   sandbox.User{Name: "bartholomew", ID: 2345, Home: "/var/lib/bartholomew", Host: "south-machine-17", Umask: 0o002},
		source: "/srv/checkouts/of/a/longer/path/project", out: "/srv/results",
		laid: sandbox.Laid{Time: time.Date(2023, 11, 12, 13, 14, 16, 0, time.UTC), Umask: 0o002, Reverse: true},
		zone: "Asia/Kathmandu", lang: "de_DE.UTF-8", jobs: "4",
	}
	return first, second
}

// fetching is the world in which dependencies are fetched.
func fetching() world {
	return world{
		user:   sandbox.User{Name: "fetcher", ID: 1000, Home: "/home/fetcher", Host: "fetcher", Umask: 0o022},
		source: "/fetch/src", out: "/fetch/out", zone: "UTC", lang: "C.UTF-8", jobs: "4",
	}
}

func (w world) env() []string {
	return []string{
		"TZ=" + w.zone, "LANG=" + w.lang, "LC_CTYPE=C.UTF-8", "MAKEFLAGS=-j" + w.jobs, "CARGO_BUILD_JOBS=" + w.jobs,
		"CI=true", "NO_COLOR=1", "DO_NOT_TRACK=1",
		"GOTOOLCHAIN=local", "GOTELEMETRY=off",
		"npm_config_audit=false", "npm_config_fund=false", "npm_config_update_notifier=false",
		"npm_config_manage_package_manager_versions=false", // pnpm would fetch another pnpm
		"PIP_DISABLE_PIP_VERSION_CHECK=1", "PIP_NO_INPUT=1", "COREPACK_ENABLE_DOWNLOAD_PROMPT=0",
		// Versions read off the history of git have none here.
		"SETUPTOOLS_SCM_PRETEND_VERSION=0.0.0", "PBR_VERSION=0.0.0", "POETRY_DYNAMIC_VERSIONING_BYPASS=0.0.0", "UV_DYNAMIC_VERSIONING_BYPASS=0.0.0",
	}
}

// words are what a build could have written down of this world; both worlds list
// theirs in the same order, the longer paths first.
func (w world) words(runner sandbox.Runner) compare.World {
	return compare.World{
		Paths: []string{runner.Place(w.source), runner.Place(w.out), runner.Place(w.user.Home), runner.Place(path.Dir(w.source))},
		Names: []string{w.user.Host, w.user.Name},
		Stamp: w.laid.Time,
	}
}

// offline keeps package managers from trying.
var offline = []string{
	"npm_config_offline=true", "GOPROXY=off", "GOSUMDB=off", "GOFLAGS=", "CARGO_NET_OFFLINE=true", "PIP_NO_INDEX=1", "UV_OFFLINE=1", "YARN_ENABLE_NETWORK=0",
}
