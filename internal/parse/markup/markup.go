// Package markup reads XML into a tree with positions.
//
// It knows the grammar of XML. It must not know any schema: that is for the
// readers of the tree.
package markup

import (
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Element is one element. All its methods may be called on nil.
type Element struct {
	Name     string // without its namespace
	Attrs    []Attr
	Children []*Element
	Text     text.Text // what stands inside without white space at its ends; zero where elements stand inside
	Tag      text.Text // the start tag as it is written
}

// Attr is one attribute.
type Attr struct {
	Name  string
	Value text.Text
}

// maxDepth is deeper than any build file; it keeps a hostile one off the stack
// of those who walk the tree.
const maxDepth = 200

// Read gives the root element. On broken input it holds what stands before the
// break.
func Read(src *text.Source) (*Element, error) {
	decoder := xml.NewDecoder(strings.NewReader(src.String()))
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	root := &Element{}
	open := []*Element{root}
	inner := []int{0} // where the content of each open element begins
	for {
		start := int(decoder.InputOffset())
		token, err := decoder.RawToken()
		end := int(decoder.InputOffset())
		if errors.Is(err, io.EOF) {
			if len(open) > 1 {
				return root.first(), src.Errorf(src.Len(), src.Len(), "<%s> is not closed", open[len(open)-1].Name)
			}
			return root.first(), nil
		}
		if err != nil {
			return root.first(), src.Errorf(min(start, src.Len()), min(max(start, end), src.Len()), "%s", message(err))
		}
		last := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			if len(open) > maxDepth {
				return root.first(), src.Errorf(start, end, "nested more than %d levels deep", maxDepth)
			}
			child := &Element{Name: token.Name.Local, Tag: src.Text(start, end)}
			child.Attrs = attributes(child.Tag, token.Attr)
			last.Children = append(last.Children, child)
			open, inner = append(open, child), append(inner, end)
		case xml.EndElement:
			if len(open) == 1 || last.Name != token.Name.Local {
				return root.first(), src.Errorf(start, end, "</%s> closes nothing", token.Name.Local)
			}
			if len(last.Children) == 0 {
				last.Text = plain(src.Text(inner[len(inner)-1], start))
			}
			open, inner = open[:len(open)-1], inner[:len(inner)-1]
		}
	}
}

func (e *Element) first() *Element {
	if len(e.Children) == 0 {
		return nil
	}
	return e.Children[0]
}

// message is the decoder's complaint without its own line count.
func message(err error) string {
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		return syntax.Msg
	}
	return err.Error()
}

// attributes finds each value in the tag as it is written; the decoder tells
// only what they are.
func attributes(tag text.Text, known []xml.Attr) []Attr {
	var all []Attr
	rest := tag
	for _, attr := range known {
		_, after, found := rest.Cut("=")
		after = after.TrimSpace()
		if !found || after.Value == "" || !strings.Contains(`"'`, after.Value[:1]) {
			break
		}
		value, left, _ := after.Slice(1, len(after.Value)).Cut(after.Value[:1])
		all, rest = append(all, Attr{attr.Name.Local, unescaped(value)}), left
	}
	return all
}

// plain is the text between two tags, without comments around it.
func plain(t text.Text) text.Text {
	t = t.TrimSpace()
	for strings.HasPrefix(t.Value, "<!--") {
		_, after, closed := t.Cut("-->")
		if !closed {
			break
		}
		t = after.TrimSpace()
	}
	if inner, cdata := strings.CutPrefix(t.Value, "<![CDATA["); cdata && strings.HasSuffix(inner, "]]>") {
		return t.Slice(len(t.Value)-len(inner), len(t.Value)-len("]]>"))
	}
	before, _, _ := t.Cut("<!--")
	return unescaped(before.TrimSpace())
}

var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&amp;", "&")

func unescaped(t text.Text) text.Text {
	if !strings.Contains(t.Value, "&") {
		return t
	}
	var b text.Builder
	b.Append(entities.Replace(t.Value), t)
	return b.Text()
}

// Attr is the value of an attribute, whatever the case of its name; zero where
// it has none.
func (e *Element) Attr(name string) text.Text {
	if e == nil {
		return text.Text{}
	}
	for _, attr := range e.Attrs {
		if strings.EqualFold(attr.Name, name) {
			return attr.Value
		}
	}
	return text.Text{}
}

// Get follows a path of names to the first such element, or nil.
func (e *Element) Get(path ...string) *Element {
	for _, name := range path {
		var next *Element
		for child := range e.All(name) {
			next = child
			break
		}
		if next == nil {
			return nil
		}
		e = next
	}
	return e
}

// All yields the children of that name, whatever its case.
func (e *Element) All(name string) iter.Seq[*Element] {
	return func(yield func(*Element) bool) {
		if e == nil {
			return
		}
		for _, child := range e.Children {
			if strings.EqualFold(child.Name, name) && !yield(child) {
				return
			}
		}
	}
}

// Elements is Children, and none for nil.
func (e *Element) Elements() []*Element {
	if e == nil {
		return nil
	}
	return e.Children
}

// Content is the text inside, zero for nil.
func (e *Element) Content() text.Text {
	if e == nil {
		return text.Text{}
	}
	return e.Text
}

// At is the place of the start tag.
func (e *Element) At() evidence.Location {
	if e == nil {
		return evidence.Location{}
	}
	return e.Tag.At()
}
