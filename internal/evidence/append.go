package evidence

import "reflect"

// Append adds every slice of the part to the whole, and what stands alone (a
// history) where the whole has none. Going over the fields by reflection means
// that a new sort of evidence cannot be forgotten here.
func (s *Snapshot) Append(part *Snapshot) {
	into, from := reflect.ValueOf(s).Elem(), reflect.ValueOf(part).Elem()
	for i := range into.NumField() {
		switch field := into.Field(i); {
		case field.Kind() == reflect.Slice && from.Field(i).Len() > 0:
			field.Set(reflect.AppendSlice(field, from.Field(i)))
		case field.Kind() == reflect.Pointer && field.IsNil():
			field.Set(from.Field(i))
		}
	}
}
