package store

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Exact is implemented by types with a JSON of their own that keeps every value as it is: what is read back is
// the same to the last bit. A record whose fields JSON keeps need not be read back to know what was stored.
type Exact interface{ KeptByJSON() }

// kept reports whether a record is, to the last bit, what is read back from its JSON. It may say no of one that is:
// then somebody reads it back.
func kept[T any](rec *T) bool {
	return keeperOf(reflect.TypeFor[T]())(reflect.ValueOf(rec).Elem())
}

// A keeper reports whether JSON keeps a value, which must be addressable.
type keeper func(v reflect.Value) bool

// keepers holds the finished keepers by type.
var keepers sync.Map // reflect.Type → keeper

func keeperOf(t reflect.Type) keeper {
	if k, ok := keepers.Load(t); ok {
		return k.(keeper)
	}
	k := makeKeeper(t, map[reflect.Type]*keeper{})
	keepers.Store(t, k)
	return k
}

func always(reflect.Value) bool { return true }
func never(reflect.Value) bool  { return false }

// makeKeeper makes the keeper of a type. A type that leads back to itself finds the one that is being made in
// making.
func makeKeeper(t reflect.Type, making map[reflect.Type]*keeper) keeper {
	if k, ok := making[t]; ok {
		return func(v reflect.Value) bool { return (*k)(v) }
	}
	made := new(keeper)
	making[t] = made
	switch {
	case t == reflect.TypeFor[time.Time]():
		*made = keepsTime
	case t.Kind() != reflect.Pointer && t.Implements(reflect.TypeFor[Exact]()):
		*made = always
	case t.Kind() != reflect.Pointer && hasOwnJSON(t):
		*made = never
	default:
		*made = keeperOfKind(t, making)
	}
	delete(making, t)
	return *made
}

// hasOwnJSON reports whether a type says itself how it is written or read.
func hasOwnJSON(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(reflect.TypeFor[json.Marshaler]()) || p.Implements(reflect.TypeFor[json.Unmarshaler]()) ||
		p.Implements(reflect.TypeFor[encoding.TextMarshaler]()) || p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

func keeperOfKind(t reflect.Type, making map[reflect.Type]*keeper) keeper {
	switch t.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return always
	case reflect.String:
		return func(v reflect.Value) bool { return utf8.ValidString(v.String()) }
	case reflect.Pointer:
		inner := makeKeeper(t.Elem(), making)
		return func(v reflect.Value) bool { return v.IsNil() || inner(v.Elem()) }
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 { // written as base64
			return reflect.Value.IsNil
		}
		inner := makeKeeper(t.Elem(), making)
		return func(v reflect.Value) bool {
			for i := range v.Len() {
				if !inner(v.Index(i)) {
					return false
				}
			}
			return true
		}
	case reflect.Map:
		return mapKeeper(t, making)
	case reflect.Struct:
		return structKeeper(t, making)
	default:
		return never
	}
}

// keepsTime reports whether a time is in UTC and has no reading of the monotonic clock. Others come back in another
// place, or without that.
func keepsTime(v reflect.Value) bool {
	t := v.Addr().Interface().(*time.Time)
	return t.Location() == time.UTC && *t == t.Round(0)
}

func mapKeeper(t reflect.Type, making map[reflect.Type]*keeper) keeper {
	if t.Key().Kind() != reflect.String || hasOwnJSON(t.Key()) {
		return func(v reflect.Value) bool { return v.IsNil() }
	}
	inner := makeKeeper(t.Elem(), making)
	return func(v reflect.Value) bool {
		if v.Len() == 0 {
			return true
		}
		elem := reflect.New(t.Elem()).Elem() // what lies in a map has no address
		for it := v.MapRange(); it.Next(); {
			elem.SetIterValue(it)
			if !utf8.ValidString(it.Key().String()) || !inner(elem) {
				return false
			}
		}
		return true
	}
}

// keptField is a field of a struct, with what keeps it.
type keptField struct {
	index     int
	keeps     keeper
	emptyGone bool // omitempty leaves it out where it is an empty list or map
	zeroGone  bool // omitzero leaves it out where it says itself that it is zero
}

func structKeeper(t reflect.Type, making map[reflect.Type]*keeper) keeper {
	var fields []keptField
	names := map[string]bool{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		options := strings.Split(opts, ",")
		switch {
		case !f.IsExported() || slices.Contains(options, "string"):
			return never
		case f.Tag.Get("json") == "-":
			fields = append(fields, keptField{index: i, keeps: reflect.Value.IsZero})
			continue
		case f.Anonymous && name == "" && f.Type.Kind() != reflect.Struct:
			return never
		}
		k := keptField{index: i, keeps: makeKeeper(f.Type, making)}
		k.emptyGone = slices.Contains(options, "omitempty") && (f.Type.Kind() == reflect.Slice || f.Type.Kind() == reflect.Map)
		if slices.Contains(options, "omitzero") {
			k.zeroGone = reflect.PointerTo(f.Type).Implements(reflect.TypeFor[isZeroer]())
			k.keeps = orZero(k.keeps)
		}
		fields = append(fields, k)
		for _, name := range jsonNames(f, name) {
			if names[name] { // one hides the other, or both are left out
				return never
			}
			names[name] = true
		}
	}
	return func(v reflect.Value) bool {
		for i := range fields {
			if !fields[i].kept(v.Field(fields[i].index)) {
				return false
			}
		}
		return true
	}
}

// jsonNames lists the names that a field has in its struct's JSON: those of an embedded struct's fields too.
func jsonNames(f reflect.StructField, name string) []string {
	switch {
	case name != "":
		return []string{name}
	case !f.Anonymous:
		return []string{f.Name}
	}
	var out []string
	for i := range f.Type.NumField() {
		inner := f.Type.Field(i)
		if tag := inner.Tag.Get("json"); tag != "-" {
			name, _, _ := strings.Cut(tag, ",")
			out = append(out, jsonNames(inner, name)...)
		}
	}
	return out
}

type isZeroer interface{ IsZero() bool }

// orZero keeps the zero value, which is left out and read as itself.
func orZero(keeps keeper) keeper {
	return func(v reflect.Value) bool { return v.IsZero() || keeps(v) }
}

func (f *keptField) kept(v reflect.Value) bool {
	if f.emptyGone && v.Len() == 0 {
		return v.IsNil()
	}
	if f.zeroGone && !v.IsZero() && (v.Kind() == reflect.Pointer || v.Addr().Interface().(isZeroer).IsZero()) {
		return false
	}
	return f.keeps(v)
}
