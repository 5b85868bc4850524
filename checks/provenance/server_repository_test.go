package provenance

import "testing"

func TestPlace(t *testing.T) {
	for address, want := range map[string][2]string{
		"https://github.com/acme/weather":                    {"github.com", "acme/weather"},
		"https://GitHub.com/acme/weather.git":                {"github.com", "acme/weather"},
		"git+https://github.com/acme/weather.git#readme":     {"github.com", "acme/weather"},
		"https://www.github.com/acme/weather/tree/main/src":  {"github.com", "acme/weather"},
		"git@github.com:acme/weather.git":                    {"github.com", "acme/weather"},
		"ssh://git@gitlab.example.com/group/sub/weather.git": {"gitlab.example.com", "group/sub/weather"},
		"https://github.com/acme":                            {"github.com", ""},
		"acme/weather":                                       {"", ""},
		"":                                                   {"", ""},
	} {
		if host, full := place(address); host != want[0] || full != want[1] {
			t.Errorf("%q is %q %q, want %q", address, host, full, want)
		}
	}
}
