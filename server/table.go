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
		{method: "GET", path: "/v1/login/oidc", short: "Where people log in by an identity provider", answer: reflect.TypeFor[remote.Provider](), handle: showProvider},
		{method: "POST", path: "/v1/login/ssh", short: "Log in by a signed challenge", body: reflect.TypeFor[SSHLogin](), answer: reflect.TypeFor[Session](), handle: counted("key", loginBySSH)},
		{method: "POST", path: "/v1/login/oidc", short: "Log in by an identity provider's token", body: reflect.TypeFor[remote.OIDCLogin](), answer: reflect.TypeFor[Session](), handle: counted("oidc", loginByOIDC)},
		{method: "POST", path: "/v1/login/refresh", short: "The next pair of tokens, for a refresh token", body: reflect.TypeFor[Renewal](), answer: reflect.TypeFor[Session](), handle: counted("refresh", renewSession)},
		{method: "POST", path: "/v1/logout", op: opAny, scope: party.Read, short: "End a session", answer: reflect.TypeFor[Done](), handle: logOut},
		{method: "GET", path: "/v1/whoami", op: opAny, scope: party.Read, short: "Who you are here", answer: reflect.TypeFor[Who](), handle: whoami},
		{
			method: "POST", path: "/v1/commands", op: opAny, scope: party.Read, short: "Do one command, or many",
			params: []param{{name: "Idempotency-Key", in: "header", kind: "string", about: "the id of a single command that has none: a UUID, or any text, which counts for you alone"}},
			body:   reflect.TypeFor[CommandRequest](), answer: reflect.TypeFor[CommandAnswer](), handle: doCommands,
		},
		{method: "POST", path: "/v1/enrol", op: shop.OpSync, scope: party.Sync, short: "Make this machine a device", body: reflect.TypeFor[replica.Enrolment](), answer: reflect.TypeFor[replica.Enrolled](), handle: enrol},
		{method: "POST", path: "/v1/sync", op: shop.OpSync, scope: party.Sync, short: "A device's round trip: what was done there, and everywhere", body: reflect.TypeFor[replica.Request](), answer: reflect.TypeFor[replica.Response](), packed: true, handle: synchronise},
		{method: "GET", path: "/v1/standing", op: shop.OpSync, scope: party.Sync, short: "Where the journal is, and whether the shop recovers", answer: reflect.TypeFor[replica.Standing](), handle: standing},
		{method: "POST", path: "/v1/return", op: shop.OpSync, scope: party.Sync, short: "Give back what the server has lost", body: reflect.TypeFor[replica.Return](), answer: reflect.TypeFor[replica.Standing](), handle: takeBack},
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
		{method: "GET", path: "/v1/collections", op: opAny, scope: party.Read, short: "What can be read", answer: reflect.TypeFor[Collections](), handle: listCollections},
		{
			method: "GET", path: "/v1/{collection}", op: shop.OpRead, scope: party.Read, short: "Records of a collection, page by page",
			params: []param{
				{name: "index", in: "query", kind: "string", about: "the index whose order is wanted; by id when left out"},
				{name: "key", in: "query", kind: "string", many: true, about: "the leading fields of the index's key, each whole: text as the index keeps it, or int:, time: or bool: before the value"},
				{name: "prefix", in: "query", kind: "string", about: "the beginning of the field behind those, or of the id"},
				{name: "order", in: "query", kind: "string", about: "desc begins at the end"},
				{name: "limit", in: "query", kind: "integer", about: "how many, up to 1000"},
				{name: "cursor", in: "query", kind: "string", about: "what next said on the page before"},
				{name: "If-None-Match", in: "header", kind: "string", about: "the ETag of the answer that you have"},
				atLeast,
			},
			answer: reflect.TypeFor[Records](), handle: listRecords,
		},
		{
			method: "GET", path: "/v1/{collection}/{ref}", op: shop.OpRead, scope: party.Read, short: "One record, by id, number or name",
			params: []param{{name: "If-None-Match", in: "header", kind: "string", about: "the ETag of the answer that you have"}, atLeast},
			answer: reflect.TypeFor[store.Record](), handle: showRecord,
		},
		{
			method: "GET", path: "/v1/journal", op: shop.OpJournal, scope: party.Read, short: "The journal, page by page",
			params: []param{
				{name: "after", in: "query", kind: "integer", about: "the entry behind which the page begins"},
				{name: "limit", in: "query", kind: "integer", about: "how many, up to 2000"},
				{name: "wait", in: "query", kind: "string", about: "how long to wait for news, such as 30s"},
				atLeast,
			},
			answer: reflect.TypeFor[Journal](), handle: readJournal,
		},
		{
			method: "GET", path: "/v1/journal/stream", op: shop.OpJournal, scope: party.Read, short: "The journal as it grows, as server-sent events",
			params: []param{
				{name: "after", in: "query", kind: "integer", about: "the entry behind which it begins"},
				{name: "Last-Event-ID", in: "header", kind: "string", about: "the same, as browsers say it"},
			},
			media: "text/event-stream", handle: streamJournal,
		},
		{method: "GET", path: "/v1/head", op: shop.OpProof, scope: party.Read, short: "The journal's newest signed head", params: []param{atLeast}, answer: reflect.TypeFor[Head](), handle: showHead},
		{
			method: "GET", path: "/v1/proof/{entry}", op: shop.OpJournal, scope: party.Read, short: "The proof that an entry is in the journal",
			params: []param{{name: "size", in: "query", kind: "integer", about: "in the journal of this size; the newest when left out"}, atLeast},
			answer: reflect.TypeFor[EntryProof](), handle: proveEntry,
		},
		{
			method: "GET", path: "/v1/consistency", op: shop.OpProof, scope: party.Read, short: "The proof that the journal only ever grew",
			params: []param{
				{name: "from", in: "query", kind: "integer", about: "the smaller size"},
				{name: "to", in: "query", kind: "integer", about: "the larger size; the newest when left out"}, atLeast,
			},
			answer: reflect.TypeFor[GrowthProof](), handle: proveGrowth,
		},
		{
			method: "POST", path: "/v1/read", op: shop.OpRead, scope: party.Read, short: "Parts of one snapshot, for a callout that has no store of its own",
			body: reflect.TypeFor[remote.Reading](), answer: reflect.TypeFor[remote.Reads](), handle: readSnapshot,
		},
	}
}
