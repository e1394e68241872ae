package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"sync"

	"callout/internal/fault"

	jsonv1 "github.com/go-json-experiment/json/v1"
)

// Record is embedded, first, in every record type.
type Record struct {
	ID ID `json:"id"`
}

func (r *Record) record() *Record { return r }

type recorder interface{ record() *Record }

// Costed is implemented, on the pointer, by records with cost fields. TakeCost clears the cost block
// on the receiver and returns it, or nil when there is nothing in it. The block must be
// the record's last field, tagged `json:"cost,omitzero"`: costs are journaled as a part of
// their own, so that they can be withheld from people who must not see them.
type Costed interface {
	TakeCost() any
}

// An envelope is what is stored for a record: the entry that wrote it last, the
// SHA-256 of its JSON, and the JSON.
const envelopeHead = 8 + sha256.Size

func seal(seq uint64, doc []byte) []byte {
	out := make([]byte, 0, envelopeHead+len(doc))
	out = binary.BigEndian.AppendUint64(out, seq)
	sum := sha256.Sum256(doc)
	out = append(out, sum[:]...)
	return append(out, doc...)
}

// unseal checks the digest and returns the last writer and the JSON.
func unseal(space string, key, env []byte) (writer uint64, doc []byte, err error) {
	if len(env) < envelopeHead {
		return 0, nil, damaged(space, key, "is cut short")
	}
	writer, doc = opened(env)
	if sum := sha256.Sum256(doc); !bytes.Equal(sum[:], env[8:envelopeHead]) {
		return 0, nil, damaged(space, key, "does not match its digest")
	}
	return writer, doc, nil
}

// opened is unseal of an envelope that is known to be whole.
func opened(env []byte) (writer uint64, doc []byte) {
	return binary.BigEndian.Uint64(env), env[envelopeHead:]
}

func damaged(space string, key []byte, how string) error {
	return fault.Internalf("the record %s %s %s", space, key, how).
		With("store.damaged").Hint("callout audit verify")
}

// encodeJSON is the one way in which records, commands and events become bytes.
func encodeJSON(v any) ([]byte, error) {
	e := encoders.Get().(*encoder)
	e.buf.Reset()
	if err := e.json.Encode(v); err != nil {
		return nil, fault.Internalf("cannot encode %T", v).Because(err)
	}
	out := bytes.Clone(bytes.TrimSuffix(e.buf.Bytes(), []byte("\n")))
	if e.buf.Cap() <= encoderKeeps {
		encoders.Put(e)
	}
	return out, nil
}

// decodeJSON reads what encodeJSON has written, or what somebody claims to be that. It takes what encoding/json takes, in half to two
// thirds of the time: records are decoded more often than anything else is done.
func decodeJSON(text []byte, v any) error { return jsonv1.Unmarshal(text, v) }

// encoder is a JSON encoder with its buffer, for use again.
type encoder struct {
	buf  bytes.Buffer
	json *json.Encoder
}

// encoderKeeps is the size of the largest buffer that waits for its next use.
const encoderKeeps = 64 << 10

var encoders = sync.Pool{New: func() any {
	e := &encoder{}
	e.json = json.NewEncoder(&e.buf)
	e.json.SetEscapeHTML(false)
	return e
}}

// join puts a cost block back as the last field of a document.
func join(doc, cost []byte) []byte {
	if cost == nil {
		return doc
	}
	out := make([]byte, 0, len(doc)+len(cost)+9)
	out = append(out, doc[:len(doc)-1]...)
	if len(doc) > 2 {
		out = append(out, ',')
	}
	out = append(out, `"cost":`...)
	out = append(out, cost...)
	return append(out, '}')
}
