package server

import (
	"encoding/json"
	"reflect"

	"callout/party"
	"callout/replica"
	"callout/replica/remote"
	"callout/shop"
	"callout/store"
)

// routes is the table of everything that the server answers.
func routes() []route {
	atLeast := param{name: "at-least", in: "query", kind: "integer", about: "wait until this entry of the journal is there, so that you read what you have written"}
	return []route{
		{method: "GET", path: "/healthz", short: "Whether the process answers", answer: reflect.TypeFor[Health](), handle: healthy},
		{method: "GET", path: "/readyz", short: "Whether the store can be read", answer: reflect.TypeFor[Health](), handle: readyToWork},
		{method: "GET", path: "/metrics", op: shop.OpMetrics, scope: party.Read, short: "Figures for Prometheus", media: "text/plain", handle: showMetrics},
		{method: "GET", path: "/v1/openapi.json", short: "This description", answer: reflect.TypeFor[json.RawMessage](), handle: showDescription},
		{method: "POST", path: "/v1/login/challenge", short: "What to sign to log in by an SSH key", answer: reflect.TypeFor[Challenge](), handle: challenge},
		{method: "POST", path: "/v1/login/ssh", short: "Log in by a signed challenge", body: reflect.TypeFor[SSHLogin](), answer: reflect.TypeFor[Session](), handle: loginBySSH},
		{method: "POST", path: "/v1/login/refresh", short: "The next pair of tokens, for a refresh token", body: reflect.TypeFor[Renewal](), answer: reflect.TypeFor[Session](), handle: renewSession},
		{method: "POST", path: "/v1/logout", op: opAny, scope: party.Read, short: "End a session", answer: reflect.TypeFor[Done](), handle: logOut},
		{method: "GET", path: "/v1/whoami", op: opAny, scope: party.Read, short: "Who you are here", answer: reflect.TypeFor[Who](), handle: whoami},
		{
			method: "POST", path: "/v1/commands", op: opAny, scope: party.Read, short: "Do one command, or many",
			params: []param{{name: "Idempotency-Key", in: "header", kind: "string", about: "the id of a single command that has none: a UUID, or any text, which counts for you alone"}},
			body:   reflect.TypeFor[CommandRequest](), answer: reflect.TypeFor[CommandAnswer](), handle: doCommands,
		},
		{method: "POST", path: "/v1/enrol", op: shop.OpSync, scope: party.Sync, short: "Make this machine a device", body: reflect.TypeFor[replica.Enrolment](), answer: reflect.TypeFor[replica.Enrolled](), handle: enrol},
		{method: "POST", path: "/v1/sync", op: shop.OpSync, scope: party.Sync, short: "A device's round trip: what was done there, and everywhere", body: reflect.TypeFor[replica.Request](), answer: reflect.TypeFor[replica.Response](), handle: synchronise},
		{method: "GET", path: "/v1/files/{sha256}/state", op: "evidence.add.v1", scope: party.Write, short: "How much of an evidence file has arrived", answer: reflect.TypeFor[EvidenceState](), handle: evidenceState},
		{
			method: "PUT", path: "/v1/files/{sha256}", op: "evidence.add.v1", scope: party.Write, short: "Send an evidence file, or a piece of it",
			params: []param{{name: "Content-Range", in: "header", kind: "string", about: "which piece it is: bytes FIRST-LAST/ALL; the whole file when left out"}},
			answer: reflect.TypeFor[EvidenceState](), handle: putEvidence,
		},
		{
			method: "GET", path: "/v1/files/{sha256}", op: shop.OpSync, scope: party.Read, short: "An evidence file",
			params: []param{{name: "Range", in: "header", kind: "string", about: "a part of it"}}, media: "application/octet-stream", handle: getEvidence,
		},
		{
			method: "POST", path: "/v1/read", op: shop.OpRead, scope: party.Read, short: "Parts of one snapshot, for a callout that has no store of its own",
			body: reflect.TypeFor[remote.Reading](), answer: reflect.TypeFor[remote.Reads](), handle: readSnapshot,
		},
	}
}
