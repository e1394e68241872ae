package party

import (
	"crypto/rsa"
	"strings"
	"time"

	"callout/internal/fault"
	"callout/store"

	"golang.org/x/crypto/ssh"
)

// Key is an SSH key by which a person logs in. A removed one stays on record: what it did is in the journal.
type Key struct {
	store.Record
	Person      store.ID  `json:"person"`
	Name        string    `json:"name"`        // the comment of the key's line, or what it was called here
	Public      string    `json:"public"`      // type and base64, as in authorized_keys
	Fingerprint string    `json:"fingerprint"` // SHA256:…, as ssh-keygen -l says it
	Added       time.Time `json:"added"`
	AddedBy     store.ID  `json:"added_by,omitempty"`
	Removed     time.Time `json:"removed,omitzero"`
}

// KeyRow is a key in a list.
type KeyRow struct {
	ID          store.ID  `json:"id"`
	Person      store.ID  `json:"person"`
	Name        string    `json:"name"`
	Fingerprint string    `json:"fingerprint"`
	Added       time.Time `json:"added"`
	Removed     time.Time `json:"removed,omitzero"`
}

// Keys are the SSH keys of people.
var Keys = store.Define(store.Def[Key, KeyRow]{
	Name: "ssh_key", Prefix: "key", Title: "SSH key", Lookup: "live",
	Row: func(k *Key) KeyRow { return KeyRow{k.ID, k.Person, k.Name, k.Fingerprint, k.Added, k.Removed} },
	Indexes: []store.Index[Key]{
		{
			// One key is one person's: otherwise a login would not say who it is.
			Name: "live", Unique: true,
			Keys: func(k *Key) []store.Key {
				if !k.Removed.IsZero() {
					return nil
				}
				return []store.Key{store.K(k.Fingerprint)}
			},
			Clash: func(k *Key) string { return "the key " + k.Fingerprint + " is in use already" },
		},
		{Name: "person", Keys: func(k *Key) []store.Key { return []store.Key{store.K(k.Person, k.Added)} }},
	},
})

// ParseKey reads a public key's line, as ssh-keygen writes it and authorized_keys has it.
func ParseKey(line string) (public ssh.PublicKey, comment string, err error) {
	public, comment, options, rest, err := ssh.ParseAuthorizedKey([]byte(line))
	if err != nil || len(options) > 0 || len(strings.TrimSpace(string(rest))) > 0 {
		return nil, "", fault.Invalidf("key", "this is not the line of one public SSH key").With("key.syntax").
			Hint("callout user key add NAME FILE   (the file that ends in .pub; ssh-keygen -t ed25519 makes one)")
	}
	const leastRSA = 3072 // NIST SP 800-57 part 1, 128 bits of strength
	switch public.Type() {
	case ssh.KeyAlgoED25519, ssh.KeyAlgoSKED25519, ssh.KeyAlgoSKECDSA256,
		ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521:
		return public, comment, nil
	case ssh.KeyAlgoRSA:
		if k, ok := public.(ssh.CryptoPublicKey); ok {
			if r, ok := k.CryptoPublicKey().(*rsa.PublicKey); ok && r.N.BitLen() >= leastRSA {
				return public, comment, nil
			}
		}
		return nil, "", fault.Refusedf("an RSA key of less than %d bits is too weak", leastRSA).With("key.weak").
			Hint("callout user key add NAME FILE   (ssh-keygen -t ed25519 makes one)")
	}
	return nil, "", fault.Refusedf("keys of type %s are not accepted", public.Type()).With("key.type").
		Hint("callout user key add NAME FILE   (ssh-keygen -t ed25519 makes one)")
}

// Fingerprint names a public key as ssh-keygen does: SHA256:…
func Fingerprint(k ssh.PublicKey) string { return ssh.FingerprintSHA256(k) }

// AddKey lets a person log in by an SSH key.
type AddKey struct {
	Person store.ID `json:"person"`
	Public string   `json:"key"`            // the line of the public key
	Label  string   `json:"name,omitempty"` // the line's comment when empty
}

// Name implements store.Command.
func (c *AddKey) Name() string { return "ssh_key.add.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *AddKey) CountsWhenRecorded() {}

// DecidedByAuthority implements store.ForAuthority.
func (c *AddKey) DecidedByAuthority() {}

// Do implements store.Command.
func (c *AddKey) Do(tx *store.Tx) error {
	p, err := People.Get(tx, c.Person)
	if err != nil {
		return err
	}
	if err := mustKeep(tx, p.ID, "adds the keys of others"); err != nil {
		return err
	}
	public, comment, err := ParseKey(c.Public)
	if err != nil {
		return err
	}
	name := c.Label
	if name == "" {
		name = comment
	}
	if name == "" {
		name = public.Type()
	}
	if name, err = ParseName("name", "key", name); err != nil {
		return err
	}
	k := &Key{
		Person: p.ID, Name: name, Fingerprint: Fingerprint(public),
		Public: strings.TrimSpace(string(ssh.MarshalAuthorizedKey(public))),
		Added:  tx.Env.RecordedAt, AddedBy: tx.Env.Actor.ID,
	}
	k.ID = Keys.NewID(tx, "")
	tx.Returns(k.ID, "")
	return Keys.Put(tx, k)
}

// RemoveKey ends the use of a key.
type RemoveKey struct {
	Key store.ID `json:"key"`
}

// Name implements store.Command.
func (c *RemoveKey) Name() string { return "ssh_key.remove.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *RemoveKey) CountsWhenRecorded() {}

// DecidedByAuthority implements store.ForAuthority.
func (c *RemoveKey) DecidedByAuthority() {}

// QuietWhenDone implements store.Repeatable.
func (c *RemoveKey) QuietWhenDone() {}

// Do implements store.Command.
func (c *RemoveKey) Do(tx *store.Tx) error {
	k, err := Keys.Get(tx, c.Key)
	if err != nil {
		return err
	}
	if err := mustKeep(tx, k.Person, "takes away the keys of others"); err != nil {
		return err
	}
	tx.Returns(k.ID, "")
	if k.Removed.IsZero() {
		k.Removed = tx.Env.RecordedAt
	}
	return Keys.Put(tx, k)
}
