package gitlab

import (
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	lab "github.com/sealvet/sealvet/internal/gitlabtest"
)

// publicKey is a key as the host shows it; nobody has its other half.
const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f ada"

func TestSignatures(t *testing.T) {
	w := guarded(lab.Premium)
	w.Projects[0].Requests = nil
	commit := func(c lab.Commit) lab.Commit { c.Author, c.At = "1234-ada@users.noreply.127.0.0.1", day(20); return c }
	w.Projects[0].Commits = []lab.Commit{
		commit(lab.Commit{Signed: "verified", SSH: publicKey, SSHCreated: day(1)}),
		commit(lab.Commit{Signed: "verified_system", PGP: "AAAABBBBCCCCDDDD"}),
		commit(lab.Commit{Signed: "revoked_key", PGP: "8254AAB3FBD54AC9"}),
		commit(lab.Commit{Signed: "unknown_key", PGP: "not a key"}),
		commit(lab.Commit{Signed: "<b>", PGP: "8254AAB3FBD54AC0"}),
		commit(lab.Commit{}),
	}
	s := lab.Serve(t, w)
	h := one(t, options(s, s.Token(lab.Personal)))
	want := []evidence.Change{
		{Signed: "VALID", ByHost: evidence.No, Key: "of its owner"},
		{Signed: "VALID", ByHost: evidence.Yes},
		{Signed: "REVOKED_KEY", ByHost: evidence.No, Key: "8254aab3fbd54ac9"},
		{Signed: "UNKNOWN_KEY", ByHost: evidence.No},
		{Signed: "", ByHost: evidence.Unknown},
		{Signed: "UNSIGNED", ByHost: evidence.No},
	}
	for i, one := range h.Changes.Commits {
		if one.Signed != want[i].Signed || one.ByHost != want[i].ByHost || (one.Key == "") != (want[i].Key == "") {
			t.Errorf("commit %d: %s", i, shown(t, one))
		}
	}
	if len(h.Signers) != 2 || h.Signers[0].Login != "ada" || h.Signers[0].Revoked != evidence.Yes || !h.Signers[1].Created.Equal(day(1)) || h.Signers[1].Key != h.Changes.Commits[0].Key {
		t.Errorf("signers: %s", shown(t, h.Signers))
	}
	if len(h.Missing("signers")) != 1 { // of the unknown OpenPGP key
		t.Errorf("unseen: %v", h.Missing("signers"))
	}
}
