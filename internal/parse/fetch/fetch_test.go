package fetch

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

// split makes words of a line; single quotes hold one together.
func split(line string) []evidence.Word {
	var words []evidence.Word
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			words = append(words, evidence.Word{Value: part, Known: true})
			continue
		}
		for field := range strings.FieldsSeq(part) {
			words = append(words, evidence.Word{Value: field, Known: !strings.Contains(field, "$")})
		}
	}
	return words
}

// say writes what a line does: fetches as name@requirement:pin, installs as [frozen yes],
// and what writes a lock anew as [relocks tool].
func say(line string) string {
	var parts []string
	for _, f := range Packages(split(line)) {
		name := f.Name
		if f.Requirement != "" {
			name += "@" + f.Requirement
		}
		parts = append(parts, name+":"+string(f.Pin))
	}
	for _, i := range Installs(split(line)) {
		parts = append(parts, fmt.Sprintf("[frozen %s]", i.Frozen))
	}
	if tool, relocks := Relocks(split(line)); relocks {
		parts = append(parts, "[relocks "+tool+"]")
	}
	return strings.Join(parts, " ")
}

const sha = "0123456789abcdef0123456789abcdef01234567"

func TestCommands(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		// npm and its kin
		{"npm --global install typescript", "typescript:floating"},
		{"npm --prefix web ci", "[frozen yes]"},
		{"npm install --package-lock-only", "[relocks npm]"},
		{"npm update", "[frozen no] [relocks npm]"},
		{"gem install $GEM", "$GEM:unknown"},
		{"npm i $PKG@latest", "$PKG@latest:floating"},
		{"npm i $PKG@1.2.3", "$PKG@1.2.3:unknown"},
		{"npm i a@npm:b@1.0.0", "a@1.0.0:exact"},
		{"npm init -y", ""},
		{"npm init @acme", "@acme/create:floating"},
		{"npm init @acme/app@1.0.0", "@acme/create-app@1.0.0:exact"},
		{"npx --no-install tsc", "tsc:local"},
		{"npx -yp foo@1.0.0 bar", "foo@1.0.0:exact"},
		{"npx --registry https://npm.example.org foo@1.0.0", "foo@1.0.0:exact"},
		{"npx foo@<4", "foo@<4:floating"},
		{"cmd /d /s /c 'npx -y foo'", "foo:floating"},
		{"env -u A B=1 npx foo", "foo:floating"},
		{"yarn --frozen-lockfile", "[frozen yes]"},
		{"yarn --cwd ui install --frozen-lockfile", "[frozen yes]"},
		{"yarn --version", ""},
		{"yarn install --mode=update-lockfile", "[relocks yarn]"},
		{"yarn workspace web add foo", "foo:floating"},
		{"yarn set version stable", "yarn@stable:floating"},
		{"yarn set version 4.1.0", "yarn@4.1.0:exact"},
		{"yarn build", ""},
		{"pnpm -r install --frozen-lockfile=false", "[frozen no]"},
		{"pnpm --filter web add foo@1.0.0", "foo@1.0.0:exact"},
		{"pnpm fetch --prod", "[frozen yes]"},
		{"pnpm exec tsc", ""},
		{"corepack prepare pnpm@9.1.0+sha512.abc", "pnpm@9.1.0+sha512.abc:exact"},
		{"corepack pnpm add foo", "foo:floating"},
		{"corepack enable", ""},
		{"deno add npm:a@1.0.0 jsr:@b/c@^1", "a@1.0.0:exact @b/c@^1:floating"},
		{"deno install --frozen", "[frozen yes]"},
		{"deno test", ""},
		{"deno run main.ts", ""},
		{"npm install typescript", "typescript:floating"},
		{"npm i -g typescript@5.4.2", "typescript@5.4.2:exact"},
		{"npm install oxlint@^1.55.0 --no-fund", "oxlint@^1.55.0:floating"},
		{"npm add @acme/x@latest", "@acme/x@latest:floating"},
		{"npm install", "[frozen no]"},
		{"npm install --prefix web", "[frozen no]"},
		{"npm ci --ignore-scripts", "[frozen yes]"},
		{"npm install-test", "[frozen no]"},
		{"npm install ./local", "./local:local"},
		{"npm install ./pkg-1.0.0.tgz", "./pkg-1.0.0.tgz:local"},
		{"npm install github:acme/x#" + sha, "github:acme/x@" + sha + ":exact"},
		{"npm install acme/x#main", "acme/x@main:floating"},
		{"npm install 'git:acme/x#" + sha + "'", "git:acme/x#" + sha + ":floating"},
		{"npm install https://example.org/x.tgz", "https://example.org/x.tgz:floating"},
		{"npm install x@$VERSION", "x@$VERSION:unknown"},
		{"npm run build", ""},
		{"npm exec -y -- cowsay@1.0.0 hi", "cowsay@1.0.0:exact"},
		{"npx -y @acme/mcp", "@acme/mcp:floating"},
		{"npx -y @acme/mcp@1.2.3 --port 80", "@acme/mcp@1.2.3:exact"},
		{"npx -p typescript@5.4.2 -p foo tsc", "typescript@5.4.2:exact foo:floating"},
		{"npx --package=foo@1.0.0 bar", "foo@1.0.0:exact"},
		{"npx ./bin.js", "./bin.js:local"},
		{"cmd /c npx -y foo", "foo:floating"},
		{"env A=1 npx foo@1.0.0", "foo@1.0.0:exact"},
		{"/usr/bin/npx.cmd foo", "foo:floating"},
		{"npm init vite@latest app", "create-vite@latest:floating"},
		{"pnpm dlx foo@2.0.0", "foo@2.0.0:exact"},
		{"pnpm install --frozen-lockfile", "[frozen yes]"},
		{"pnpm install", "[frozen unknown]"},
		{"pnpm install --no-frozen-lockfile", "[frozen no]"},
		{"pnpm add -D foo", "foo:floating"},
		{"yarn", "[frozen unknown]"},
		{"yarn install --immutable", "[frozen yes]"},
		{"yarn global add foo", "foo:floating"},
		{"yarn dlx foo@1.2.3", "foo@1.2.3:exact"},
		{"bunx foo", "foo:floating"},
		{"bun install", "[frozen no]"},
		{"bun install --frozen-lockfile", "[frozen yes]"},
		{"bun x foo@1.2.3", "foo@1.2.3:exact"},
		{"corepack prepare pnpm@latest --activate", "pnpm@latest:floating"},
		{"deno run -A npm:foo@1.2.3/cli", "foo@1.2.3:exact"},
		{"deno run jsr:@acme/x", "@acme/x:floating"},
		{"deno run https://deno.land/x/foo@1.2.3/mod.ts", "https://deno.land/x/foo@1.2.3/mod.ts@1.2.3:exact"},
		// Python
		{"pip install -Ur requirements.txt", "[frozen no]"},
		{"pip install -rrequirements.txt -c constraints.txt", "[frozen no]"},
		{"pip install -qr a.txt -r b.txt foo==1.0", "foo@==1.0:exact [frozen no]"},
		{"pip --no-cache-dir install foo", "foo:floating"},
		{"pip install --no-deps .", ".:local"},
		{"pip install .", ".:local [frozen no]"},
		{"pip install dist/*.whl", "dist/*.whl:local"},
		{"pip install foo==1.*", "foo@==1.*:floating"},
		{"pip install foo===1.0", "foo@===1.0:exact"},
		{"pip install 'foo @ git+https://example.org/x@main'", "git+https://example.org/x@main:floating"},
		{"pip install https://example.org/x.whl#sha256=abc", "https://example.org/x.whl#sha256=abc:exact"},
		{"pip freeze", ""},
		{"$PYTHON -m pip install foo", "foo:floating"},
		{"python -W ignore -mpip install foo", "foo:floating"},
		{"python -m build", ""},
		{"python setup.py install", ""},
		{"py -3 -m pip install foo", "foo:floating"},
		{"poetry run pip install foo", "foo:floating"},
		{"poetry lock", "[relocks poetry]"},
		{"poetry lock --check", ""},
		{"poetry -C api install", "[frozen yes]"},
		{"poetry self add poetry-plugin-export", "poetry-plugin-export:floating"},
		{"uv lock --upgrade", "[relocks uv]"},
		{"uv lock --check", ""},
		{"uv sync ${FLAGS}", "[frozen unknown]"},
		{"uv run $FLAGS pytest", "[frozen unknown]"},
		{"uv run $PROGRAM", "[frozen no]"},
		{"uv run --locked python -m pip install foo", "foo:floating [frozen yes]"},
		{"uv run --no-project --with rich==13.0.0 x.py", "rich@==13.0.0:exact"},
		{"uv --directory srv pip install foo", "foo:floating"},
		{"uv tool install --with a==1.0 'ruff[x]@0.5.0'", "ruff@0.5.0:exact a@==1.0:exact"},
		{"uv tool upgrade --all", ""},
		{"uv pip sync requirements.txt", "[frozen no]"},
		{"pipx inject env foo", "foo:floating"},
		{"pipenv run pip install foo", "foo:floating"},
		{"conda install -yc conda-forge numpy=1.26.0 conda-forge::x>1", "numpy@1.26.0:exact x@>1:floating"},
		{"conda env create -f environment.yml", ""},
		{"pip install somepkg", "somepkg:floating"},
		{"pip install somepkg==1.2.3", "somepkg@==1.2.3:exact"},
		{"pip3.11 install 'some[extra]>1.0'", "some@>1.0:floating"},
		{"python -m pip install --upgrade pip", "pip:floating"},
		{"python2.7 -m pip install -X -H a 'b==1.2.3'", "a:floating b@==1.2.3:exact"},
		{"pip install bla.whl", "bla.whl:local"},
		{"pip install -e .[dev]", ".[dev]:local [frozen no]"},
		{"pip install -r requirements.txt", "[frozen no]"},
		{"pip install --require-hashes -r requirements.txt", "[frozen yes]"},
		{"pip install --no-deps -e git+https://example.org/x.git@" + sha + "#egg=x", "git+https://example.org/x.git@" + sha + ":exact"},
		{"pip install -e git+https://example.org/x.git@" + sha, "git+https://example.org/x.git@" + sha + ":floating"},
		{"pip install git+https://example.org/x.git", "git+https://example.org/x.git:floating"},
		{"pip install --no-deps svn+https://example.org/x@" + sha, "svn+https://example.org/x@" + sha + ":floating"},
		{"pip install", ""},
		{"pip install -U", ""},
		{"python -m notpip -X bla", ""},
		{"pipx run --spec foo==1.0 foo", "foo@==1.0:exact"},
		{"pipx install foo", "foo:floating"},
		{"uvx mcp-server-git", "mcp-server-git:floating"},
		{"uvx mcp-server-git@2025.1.1 --repo x", "mcp-server-git@2025.1.1:exact"},
		{"uvx mcp-server-git@latest", "mcp-server-git@latest:floating"},
		{"uvx --from 'foo[cli]==1.2.3' foo", "foo@==1.2.3:exact"},
		{"uvx --from git+https://example.org/x@" + sha + " x", "git+https://example.org/x@" + sha + ":exact"},
		{"uvx --from . tool", ".:local"},
		{"uv tool install ruff==0.5.0", "ruff@==0.5.0:exact"},
		{"uv tool run ruff", "ruff:floating"},
		{"uv sync", "[frozen no]"},
		{"uv sync --locked --all-extras", "[frozen yes]"},
		{"uv run --frozen pytest", "[frozen yes]"},
		{"uv run --with mcp[cli] mcp run server.py", "mcp:floating [frozen no]"},
		{"uv --directory /srv run server", "[frozen no]"},
		{"uv pip install --system foo", "foo:floating"},
		{"poetry install --no-root", "[frozen yes]"},
		{"poetry update", "[frozen no] [relocks poetry]"},
		{"pdm sync", "[frozen yes]"},
		{"pipenv install --deploy", "[frozen yes]"},
		// Go, Rust
		{"go install ${PKG}@latest", "${PKG}@latest:floating"},
		{"go install example.org/x@${V}", "example.org/x@${V}:unknown"},
		{"go get -u ./...", "[frozen no]"},
		{"go get -u example.org/x", "example.org/x:floating"},
		{"go -C tools install example.org/x@v1.0.0", "example.org/x@v1.0.0:exact"},
		{"go mod download", ""},
		{"go tool stringer", ""},
		{"cargo update", "[relocks cargo]"},
		{"cargo build $FLAGS", "[frozen unknown]"},
		{"cargo check -p $CRATE", "[frozen no]"},
		{"cargo llvm-cov report --lcov", ""},
		{"cargo llvm-cov --codecov --output-path codecov.json", "[frozen no]"},
		{"cargo --locked build", "[frozen yes]"},
		{"cargo fmt --check", ""},
		{"cargo binstall -y cargo-deny@0.14.1", "cargo-deny@0.14.1:exact"},
		{"cargo install --path .", "[frozen no]"},
		{"cargo install --locked foo", "foo:floating"},
		{"go install example.org/x/cmd/y@latest", "example.org/x/cmd/y@latest:floating"},
		{"go install example.org/x@v1.2.3", "example.org/x@v1.2.3:exact"},
		{"go run example.org/x@" + sha + " -flag", "example.org/x@" + sha + ":exact"},
		{"go get example.org/x@v1.2", "example.org/x@v1.2:floating"},
		{"go get example.org/x", "example.org/x:floating"},
		{"go get ./local", ""},
		{"go get example.org/x@none", ""},
		{"go run ./cmd/x", "[frozen yes]"},
		{"go run main.go", "[frozen yes]"},
		{"go install ./...", "[frozen yes]"},
		{"go build -mod=mod ./...", "[frozen no]"},
		{"go build ./...", "[frozen yes]"},
		{"cargo install cargo-deny", "cargo-deny:floating"},
		{"cargo install cargo-deny --version 0.14.1 --locked", "cargo-deny@0.14.1:exact [frozen yes]"},
		{"cargo install cargo-deny@0.14.1", "cargo-deny@0.14.1:exact [frozen no]"},
		{"cargo install --git https://example.org/x --rev " + sha, "https://example.org/x@" + sha + ":exact [frozen no]"},
		{"cargo install --git https://example.org/x --tag v1", "https://example.org/x:floating"},
		{"cargo build --release", "[frozen no]"},
		{"cargo +nightly test --locked", "[frozen yes]"},
		// .NET, JVM, Ruby, PHP
		{"gem update --system", "rubygems-update:floating"},
		{"gem update --system 3.5.0", "rubygems-update@3.5.0:exact"},
		{"bundle install", "[frozen no]"},
		{"bundle install --deployment", "[frozen yes]"},
		{"bundle exec rake", ""},
		{"composer update", "[frozen no] [relocks composer]"},
		{"composer require acme/x:1.2.3 acme/y", "acme/x@1.2.3:exact acme/y:floating"},
		{"composer create-project acme/x dir 1.2.3", "acme/x@1.2.3:exact"},
		{"dotnet new install Acme.Templates::1.0.0", "Acme.Templates@1.0.0:exact"},
		{"dotnet tool install x --version 1.*", "x@1.*:floating"},
		{"dotnet tool restore", ""},
		{"Install-Module -Name Pester -RequiredVersion 5.5.0", "Pester@5.5.0:exact"},
		{"Install-Module Pester -Force", "Pester:floating"},
		{"dotnet tool install -g foo", "foo:floating"},
		{"dotnet tool install foo --version 1.2.3", "foo@1.2.3:exact"},
		{"dotnet add SomeProject package foo -v 1.2.3", "foo@1.2.3:exact"},
		{"dotnet add package foo", "foo:floating"},
		{"dotnet add reference ../x.csproj", ""},
		{"dotnet restore", "[frozen no]"},
		{"dotnet restore --locked-mode", "[frozen yes]"},
		{"dotnet build", ""},
		{"dnx Foo@1.0.0 --yes", "Foo@1.0.0:exact"},
		{"dnx Foo", "Foo:floating"},
		{"nuget install foo", "foo:floating"},
		{"nuget install packages.config", ""},
		{"nuget restore -LockedMode", "[frozen yes]"},
		{"msbuild.exe /t:restore /p:RestoreLockedMode=true", "[frozen yes]"},
		{"msbuild /t:restore", "[frozen no]"},
		{"msbuild.exe x.sln -t:Restore;Build", "[frozen no]"},
		{"msbuild /t:build", ""},
		{"dotnet msbuild -restore -p:RestoreLockedMode=true", "[frozen yes]"},
		{"jbang org.acme:mcp:1.2.3", "org.acme:mcp@1.2.3:exact"},
		{"jbang mcp@acme", "mcp@acme:floating"},
		{"gem install rake rspec", "rake:floating rspec:floating"},
		{"gem install rake:13.0.6", "rake@13.0.6:exact"},
		{"gem install rake -v 13.0.6", "rake@13.0.6:exact"},
		{"gem install --help", ""},
		{"gem build foo.gemspec", ""},
		{"composer install", "[frozen yes]"},
		// images and systems
		{"docker run -dp 80:80 acme/x:1", "acme/x@:1:floating"},
		{"docker run --rm node:20 npm install foo", "node@:20:floating foo:floating"},
		{"docker exec -it box pip install foo", "foo:floating"},
		{"docker pull -a acme/x", "acme/x:floating"},
		{"helm dependency update", "[frozen no]"},
		{"helm plugin install https://example.org/x --version v1.0.0", "https://example.org/x@v1.0.0:floating"},
		{"brew bundle", "Brewfile:floating"},
		{"choco install foo --version=1.2.3 -y", "foo@1.2.3:exact"},
		{"docker run -i --rm -e A ghcr.io/acme/x", "ghcr.io/acme/x:floating"},
		{"docker run -v /a:/b --name n acme/x:1.2 arg", "acme/x@:1.2:floating"},
		{"docker run acme/x@sha256:" + strings.Repeat("a", 64), "acme/x@@sha256:" + strings.Repeat("a", 64) + ":exact"},
		{"docker build -t x .", ""},
		{"helm install rel repo/chart --version 1.2.3", "repo/chart@1.2.3:exact"},
		{"helm upgrade --install rel ./chart", ""},
		{"brew install jq", "jq:floating"},
		{"choco install foo", "foo:floating"},
		{"choco install --requirechecksums foo", ""},
		{"winget install --id Git.Git --version 2.45.0", "Git.Git@2.45.0:exact"},
		{"apt-get install -y jq", ""},
		{"gh extension install acme/gh-x", "acme/gh-x:floating"},
		{"echo npm install foo", ""},
	} {
		if got := say(c.line); got != c.want {
			t.Errorf("%s\n  got  %s\n  want %s", c.line, got, c.want)
		}
	}
}

func FuzzPackages(f *testing.F) {
	for _, line := range []string{"npx -y @a/b@1", "uvx --from x y", "docker run -v a:b c", "pip install -r", "deno run npm:@a", "@", "go run @", "jbang ::"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		for _, fetch := range Packages(split(line)) {
			if fetch.Pin != evidence.PinExact && fetch.Pin != evidence.PinLocal && fetch.Why == "" {
				t.Errorf("%q: %s is %s for no reason", line, fetch.Name, fetch.Pin)
			}
		}
		Installs(split(line))
	})
}
