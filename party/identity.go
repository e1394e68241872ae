package party

import (
	"net/mail"
	"strings"
	"time"

	"callout/internal/fault"
	"callout/store"
)

// Identity is what an identity provider knows a person by: an e-mail address that it vouches for, or the subject of its tokens, which is
// never given to anybody else. Whoever logs in there is that person here, and may do what that person's roles say.
type Identity struct {
	store.Record
	Person  store.ID  `json:"person"`
	Email   string    `json:"email,omitempty"` // in small letters
	Issuer  string    `json:"issuer,omitempty"`
	Subject string    `json:"subject,omitempty"`
	Added   time.Time `json:"added"`
	AddedBy store.ID  `json:"added_by,omitempty"`
	Removed time.Time `json:"removed,omitzero"`
}

// IdentityRow is an identity in a list.
type IdentityRow struct {
	ID      store.ID  `json:"id"`
	Person  store.ID  `json:"person"`
	Email   string    `json:"email,omitempty"`
	Issuer  string    `json:"issuer,omitempty"`
	Subject string    `json:"subject,omitempty"`
	Added   time.Time `json:"added"`
	Removed time.Time `json:"removed,omitzero"`
}

// Name is the identity in words.
func (i IdentityRow) Name() string {
	if i.Email != "" {
		return i.Email
	}
	return i.Subject + " of " + i.Issuer
}

// EmailIdentity and SubjectIdentity are how an identity is found that counts.
func EmailIdentity(email string) string { return "email " + strings.ToLower(email) }

// SubjectIdentity is the same for a provider's subject.
func SubjectIdentity(issuer, subject string) string { return "subject " + issuer + " " + subject }

// Identities are what providers know people by.
var Identities = store.Define(store.Def[Identity, IdentityRow]{
	Name: "identity", Prefix: "idn", Title: "identity", Lookup: "live",
	Row: func(i *Identity) IdentityRow {
		return IdentityRow{i.ID, i.Person, i.Email, i.Issuer, i.Subject, i.Added, i.Removed}
	},
	Indexes: []store.Index[Identity]{
		{
			// One identity is one person's: otherwise a login would not say who it is.
			Name: "live", Unique: true,
			Keys: func(i *Identity) []store.Key {
				switch {
				case !i.Removed.IsZero():
					return nil
				case i.Email != "":
					return []store.Key{store.K(EmailIdentity(i.Email))}
				}
				return []store.Key{store.K(SubjectIdentity(i.Issuer, i.Subject))}
			},
			Clash: func(i *Identity) string { return "that identity is somebody's already" },
		},
		{Name: "person", Keys: func(i *Identity) []store.Key { return []store.Key{store.K(i.Person, i.Added)} }},
	},
})

// BindIdentity says whom somebody is here who logs in at an identity provider: by an e-mail address, or by issuer and subject.
type BindIdentity struct {
	Person  store.ID `json:"person"`
	Email   string   `json:"email,omitempty"`
	Issuer  string   `json:"issuer,omitempty"`
	Subject string   `json:"subject,omitempty"`
}

// Name implements store.Command.
func (c *BindIdentity) Name() string { return "identity.bind.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *BindIdentity) CountsWhenRecorded() {}

// DecidedByAuthority implements store.ForAuthority.
func (c *BindIdentity) DecidedByAuthority() {}

// Do implements store.Command. Nobody says of themselves who they are elsewhere: an address that is somebody else's would be taken from them.
func (c *BindIdentity) Do(tx *store.Tx) error {
	if err := MustAdmin(tx, "says who somebody is"); err != nil {
		return err
	}
	p, err := People.Get(tx, c.Person)
	if err != nil {
		return err
	}
	i := &Identity{Person: p.ID, Added: tx.Env.RecordedAt, AddedBy: tx.Env.Actor.ID}
	switch {
	case c.Email != "" && c.Issuer+c.Subject == "":
		at, err := mail.ParseAddress(c.Email)
		if err != nil || at.Address != c.Email {
			return fault.Invalidf("email", "%q is no e-mail address", c.Email).With("identity.email").Hint("callout user identity add %q mia@shop.example", p.Name)
		}
		i.Email = strings.ToLower(at.Address)
	case c.Email == "" && strings.HasPrefix(c.Issuer, "http") && c.Subject != "":
		i.Issuer, i.Subject = c.Issuer, c.Subject
	default:
		return fault.Invalidf("email", "an identity is an e-mail address, or a subject with its issuer").With("identity.missing").
			Hint("callout user identity add %q mia@shop.example", p.Name).Hint("callout user identity add %q --issuer https://login.example --subject SUBJECT", p.Name)
	}
	i.ID = Identities.NewID(tx, "")
	tx.Returns(i.ID, "")
	return Identities.Put(tx, i)
}

// UnbindIdentity ends the use of an identity.
type UnbindIdentity struct {
	Identity store.ID `json:"identity"`
}

// Name implements store.Command.
func (c *UnbindIdentity) Name() string { return "identity.unbind.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *UnbindIdentity) CountsWhenRecorded() {}

// DecidedByAuthority implements store.ForAuthority.
func (c *UnbindIdentity) DecidedByAuthority() {}

// QuietWhenDone implements store.Repeatable.
func (c *UnbindIdentity) QuietWhenDone() {}

// Do implements store.Command.
func (c *UnbindIdentity) Do(tx *store.Tx) error {
	i, err := Identities.Get(tx, c.Identity)
	if err != nil {
		return err
	}
	if err := mustKeep(tx, i.Person, "takes away the identities of others"); err != nil {
		return err
	}
	tx.Returns(i.ID, "")
	if i.Removed.IsZero() {
		i.Removed = tx.Env.RecordedAt
	}
	return Identities.Put(tx, i)
}
