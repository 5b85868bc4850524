package evidence

import "reflect"

// Append adds every slice of the part to the whole. Going over the fields by
// reflection means that a new sort of evidence cannot be forgotten here.
func (s *Snapshot) Append(part *Snapshot) {
	into, from := reflect.ValueOf(s).Elem(), reflect.ValueOf(part).Elem()
	for i := range into.NumField() {
		if field := into.Field(i); field.Kind() == reflect.Slice && from.Field(i).Len() > 0 {
			field.Set(reflect.AppendSlice(field, from.Field(i)))
		}
	}
}
