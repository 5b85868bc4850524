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

// say writes what a line does: fetches as name@requirement:pin, installs as [frozen yes].
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
	return strings.Join(parts, " ")
}

const sha = "0123456789abcdef0123456789abcdef01234567"

func TestCommands(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		// npm and its kin
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
		{"pip install somepkg", "somepkg:floating"},
		{"pip install somepkg==1.2.3", "somepkg@==1.2.3:exact"},
		{"pip3.11 install 'some[extra]>1.0'", "some@>1.0:floating"},
		{"python -m pip install --upgrade pip", "pip:floating"},
		{"python2.7 -m pip install -X -H a 'b==1.2.3'", "a:floating b@==1.2.3:exact"},
		{"pip install bla.whl", "bla.whl:local"},
		{"pip install -e .[dev]", ".[dev]:local"},
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
		{"poetry update", "[frozen no]"},
		{"pdm sync", "[frozen yes]"},
		{"pipenv install --deploy", "[frozen yes]"},
		// Go, Rust
		{"go install example.org/x/cmd/y@latest", "example.org/x/cmd/y@latest:floating"},
		{"go install example.org/x@v1.2.3", "example.org/x@v1.2.3:exact"},
		{"go run example.org/x@" + sha + " -flag", "example.org/x@" + sha + ":exact"},
		{"go get example.org/x@v1.2", "example.org/x@v1.2:floating"},
		{"go get example.org/x", "example.org/x:floating"},
		{"go get ./local", ""},
		{"go get example.org/x@none", ""},
		{"go run ./cmd/x", ""},
		{"go run main.go", ""},
		{"go install ./...", ""},
		{"go build -mod=mod ./...", "[frozen no]"},
		{"go build ./...", ""},
		{"cargo install cargo-deny", "cargo-deny:floating"},
		{"cargo install cargo-deny --version 0.14.1 --locked", "cargo-deny@0.14.1:exact"},
		{"cargo install cargo-deny@0.14.1", "cargo-deny@0.14.1:exact"},
		{"cargo install --git https://example.org/x --rev " + sha, "https://example.org/x@" + sha + ":exact"},
		{"cargo install --git https://example.org/x --tag v1", "https://example.org/x:floating"},
		{"cargo build --release", "[frozen no]"},
		{"cargo +nightly test --locked", "[frozen yes]"},
		// .NET, JVM, Ruby, PHP
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
		{"jbang org.acme:mcp:1.2.3", "org.acme:mcp@1.2.3:exact"},
		{"jbang mcp@acme", "mcp@acme:floating"},
		{"gem install rake rspec", "rake:floating rspec:floating"},
		{"gem install rake:13.0.6", "rake@13.0.6:exact"},
		{"gem install rake -v 13.0.6", "rake@13.0.6:exact"},
		{"gem install --help", ""},
		{"gem build foo.gemspec", ""},
		{"composer install", "[frozen yes]"},
		// images and systems
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
