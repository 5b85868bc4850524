package trust

import (
	"errors"
	"fmt"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

// source is where the targets of one instance come from in this run: what the
// program carries, or what TUF told, the higher of both.
type source struct {
	instance Instance
	carried  carried
	told     *told // nil: the carried snapshot
	err      error // no version is at hand that is as high as one that was seen before
	warnings []string
}

// told is what a TUF repository said at a moment, verified.
type told struct {
	versions versions
	at       time.Time
	targets  map[string][]byte
}

// find chooses the highest version, after a refresh where one is wanted. What went
// wrong on the way is a warning: an older root is still a root.
func (s *Store) find(instance Instance) *source {
	found := &source{instance: instance, carried: snapshots[instance]}
	if s.options.File != "" && (instance != PublicGood || s.options.NPMKeysFile != "") {
		return found // nobody asks for it
	}
	repository := s.repository(instance)
	if repository.private {
		found.carried = carried{}
	}
	shelf := shelf{dir: s.options.CacheDir, name: repository.shelfName(instance)}
	kept, seen, err := shelf.read(repository)
	if err != nil {
		found.warn("the cached trust root is left aside: %v", err)
	}
	seen = seen.with(found.carried.versions)
	if kept != nil && !kept.versions.below(found.carried.versions) {
		found.told = kept
	}
	if s.options.Refresh && repository.Root != nil && !s.recent(found.told) {
		found.refresh(s, repository, shelf, seen)
	}
	if found.versions().below(seen) {
		found.err = fmt.Errorf("%w: version %s was seen before, and only %s is at hand: refresh it, or remove %s from the cache if the repository began anew",
			ErrStale, seen, found.versions(), shelf.name+".seen.json")
	}
	return found
}

func (f *source) refresh(s *Store, repository Repository, shelf shelf, seen versions) {
	fresh, record, err := repository.fetch(s.options)
	if err == nil && fresh.versions.below(seen) {
		err = fmt.Errorf("%w: it answers with %s after %s", errRollback, fresh.versions, seen)
	}
	if err != nil {
		f.warn("the trust root %s could not be refreshed: %v", names[f.instance][trustedRootTarget], err)
		return
	}
	f.told = fresh
	err = shelf.keep(record, fresh.versions)
	if errors.Is(err, errRollback) { // another run kept a later one meanwhile: that is the one
		if later, _, readErr := shelf.read(repository); readErr == nil && later != nil && !later.versions.below(fresh.versions) {
			f.told, err = later, nil
		}
	}
	if err != nil {
		f.warn("the refreshed trust root could not be kept: %v", err)
	}
}

func (s *Store) recent(t *told) bool {
	if t == nil || s.options.Every == 0 {
		return false
	}
	age := s.options.Now.Sub(t.at)
	return age >= 0 && age < s.options.Every
}

func (f *source) warn(format string, a ...any) {
	f.warnings = append(f.warnings, fmt.Sprintf(format, a...))
}

func (f *source) versions() versions {
	if f.told != nil {
		return f.told.versions
	}
	return f.carried.versions
}

func (f *source) info(target string) (evidence.RootInfo, bool) {
	_, info, found := f.bytes(target)
	return info, found
}

func (f *source) bytes(target string) ([]byte, evidence.RootInfo, bool) {
	if f.told == nil {
		return f.carried.target(target)
	}
	raw, has := f.told.targets[target]
	if !has {
		return nil, evidence.RootInfo{}, false
	}
	return raw, evidence.RootInfo{
		Name: names[f.instance][target], Origin: "TUF", Version: f.told.versions.String(), Date: f.told.at, SHA256: sum(raw),
	}, true
}

// whence tells where a root can be had that the program does not carry.
var whence = map[Instance]string{GitHub: " (`gh attestation trusted-root` prints one)"}

// target hands out what may be trusted now.
func (f *source) target(name string, s *Store) ([]byte, evidence.RootInfo, error) {
	raw, info, found := f.bytes(name)
	if f.err != nil {
		return nil, info, f.err
	}
	if !found {
		err := fmt.Errorf("%w for %s: name a file%s", ErrUnavailable, names[f.instance][name], whence[f.instance])
		for _, warning := range f.warnings {
			err = fmt.Errorf("%w; %s", err, warning)
		}
		return nil, info, err
	}
	if age := info.Age(s.options.Now); s.options.MaxAge > 0 && age > s.options.MaxAge {
		return nil, info, fmt.Errorf("%w: %s (%s, %s) is %d days old, at most %d are allowed",
			ErrStale, info.Name, info.Origin, info.Version, days(age), days(s.options.MaxAge))
	}
	return raw, info, nil
}
