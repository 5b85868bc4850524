package fetch

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/image"
)

func gem(r *reading) {
	switch r.sub() {
	case "install", "i", "update":
	default:
		return
	}
	a := grammar{valued: "-v --version -i --install-dir -n --bindir --platform -s --source -P --trust-policy -g --file --document"}.split(r.args)
	if a.help() && len(a.words) == 0 {
		return
	}
	for _, word := range a.words {
		name, v, _ := strings.Cut(word.Value, ":")
		if v == "" {
			v = a.value("-v", "--version").Value
		}
		if local(name) || strings.HasSuffix(name, ".gem") {
			r.add(evidence.Gem, name, "", word, evidence.PinLocal, "")
			continue
		}
		pin, why := plainVersion(strings.TrimPrefix(v, "= "))
		r.add(evidence.Gem, name, v, word, pin, why)
	}
}

func bundle(r *reading) {
	switch r.sub() {
	case "install", "i", "":
		a := grammar{valued: "--gemfile --path --jobs -j --retry --without --with"}.split(r.args)
		if a.help() {
			return
		}
		if a.has("--frozen", "--deployment") {
			r.install(evidence.Yes, "", "")
			return
		}
		r.install(evidence.Unknown, "bundler freezes the lock only when told to (BUNDLE_FROZEN)", "bundle config set frozen true && bundle install")
	case "update":
		r.install(evidence.No, "bundle update changes Gemfile.lock", "bundle install")
	case "add":
	}
}

func composer(r *reading) {
	switch r.sub("-d", "--working-dir") {
	case "install", "i":
		r.install(evidence.Yes, "", "")
	case "update", "u", "upgrade":
		r.install(evidence.No, "composer update changes composer.lock", "composer install")
	case "require", "global":
		for _, word := range (grammar{valued: "-d --working-dir"}).split(r.args).words {
			if word.Value == "require" {
				continue
			}
			name, v, _ := strings.Cut(word.Value, ":")
			pin, why := plainVersion(v)
			r.add(evidence.Composer, name, v, word, pin, why)
		}
	}
}

// dockerValued are the flags of docker run and create that take the next word.
const dockerValued = "-a --attach --add-host --annotation --blkio-weight --cap-add --cap-drop --cgroup-parent --cgroupns --cidfile --cpus --cpu-period --cpu-quota --cpu-shares -c --cpuset-cpus --cpuset-mems --detach-keys --device --dns --dns-option --dns-search --domainname --entrypoint -e --env --env-file --expose --gpus --group-add --health-cmd --health-interval --health-retries --health-timeout -h --hostname --ip --ip6 --ipc --isolation --kernel-memory -l --label --label-file --link --log-driver --log-opt --mac-address -m --memory --memory-reservation --memory-swap --mount --name --net --network --network-alias --oom-score-adj --pid --pids-limit --platform -p --publish --pull --restart --runtime --security-opt --shm-size --stop-signal --stop-timeout --storage-opt --sysctl --tmpfs --ulimit -u --user --userns --uts -v --volume --volume-driver --volumes-from -w --workdir --secret --arch --variant --authfile"

func docker(r *reading) {
	sub := r.sub("--context", "-c", "--host", "-H", "--config", "-l", "--log-level", "--tlscacert", "--tlscert", "--tlskey")
	if sub == "container" || sub == "image" {
		sub = r.sub()
	}
	switch sub {
	case "run", "create", "pull":
	default:
		return
	}
	a := grammar{valued: dockerValued, first: true}.split(r.args)
	if len(a.words) == 0 {
		return
	}
	words := a.words[:1]
	for _, word := range words {
		pin, why := image.Classify(word.Value)
		r.add(evidence.OCI, image.Name(word.Value), strings.TrimPrefix(word.Value, image.Name(word.Value)), word, pin, why)
	}
}

// helm reads installs of charts from repositories and registries.
func helm(r *reading) {
	sub := r.sub("--kube-context", "-n", "--namespace", "--kubeconfig")
	switch sub {
	case "install", "upgrade", "template", "pull", "fetch":
	default:
		return
	}
	a := grammar{valued: "--version -n --namespace -f --values --set --set-string --set-file --set-json --repo --timeout --kube-context --kubeconfig --name-template --description --post-renderer --ca-file --cert-file --key-file --username --password -d --destination --untardir -o --output --registry-config --history-max"}.split(r.args)
	for _, word := range a.words {
		chart := word.Value
		if local(chart) || !strings.Contains(chart, "/") && a.value("--repo").Value == "" {
			continue // a release's name, or a chart of this tree
		}
		if strings.Contains(chart, "@sha256:") {
			r.add("helm", chart, "", word, evidence.PinExact, "")
			continue
		}
		if symbolic(chart) && !strings.HasPrefix(chart, "oci://") {
			continue // a path of the run's
		}
		pin, why := plainVersion(a.value("--version").Value)
		r.add("helm", chart, a.value("--version").Value, word, pin, why)
		return
	}
}

func brew(r *reading) {
	switch r.sub() {
	case "install", "reinstall", "upgrade":
	default:
		return
	}
	for _, word := range (grammar{valued: "--cc --appdir"}).split(r.args).words {
		if local(word.Value) {
			continue
		}
		r.add("brew", word.Value, "", word, evidence.PinFloating, "a formula is always its newest")
	}
}

func choco(r *reading) {
	switch strings.ToLower(r.sub()) {
	case "install", "upgrade":
		chocoInstall(r)
	}
}

func chocoInstall(r *reading) {
	a := grammar{valued: "--version -s --source --params --package-parameters --install-arguments --ia -u --user -p --password --timeout --execution-timeout --cache-location -c"}.split(r.args)
	if a.has("--requirechecksum", "--requirechecksums", "--require-checksums") {
		return // refuses a package whose downloads carry no checksum
	}
	for _, word := range a.words {
		if strings.HasSuffix(word.Value, ".config") || strings.HasSuffix(word.Value, ".nupkg") {
			continue
		}
		v := a.value("--version").Value
		pin, why := plainVersion(v)
		r.add("choco", word.Value, v, word, pin, why)
	}
}

func winget(r *reading) {
	switch r.sub() {
	case "install", "add", "upgrade":
	default:
		return
	}
	a := grammar{valued: "-v --version -s --source --id -q --query -m --manifest --name --moniker --scope -a --architecture -i -l --location --override --locale"}.split(r.args)
	words := a.words
	if id := a.value("--id", "--name", "--moniker", "-q", "--query"); id.Value != "" {
		words = []evidence.Word{id}
	}
	for _, word := range words {
		pin, why := plainVersion(a.value("-v", "--version").Value)
		r.add("winget", word.Value, a.value("-v", "--version").Value, word, pin, why)
	}
}

func scoop(r *reading) {
	if r.sub() != "install" {
		return
	}
	for _, word := range (grammar{valued: "-a --arch"}).split(r.args).words {
		name, v, _ := strings.Cut(word.Value, "@")
		pin, why := plainVersion(v)
		r.add("scoop", name, v, word, pin, why)
	}
}

// gh reads gh extension install.
func gh(r *reading) {
	if sub := r.sub("-R", "--repo"); sub != "extension" && sub != "extensions" && sub != "ext" {
		return
	}
	if r.sub() != "install" {
		return
	}
	a := grammar{valued: "--pin"}.split(r.args)
	for _, word := range a.words {
		if local(word.Value) {
			continue
		}
		pin, why := gitRef(a.value("--pin").Value)
		r.add("github", word.Value, a.value("--pin").Value, word, pin, why)
	}
}
