package trust

import (
	"errors"
	"net/http"
	"testing"
)

// refuse is a transport that nobody may use.
type refuse struct{ t *testing.T }

func (r refuse) RoundTrip(request *http.Request) (*http.Response, error) {
	r.t.Errorf("dialled %s", request.URL)
	return nil, errors.New("dialled")
}
