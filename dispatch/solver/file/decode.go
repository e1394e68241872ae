package file

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// decoder reads JSON into the types of the document and nothing else: field names are exact, each is there once, and
// what has to be there is. Errors say where.
type decoder struct{ *json.Decoder }

// decode reads one document, after which nothing may follow.
func decode(r io.Reader, into *document) error {
	d := decoder{json.NewDecoder(r)}
	d.UseNumber()
	if err := d.value("", reflect.ValueOf(into).Elem()); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows after the end of the problem")
	}
	return nil
}

// at puts the path to a value before what is wrong with it.
func at(path, format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	if path = strings.TrimPrefix(path, "."); path == "" {
		return errors.New(text)
	}
	return errors.New(path + ": " + text)
}

// token reads the next token, which has to be there.
func (d decoder) token(path string) (json.Token, error) {
	token, err := d.Token()
	if errors.Is(err, io.EOF) {
		return nil, at(path, "the file ends here")
	}
	if err != nil {
		return nil, at(path, "%v", err)
	}
	return token, nil
}

func (d decoder) value(path string, into reflect.Value) error {
	token, err := d.token(path)
	if err != nil {
		return err
	}
	return d.take(path, token, into)
}

// take puts a value whose first token was read where it belongs.
func (d decoder) take(path string, token json.Token, into reflect.Value) error {
	if into.Kind() == reflect.Pointer {
		into.Set(reflect.New(into.Type().Elem()))
		into = into.Elem()
	}
	switch into.Kind() {
	case reflect.Struct:
		return d.object(path, token, into)
	case reflect.Map:
		return d.numbers(path, token, into)
	case reflect.Slice:
		return d.list(path, token, into)
	case reflect.String:
		text, ok := token.(string)
		if !ok {
			return at(path, "a text belongs here")
		}
		into.SetString(text)
	case reflect.Bool:
		yes, ok := token.(bool)
		if !ok {
			return at(path, "true or false belongs here")
		}
		into.SetBool(yes)
	case reflect.Float64:
		number, ok := token.(json.Number)
		v, err := strconv.ParseFloat(number.String(), 64)
		if !ok || err != nil || math.IsInf(v, 0) {
			return at(path, "a number belongs here")
		}
		into.SetFloat(v)
	default:
		number, ok := token.(json.Number)
		v, err := strconv.ParseInt(number.String(), 10, 64)
		if !ok || err != nil {
			return at(path, "a whole number belongs here")
		}
		into.SetInt(v)
	}
	return nil
}

// object reads the fields of a struct.
func (d decoder) object(path string, token json.Token, into reflect.Value) error {
	if token != json.Delim('{') {
		return at(path, "an object belongs here")
	}
	fields := into.Type()
	seen := map[string]bool{}
	for d.More() {
		name, err := d.name(path, seen)
		if err != nil {
			return err
		}
		i := 0
		for i < fields.NumField() && tagged(fields.Field(i)) != name {
			i++
		}
		if i == fields.NumField() {
			return at(path+"."+name, "there is no such field")
		}
		if err := d.value(path+"."+name, into.Field(i)); err != nil {
			return err
		}
	}
	for i := range fields.NumField() {
		f := fields.Field(i)
		if name := tagged(f); !strings.Contains(f.Tag.Get("json"), ",") && !seen[name] {
			return at(path+"."+name, "is missing")
		}
	}
	return d.end(path)
}

// tagged is the name of a field in the file.
func tagged(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// name reads a field's name, which is there once.
func (d decoder) name(path string, seen map[string]bool) (string, error) {
	token, err := d.token(path)
	if err != nil {
		return "", err
	}
	name, _ := token.(string) // a field's name is a text, or the token is an error
	if seen[name] {
		return "", at(path+"."+name, "is there twice")
	}
	seen[name] = true
	return name, nil
}

// numbers reads a map of whole numbers by name.
func (d decoder) numbers(path string, token json.Token, into reflect.Value) error {
	if token != json.Delim('{') {
		return at(path, "an object belongs here")
	}
	into.Set(reflect.MakeMap(into.Type()))
	seen := map[string]bool{}
	for d.More() {
		name, err := d.name(path, seen)
		if err != nil {
			return err
		}
		v := reflect.New(into.Type().Elem()).Elem()
		if err := d.value(path+"."+name, v); err != nil {
			return err
		}
		into.SetMapIndex(reflect.ValueOf(name), v)
	}
	return d.end(path)
}

func (d decoder) list(path string, token json.Token, into reflect.Value) error {
	if token != json.Delim('[') {
		return at(path, "a list belongs here")
	}
	into.Set(reflect.MakeSlice(into.Type(), 0, 0))
	for i := 0; d.More(); i++ {
		into.Set(reflect.Append(into, reflect.Zero(into.Type().Elem())))
		if err := d.value(fmt.Sprintf("%s[%d]", path, i), into.Index(i)); err != nil {
			return err
		}
	}
	return d.end(path)
}

// end reads the closing bracket.
func (d decoder) end(path string) error {
	_, err := d.token(path)
	return err
}
