package attest

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/sign"
)

// Services are those of one Sigstore.
type Services struct {
	Fulcio string // base address
	Logs   []Log
	Stamps []string // whole addresses of timestamp authorities
}

// Log is one transparency log.
type Log struct {
	URL     string
	Version uint32 // 1 or 2
}

// PublicGood is the instance that everybody may use, and everybody may read.
func PublicGood() Services {
	return Services{Fulcio: "https://fulcio.sigstore.dev", Logs: []Log{{"https://rekor.sigstore.dev", 1}}}
}

// ReadServices reads signing_config.json, and takes from it what is in force now.
func ReadServices(config []byte, now time.Time) (Services, error) {
	read, err := root.NewSigningConfigFromJSON(config)
	if err != nil {
		return Services{}, fmt.Errorf("read the signing config: %w", err)
	}
	fulcio, err := root.SelectService(read.FulcioCertificateAuthorityURLs(), sign.FulcioAPIVersions, now)
	if err != nil {
		return Services{}, fmt.Errorf("the signing config names no Fulcio: %w", err)
	}
	services := Services{Fulcio: fulcio.URL}
	if len(read.RekorLogURLs()) > 0 {
		logs, err := root.SelectServices(read.RekorLogURLs(), read.RekorLogURLsConfig(), sign.RekorAPIVersions, now)
		if err != nil {
			return Services{}, fmt.Errorf("the signing config names no Rekor: %w", err)
		}
		for _, log := range logs {
			services.Logs = append(services.Logs, Log{log.URL, log.MajorAPIVersion})
		}
	}
	if len(read.TimestampAuthorityURLs()) > 0 {
		stamps, err := root.SelectServices(read.TimestampAuthorityURLs(), read.TimestampAuthorityURLsConfig(), sign.TimestampAuthorityAPIVersions, now)
		if err != nil {
			return Services{}, fmt.Errorf("the signing config names no timestamp authority: %w", err)
		}
		for _, stamp := range stamps {
			services.Stamps = append(services.Stamps, stamp.URL)
		}
	}
	return services, nil
}

// Check finds what could not make a bundle that verifies.
func (s Services) Check() error {
	for _, address := range s.addresses() {
		parsed, err := url.Parse(address)
		if err != nil || parsed.Host == "" || parsed.Scheme != "https" && parsed.Scheme != "http" {
			return fmt.Errorf("%q is no address of a service; it looks like https://fulcio.example.com", address)
		}
	}
	if len(s.Logs)+len(s.Stamps) == 0 {
		return errors.New("neither a log nor a timestamp authority: nothing would prove when it was signed")
	}
	for _, log := range s.Logs {
		if log.Version == 2 && len(s.Stamps) == 0 {
			return errors.New("a log of the second generation tells no time; name a timestamp authority (--tsa-url) too")
		}
	}
	return nil
}

// Public says whether anything of it can be read by everybody. Where one service is
// the public one, all of it is: certificates go into a public log too.
func (s Services) Public() bool {
	for _, address := range s.addresses() {
		parsed, err := url.Parse(address)
		if err != nil {
			return true // nobody knows where it leads
		}
		host := strings.ToLower(strings.TrimSuffix(parsed.Hostname(), "."))
		if host == "sigstore.dev" || strings.HasSuffix(host, ".sigstore.dev") {
			return true
		}
	}
	return false
}

// Hosts are those of all services, with their ports.
func (s Services) Hosts() []string {
	var hosts []string
	for _, address := range s.addresses() {
		if parsed, err := url.Parse(address); err == nil {
			hosts = append(hosts, parsed.Host)
		}
	}
	return hosts
}

func (s Services) addresses() []string {
	var list []string
	if s.Fulcio != "" {
		list = append(list, s.Fulcio)
	}
	for _, log := range s.Logs {
		list = append(list, log.URL)
	}
	return append(list, s.Stamps...)
}
