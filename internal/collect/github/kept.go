package github

import (
	"encoding/json"
	"time"

	"github.com/sealvet/sealvet/internal/collect/web"
)

// keepFor is how long what was looked up about others is believed without asking again.
const keepFor = 24 * time.Hour

// kept is a look-up about others in the cache of the machine.
type kept[T any] struct {
	At    time.Time `json:"at"`
	Value T         `json:"value"`
}

// recall finds a look-up that is fresh enough.
func recall[T any](c *client, name string) (T, bool) {
	var one kept[T]
	raw, is := c.cache().Load(name)
	if !is || json.Unmarshal(raw, &one) != nil {
		var none T
		return none, false
	}
	age := c.options.Now().Sub(one.At)
	return one.Value, age >= 0 && age < keepFor
}

func keep[T any](c *client, name string, value T) {
	if raw, err := json.Marshal(kept[T]{c.options.Now(), value}); err == nil {
		c.cache().Store(name, raw)
	}
}

func (c *client) cache() *web.Cache { return c.options.Client.Cache() }
