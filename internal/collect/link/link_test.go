package link

import (
	"context"
	"errors"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

func TestAllEndsBetweenPasses(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer func(all []func(*evidence.Snapshot)) { passes = all }(passes)
	passes = []func(*evidence.Snapshot){
		func(*evidence.Snapshot) { cancel() },
		func(*evidence.Snapshot) { t.Error("a pass runs after the context has ended") },
	}
	if err := All(ctx, new(evidence.Snapshot)); !errors.Is(err, context.Canceled) {
		t.Errorf("All says %v, not that it was interrupted", err)
	}
}
