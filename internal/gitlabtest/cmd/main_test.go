package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

func TestItServesUntilItIsInterrupted(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var out bytes.Buffer
	if err := run(ctx, []string{"--plan", "free"}, &out); err != nil || !strings.Contains(out.String(), "/api/v4") {
		t.Errorf("%v: %s", err, out.String())
	}
	if err := run(ctx, []string{"--plan", "gold"}, &out); err == nil {
		t.Error("serves a plan that there is not")
	}
}
