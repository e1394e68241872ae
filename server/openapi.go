package server

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"

	"callout/internal/fault"
	"callout/shop"
	"callout/store"
)

// Describe returns the OpenAPI 3.1 document of a server for shops of this schema, made from the table of routes and the
// Go types of what they take and give.
func Describe(st *store.Store) ([]byte, error) {
	d := &description{schemas: newSchemas(), st: st, paths: map[string]map[string]any{}, shared: map[string]any{}}
	for _, rt := range routes() {
		d.route(rt)
	}
	d.schemas.of(reflect.TypeFor[Problem]())
	doc := map[string]any{
		"openapi": "3.1.0",
		"info": map[string]any{
			"title": "callout", "version": "1",
			"description": "A service business over HTTP: the commands of the command line, reads of every collection, and the journal with its proofs.",
			"license":     map[string]any{"name": "see the program", "url": "https://example.com/callout"},
		},
		"servers":  []any{map[string]any{"url": "/"}},
		"security": []any{map[string]any{"token": []string{}}},
		"paths":    d.paths,
		"components": map[string]any{
			"securitySchemes": map[string]any{"token": map[string]any{ //nolint:gosec // the form of a token, and none
				"type": "http", "scheme": "bearer", "bearerFormat": "cout_HANDLE_SECRET_CHECK",
			}},
			"schemas": d.schemas.made, "parameters": d.shared,
		},
	}
	out, err := json.MarshalIndent(doc, "", " ")
	if err != nil {
		return nil, fault.Internalf("the description cannot be written").Because(err)
	}
	return append(out, '\n'), nil
}

// description is a document while it is made.
type description struct {
	*schemas
	st    *store.Store
	paths map[string]map[string]any

	shared map[string]any // parameters, by route and name
}

// route adds a line of the table; a collection's is added for each of them.
func (d *description) route(rt route) {
	if !strings.Contains(rt.path, "{collection}") {
		d.operation(rt, rt.path, store.Shape{})
		return
	}
	for _, sh := range d.st.Shapes() {
		d.operation(rt, strings.Replace(rt.path, "{collection}", sh.Name, 1), sh)
	}
}

func (d *description) operation(rt route, path string, sh store.Shape) {
	op := map[string]any{
		"operationId": operationID(rt.method, path), "summary": rt.short,
		"responses": map[string]any{"default": map[string]any{
			"description": "a problem", "content": map[string]any{"application/problem+json": map[string]any{"schema": ref("Problem")}},
		}},
	}
	if rt.op == "" {
		op["security"] = []any{}
	} else {
		op["x-operation"], op["x-scope"] = rt.op, string(rt.scope)
	}
	if params := d.params(rt, path, sh); len(params) > 0 {
		op["parameters"] = params
	}
	responses := op["responses"].(map[string]any)
	if rt.media != "" {
		responses["200"] = map[string]any{"description": "the answer", "content": map[string]any{rt.media: map[string]any{"schema": map[string]any{"type": "string"}}}}
	} else {
		responses["200"] = answer("the answer", d.answerOf(rt, sh))
	}
	if rt.body != nil {
		op["requestBody"] = map[string]any{"required": true, "content": map[string]any{"application/json": map[string]any{"schema": d.of(rt.body)}}}
	}
	if rt.path == "/v1/commands" {
		responses["207"] = answer("some of many were not done", d.of(rt.answer))
		op["description"] = "The commands and their arguments are the schemas under Command."
		d.commands()
	}
	if slices.ContainsFunc(rt.params, func(p param) bool { return p.name == "If-None-Match" }) {
		responses["304"] = map[string]any{"description": "you have that answer"}
	}
	if d.paths[path] == nil {
		d.paths[path] = map[string]any{}
	}
	d.paths[path][strings.ToLower(rt.method)] = op
}

// answerOf is what a route gives: of a collection its records, of which technicians get some fields only.
func (d *description) answerOf(rt route, sh store.Shape) map[string]any {
	if sh.Record == nil {
		return d.of(rt.answer)
	}
	record := d.partly(sh)
	if rt.path == "/v1/{collection}/{ref}" {
		return record
	}
	return map[string]any{"type": "object", "required": []string{"items", "journal"}, "properties": map[string]any{
		"items": map[string]any{"type": "array", "items": record}, "next": map[string]any{"type": "string"}, "journal": map[string]any{"type": "integer"},
	}}
}

// partly is a record of which some fields may be left out for whoever asks.
func (d *description) partly(sh store.Shape) map[string]any {
	r := d.of(sh.Record)
	name := strings.TrimPrefix(r["$ref"].(string), "#/components/schemas/")
	if !slices.Contains(shop.PartlySeen(), sh.Name) {
		return r
	}
	whole, _ := d.made[name].(map[string]any)
	part := map[string]any{"type": "object", "properties": whole["properties"], "required": []string{"id"}, "additionalProperties": false}
	d.made[name+"Seen"] = part
	return ref(name + "Seen")
}

func (d *description) params(rt route, path string, sh store.Shape) []any {
	var out []any
	for _, name := range []string{"ref", "entry", "sha256"} {
		if strings.Contains(path, "{"+name+"}") {
			kind := "string"
			if name == "entry" {
				kind = "integer"
			}
			out = append(out, map[string]any{"name": name, "in": "path", "required": true, "schema": map[string]any{"type": kind}})
		}
	}
	for _, p := range rt.params {
		schema := map[string]any{"type": p.kind}
		if p.name == "index" && len(sh.Indexes) > 0 {
			schema["enum"] = append([]string{""}, sh.Indexes...)
		}
		if p.many {
			schema = map[string]any{"type": "array", "items": schema}
		}
		one := map[string]any{"name": p.name, "in": p.in, "description": p.about, "schema": schema}
		if schema["enum"] != nil {
			out = append(out, one)
			continue
		}
		name := operationID("", rt.path) + "." + p.name
		d.shared[name] = one
		out = append(out, map[string]any{"$ref": "#/components/parameters/" + name})
	}
	return out
}

// commands adds a schema for each command that somebody may send, by its name.
func (d *description) commands() {
	for name, cmd := range d.st.CommandTypes() {
		if slices.Contains(shop.Ours(), name) {
			continue
		}
		args := d.of(reflect.TypeOf(cmd))
		d.made["Command."+name] = map[string]any{
			"type": "object", "required": []string{"name"},
			"properties": map[string]any{"name": map[string]any{"const": name}, "args": args},
		}
	}
}

func ref(name string) map[string]any { return map[string]any{"$ref": "#/components/schemas/" + name} }

func answer(about string, schema map[string]any) map[string]any {
	return map[string]any{"description": about, "content": map[string]any{"application/json": map[string]any{"schema": schema}}}
}

// operationID is one word for a route: getCustomerRef.
func operationID(method, path string) string {
	out := strings.ToLower(method)
	for _, word := range strings.FieldsFunc(strings.TrimPrefix(path, "/v1"), func(r rune) bool { return strings.ContainsRune("/{}_.-", r) }) {
		out += strings.ToUpper(word[:1]) + word[1:]
	}
	return out
}

// described is the document of this program, made when it is first asked for.
type described struct {
	once sync.Once
	text []byte
	err  error
}

func showDescription(s *Server, w http.ResponseWriter, c *call) error {
	s.about.once.Do(func() { s.about.text, s.about.err = Describe(s.shop.Store) })
	if s.about.err != nil {
		return s.about.err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(s.about.text)
	return nil
}
