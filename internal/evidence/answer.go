package evidence

import "fmt"

// Answer is yes, no, or unknown. The zero value is Unknown, so that what nobody
// asked is never taken for good. Read it with a switch that writes out all three.
type Answer uint8

const (
	Unknown Answer = iota
	No
	Yes
)

// Known turns a fact into an Answer.
func Known(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}

func (a Answer) String() string {
	switch a {
	case Yes:
		return "yes"
	case No:
		return "no"
	}
	return "unknown"
}

func (a Answer) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

func (a *Answer) UnmarshalText(text []byte) error {
	switch string(text) {
	case "yes":
		*a = Yes
	case "no":
		*a = No
	case "unknown":
		*a = Unknown
	default:
		return fmt.Errorf("answer %q is none of yes, no, unknown", text)
	}
	return nil
}
