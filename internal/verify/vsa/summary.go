package vsa

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

// PredicateType is that of all summaries since SLSA 1.0.
const PredicateType = "https://slsa.dev/verification_summary/v1"

// maxSubjects is how many subjects of a statement are kept.
const maxSubjects = 1000

// Summary is the statement of a verifier that an artifact met a policy, or that it
// did not.
type Summary struct {
	Subjects []evidence.ClaimedSubject
	Verifier string
	// Versions are those of the verifier's parts, by name: of SLSA 1.1.
	Versions map[string]string
	At       time.Time // by the verifier's clock; zero: not said
	Resource string
	Policy   Reference
	Inputs   []Reference // what the verifier looked at, where it tells
	Passed   bool
	Levels   []string
	SLSA     string // version of the specification
}

// Reference names a document by address and digest.
type Reference struct {
	URI    string            `json:"uri"`
	Digest map[string]string `json:"digest"`
}

type statement struct {
	Type          string `json:"_type"`
	PredicateType string `json:"predicateType"`
	Subject       []struct {
		Name   string            `json:"name"`
		Digest map[string]string `json:"digest"`
	} `json:"subject"`
	Predicate struct {
		Verifier struct {
			ID      string            `json:"id"`
			Version map[string]string `json:"version"`
		} `json:"verifier"`
		TimeVerified       string      `json:"timeVerified"`
		ResourceURI        string      `json:"resourceUri"`
		Policy             Reference   `json:"policy"`
		InputAttestations  []Reference `json:"inputAttestations"`
		VerificationResult string      `json:"verificationResult"`
		VerifiedLevels     levels      `json:"verifiedLevels"`
		SLSAVersion        string      `json:"slsaVersion"`
	} `json:"predicate"`
}

// levels is a list that some write as one word.
type levels []string

func (l *levels) UnmarshalJSON(data []byte) error {
	var one string
	if err := json.Unmarshal(data, &one); err == nil {
		*l = levels{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(l))
}

// ErrOther says that a statement is sound and speaks of something else.
var ErrOther = errors.New("it is no verification summary")

// Parse reads the statement, whoever signed it.
func Parse(data []byte) (*Summary, error) {
	var s statement
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("the statement cannot be read: %w", err)
	}
	if !strings.HasPrefix(s.Type, "https://in-toto.io/Statement/") {
		return nil, fmt.Errorf("%w: its type is %q", ErrOther, s.Type)
	}
	if s.PredicateType != PredicateType {
		return nil, fmt.Errorf("%w: its predicate is %q", ErrOther, s.PredicateType)
	}
	p := s.Predicate
	summary := &Summary{
		Verifier: p.Verifier.ID, Versions: p.Verifier.Version, Resource: p.ResourceURI, Policy: p.Policy, Inputs: p.InputAttestations,
		Passed: p.VerificationResult == "PASSED", Levels: p.VerifiedLevels, SLSA: p.SLSAVersion,
	}
	switch {
	case p.VerificationResult != "PASSED" && p.VerificationResult != "FAILED":
		return nil, fmt.Errorf("the summary says neither PASSED nor FAILED but %q", p.VerificationResult)
	case p.Verifier.ID == "":
		return nil, errors.New("the summary names no verifier")
	case p.ResourceURI == "":
		return nil, errors.New("the summary names no resource")
	case len(s.Subject) == 0:
		return nil, errors.New("the summary has no subject")
	}
	if p.TimeVerified != "" {
		at, err := time.Parse(time.RFC3339Nano, p.TimeVerified)
		if err != nil {
			return nil, fmt.Errorf("the summary's time: %w", err)
		}
		summary.At = at.UTC()
	}
	for _, subject := range s.Subject[:min(len(s.Subject), maxSubjects)] {
		claimed := evidence.ClaimedSubject{Name: subject.Name}
		for algorithm, value := range subject.Digest {
			claimed.Digests = append(claimed.Digests, evidence.Digest{Algorithm: algorithm, Value: value})
		}
		slices.SortFunc(claimed.Digests, func(a, b evidence.Digest) int { return strings.Compare(a.Algorithm, b.Algorithm) })
		summary.Subjects = append(summary.Subjects, claimed)
	}
	return summary, nil
}

// Claims is what the summary says.
func (s *Summary) Claims() evidence.Claims {
	claims := evidence.Claims{
		PredicateType: PredicateType, Subjects: s.Subjects,
		Levels: s.Levels, Verifier: s.Verifier, Resource: s.Resource,
	}
	if strings.HasPrefix(s.Resource, "git+") {
		claims.ClaimedSource = s.Resource
	}
	for _, subject := range s.Subjects {
		for _, digest := range subject.Digests {
			if digest.Algorithm == "gitCommit" && claims.ClaimedCommit == "" {
				claims.ClaimedCommit = digest.Value
			}
		}
	}
	return claims
}

// BuildLevel is the SLSA Build level that was verified, 0 for none.
func (s *Summary) BuildLevel() int {
	if !s.Passed {
		return 0
	}
	return max(0, min(level(s.Levels, "BUILD"), 3)) // the track ends there
}

// Hold compares the summary with what is expected of it: it says OK, or the first
// thing that does not hold and why.
func (s *Summary) Hold(expect provenance.Expect, now time.Time) (evidence.ProofClass, string) {
	switch {
	case expect.Verifier != "" && s.Verifier != expect.Verifier:
		return provenance.IdentityMismatch, fmt.Sprintf("it was verified by %s, expected was %s", s.Verifier, expect.Verifier)
	case expect.Resource != "" && s.Resource != expect.Resource:
		return provenance.SubjectMismatch, fmt.Sprintf("it speaks of %s, expected was %s", s.Resource, expect.Resource)
	case s.At.After(now.Add(24 * time.Hour)):
		return provenance.TimeInvalid, fmt.Sprintf("it was verified at %s, which is yet to come", s.At.Format(time.RFC3339))
	case !s.Passed:
		return provenance.FoundFailing, fmt.Sprintf("%s found that it does not meet the policy %s (FAILED)", s.Verifier, s.Policy.URI)
	}
	for _, want := range expect.Levels {
		if !reaches(s.Levels, want) {
			return provenance.LevelTooLow, fmt.Sprintf("%s is wanted, verified is %s", want, orNone(s.Levels))
		}
	}
	return provenance.OK, fmt.Sprintf("%s found that %s meets the policy: %s", s.Verifier, s.Resource, orNone(s.Levels))
}

// reaches says whether a level is among those that were verified, or a higher one of
// its track.
func reaches(verified []string, want string) bool {
	if slices.Contains(verified, want) {
		return true
	}
	track, n, is := split(want)
	return is && level(verified, track) >= n
}

// level is what was verified of a track, -1 for nothing. There should be one of a
// track; where there are two, the lower counts.
func level(verified []string, track string) int {
	lowest := -1
	for _, word := range verified {
		if of, n, is := split(word); is && of == track && (lowest < 0 || n < lowest) {
			lowest = n
		}
	}
	return lowest
}

// split takes SLSA_BUILD_LEVEL_3 apart. SLSA_BUILD_LEVEL_UNEVALUATED is no level.
func split(word string) (track string, n int, is bool) {
	rest, slsa := strings.CutPrefix(word, "SLSA_")
	track, number, found := strings.Cut(rest, "_LEVEL_")
	n, err := strconv.Atoi(number)
	return track, n, slsa && found && err == nil && n >= 0
}

func orNone(levels []string) string {
	if len(levels) == 0 {
		return "no level"
	}
	return strings.Join(levels, ", ")
}
