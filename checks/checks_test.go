package checks_test

import (
	"testing"

	"github.com/sealvet/sealvet/checks"
	"github.com/sealvet/sealvet/internal/casetest"
)

func TestCases(t *testing.T) {
	casetest.Run(t, checks.All, "../testdata/checks")
}

func TestPages(t *testing.T) {
	casetest.RunPages(t, checks.All)
}
