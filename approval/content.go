package approval

import (
	"encoding/json"

	"callout/store"
)

// Content is what a hash was taken over, as canonical JSON. It is kept once, however many
// requests are about it, so that people can be shown how a thing differs from what was approved.
type Content struct {
	store.Record
	Hash string          `json:"hash"`
	Body json.RawMessage `json:"body"`
}

// Contents holds what was put up for approval, by its hash.
var Contents = store.Define(store.Def[Content, store.NoRow]{
	Name: "approval_content", Prefix: "cnt", Title: "approved content", Permanent: true,
	Indexes: []store.Index[Content]{
		{Name: "hash", Unique: true, Keys: func(c *Content) []store.Key { return []store.Key{store.K(c.Hash)} }, Clash: func(c *Content) string { return "the content is kept already" }},
	},
})

// keepContent keeps what a hash is over, where it is not kept already.
func keepContent(tx *store.Tx, hash string, content any) error {
	for _, err := range Contents.IDs(tx, "hash", store.K(hash)) {
		return err
	}
	body, err := canonicalOf(content)
	if err != nil {
		return err
	}
	c := &Content{Hash: hash, Body: body}
	c.ID = Contents.NewID(tx, hash)
	return Contents.Put(tx, c)
}

// ContentOf returns what a hash is over, or nil where it is not kept.
func ContentOf(r store.Reader, hash string) (json.RawMessage, error) {
	for c, err := range Contents.By(r, "hash", store.K(hash)) {
		if err != nil {
			return nil, err
		}
		return c.Body, nil
	}
	return nil, nil
}

// changedFrom says how content differs from what a hash is over; nothing where that is not kept.
func changedFrom(r store.Reader, hash string, content any) ([]Difference, error) {
	was, err := ContentOf(r, hash)
	if err != nil {
		return nil, err
	}
	now, err := canonicalOf(content)
	if err != nil {
		return nil, err
	}
	return Differences(was, now)
}

// Since says how what a request asks about differs from the last time somebody was asked about the
// same subject, and which request that was; nil where it is the first, or the content is not kept.
func Since(r store.Reader, q *Request) (*Request, []Difference, error) {
	var before *Request
	for o, err := range Of(r, q.Kind, q.Subject) {
		if err != nil {
			return nil, nil, err
		}
		if o.ID == q.ID {
			break
		}
		before = o
	}
	if before == nil {
		return nil, nil, nil
	}
	was, err := ContentOf(r, before.Hash)
	if err != nil {
		return nil, nil, err
	}
	now, err := ContentOf(r, q.Hash)
	if err != nil {
		return nil, nil, err
	}
	diff, err := Differences(was, now)
	return before, diff, err
}
