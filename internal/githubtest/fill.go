package githubtest

import (
	"github.com/getkin/kin-openapi/openapi3"
)

// fill completes a value as its schema demands: required properties that nobody
// stated get the plainest value that is valid. The many addresses and counters of
// GitHub's objects come from here.
func (s *Server) fill(schema *openapi3.Schema, value any) any {
	if schema == nil || value == nil {
		return value
	}
	if variants := append(schema.OneOf[:len(schema.OneOf):len(schema.OneOf)], schema.AnyOf...); len(variants) > 0 {
		return s.fillVariant(schema, variants, value)
	}
	for _, part := range schema.AllOf {
		value = s.fill(part.Value, value)
	}
	switch v := value.(type) {
	case []any:
		if schema.Items != nil {
			for i := range v {
				v[i] = s.fill(schema.Items.Value, v[i])
			}
		}
	case map[string]any:
		s.fillObject(schema, v)
	}
	return value
}

// fillVariant takes the first variant that the value can be completed to.
func (s *Server) fillVariant(schema *openapi3.Schema, variants openapi3.SchemaRefs, value any) any {
	for _, variant := range variants {
		if one, is := value.(map[string]any); is && schema.Discriminator != nil {
			named, _ := one[schema.Discriminator.PropertyName].(string)
			if mapped, is := schema.Discriminator.Mapping[named]; is && mapped.Ref != variant.Ref {
				continue // the value says that it is another one
			}
		}
		tried := s.fill(variant.Value, duplicate(value))
		if variant.Value.VisitJSON(tried) == nil {
			return tried
		}
	}
	if v, is := value.(map[string]any); is {
		s.fillObject(schema, v)
	}
	return value
}

func (s *Server) fillObject(schema *openapi3.Schema, v map[string]any) {
	for name, property := range schema.Properties {
		if stated, is := v[name]; is {
			v[name] = s.fill(property.Value, stated)
		}
	}
	for _, name := range schema.Required {
		if _, is := v[name]; is {
			continue // stated
		}
		if property := schema.Properties[name]; property != nil {
			v[name] = s.plain(property.Value, 0)
		}
	}
	if extra := schema.AdditionalProperties.Schema; extra != nil {
		for name, one := range v {
			if schema.Properties[name] == nil {
				v[name] = s.fill(extra.Value, one)
			}
		}
	}
}

// plain is the plainest valid value of a schema.
func (s *Server) plain(schema *openapi3.Schema, depth int) any {
	if schema.Nullable || depth > 6 {
		return nil
	}
	if len(schema.Enum) > 0 {
		return schema.Enum[0]
	}
	for _, variants := range []openapi3.SchemaRefs{schema.OneOf, schema.AnyOf} {
		if len(variants) > 0 {
			return s.plain(variants[0].Value, depth+1)
		}
	}
	switch {
	case schema.Type.Is("string"):
		return s.plainString(schema)
	case schema.Type.Is("integer"), schema.Type.Is("number"):
		if schema.Min != nil {
			return *schema.Min
		}
		return 0.0
	case schema.Type.Is("boolean"):
		return false
	case schema.Type.Is("array"):
		return []any{}
	}
	return s.fill(schema, map[string]any{})
}

func (s *Server) plainString(schema *openapi3.Schema) string {
	switch schema.Format {
	case "date-time":
		return stamp(epoch)
	case "uri":
		return "https://github.test/"
	}
	if schema.MinLength > 0 {
		return "0000000000000000000000000000000000000000"[:min(schema.MinLength, 40)]
	}
	return ""
}

// duplicate copies a value of encoding/json.
func duplicate(value any) any {
	switch v := value.(type) {
	case []any:
		all := make([]any, len(v))
		for i := range v {
			all[i] = duplicate(v[i])
		}
		return all
	case map[string]any:
		all := make(map[string]any, len(v))
		for name, one := range v {
			all[name] = duplicate(one)
		}
		return all
	}
	return value
}
