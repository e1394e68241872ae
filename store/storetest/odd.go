package storetest

import (
	"context"
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"callout/store"
)

// Odd tries a command that is done with one of its fields after the other gone odd: a text that rings a bell, a number with more
// decimals than anybody may state. Commands come from other systems and from devices as well, so whoever takes such a thing has not
// looked at what it is given. Each command is tried once with the same fields filled in, whatever test it is in. What is excepted is
// named by a part of a command's name and a field: "company.", "technician.add.v1 .Role".
func Odd(tb testing.TB, s *store.Store, in store.Intent, except ...string) {
	tb.Helper()
	if _, measured := tb.(*testing.B); measured || strings.HasPrefix(in.Cmd.Name(), "test.") {
		return
	}
	var leaves []string
	spoilt(reflect.ValueOf(in.Cmd), "", func(path string, _ func()) { leaves = append(leaves, path) })
	if _, known := tried.LoadOrStore(in.Cmd.Name()+" "+strings.Join(leaves, " "), true); known {
		return
	}
	text, err := json.Marshal(in.Cmd)
	if err != nil {
		tb.Fatal(err)
	}
	for _, leaf := range leaves {
		odd := reflect.New(reflect.TypeOf(in.Cmd).Elem())
		if err := json.Unmarshal(text, odd.Interface()); err != nil {
			tb.Fatalf("%s is not read as it was written: %v", in.Cmd.Name(), err)
		}
		spoilt(odd, "", func(path string, spoil func()) {
			if path == leaf {
				spoil()
			}
		})
		try := in
		try.Cmd = odd.Interface().(store.Command)
		recs, err := s.Preview(context.WithoutCancel(tb.Context()), try)
		excepted := slices.ContainsFunc(except, func(e string) bool { return strings.Contains(in.Cmd.Name()+" "+leaf, e) })
		if err == nil && recs[0].Err == nil && !excepted {
			now, _ := json.Marshal(try.Cmd)
			tb.Errorf("%s takes an odd %s: %s", in.Cmd.Name(), leaf, now)
		}
	}
}

var tried sync.Map

// spoilt goes over the texts and the exact numbers of a value that say something, each with what makes it odd.
func spoilt(v reflect.Value, path string, each func(path string, spoil func())) {
	if !v.IsValid() || v.IsZero() {
		return
	}
	if v.CanAddr() && v.Kind() == reflect.Struct && strings.HasPrefix(v.Type().String(), "money.") {
		if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok && v.Type().Name() != "Currency" {
			each(path, func() {
				if err := u.UnmarshalText([]byte("1.0000001")); err != nil {
					panic(err)
				}
			})
			return
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		spoilt(v.Elem(), path, each)
	case reflect.Slice:
		if v.Len() > 0 {
			spoilt(v.Index(v.Len()-1), path+"[]", each)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Tag.Get("json") != "-" {
				spoilt(v.Field(i), path+"."+f.Name, each)
			}
		}
	case reflect.String:
		if v.Type() != reflect.TypeFor[store.ID]() {
			each(path, func() { v.SetString(v.String() + "\a") })
		}
	}
}
