package github

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/sealvet/sealvet/internal/collect/web"
)

// App is a GitHub App that asks: its id (or client id), its private key as PEM, and
// the number of its installation, 0 to look it up by the repository.
type App struct {
	ID           string
	Key          []byte
	Installation int64
}

// String keeps the key out of logs.
func (a App) String() string { return "app " + a.ID }

// GoString keeps the key out of logs.
func (a App) GoString() string { return a.String() }

// early is how long before its end a token of an installation is made anew: it has to
// live through one request with all its tries.
const early = 5 * time.Minute

// installation makes tokens of an App's installation, for the one repository, and new
// ones before they end.
type installation struct {
	*client
	lock    sync.Mutex
	key     *rsa.PrivateKey
	number  int64
	value   string
	ends    time.Time
	may     map[string]string
	renewed int
}

func newInstallation(c *client) *installation {
	return &installation{client: c, number: c.options.App.Installation}
}

func (i *installation) granted() map[string]string {
	i.lock.Lock()
	defer i.lock.Unlock()
	return i.may
}

// renew drops the token, a few times in a run.
func (i *installation) renew() bool {
	i.lock.Lock()
	defer i.lock.Unlock()
	i.value = ""
	i.renewed++
	return i.renewed <= 3
}

func (i *installation) token(ctx context.Context) (string, error) {
	i.lock.Lock()
	defer i.lock.Unlock()
	if i.value != "" && i.options.Now().Add(early).Before(i.ends) {
		return i.value, nil
	}
	if err := i.refresh(ctx); err != nil {
		var final *Unfinished
		if errors.As(err, &final) {
			return "", i.stop(final)
		}
		return "", i.stop(&Unfinished{
			Reason: fmt.Sprintf("%s gives no token for the app %s: %v", i.api.Host, short(i.options.App.ID), err),
			Advice: "Look at the id of the app, its key, and whether it is installed with the repository.",
			err:    err,
		})
	}
	return i.value, nil
}

func (i *installation) refresh(ctx context.Context) error {
	if i.number == 0 {
		var found struct {
			ID int64 `json:"id"`
		}
		path := "repos/" + url.PathEscape(i.options.Owner) + "/" + url.PathEscape(i.options.Name) + "/installation"
		if err := i.ask(ctx, http.MethodGet, path, nil, &found); err != nil {
			return fmt.Errorf("find its installation: %w", err)
		}
		i.number = found.ID
	}
	body, err := json.Marshal(map[string]any{"repositories": []string{i.options.Name}})
	if err != nil {
		return err
	}
	var made struct {
		Token       string            `json:"token"`
		Ends        time.Time         `json:"expires_at"`
		Permissions map[string]string `json:"permissions"`
	}
	if err := i.ask(ctx, http.MethodPost, fmt.Sprintf("app/installations/%d/access_tokens", i.number), body, &made); err != nil {
		return err
	}
	if made.Token == "" {
		return errors.New("the answer holds no token")
	}
	if made.Permissions == nil {
		made.Permissions = map[string]string{}
	}
	i.value, i.ends, i.may = made.Token, made.Ends, made.Permissions
	return nil
}

// ask is a request of the App itself, with a JWT of nine minutes.
func (i *installation) ask(ctx context.Context, method, path string, body []byte, into any) error {
	if err := i.charge(ctx); err != nil {
		return err
	}
	signed, err := i.jwt()
	if err != nil {
		return err
	}
	answer, err := i.options.Client.Do(ctx, web.Request{
		URL: i.api.String() + path, Method: method, Body: body, Accept: "application/vnd.github+json", Max: 1 << 20,
		Header: http.Header{"X-Github-Api-Version": {"2022-11-28"}},
		Token:  web.Token{Host: i.api.Host, Value: signed}, Safe: true, // a second token does no harm
	})
	if err != nil {
		if answer != nil && message(answer.Body) != "" {
			return fmt.Errorf("%w: %s", err, message(answer.Body))
		}
		return err
	}
	return json.Unmarshal(answer.Body, into)
}

func (i *installation) jwt() (string, error) {
	if i.key == nil {
		key, err := jwt.ParseRSAPrivateKeyFromPEM(i.options.App.Key)
		if err != nil {
			return "", errors.New("its key is no RSA private key as PEM")
		}
		i.key = key
	}
	now := i.options.Now()
	return jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.RegisteredClaims{
		Issuer:    i.options.App.ID,
		IssuedAt:  jwt.NewNumericDate(now.Add(-time.Minute)), // clocks differ
		ExpiresAt: jwt.NewNumericDate(now.Add(9 * time.Minute)),
	}).SignedString(i.key)
}

// allows says whether permissions hold one of those wanted: "administration:read";
// write holds read.
func allows(granted map[string]string, wanted ...string) bool {
	return slices.ContainsFunc(wanted, func(one string) bool {
		name, level, _ := strings.Cut(one, ":")
		have := granted[name]
		return have == level || have == "admin" || have == "write" && level == "read"
	})
}
