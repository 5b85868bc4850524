package requirement

import (
	"strconv"
	"strings"

	"deps.dev/util/semver"

	"github.com/sealvet/sealvet/internal/evidence"
)

// classifyPyPI takes what stands behind the name, or behind name[extras]:
// specifiers of PEP 440, a direct reference of PEP 508, or Poetry's shorter
// forms. A marker behind ; plays no part.
func classifyPyPI(specifier string) evidence.Class {
	specifier = withoutMarker(specifier)
	if address, direct := strings.CutPrefix(specifier, "@"); direct {
		return classifyReference(strings.TrimSpace(address))
	}
	switch {
	case strings.Contains(specifier, "://"), hasPrefix(specifier, "file:", "./", "../", "/"):
		return classifyReference(specifier)
	case strings.HasPrefix(specifier, "==="):
		return evidence.Exact // compared as text: one version or none
	}
	widest := evidence.Class("")
	alternatives := alternativesOf(specifier)
	for _, alternative := range alternatives {
		class := classifyVersions(semver.PyPI, asPEP440(alternative))
		switch {
		case class == "":
			return ""
		case class == evidence.Unbounded:
			return evidence.Unbounded
		case len(alternatives) > 1:
			widest = evidence.Range
		default:
			widest = class
		}
	}
	return widest
}

func satisfiesPyPI(specifier, version string) evidence.Answer {
	specifier = withoutMarker(specifier)
	if text, same := strings.CutPrefix(specifier, "==="); same {
		return evidence.Known(strings.EqualFold(strings.TrimSpace(text), version))
	}
	if !strings.Contains(specifier, "+") {
		version, _, _ = strings.Cut(version, "+") // PEP 440: a local label counts only where both have one
	}
	answer := evidence.No
	for _, alternative := range alternativesOf(specifier) {
		switch matches(semver.PyPI, asPEP440(alternative), version) {
		case evidence.Yes:
			return evidence.Yes
		case evidence.Unknown:
			answer = evidence.Unknown
		case evidence.No:
		}
	}
	return answer
}

// classifyReference judges the address of a direct reference.
func classifyReference(address string) evidence.Class {
	switch {
	case hasPrefix(address, "git+", "git:", "ssh:"), strings.HasSuffix(address, ".git"):
		return evidence.Git
	case hasPrefix(address, "file:", ".", "/"):
		return evidence.PathClass
	}
	return evidence.URL
}

func withoutMarker(specifier string) string {
	specifier, _, _ = strings.Cut(specifier, ";")
	specifier = strings.TrimSpace(specifier)
	if strings.HasPrefix(specifier, "(") && strings.HasSuffix(specifier, ")") {
		specifier = strings.TrimSpace(specifier[1 : len(specifier)-1])
	}
	return specifier
}

// alternativesOf splits Poetry's ^1 || ^2; plain PEP 440 has one.
func alternativesOf(specifier string) []string {
	return strings.Split(strings.ReplaceAll(specifier, "||", "|"), "|")
}

// asPEP440 turns Poetry's ^1.2, ~1.2, 1.* and 1.2 into PEP 440, and leaves
// PEP 440 as it is.
func asPEP440(specifier string) string {
	var parts []string
	for part := range strings.SplitSeq(specifier, ",") {
		part = strings.TrimSpace(part)
		switch {
		case part == "" || part == "*":
			// nothing asked
		case strings.HasPrefix(part, "^"):
			parts = append(parts, upTo(part[1:], caret))
		case strings.HasPrefix(part, "~") && !strings.HasPrefix(part, "~="):
			parts = append(parts, upTo(part[1:], tilde))
		case part[0] >= '0' && part[0] <= '9':
			parts = append(parts, "=="+part)
		default:
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ",")
}

// caret lets everything move right of the first number that is not 0.
func caret(numbers []int) int {
	for i, n := range numbers {
		if n != 0 {
			return i
		}
	}
	return len(numbers) - 1
}

// tilde lets the patch move, or the minor where no patch is given.
func tilde(numbers []int) int { return min(1, len(numbers)-1) }

// upTo writes >=version,<next, where next raises the number that fixed points at.
func upTo(version string, fixed func([]int) int) string {
	version = strings.TrimSpace(version)
	var numbers []int
	for part := range strings.SplitSeq(version, ".") {
		digits := len(part) - len(strings.TrimLeft(part, "0123456789"))
		n, err := strconv.Atoi(part[:digits])
		if err != nil {
			break
		}
		numbers = append(numbers, n)
		if digits < len(part) {
			break // 1.2rc1: what follows is no release number
		}
	}
	if len(numbers) == 0 {
		return "^" + version // unreadable, and the parser will say so
	}
	last := fixed(numbers)
	next := make([]string, 0, last+1)
	for _, n := range numbers[:last] {
		next = append(next, strconv.Itoa(n))
	}
	next = append(next, strconv.Itoa(numbers[last]+1))
	return ">=" + version + ",<" + strings.Join(next, ".")
}
