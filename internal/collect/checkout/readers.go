package checkout

import (
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/actionlock"
	"github.com/sealvet/sealvet/internal/parse/bun"
	"github.com/sealvet/sealvet/internal/parse/cargo"
	"github.com/sealvet/sealvet/internal/parse/catalog"
	"github.com/sealvet/sealvet/internal/parse/client"
	"github.com/sealvet/sealvet/internal/parse/codeowners"
	"github.com/sealvet/sealvet/internal/parse/compose"
	"github.com/sealvet/sealvet/internal/parse/composer"
	"github.com/sealvet/sealvet/internal/parse/dockerfile"
	"github.com/sealvet/sealvet/internal/parse/gitlab"
	"github.com/sealvet/sealvet/internal/parse/gomod"
	"github.com/sealvet/sealvet/internal/parse/gradle"
	"github.com/sealvet/sealvet/internal/parse/hidden"
	"github.com/sealvet/sealvet/internal/parse/installscript"
	"github.com/sealvet/sealvet/internal/parse/jenkins"
	"github.com/sealvet/sealvet/internal/parse/justfile"
	"github.com/sealvet/sealvet/internal/parse/makefile"
	"github.com/sealvet/sealvet/internal/parse/markdown"
	"github.com/sealvet/sealvet/internal/parse/maven"
	"github.com/sealvet/sealvet/internal/parse/mcpb"
	"github.com/sealvet/sealvet/internal/parse/npm"
	"github.com/sealvet/sealvet/internal/parse/nuget"
	"github.com/sealvet/sealvet/internal/parse/pnpm"
	"github.com/sealvet/sealvet/internal/parse/python"
	"github.com/sealvet/sealvet/internal/parse/registry"
	"github.com/sealvet/sealvet/internal/parse/ruby"
	"github.com/sealvet/sealvet/internal/parse/scriptfile"
	"github.com/sealvet/sealvet/internal/parse/serverjson"
	"github.com/sealvet/sealvet/internal/parse/taskfile"
	"github.com/sealvet/sealvet/internal/parse/text"
	"github.com/sealvet/sealvet/internal/parse/toolchain"
	"github.com/sealvet/sealvet/internal/parse/updater"
	"github.com/sealvet/sealvet/internal/parse/workflow"
	"github.com/sealvet/sealvet/internal/parse/yarn"
)

// reader turns one file into evidence.
type reader struct {
	kind  evidence.Kind          // what is incomplete where it fails
	takes func(path string) bool // is the file this reader's, by its path
	read  func(*text.Source, *evidence.Snapshot) error
	// binary readers want files that hold NUL bytes too; loose ones take files by a
	// guess, so that content they cannot use is no gap.
	binary, loose bool
}

