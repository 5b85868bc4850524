package sigstore

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

// maxClaimed is how many subjects of a statement a verdict repeats.
const maxClaimed = 1000

// inTotoPayload is the payload type of an envelope that holds a statement.
const inTotoPayload = "application/vnd.in-toto+json"

// A statement is an in-toto statement, of version 0.1 or 1.
type statement struct {
	predicateType string
	subjects      []evidence.ClaimedSubject
	predicate     json.RawMessage
}

func parseStatement(payload []byte) (statement, error) {
	members, err := object(payload)
	if err != nil {
		return statement{}, fmt.Errorf("read in-toto statement: %w", err)
	}
	if kind := text(members, "_type"); !strings.HasPrefix(kind, "https://in-toto.io/Statement/v") {
		return statement{}, fmt.Errorf("read in-toto statement: unknown type %q", kind)
	}
	said := statement{predicateType: text(members, "predicateType"), predicate: members["predicate"]}
	if said.predicateType == "" {
		return statement{}, errors.New("read in-toto statement: it names no predicate type")
	}
	var subjects []json.RawMessage
	if err := json.Unmarshal(members["subject"], &subjects); err != nil {
		return statement{}, fmt.Errorf("read in-toto statement: subjects: %w", err)
	}
	for _, raw := range subjects {
		subject, err := parseSubject(raw)
		if err != nil {
			return statement{}, fmt.Errorf("read in-toto statement: subject: %w", err)
		}
		said.subjects = append(said.subjects, subject)
	}
	return said, nil
}

func parseSubject(raw []byte) (evidence.ClaimedSubject, error) {
	members, err := object(raw)
	if err != nil {
		return evidence.ClaimedSubject{}, err
	}
	subject := evidence.ClaimedSubject{Name: text(members, "name")}
	if subject.Name == "" {
		subject.Name = text(members, "uri") // a resource descriptor may have only this
	}
	if len(members["digest"]) == 0 {
		return subject, nil // names something without saying its content: it will cover nothing
	}
	digests, err := object(members["digest"])
	if err != nil {
		return evidence.ClaimedSubject{}, err
	}
	for algorithm := range digests {
		subject.Digests = append(subject.Digests, evidence.Digest{Algorithm: algorithm, Value: strings.ToLower(text(digests, algorithm))})
	}
	slices.SortFunc(subject.Digests, func(a, b evidence.Digest) int { return strings.Compare(a.Algorithm, b.Algorithm) })
	return subject, nil
}

// tell writes what the statement says into the claims. Of very many subjects it
// keeps the artifact's own and the first ones.
func (s statement) tell(claims *evidence.Claims, artifact provenance.Subject) {
	claims.PredicateType = s.predicateType
	claims.Subjects = s.subjects
	if len(s.subjects) > maxClaimed {
		claims.Subjects = slices.Clone(s.subjects[:maxClaimed])
		if i := provenance.Covering(s.subjects, artifact); i >= maxClaimed {
			claims.Subjects[maxClaimed-1] = s.subjects[i]
		}
	}
	origin := s.origin()
	claims.Builder, claims.BuildType = origin.builder, origin.buildType
	claims.ClaimedSource, claims.ClaimedCommit, claims.ClaimedRef = origin.source, origin.commit, origin.ref
}
