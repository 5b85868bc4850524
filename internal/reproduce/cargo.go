package reproduce

import "path"

// cargoRecipe packs a crate. The fetch leaves out settings of the repository that
// could name a compiler of its own.
func cargoRecipe(f *folder) (*Recipe, error) {
	manifest, err := f.toml("Cargo.toml")
	if manifest == nil || err != nil {
		return nil, err
	}
	if manifest.Get("package") == nil {
		return nil, nil // a workspace: its members are packages
	}
	if publish, set := manifest.Get("package", "publish").Bool(); set && !publish {
		return nil, nil
	}
	recipe := &Recipe{Name: "cargo", Manifest: path.Join(f.dir, "Cargo.toml"), Tools: []string{"cargo"}}
	locked := ""
	if _, lock := f.above("Cargo.lock"); lock != "" {
		locked = " --locked"
	}
	needs := manifest.Get("package", "build") != nil
	for _, group := range []string{"dependencies", "dev-dependencies", "build-dependencies", "target"} {
		needs = needs || manifest.Get(group) != nil
	}
	if needs {
		recipe.fetch = `find "$SRC" \( -name .cargo -o -name rust-toolchain -o -name rust-toolchain.toml \) -prune -exec rm -rf {} +
CARGO_HOME="$DEPS/cargo" cargo fetch` + locked + "\n"
		recipe.build = `mkdir -p "$HOME/.cargo" && cp -R "$DEPS/cargo/." "$HOME/.cargo"` + "\n"
		recipe.Steps = append(recipe.Steps, "cargo fetch"+locked)
	}
	recipe.build += `export CARGO_HOME="$HOME/.cargo"
cargo package --offline --no-verify --allow-dirty --target-dir "$HOME/target"
cp "$HOME"/target/package/*.crate "$OUT"
`
	recipe.Steps = append(recipe.Steps, "cargo package --offline --no-verify")
	return recipe, nil
}
