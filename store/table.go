package store

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"time"
)

// Table is a collection as a tool sees it that reads tables.
type Table struct {
	Name    string // of the collection
	Title   string // what people call one record
	Space   string // where the records lie
	Columns []Column
	Costed  bool // the documents have a block of costs, in no column
	// Hidden are fields that only the program has to see, in no column either: what secrets are checked with.
	Hidden []string
}

// Column is a field of a collection's documents, at their top level, that is a plain value.
type Column struct {
	Name string
	Type ColumnType
}

// ColumnType says what a column's values are.
type ColumnType string

// The types of columns. Decimals are strings in JSON.
const (
	Text    ColumnType = "text"
	Whole   ColumnType = "whole"
	Decimal ColumnType = "decimal"
	Truth   ColumnType = "truth"
	Instant ColumnType = "instant"
)

// DocumentAt is where in a stored record its document begins: JSON, in UTF-8.
const DocumentAt = envelopeHead

// Tables describes the collections of a schema, in its order, the store's own first.
func Tables(s Schema) ([]Table, error) {
	c, err := compile(s)
	if err != nil {
		return nil, err
	}
	var out []Table
	for _, coll := range c.Collections {
		t := coll.recordType()
		_, costed := reflect.New(t).Interface().(Costed)
		table := Table{Name: coll.Name(), Title: coll.Title(), Space: recordSpace(coll.Name()), Costed: costed}
		for _, c := range columnsOf(t) {
			if strings.HasPrefix(c.Name, "secret") {
				table.Hidden = append(table.Hidden, c.Name)
			} else {
				table.Columns = append(table.Columns, c)
			}
		}
		out = append(out, table)
	}
	return out, nil
}

func (c *Collection[T, R]) recordType() reflect.Type { return reflect.TypeFor[T]() }

// columnsOf lists the plain fields of a record, and of what is embedded in it.
func columnsOf(t reflect.Type) (out []Column) {
	_, costed := reflect.New(t).Interface().(Costed)
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			if inner := value(f.Type); inner.Kind() == reflect.Struct {
				out = append(out, columnsOf(inner)...)
			}
			continue
		}
		if name == "" {
			name = f.Name
		}
		if !f.IsExported() || name == "-" || costed && name == "cost" {
			continue
		}
		if kind, plain := columnType(value(f.Type)); plain {
			out = append(out, Column{name, kind})
		}
	}
	return out
}

// value is a type without its pointer.
func value(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// columnType tells what a field of a type is in JSON, and whether it is a plain value there.
func columnType(t reflect.Type) (ColumnType, bool) {
	zero := reflect.New(t)
	switch v := zero.Interface().(type) {
	case *time.Time:
		return Instant, true
	case json.Marshaler:
		// What is written as the string "0" when it is nothing is a decimal.
		text, err := v.MarshalJSON()
		if _, named := v.(encoding.TextMarshaler); err == nil && named {
			return decimalOrText(string(text) == `"0"`), true
		}
		return "", false
	case encoding.TextMarshaler:
		text, err := v.MarshalText()
		return decimalOrText(err == nil && string(text) == "0"), true
	}
	switch t.Kind() {
	case reflect.String:
		return Text, true
	case reflect.Bool:
		return Truth, true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return Whole, true
	}
	return "", false
}

func decimalOrText(decimal bool) ColumnType {
	if decimal {
		return Decimal
	}
	return Text
}
