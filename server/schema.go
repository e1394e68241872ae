package server

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"callout/internal/fault"

	"github.com/google/uuid"
)

// schemas makes JSON schemas of Go types, as encoding/json writes them. Named structs become components.
type schemas struct {
	names map[reflect.Type]string
	made  map[string]any
}

func newSchemas() *schemas { return &schemas{names: map[reflect.Type]string{}, made: map[string]any{}} }

var (
	typeTime    = reflect.TypeFor[time.Time]()
	typeUUID    = reflect.TypeFor[uuid.UUID]()
	typeRaw     = reflect.TypeFor[json.RawMessage]()
	typeFault   = reflect.TypeFor[fault.Error]()
	jsonMarshal = reflect.TypeFor[json.Marshaler]()
	textMarshal = reflect.TypeFor[encoding.TextMarshaler]()
)

// of returns the schema of a type, or a reference to it.
func (s *schemas) of(t reflect.Type) map[string]any {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == typeTime:
		return map[string]any{"type": "string", "format": "date-time"}
	case t == typeUUID:
		return map[string]any{"type": "string", "format": "uuid"}
	case t == typeRaw:
		return map[string]any{}
	case t != typeFault && (t.Implements(jsonMarshal) || reflect.PointerTo(t).Implements(jsonMarshal)):
		return s.marshaled(t)
	case t != typeFault && (t.Implements(textMarshal) || reflect.PointerTo(t).Implements(textMarshal)):
		return map[string]any{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return map[string]any{"type": "integer"}
	case reflect.Float32, reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return map[string]any{"type": []string{"string", "null"}, "contentEncoding": "base64"}
		}
		return map[string]any{"type": []string{"array", "null"}, "items": s.of(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": []string{"object", "null"}, "additionalProperties": s.of(t.Elem())}
	case reflect.Struct:
		return s.named(t)
	}
	return map[string]any{}
}

// marshaled is the schema of a type that writes itself: its empty value shows of which kind it is.
func (s *schemas) marshaled(t reflect.Type) map[string]any {
	text, err := json.Marshal(reflect.New(t).Interface())
	if err == nil && len(text) > 0 && text[0] == '"' {
		return map[string]any{"type": "string"}
	}
	return map[string]any{}
}

// named makes a struct a component and refers to it.
func (s *schemas) named(t reflect.Type) map[string]any {
	if t.Name() == "" {
		return s.object(t)
	}
	name, known := s.names[t]
	if !known {
		name = componentName(t)
		s.names[t] = name
		s.made[name] = map[string]any{} // for types that have themselves in them
		s.made[name] = s.object(t)
	}
	return map[string]any{"$ref": "#/components/schemas/" + name}
}

// componentName is the type's name, with its package where that is not the server's own.
func componentName(t reflect.Type) string {
	path := strings.Split(t.PkgPath(), "/")
	name := strings.NewReplacer("[", "Of", "]", "", ".", "", "/", "", "*", "").Replace(t.Name())
	if room := path[len(path)-1]; room != "server" {
		return strings.ToUpper(room[:1]) + room[1:] + strings.ToUpper(name[:1]) + name[1:]
	}
	return name
}

// object is the schema of a struct, with what is embedded in it.
func (s *schemas) object(t reflect.Type) map[string]any {
	fields := map[string]any{}
	var needed []string
	s.fields(t, fields, &needed)
	out := map[string]any{"type": "object", "properties": fields, "additionalProperties": false}
	if len(needed) > 0 {
		out["required"] = needed
	}
	return out
}

func (s *schemas) fields(t reflect.Type, into map[string]any, needed *[]string) {
	for f := range fieldsOf(t) {
		tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if tag == "-" || !f.IsExported() {
			continue
		}
		if f.Anonymous && tag == "" && f.Type.Kind() == reflect.Struct {
			s.fields(f.Type, into, needed)
			continue
		}
		if tag == "" {
			tag = f.Name
		}
		into[tag] = s.nullable(f.Type)
		if !strings.Contains(options, "omitempty") && !strings.Contains(options, "omitzero") {
			*needed = append(*needed, tag)
		}
	}
}

// nullable is the schema of a field, which is null where it is a nil pointer.
func (s *schemas) nullable(t reflect.Type) map[string]any {
	one := s.of(t)
	if t.Kind() != reflect.Pointer || len(one) == 0 {
		return one
	}
	return map[string]any{"oneOf": []any{one, map[string]any{"type": "null"}}}
}

func fieldsOf(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}
