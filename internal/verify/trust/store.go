package trust

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

var (
	// ErrInvalid says that a trust root is not one: class trust-root-invalid.
	ErrInvalid = errors.New("trust root is not valid")
	// ErrStale says that no trust root is young enough: class trust-root-stale.
	ErrStale = errors.New("trust root is too old")
	// ErrUnavailable says that nothing is trusted for an instance: the user has to name a file, or to refresh.
	ErrUnavailable = errors.New("no trust root is at hand")
)

// warnAfter is the age from which each verdict carries a warning.
const warnAfter = 90 * 24 * time.Hour

// Options says where trust comes from. The zero value is what the program carries.
type Options struct {
	// File is a trusted_root.json, or JSON lines of several as `gh attestation trusted-root` prints them.
	// It wins over all else, for every instance.
	File string
	// NPMKeysFile holds npm's keys, as the TUF target or as the registry's own answer.
	NPMKeysFile string
	// CacheDir keeps what was refreshed, and the highest version that was ever seen; empty keeps nothing.
	CacheDir string
	// Refresh asks the TUF repositories. Without it nothing is dialled.
	Refresh bool
	// Every leaves what was fetched this recently as it is; zero asks each time.
	Every time.Duration
	// Transport dials; nil is the default of net/http.
	Transport http.RoundTripper
	// MaxAge makes an older root unusable; zero never does. It says nothing of a file: whoever names it answers for its age.
	MaxAge time.Duration
	// Now is the present; zero asks the clock.
	Now time.Time
	// Repositories overrides where an instance's root is refreshed from.
	Repositories map[Instance]Repository
}

// Store answers with the trust roots in force. It reads and dials only what is
// asked of it, once, and is safe for concurrent use.
type Store struct {
	options Options
	file    func() (trustFile, error)
	npm     func() (keyring, error)
	sources map[Instance]func() *source
	anchors map[Instance]func() (Anchor, error)
}

type keyring struct {
	keys []Key
	info evidence.RootInfo
}

var _ Roots = (*Store)(nil)

// Open prepares a store. Nothing is read before it is asked for.
func Open(o Options) (*Store, error) {
	if o.MaxAge < 0 || o.Every < 0 {
		return nil, fmt.Errorf("the greatest age of a trust root is negative: %v", min(o.MaxAge, o.Every))
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	s := &Store{options: o, sources: map[Instance]func() *source{}, anchors: map[Instance]func() (Anchor, error){}}
	s.file = sync.OnceValues(func() (trustFile, error) { return readTrustFile(o.File) })
	s.npm = sync.OnceValues(s.openKeys)
	for _, instance := range []Instance{PublicGood, GitHub} {
		s.sources[instance] = sync.OnceValue(func() *source { return s.find(instance) })
		s.anchors[instance] = sync.OnceValues(func() (Anchor, error) { return s.open(instance) })
	}
	return s, nil
}

// Sigstore is the root of an instance. With ErrStale the anchor still tells which
// root it was, without its material.
func (s *Store) Sigstore(instance Instance) (Anchor, error) {
	open, known := s.anchors[instance]
	if !known {
		return Anchor{}, fmt.Errorf("%w: nobody knows a Sigstore instance %q", ErrUnavailable, instance)
	}
	return open()
}

// NPMKeys are the keys that npm's registry signs with, those of the past included,
// sorted by id and usage.
func (s *Store) NPMKeys() ([]Key, evidence.RootInfo, error) {
	ring, err := s.npm()
	return ring.keys, ring.info, err
}

// NPMWarnings is what to say along with verdicts that rest on npm's keys.
func (s *Store) NPMWarnings() []string {
	if s.options.NPMKeysFile != "" {
		return nil
	}
	return s.warnings(s.sources[PublicGood](), npmKeysTarget)
}

func (s *Store) open(instance Instance) (Anchor, error) {
	if s.options.File != "" {
		file, err := s.file()
		if err != nil {
			return Anchor{}, err
		}
		material, raw := file.material(instance)
		return Anchor{Material: material, JSON: raw, Info: file.info}, nil
	}
	found := s.sources[instance]()
	raw, info, err := found.target(trustedRootTarget, s)
	if err != nil {
		return Anchor{Info: info}, err
	}
	material, err := parseRoot(raw)
	if err != nil {
		return Anchor{Info: info}, err
	}
	return Anchor{Material: material, JSON: raw, Info: info, Warnings: s.warnings(found, trustedRootTarget)}, nil
}

func (s *Store) openKeys() (keyring, error) {
	if s.options.NPMKeysFile != "" {
		return readKeysFile(s.options.NPMKeysFile)
	}
	raw, info, err := s.sources[PublicGood]().target(npmKeysTarget, s)
	if err != nil {
		return keyring{info: info}, err
	}
	keys, err := ParseNPMKeys(raw)
	return keyring{keys, info}, err
}

// warnings are the tale of the refresh and the age of a root.
func (s *Store) warnings(from *source, target string) []string {
	warnings := from.warnings
	info, found := from.info(target)
	if age := info.Age(s.options.Now); found && age > warnAfter {
		warnings = append(warnings[:len(warnings):len(warnings)], fmt.Sprintf(
			"the trust root %s (%s, %s) is %d days old: refresh it, or name a newer one", info.Name, info.Origin, info.Version, days(age)))
	}
	return warnings
}

// Fingerprint names all that is trusted in this run and how it stands with its age,
// for keys of a cache of verdicts; empty where it cannot be told. Nothing is parsed
// for it, but a refresh that is wanted is done.
func (s *Store) Fingerprint() string {
	state := sha256.New()
	named := func(path string) bool {
		raw, err := readFile(path)
		fmt.Fprintln(state, "file", sum(raw))
		return err == nil
	}
	if s.options.File != "" && !named(s.options.File) || s.options.NPMKeysFile != "" && !named(s.options.NPMKeysFile) {
		return ""
	}
	ask := func(instance Instance, target string) {
		_, info, err := s.sources[instance]().target(target, s)
		fmt.Fprintln(state, instance, target, info.SHA256, info.Version, info.Date.Unix(), err)
	}
	if s.options.File == "" {
		ask(PublicGood, trustedRootTarget)
		ask(GitHub, trustedRootTarget)
	}
	if s.options.NPMKeysFile == "" {
		ask(PublicGood, npmKeysTarget)
	}
	return hex.EncodeToString(state.Sum(nil))
}

func days(d time.Duration) int { return int(d / (24 * time.Hour)) }
