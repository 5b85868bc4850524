package access

import (
	"fmt"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

// deployKey is what people call a key: by its number, since titles may be the same,
// and its title.
func deployKey(key evidence.DeployKey) string {
	if key.Title == "" {
		return "deploy key " + key.ID
	}
	return fmt.Sprintf("deploy key %s (%s)", key.ID, key.Title)
}

// someDeployKey stands for it before the public.
const someDeployKey = "a deploy key"

// expired keys open nothing any more.
func expired(key evidence.DeployKey, now time.Time) bool {
	return !key.Expires.IsZero() && !now.IsZero() && !now.Before(key.Expires)
}
