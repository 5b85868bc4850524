package second

import (
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify/second/wire"
)

// consistent says whether verdict and class of a reply mean the same: only ok
// passes, and only what accuses fails.
func consistent(reply wire.Reply) bool {
	class := evidence.ProofClass(reply.Class)
	if !slices.Contains(provenance.Classes(), class) {
		return false
	}
	outcome := provenance.OutcomeOf(class)
	switch reply.Verdict {
	case wire.Pass:
		return class == provenance.OK && reply.Limit == ""
	case wire.Fail:
		return outcome == provenance.Fail
	case wire.CannotJudge:
		return outcome == provenance.Undetermined
	case wire.Error:
		return outcome == provenance.Undetermined || class == provenance.RootInvalid
	}
	return false
}

func opinionOf(reply wire.Reply) evidence.SecondOpinion {
	opinion := evidence.SecondOpinion{Engine: engineName(reply), Class: evidence.ProofClass(reply.Class), Detail: plain(reply.Detail)}
	switch reply.Verdict {
	case wire.Pass:
		opinion.Detail = plain(strings.Join(reply.Notes, "; ")) // who built what is in the claims; this is what a pass leaves open
	case wire.CannotJudge:
		if reply.Limit != "" {
			opinion.Detail = string(reply.Limit) + ": " + opinion.Detail
		}
	case wire.Error:
		opinion.Class = provenance.ToolError // whatever it stumbled over, it accuses nobody
	case wire.Fail:
	}
	return opinion
}

// failure is the opinion of a verifier that could not be asked.
func failure(err error) evidence.SecondOpinion {
	opinion := evidence.SecondOpinion{Engine: wire.Engine, Class: provenance.ToolError}
	switch {
	case errors.Is(err, errMissing):
		opinion.Class, opinion.Detail = provenance.EngineUnavailable, plain(err.Error())
	case errors.Is(err, errTooLarge):
		opinion.Class, opinion.Detail = provenance.CannotJudge, plain(err.Error())
	default:
		opinion.Detail = plain("the second verifier gave no verdict: " + err.Error())
	}
	return opinion
}

// cannot is the opinion on what it is known not to read.
func cannot(why string) evidence.SecondOpinion {
	return evidence.SecondOpinion{Engine: wire.Engine, Class: provenance.CannotJudge, Detail: why}
}

func engineName(reply wire.Reply) string {
	if rest, is := strings.CutPrefix(reply.Engine, "slsa-verifier "); is && len(rest) < 64 {
		return plain(reply.Engine)
	}
	return wire.Engine
}

// plain keeps what a program, or a proof through it, makes us print to one line of
// harmless characters.
func plain(text string) string {
	const most = 1000
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "..."
	}
	return strings.TrimSpace(text)
}
