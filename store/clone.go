package store

import (
	"reflect"
	"sync"
)

// clone copies a record so that nothing which can be set in the copy is seen in the
// original: what exported fields point to is copied with them. Unexported fields are shared; the types that
// have them (times, decimals) do not change what lies behind them.
func clone[T any](rec *T) *T {
	out := *rec
	if copies := copierOf(reflect.TypeFor[T]()); copies != nil {
		copies(reflect.ValueOf(&out).Elem())
	}
	return &out
}

// A copier gives a value that was copied flatly its own copies of what it points to.
type copier func(v reflect.Value)

// copiers holds the finished copiers by type; nil for a type that points to nothing.
var copiers sync.Map // reflect.Type → copier

func copierOf(t reflect.Type) copier {
	if c, ok := copiers.Load(t); ok {
		return c.(copier)
	}
	c := makeCopier(t, map[reflect.Type]*copier{})
	copiers.Store(t, c)
	return c
}

// makeCopier makes the copier of a type. A type that leads back to itself finds the one that is
// being made in making.
func makeCopier(t reflect.Type, making map[reflect.Type]*copier) copier {
	if c, ok := making[t]; ok {
		return func(v reflect.Value) {
			if *c != nil {
				(*c)(v)
			}
		}
	}
	made := new(copier)
	making[t] = made
	switch t.Kind() {
	case reflect.Pointer:
		*made = copyPointer(t, making)
	case reflect.Slice:
		*made = copySlice(t, making)
	case reflect.Map:
		*made = copyMap(t, making)
	case reflect.Interface:
		*made = copyInterface
	case reflect.Struct:
		*made = copyStruct(t, making)
	}
	delete(making, t)
	return *made
}

func copyPointer(t reflect.Type, making map[reflect.Type]*copier) copier {
	inner := makeCopier(t.Elem(), making)
	return func(v reflect.Value) {
		if v.IsNil() {
			return
		}
		p := reflect.New(t.Elem())
		p.Elem().Set(v.Elem())
		if inner != nil {
			inner(p.Elem())
		}
		v.Set(p)
	}
}

func copySlice(t reflect.Type, making map[reflect.Type]*copier) copier {
	inner := makeCopier(t.Elem(), making)
	return func(v reflect.Value) {
		if v.IsNil() {
			return
		}
		s := reflect.MakeSlice(t, v.Len(), v.Len())
		reflect.Copy(s, v)
		if inner != nil {
			for i := range s.Len() {
				inner(s.Index(i))
			}
		}
		v.Set(s)
	}
}

func copyMap(t reflect.Type, making map[reflect.Type]*copier) copier {
	inner := makeCopier(t.Elem(), making)
	return func(v reflect.Value) {
		if v.IsNil() {
			return
		}
		m := reflect.MakeMapWithSize(t, v.Len())
		for it := v.MapRange(); it.Next(); {
			elem := reflect.New(t.Elem()).Elem()
			elem.Set(it.Value())
			if inner != nil {
				inner(elem)
			}
			m.SetMapIndex(it.Key(), elem)
		}
		v.Set(m)
	}
}

// copyInterface copies what an interface holds: JSON of no known type.
func copyInterface(v reflect.Value) {
	if v.IsNil() {
		return
	}
	held := reflect.New(v.Elem().Type()).Elem()
	held.Set(v.Elem())
	if c := copierOf(held.Type()); c != nil {
		c(held)
	}
	v.Set(held)
}

func copyStruct(t reflect.Type, making map[reflect.Type]*copier) copier {
	type part struct {
		field  int
		copies copier
	}
	var parts []part
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() {
			continue
		}
		if c := makeCopier(f.Type, making); c != nil {
			parts = append(parts, part{i, c})
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return func(v reflect.Value) {
		for _, p := range parts {
			p.copies(v.Field(p.field))
		}
	}
}
