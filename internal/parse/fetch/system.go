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
	a := grammar{valued: "-v --version -i --install-dir -n --bindir --platform -s --source -P --trust-policy -g --file --document --build-root"}.split(r.args)
	if a.help() && len(a.words) == 0 {
		return
	}
	if a.has("--system") {
		r.rubygems(a)
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

// rubygems reads gem update --system [version].
func (r *reading) rubygems(a arguments) {
	at, v := r.command, ""
	if len(a.words) > 0 {
		at, v = a.words[0], a.words[0].Value
	}
	pin, why := plainVersion(v)
	r.add(evidence.Gem, "rubygems-update", v, at, pin, why)
}

func bundle(r *reading) {
	const valued = "--gemfile --path --jobs -j --retry --without --with --version -v"
	switch r.sub() {
	case "install", "i", "":
		a := grammar{valued: valued}.split(r.args)
		switch {
		case a.help() || a.has("-v"):
		case a.has("--frozen", "--deployment"):
			r.install(evidence.Yes, "", "")
		default:
			r.install(evidence.No, "bundler may change Gemfile.lock and goes on unless it is told to freeze it", "bundle config set frozen true, then bundle install")
		}
	case "lock":
		r.relocks = true
	case "update":
		r.relocks = true
		r.install(evidence.No, "bundle update changes Gemfile.lock", "bundle install")
	case "exec":
		r.wrapped("--gemfile")
	}
}

func composer(r *reading) {
	const valued = "-d --working-dir --repository --repository-url --stability -s"
	sub := r.sub("-d", "--working-dir")
	if sub == "global" {
		sub = r.sub()
	}
	a := grammar{valued: valued}.split(r.args)
	r.into(a, "-d", "--working-dir")
	switch sub {
	case "install", "i":
		r.install(evidence.Yes, "", "")
	case "update", "u", "upgrade":
		r.relocks = true
		r.install(evidence.No, "composer update changes composer.lock", "composer install")
	case "require", "r":
		for i, word := range a.words {
			if !strings.Contains(word.Value, "/") {
				continue // an extension of PHP, or the version of the word before
			}
			after := ""
			if i+1 < len(a.words) && !strings.Contains(a.words[i+1].Value, "/") {
				after = a.words[i+1].Value
			}
			r.composerPackage(word, after)
		}
	case "create-project":
		if len(a.words) > 2 {
			r.composerPackage(a.words[0], a.words[2].Value)
		} else if len(a.words) > 0 {
			r.composerPackage(a.words[0], "")
		}
	}
}

func (r *reading) composerPackage(word evidence.Word, after string) {
	name, v := word.Value, after
	if i := strings.IndexAny(name, ":="); i >= 0 {
		name, v = name[:i], name[i+1:]
	}
	pin, why := plainVersion(v)
	r.add(evidence.Composer, name, v, word, pin, why)
}

// dockerValued are the flags of docker run and create that take the next word.
const dockerValued = "-a --attach --add-host --annotation --blkio-weight --cap-add --cap-drop --cgroup-parent --cgroupns --cidfile --cpus --cpu-period --cpu-quota --cpu-shares -c --cpuset-cpus --cpuset-mems --detach-keys --device --dns --dns-option --dns-search --domainname --entrypoint -e --env --env-file --expose --gpus --group-add --health-cmd --health-interval --health-retries --health-timeout -h --hostname --ip --ip6 --ipc --isolation --kernel-memory -l --label --label-file --link --log-driver --log-opt --mac-address -m --memory --memory-reservation --memory-swap --mount --name --net --network --network-alias --oom-score-adj --pid --pids-limit --platform -p --publish --pull --restart --runtime --security-opt --shm-size --stop-signal --stop-timeout --storage-opt --sysctl --tmpfs --ulimit -u --user --userns --uts -v --volume --volume-driver --volumes-from -w --workdir --secret --arch --variant --authfile --health-start-period --health-start-interval --cpu-rt-period --cpu-rt-runtime --device-cgroup-rule --device-read-bps --device-read-iops --device-write-bps --device-write-iops --blkio-weight-device --memory-swappiness --link-local-ip --pod --pod-id-file --requires --uidmap --gidmap --subuidname --subgidname --seccomp-policy --tz --umask --image-volume --creds --cert-dir --sdnotify --preserve-fds --retry --retry-delay --timeout --unsetenv --decryption-key --os --context --config --host -H --log-level --tlscacert --tlscert --tlskey"

func docker(r *reading) {
	sub := r.sub("--context", "-c", "--host", "-H", "--config", "-l", "--log-level", "--tlscacert", "--tlscert", "--tlskey")
	if sub == "container" || sub == "image" {
		sub = r.sub()
	}
	valued := dockerValued
	switch sub {
	case "run", "create":
	case "exec":
		if a := (grammar{valued: dockerValued, first: true}).split(r.args); len(a.words) > 1 {
			r.inner(a.words[1:])
		}
		return
	case "pull":
		valued = strings.TrimPrefix(dockerValued, "-a ") // --all-tags here
	default:
		return
	}
	a := grammar{valued: valued, first: true}.split(r.args)
	if len(a.words) == 0 {
		return
	}
	name := image.Name(a.words[0].Value)
	pin, why := image.Classify(a.words[0].Value)
	r.add(evidence.OCI, name, strings.TrimPrefix(a.words[0].Value, name), a.words[0], pin, why)
	if sub != "pull" && len(a.values("--entrypoint")) == 0 {
		r.inner(a.words[1:])
	}
}

// helm reads installs of charts from repositories and registries.
func helm(r *reading) {
	switch r.sub("--kube-context", "-n", "--namespace", "--kubeconfig", "--kube-apiserver", "--registry-config") {
	case "install", "upgrade", "template", "pull", "fetch":
		r.chart()
	case "dependency", "dep", "dependencies":
		switch r.sub() {
		case "build":
			r.install(evidence.Yes, "", "") // refuses a Chart.lock that does not fit
		case "update", "up":
			r.install(evidence.No, "helm dependency update changes Chart.lock", "helm dependency build")
		}
	case "plugin":
		if r.sub() == "install" {
			a := grammar{valued: "--version"}.split(r.args)
			for _, word := range a.words {
				if local(word.Value) {
					continue
				}
				pin, why := gitRef(a.value("--version").Value)
				r.add("helm", word.Value, a.value("--version").Value, word, pin, why)
			}
		}
	}
}

func (r *reading) chart() {
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
	sub := r.sub()
	a := grammar{valued: "--cc --appdir --file"}.split(r.args)
	switch sub {
	case "install", "reinstall", "upgrade":
	case "bundle":
		if len(a.words) == 0 || a.words[0].Value == "install" {
			r.add("brew", "Brewfile", "", r.command, evidence.PinFloating, "a formula is always its newest")
		}
		return
	default:
		return
	}
	for _, word := range a.words {
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
	a := grammar{long: true, valued: "--version -version -s --source --params --package-parameters --install-arguments --ia -u --user -p --password --timeout --execution-timeout --cache-location -c"}.split(r.args)
	if a.has("--requirechecksum", "--requirechecksums", "--require-checksums") {
		return // refuses a package whose downloads carry no checksum
	}
	for _, word := range a.words {
		if strings.HasSuffix(word.Value, ".config") || strings.HasSuffix(word.Value, ".nupkg") {
			continue
		}
		v := a.value("--version", "-version").Value
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
	a := grammar{long: true, valued: "-v --version -s --source --id -q --query -m --manifest --name --moniker --scope -a --architecture -i -l --location --override --locale"}.split(r.args)
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

// psModule reads PowerShell's Install-Module and its kin, whose flags may be in
// any case.
func psModule(r *reading) {
	words := make([]evidence.Word, len(r.args))
	for i, word := range r.args {
		if words[i] = word; strings.HasPrefix(word.Value, "-") {
			words[i].Value = strings.ToLower(word.Value)
		}
	}
	a := grammar{long: true, valued: "-name -requiredversion -version -minimumversion -maximumversion -repository -scope -credential -source -providername -destination"}.split(words)
	v := a.value("-requiredversion", "-version").Value
	for _, list := range append(a.words, a.values("-name")...) {
		for name := range strings.SplitSeq(list.Value, ",") {
			if name = strings.Trim(name, "\"' "); name != "" {
				pin, why := plainVersion(v)
				r.add("powershell", name, v, list, pin, why)
			}
		}
	}
}
