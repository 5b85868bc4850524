package main

import (
	"io"

	"github.com/sealvet/sealvet/internal/access"
	"github.com/sealvet/sealvet/reports"
)

// accessSchema names the format.
const accessSchema = "sealvet/access/v1"

type accessDocument struct {
	Schema      string        `json:"schema"`
	Repository  string        `json:"repository"`
	Host        string        `json:"host"`
	Token       accessToken   `json:"token"`
	Requests    int           `json:"requests"`
	Open        int           `json:"open"` // checks that are not decided in full
	UnlocksMost string        `json:"unlocksMost,omitempty"`
	Checks      []accessCheck `json:"checks"`
	Rights      []accessRight `json:"rights"` // that are missing, the most useful first
}

type accessToken struct {
	Kind string `json:"kind"` // empty where there is none
	From string `json:"from,omitempty"`
}

type accessCheck struct {
	Check   string         `json:"check"`
	Decides access.Decides `json:"decides"`
	Missing []string       `json:"missing"`
	Else    []string       `json:"else,omitempty"`
	// Least is what each kind of token must have to decide the rest.
	Least map[access.Kind][]string `json:"least,omitempty"`
}

type accessRight struct {
	Name   string                 `json:"name"`
	Alone  int                    `json:"alone"`  // checks that it decides by itself
	Helped int                    `json:"helped"` // checks that need it and others
	For    map[access.Kind]string `json:"for"`
}

func writeAccessJSON(w io.Writer, found *accessFound) error {
	d := accessDocument{
		Schema: accessSchema, Repository: found.Repository, Host: found.Host, Token: accessToken{found.Kind, found.From},
		Requests: found.Requests, Open: access.Open(found.Rows), Checks: []accessCheck{}, Rights: []accessRight{},
	}
	for _, row := range found.Rows {
		d.Checks = append(d.Checks, newAccessCheck(row))
	}
	for i, gain := range access.Gains(found.Rows) {
		if i == 0 {
			d.UnlocksMost = gain.Right
		}
		right, _ := access.Find(gain.Right)
		one := accessRight{gain.Right, gain.Alone, gain.Helped, make(map[access.Kind]string)}
		for _, kind := range access.Kinds {
			one.For[kind] = right.For(kind)
		}
		d.Rights = append(d.Rights, one)
	}
	return reports.EncodeJSON(w, d)
}

func newAccessCheck(row access.Row) accessCheck {
	one := accessCheck{Check: row.Check.ID, Decides: row.Decides, Missing: append([]string{}, row.Missing...), Else: row.Else}
	if len(row.Missing) > 0 {
		one.Least = make(map[access.Kind][]string)
		for _, kind := range access.Kinds {
			one.Least[kind] = leastFor(row, kind)
		}
	}
	return one
}
