package workflow

import (
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// triggers reads on: in its three forms, an event, a list of events, and a
// mapping from events to their filters.
func (r *reader) triggers(root *doc.Node) []evidence.Trigger {
	on := root.Get("on")
	if on == nil {
		return nil
	}
	var all []evidence.Trigger
	switch on.Kind {
	case doc.Map:
		for event, filters := range on.All() {
			all = append(all, trigger(event, filters))
		}
	case doc.Null:
	default:
		for _, event := range on.Strings() {
			all = append(all, trigger(event, nil))
		}
	}
	return all
}

// trigger is one event. A schedule is a list of filters, all other events have
// one mapping or none.
func trigger(event text.Text, filters *doc.Node) evidence.Trigger {
	t := evidence.Trigger{Event: event.Value, At: event.At(), Filters: lists(filters)}
	for _, item := range filters.List() {
		t.Filters = append(t.Filters, lists(item)...)
	}
	return t
}

// inputs are those that a person or a calling workflow may set.
func inputs(on *doc.Node) []evidence.Input {
	var all []evidence.Input
	for _, event := range []string{"workflow_dispatch", "workflow_call"} {
		for name, input := range on.Get(event, "inputs").All() {
			all = append(all, evidence.Input{Event: event, Name: name.Value, Type: input.Get("type").String(), At: name.At()})
		}
	}
	return all
}

// permissions reads the block of a workflow or a job.
func permissions(parent *doc.Node) evidence.Permissions {
	field := parent.Field("permissions")
	if field == nil {
		return evidence.Permissions{}
	}
	p := evidence.Permissions{Declared: true, At: field.Name.At()}
	if field.Value.Kind == doc.Map {
		p.Scopes = variables(field.Value)
		return p
	}
	if value := located(field.Value); value.Value != "" {
		p.All, p.At = value.Value, value.At
	}
	return p
}
