package text

import (
	"fmt"
	"io"

	"github.com/sealvet/sealvet/internal/provenance"
)

// Chains writes the way from what users are told to what they get, and to the proof
// of where it comes from: a paragraph for each thing that is published.
func Chains(w io.Writer, chains []provenance.Chain, style Style) error {
	p := &printer{w: w, style: style}
	p.chains(chains, true)
	return p.err
}

var stateColors = map[provenance.LinkState]string{provenance.Holds: green, provenance.Broken: red, provenance.Unclear: yellow}

// fewChains is how many a report of a scan shows with all their links; of more it
// shows the links that do not hold.
const fewChains = 8

func (p *printer) chains(chains []provenance.Chain, whole bool) {
	if len(chains) == 0 {
		return
	}
	p.heading("what is published")
	var told map[provenance.Link]bool
	for i, chain := range chains {
		if i == 0 || chain.Entry == "" || chain.Entry != chains[i-1].Entry {
			told = make(map[provenance.Link]bool) // what all packages of an entry share is told with the first
		}
		title := show(chain.Artifact)
		if chain.Entry != "" {
			title += ", offered as " + show(chain.Entry)
		}
		if !whole && chain.State == provenance.Holds {
			title += ": " + p.paint(green, "ok")
		}
		p.wrapped("  ", 2, title)
		for _, link := range chain.Links {
			if told[link] || !whole && link.State == provenance.Holds {
				continue
			}
			told[link] = true
			start := "    " + p.paint(stateColors[link.State], fmt.Sprintf("%-7s", link.State)) + "  "
			p.wrapped(start, 4+7+2, show(fmt.Sprintf("%s -> %s: %s", link.From, link.To, link.Reason)))
		}
	}
}