// readers is the list of everything sealvet can read. A file goes to each reader
// that takes it.
var readers = []reader{
	{kind: evidence.Workflows, takes: workflow.Takes, read: workflow.Read},
	{kind: evidence.Workflows, takes: workflow.TakesAction, read: workflow.ReadAction},
	{kind: evidence.ActionLocks, takes: actionlock.Takes, read: actionlock.Read},
	{kind: evidence.Images, takes: dockerfile.Takes, read: dockerfile.Read},
	{kind: evidence.Commands, takes: dockerfile.Takes, read: dockerfile.ReadCommands},
	{kind: evidence.Images, takes: compose.Takes, read: compose.Read},
	{kind: evidence.Commands, takes: compose.Takes, read: compose.ReadCommands},
	{kind: evidence.Launches, takes: compose.Takes, read: compose.ReadServices},
	{kind: evidence.Images, takes: compose.TakesDevContainer, read: compose.ReadDevContainer},
	{kind: evidence.Images, takes: gitlab.Takes, read: gitlab.Read},
	{kind: evidence.Commands, takes: gitlab.Takes, read: gitlab.ReadCommands},
	{kind: evidence.Images, takes: jenkins.Takes, read: jenkins.Read},
	{kind: evidence.Commands, takes: jenkins.Takes, read: jenkins.ReadCommands},
	{kind: evidence.Updaters, takes: updater.Takes, read: updater.Read},
	{kind: evidence.Toolchains, takes: toolchain.Takes, read: toolchain.Read},
	{kind: evidence.Manifests, takes: npm.TakesManifest, read: npm.ReadManifest},
	{kind: evidence.Commands, takes: npm.TakesManifest, read: npm.ReadScripts},
	{kind: evidence.Lockfiles, takes: npm.TakesLock, read: npm.ReadLock},
	{kind: evidence.Lockfiles, takes: yarn.Takes, read: yarn.Read},
	{kind: evidence.Manifests, takes: pnpm.TakesWorkspace, read: pnpm.ReadWorkspace},
	{kind: evidence.Lockfiles, takes: pnpm.TakesLock, read: pnpm.ReadLock},
	{kind: evidence.Lockfiles, takes: bun.Takes, read: bun.Read, binary: true},
	{kind: evidence.Manifests, takes: python.TakesManifest, read: python.ReadManifest},
	{kind: evidence.Lockfiles, takes: python.TakesLock, read: python.ReadLock},
	{kind: evidence.Manifests, takes: gomod.TakesManifest, read: gomod.ReadManifest},
	{kind: evidence.Lockfiles, takes: gomod.TakesLock, read: gomod.ReadLock},
	{kind: evidence.Manifests, takes: cargo.TakesManifest, read: cargo.ReadManifest},
	{kind: evidence.Lockfiles, takes: cargo.TakesLock, read: cargo.ReadLock},
	{kind: evidence.Manifests, takes: nuget.TakesManifest, read: nuget.ReadManifest},
	{kind: evidence.Lockfiles, takes: nuget.TakesLock, read: nuget.ReadLock},
	{kind: evidence.Manifests, takes: gradle.TakesManifest, read: gradle.ReadManifest},
	{kind: evidence.Lockfiles, takes: gradle.TakesLock, read: gradle.ReadLock},
	{kind: evidence.Manifests, takes: ruby.TakesManifest, read: ruby.ReadManifest},
	{kind: evidence.Lockfiles, takes: ruby.TakesLock, read: ruby.ReadLock},
	{kind: evidence.Manifests, takes: composer.TakesManifest, read: composer.ReadManifest},
	{kind: evidence.Lockfiles, takes: composer.TakesLock, read: composer.ReadLock},
	{kind: evidence.Manifests, takes: python.TakesScript, read: python.ReadScript, loose: true},
	{kind: evidence.Manifests, takes: maven.Takes, read: maven.Read},
	{kind: evidence.Registries, takes: registry.Takes, read: registry.Read},
	{kind: evidence.Manifests, takes: installscript.Takes, read: installscript.Read},
	{kind: evidence.Commands, takes: makefile.Takes, read: makefile.Read},
	{kind: evidence.Commands, takes: justfile.Takes, read: justfile.Read},
	{kind: evidence.Commands, takes: taskfile.Takes, read: taskfile.Read},
	{kind: evidence.Commands, takes: scriptfile.Takes, read: scriptfile.Read},
	{kind: evidence.Commands, takes: scriptfile.TakesNameless, read: scriptfile.Read, loose: true},
	{kind: evidence.ServerManifests, takes: serverjson.Takes, read: serverjson.Read},
	{kind: evidence.Bundles, takes: mcpb.Takes, read: mcpb.Read},
	{kind: evidence.Launches, takes: client.Takes, read: client.Read},
	{kind: evidence.Launches, takes: client.Guesses, read: client.ReadGuess, loose: true},
	{kind: evidence.Hooks, takes: client.TakesHooks, read: client.ReadHooks},
	{kind: evidence.Instructions, takes: hidden.Takes, read: hidden.Read},
	{kind: evidence.CodeOwners, takes: codeowners.Takes, read: codeowners.Read},
	{kind: evidence.Launches, takes: client.TakesWorkflow, read: client.ReadWorkflow},
	{kind: evidence.Launches, takes: catalog.Takes, read: catalog.Read},
	{kind: evidence.Documents, takes: markdown.Takes, read: markdown.Read},
}

func kindsOf(path string) []evidence.Kind {
	var kinds []evidence.Kind
	for _, r := range readers {
		if !r.loose && r.takes(path) {
			kinds = append(kinds, r.kind)
		}
	}
	return kinds
}
