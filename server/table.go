package server

import (
	"reflect"

	"callout/party"
	"callout/shop"
)

// routes is the table of everything that the server answers.
func routes() []route {
	return []route{
		{method: "GET", path: "/healthz", short: "Whether the process answers", answer: reflect.TypeFor[Health](), handle: healthy},
		{method: "GET", path: "/readyz", short: "Whether the store can be read", answer: reflect.TypeFor[Health](), handle: readyToWork},
		{method: "GET", path: "/metrics", op: shop.OpMetrics, scope: party.Read, short: "Figures for Prometheus", media: "text/plain", handle: showMetrics},
		{method: "GET", path: "/v1/whoami", op: opAny, scope: party.Read, short: "Who you are here", answer: reflect.TypeFor[Who](), handle: whoami},
		{
			method: "POST", path: "/v1/commands", op: opAny, scope: party.Read, short: "Do one command, or many",
			params: []param{{name: "Idempotency-Key", in: "header", kind: "string", about: "the id of a single command that has none: a UUID, or any text, which counts for you alone"}},
			body:   reflect.TypeFor[CommandRequest](), answer: reflect.TypeFor[CommandAnswer](), handle: doCommands,
		},
	}
}
